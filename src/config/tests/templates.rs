//! The annotated `piton.toml`.

use super::Place;
use crate::config::{Config, Origin, template};

#[test]
fn it_loads_and_changes_nothing_but_the_folder() {
    for bare in [false, true] {
        let config = Place::new().file("piton.toml", &template(bare)).config();
        let given: Vec<_> = config
            .entries()
            .into_iter()
            .filter(|entry| entry.origin != Origin::Default)
            .map(|entry| format!("{}={}", entry.key, entry.value.unwrap_or_default()))
            .collect();
        let expected: &[&str] = match bare {
            false => &["revisions.dir=migrations"],
            true => &["revisions.dir=migrations", "revisions.builtin=false"],
        };
        assert_eq!(given, expected);
    }
}

/// Takes away the `#` before every assignment.
fn active(text: &str) -> String {
    let is_assignment = |line: &str| {
        line.strip_prefix("# ")
            .and_then(|line| line.split_once(" = "))
            .is_some_and(|(name, _)| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
    };
    text.lines()
        .map(|line| {
            if is_assignment(line) {
                &line[2..]
            } else {
                line
            }
        })
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_defaults_that_it_shows_are_the_defaults() {
    let place = Place::new().file("piton.toml", &active(&template(false)));
    let shown = place.config();
    let defaults: Config = Place::new().config();
    for (shown, default) in shown.entries().into_iter().zip(defaults.entries()) {
        assert!(
            matches!(shown.origin, Origin::File { .. }),
            "{} is not in it",
            shown.key
        );
        let named_by_the_url = shown.key == "database.type";
        if default.value.is_some() && !named_by_the_url {
            assert_eq!(shown.value, default.value, "{}", shown.key);
        }
    }
}

#[test]
fn its_lines_fit() {
    for line in template(true).lines() {
        assert!(line.len() <= 100, "{line}");
    }
}
