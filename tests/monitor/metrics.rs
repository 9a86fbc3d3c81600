//! A strict reader of Prometheus's text format and of OpenMetrics: what it does not understand is a failure.

use std::collections::{BTreeMap, BTreeSet};

/// A page of metrics, by family.
pub struct Page {
    samples: BTreeMap<String, Vec<Sample>>,
    types: BTreeMap<String, String>,
}

pub struct Sample {
    pub labels: BTreeMap<String, String>,
    pub value: f64,
}

impl Page {
    /// Reads a page. `open_metrics` says by whose rules.
    ///
    /// # Panics
    /// On whatever the format forbids.
    pub fn read(text: &str, open_metrics: bool) -> Page {
        let mut page = Page {
            samples: BTreeMap::new(),
            types: BTreeMap::new(),
        };
        assert!(text.ends_with('\n'), "the last line must end");
        assert!(!text.contains('\r'), "lines end with a line feed alone");
        let mut lines: Vec<&str> = text.lines().collect();
        if open_metrics {
            assert_eq!(lines.pop(), Some("# EOF"), "it must end with # EOF");
        }
        let mut helped = BTreeSet::new();
        let mut family = String::new();
        let mut ended: BTreeSet<String> = BTreeSet::new();
        let mut seen: BTreeSet<String> = BTreeSet::new();
        for line in lines {
            assert!(!line.is_empty(), "no empty lines");
            if let Some(rest) = line.strip_prefix("# HELP ") {
                let (name, help) = rest.split_once(' ').expect("a help text");
                assert!(is_name(name), "{line}");
                assert!(!help.is_empty() && !help.contains('\\'), "{line}");
                assert!(helped.insert(name.to_owned()), "twice: {line}");
                assert!(
                    ended.insert(std::mem::replace(&mut family, name.to_owned())),
                    "{line}"
                );
                assert!(
                    !ended.contains(name),
                    "a family must stand together: {line}"
                );
            } else if let Some(rest) = line.strip_prefix("# TYPE ") {
                let (name, kind) = rest.split_once(' ').expect("a type");
                assert_eq!(name, family, "the type follows the help: {line}");
                let known = ["counter", "gauge", "info"];
                assert!(known.contains(&kind), "{line}");
                assert!(kind != "info" || open_metrics, "{line}");
                let before = page.types.insert(name.to_owned(), kind.to_owned());
                assert!(before.is_none(), "twice: {line}");
            } else {
                assert!(!line.starts_with('#'), "{line}");
                let (series, name, sample) = sample(line);
                assert!(seen.insert(series), "the same series twice: {line}");
                let kind = page
                    .types
                    .get(&family)
                    .unwrap_or_else(|| panic!("no type: {line}"));
                let wanted = match (open_metrics, kind.as_str()) {
                    (true, "counter") => format!("{family}_total"),
                    (true, "info") => format!("{family}_info"),
                    _ => family.clone(),
                };
                assert_eq!(name, wanted, "{line}");
                assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
                assert!(kind != "counter" || sample.value >= 0.0, "{line}");
                page.samples.entry(name).or_default().push(sample);
            }
        }
        page
    }

    /// The value of the one sample with at least these labels.
    #[track_caller]
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let found: Vec<&Sample> = self.all(name).filter(|sample| sample.has(labels)).collect();
        match found.as_slice() {
            [one] => one.value,
            _ => panic!("{} samples of {name} {labels:?}", found.len()),
        }
    }

    pub fn all(&self, name: &str) -> impl Iterator<Item = &Sample> {
        self.samples.get(name).into_iter().flatten()
    }

    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.samples.keys()
    }
}

impl Sample {
    fn has(&self, labels: &[(&str, &str)]) -> bool {
        labels
            .iter()
            .all(|(name, value)| self.labels.get(*name).is_some_and(|it| it == value))
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A line `name{label="value",…} number`: the series as it is written, its name, and what it says.
fn sample(line: &str) -> (String, String, Sample) {
    let end = line.find(['{', ' ']).unwrap_or_else(|| panic!("{line}"));
    let (name, mut rest) = line.split_at(end);
    assert!(is_name(name), "{line}");
    let mut labels = BTreeMap::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside;
        loop {
            let (label, after) = rest.split_once("=\"").unwrap_or_else(|| panic!("{line}"));
            assert!(is_name(label) && !label.starts_with("__"), "{line}");
            let (value, after) = label_value(after, line);
            assert!(labels.insert(label.to_owned(), value).is_none(), "{line}");
            if let Some(after) = after.strip_prefix('}') {
                rest = after;
                break;
            }
            rest = after.strip_prefix(',').unwrap_or_else(|| panic!("{line}"));
        }
    }
    let number = rest.strip_prefix(' ').unwrap_or_else(|| panic!("{line}"));
    let value: f64 = number.parse().unwrap_or_else(|_| panic!("{line}"));
    assert!(value.is_finite(), "{line}");
    let series = line[..line.len() - number.len()].to_owned();
    (series, name.to_owned(), Sample { labels, value })
}

/// A label's value up to its closing quote, and what follows that.
fn label_value<'a>(text: &'a str, line: &str) -> (String, &'a str) {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, &text[at + 1..]),
            '\\' => match characters.next() {
                Some((_, '\\')) => value.push('\\'),
                Some((_, '"')) => value.push('"'),
                Some((_, 'n')) => value.push('\n'),
                other => panic!("an escape {other:?} in {line}"),
            },
            other => value.push(other),
        }
    }
    panic!("a label without an end: {line}")
}
