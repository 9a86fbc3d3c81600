//! The rules: what is compiled in, and what `[prune]` in `piton.toml` says.

use std::time::Duration;

use super::age::{Age, AgeError};

/// A keeping time that a project brings with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeepingTime {
    pub table: &'static str,
    /// The column that says how old a row is.
    pub column: &'static str,
    /// Such as `3mo`.
    pub older_than: &'static str,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// `name`, or `namespace.name`.
    pub table: String,
    pub column: String,
    pub age: Age,
    /// The age as it was written.
    pub older_than: String,
    /// Whether it came with the program: its table need not be there.
    pub built_in: bool,
}

/// How fast rows go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Rows that one transaction removes at most.
    pub batch: u32,
    /// What is waited between two of them, so that others get on.
    pub pause: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Pace {
            batch: 1_000,
            pause: Duration::from_millis(100),
        }
    }
}

/// All rules, and the pace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    pub rules: Vec<Rule>,
    pub pace: Pace,
}

/// What is wrong with a rule. `place` is such as `prune.rules[2].column`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    #[error("unknown key `{key}`; the nearest known one is `{nearest}`")]
    UnknownKey { key: String, nearest: String },
    #[error("`{place}` is missing")]
    Missing { place: String },
    #[error("`{place}` should be {wanted}")]
    BadValue { place: String, wanted: &'static str },
    #[error("`{place}`: {source}")]
    Age { place: String, source: AgeError },
    #[error("two rules are about column {column} of table {table}")]
    Twice { table: String, column: String },
}

impl RuleError {
    /// Where in the file it is, such as `prune.rules[2].column`.
    pub fn place(&self) -> &str {
        match self {
            RuleError::UnknownKey { key: place, .. }
            | RuleError::Missing { place }
            | RuleError::BadValue { place, .. }
            | RuleError::Age { place, .. } => place,
            RuleError::Twice { .. } => "prune.rules",
        }
    }
}

const KEYS: [&str; 3] = ["rules", "batch_size", "pause_ms"];
const RULE_KEYS: [&str; 3] = ["table", "column", "older_than"];

impl Rules {
    /// With what a project brings with it; a rule of the file wins over one of the same table.
    ///
    /// # Errors
    /// A keeping time of the project that is none.
    pub fn with(mut self, built_in: &[KeepingTime]) -> Result<Rules, RuleError> {
        for one in built_in {
            if self.rules.iter().any(|rule| rule.table == one.table) {
                continue;
            }
            self.rules.push(Rule {
                table: one.table.to_owned(),
                column: one.column.to_owned(),
                age: age(one.older_than, &format!("{}.older_than", one.table))?,
                older_than: one.older_than.to_owned(),
                built_in: true,
            });
        }
        Ok(self)
    }

    /// The rules that `[prune]` in `piton.toml` holds.
    ///
    /// # Errors
    /// What is wrong with them, by its place.
    pub fn read(section: &toml::Table) -> Result<Rules, RuleError> {
        known(section, &KEYS, "prune")?;
        let number = |key: &str, most: i64, wanted: &'static str| match section.get(key) {
            None => Ok(None),
            Some(value) => value
                .as_integer()
                .filter(|number| (0..=most).contains(number))
                .map(|number| Some(number.cast_unsigned()))
                .ok_or_else(|| RuleError::BadValue {
                    place: format!("prune.{key}"),
                    wanted,
                }),
        };
        let mut pace = Pace::default();
        if let Some(batch) = number("batch_size", 100_000, "a number of rows from 1 to 100000")? {
            pace.batch = u32::try_from(batch).ok().filter(|batch| *batch > 0).ok_or(
                RuleError::BadValue {
                    place: "prune.batch_size".to_owned(),
                    wanted: "a number of rows from 1 to 100000",
                },
            )?;
        }
        if let Some(pause) = number(
            "pause_ms",
            3_600_000,
            "a number of milliseconds, at most an hour",
        )? {
            pace.pause = Duration::from_millis(pause);
        }
        let tables: Vec<&toml::Table> = match section.get("rules") {
            None => Vec::new(),
            Some(rules) => rules
                .as_array()
                .and_then(|rules| rules.iter().map(toml::Value::as_table).collect())
                .ok_or_else(|| RuleError::BadValue {
                    place: "prune.rules".to_owned(),
                    wanted: "a list: write [[prune.rules]] above each rule",
                })?,
        };
        let mut rules: Vec<Rule> = Vec::new();
        for (i, table) in tables.into_iter().enumerate() {
            let place = format!("prune.rules[{}]", i + 1);
            known(table, &RULE_KEYS, &place)?;
            let text = |key: &str| {
                let place = format!("{place}.{key}");
                match table.get(key) {
                    None => Err(RuleError::Missing { place }),
                    Some(value) => value
                        .as_str()
                        .filter(|text| !text.trim().is_empty())
                        .map(str::to_owned)
                        .ok_or(RuleError::BadValue {
                            place,
                            wanted: "a text",
                        }),
                }
            };
            let older_than = text("older_than")?;
            let rule = Rule {
                table: text("table")?,
                column: text("column")?,
                age: age(&older_than, &format!("{place}.older_than"))?,
                older_than,
                built_in: false,
            };
            let same = |other: &Rule| other.table == rule.table && other.column == rule.column;
            if rules.iter().any(same) {
                return Err(RuleError::Twice {
                    table: rule.table,
                    column: rule.column,
                });
            }
            rules.push(rule);
        }
        Ok(Rules { rules, pace })
    }
}

fn age(text: &str, place: &str) -> Result<Age, RuleError> {
    text.parse().map_err(|source| RuleError::Age {
        place: place.to_owned(),
        source,
    })
}

fn known(table: &toml::Table, keys: &[&str], place: &str) -> Result<(), RuleError> {
    let unknown = table.keys().find(|key| !keys.contains(&key.as_str()));
    let Some(unknown) = unknown else {
        return Ok(());
    };
    let nearest = keys
        .iter()
        .min_by_key(|key| strsim::damerau_levenshtein(key, unknown))
        .expect("there are keys");
    Err(RuleError::UnknownKey {
        key: format!("{place}.{unknown}"),
        nearest: format!("{place}.{nearest}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILT_IN: &[KeepingTime] = &[KeepingTime {
        table: "results",
        column: "created_at",
        older_than: "3mo",
    }];

    fn read(text: &str) -> Result<Vec<String>, String> {
        let file: toml::Table = toml::from_str(text).unwrap();
        let section = file.get("prune").and_then(toml::Value::as_table);
        section
            .map_or_else(|| Ok(Rules::default()), Rules::read)
            .and_then(|rules| rules.with(BUILT_IN))
            .map(|read| {
                let rule =
                    |rule: &Rule| format!("{}.{} {}", rule.table, rule.column, rule.older_than);
                read.rules.iter().map(rule).collect()
            })
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_file_wins_over_what_is_built_in() {
        assert_eq!(read("").unwrap(), ["results.created_at 3mo"]);
        let logs = "[[prune.rules]]\ntable = \"logs\"\ncolumn = \"at\"\nolder_than = \"1y\"\n";
        assert_eq!(
            read(logs).unwrap(),
            ["logs.at 1y", "results.created_at 3mo"]
        );
        let results = logs.replace("logs", "results");
        assert_eq!(read(&results).unwrap(), ["results.at 1y"]);
    }

    #[test]
    fn what_is_wrong_names_its_place() {
        let rule = |text: &str| format!("[[prune.rules]]\ntable = \"a\"\n{text}");
        for (text, expected) in [
            (
                "[prune]\nbatchsize = 3".to_owned(),
                "unknown key `prune.batchsize`; the nearest known one is `prune.batch_size`",
            ),
            (
                rule("colum = \"b\""),
                "unknown key `prune.rules[1].colum`; the nearest known one is `prune.rules[1].column`",
            ),
            (
                rule("column = \"b\""),
                "`prune.rules[1].older_than` is missing",
            ),
            (
                rule("column = 3\nolder_than = \"3mo\""),
                "`prune.rules[1].column` should be a text",
            ),
            (
                rule("column = \"b\"\nolder_than = \"3m\""),
                "`prune.rules[1].older_than`: \"3m\" is no age: it is a number and a unit out of h, d, w, mo and y, \
                 such as 3mo or 90d, of at most 100 years",
            ),
            (
                "[prune]\nbatch_size = 0".to_owned(),
                "`prune.batch_size` should be a number of rows from 1 to 100000",
            ),
            (
                "[prune]\nrules = 3".to_owned(),
                "`prune.rules` should be a list: write [[prune.rules]] above each rule",
            ),
        ] {
            assert_eq!(read(&text).unwrap_err(), expected);
        }
        let one = rule("column = \"b\"\nolder_than = \"3mo\"\n");
        assert_eq!(
            read(&format!("{one}{one}")).unwrap_err(),
            "two rules are about column b of table a"
        );
    }
}
