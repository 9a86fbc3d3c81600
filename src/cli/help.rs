//! `piton --help`: the commands in groups, each in one line.

use std::fmt::Write as _;

use clap::Command;

const GROUPS: &[(&str, &[&str])] = &[
    ("Begin", &["init"]),
    (
        "Revisions",
        &[
            "create",
            "upgrade",
            "downgrade",
            "current",
            "history",
            "show",
            "stamp",
            "repair",
        ],
    ),
    ("Schema", &["check", "diff", "schema", "verify"]),
    (
        "Rows",
        &["seed", "backup", "restore", "copy", "prune", "optimize"],
    ),
    ("Development", &["create_tables", "drop_tables"]),
    ("Redis", &["cache", "session"]),
    ("Health", &["doctor", "monitor", "bench"]),
    ("Piton itself", &["config", "completions"]),
];

/// Gives the top command a help in which its subcommands stand in groups.
pub(super) fn grouped(command: Command) -> Command {
    let heading = console::Style::new().bold().underlined();
    let name = console::Style::new().bold();
    let mut text = String::new();
    for (title, names) in GROUPS {
        let _ = writeln!(text, "{}", heading.apply_to(format_args!("{title}:")));
        for one in *names {
            let about = command
                .find_subcommand(one)
                .and_then(Command::get_about)
                .map(ToString::to_string)
                .unwrap_or_default();
            let _ = writeln!(
                text,
                "  {}  {about}",
                name.apply_to(format_args!("{one:<13}"))
            );
        }
        text.push('\n');
    }
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{text}\
         Each command has more: piton COMMAND --help\n\n{{options}}{{after-help}}"
    );
    command.help_template(template).after_help(
        "Exit codes: 0 done · 1 failed · 2 usage · 3 configuration or revision files · 4 no connection · \
         5 busy · 6 history differs · 7 half applied · 8 corrupt data · 9 files · 10 refused by the server",
    )
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn every_command_stands_in_one_group() {
        let command = crate::cli::Cli::command();
        let mut grouped: Vec<&str> = super::GROUPS
            .iter()
            .flat_map(|(_, names)| names.iter().copied())
            .collect();
        grouped.sort_unstable();
        let mut known: Vec<&str> = command
            .get_subcommands()
            .map(clap::Command::get_name)
            .collect();
        known.sort_unstable();
        assert_eq!(grouped, known);
    }

    #[test]
    fn the_arguments_are_consistent() {
        crate::cli::Cli::command().debug_assert();
    }
}
