//! An annotated `piton.toml`.

use super::keys::{ALL, Key, REVISIONS_BUILTIN, REVISIONS_DIR};
use crate::health::monitor;

/// The widest line of a comment.
const MAX_WIDTH: usize = 96;

/// The text of a new `piton.toml`: every key with its meaning and default, commented out but for
/// `revisions.dir`. `bare` also leaves the built-in application's history out.
pub fn template(bare: bool) -> String {
    let mut text = String::from(
        "# Piton's configuration. Every key is here with its default; take away the `#` to change it.\n\
         # Flags win over the environment, the environment over `.env`, and that over this file.\n\
         # `piton config` prints every value with where it came from. Paths start from this file.\n",
    );
    let mut section = "";
    for key in ALL {
        let (of, leaf) = key.path.rsplit_once('.').unwrap_or(("", key.path));
        text.push('\n');
        if of != section {
            section = of;
            text += &format!("[{section}]\n");
        }
        let says = match key.env {
            Some(env) => format!("{} ({env})", key.meaning),
            None => key.meaning.to_owned(),
        };
        text += &comment(&says);
        text += &assignment(key, leaf, bare);
    }
    text += "\n[monitor]";
    for key in monitor::KEYS {
        text.push('\n');
        text += &comment(key.meaning);
        text += &match key.default {
            Some(default) => format!("# {} = {default}\n", key.name),
            None => format!("# {} = {}    # no default\n", key.name, key.example),
        };
    }
    let figures: Vec<&str> = monitor::Kind::ALL.iter().map(|kind| kind.name()).collect();
    text += "\n[monitor.advice]\n";
    text += &comment(&format!(
        "{}, by the figure's name: {}",
        monitor::ADVICE_MEANING,
        figures.join(", ")
    ));
    text += "# connections = \"ask the platform team for a larger pool\"    # no default\n";
    text
}

fn assignment(key: &Key, leaf: &str, bare: bool) -> String {
    if std::ptr::eq(key, &REVISIONS_DIR) {
        return format!("{leaf} = {}\n", key.example);
    }
    if bare && std::ptr::eq(key, &REVISIONS_BUILTIN) {
        return format!("{leaf} = false\n");
    }
    match key.default {
        Some(default) => format!("# {leaf} = {default}\n"),
        None => format!("# {leaf} = {}    # no default\n", key.example),
    }
}

fn comment(text: &str) -> String {
    let mut lines = String::new();
    let mut line = String::from("#");
    let mut chars = text.chars();
    let first = chars
        .next()
        .map(|c| c.to_uppercase().collect::<String>())
        .unwrap_or_default();
    for word in format!("{first}{}", chars.as_str()).split(' ') {
        if line.len() + 1 + word.len() > MAX_WIDTH {
            lines += &line;
            lines.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line += word;
    }
    lines + &line + "\n"
}
