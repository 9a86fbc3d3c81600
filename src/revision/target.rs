//! Where an upgrade or a downgrade is to go, as it was typed.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Where to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// After the last revision.
    Head,
    /// Before the first one.
    Base,
    /// So many more revisions; at least one.
    Forward(usize),
    /// So many revisions fewer; at least one.
    Back(usize),
    /// An id, or a prefix of one: the history tells (`History::find`).
    Id(String),
}

/// Why what was typed is no target.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TargetError {
    #[error(
        "the target is empty; it may be head, base, +N, -N, or a revision's id or the start of one"
    )]
    Empty,
    #[error("{text:?} moves by nothing; N must be at least 1")]
    Zero { text: String },
    #[error("{text:?} is no number of revisions; write it like +2 or -1")]
    NotANumber { text: String },
    #[error("{text:?} cannot be a revision's id: it has control characters in it")]
    NotAnId { text: String },
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Target, TargetError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TargetError::Empty);
        }
        if text.eq_ignore_ascii_case("head") {
            return Ok(Target::Head);
        }
        if text.eq_ignore_ascii_case("base") {
            return Ok(Target::Base);
        }
        if let Some(number) = text.strip_prefix('+') {
            return steps(text, number).map(Target::Forward);
        }
        if let Some(number) = text.strip_prefix('-') {
            return steps(text, number).map(Target::Back);
        }
        if text.contains(char::is_control) {
            return Err(TargetError::NotAnId {
                text: text.to_owned(),
            });
        }
        Ok(Target::Id(text.to_owned()))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Head => f.write_str("head"),
            Target::Base => f.write_str("base"),
            Target::Forward(n) => write!(f, "+{n}"),
            Target::Back(n) => write!(f, "-{n}"),
            Target::Id(id) => f.write_str(id),
        }
    }
}

fn steps(text: &str, number: &str) -> Result<usize, TargetError> {
    let text = || text.to_owned();
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return Err(TargetError::NotANumber { text: text() });
    }
    match number.parse() {
        Ok(0) => Err(TargetError::Zero { text: text() }),
        Ok(n) => Ok(n),
        Err(_) => Err(TargetError::NotANumber { text: text() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_reads_as_it_is_typed() {
        #[track_caller]
        fn check(text: &str, expect: Target) {
            assert_eq!(text.parse(), Ok(expect));
        }
        check("head", Target::Head);
        check("HEAD", Target::Head);
        check("base", Target::Base);
        check(" head ", Target::Head);
        check("+1", Target::Forward(1));
        check("+007", Target::Forward(7));
        check("-3", Target::Back(3));
        check("2024", Target::Id("2024".into()));
        check(
            "m20240115_083000_x",
            Target::Id("m20240115_083000_x".into()),
        );
        check("header", Target::Id("header".into()));
    }

    #[test]
    fn what_is_no_target_is_refused() {
        #[track_caller]
        fn check(text: &str, expect: &str) {
            let error = text.parse::<Target>().expect_err("no target").to_string();
            assert!(error.contains(expect), "{error}");
        }
        check("", "empty");
        check("  ", "empty");
        check("+0", "at least 1");
        check("-0", "at least 1");
        check("-000", "at least 1");
        check("+", "no number");
        check("-x", "no number");
        check("++1", "no number");
        check("+1.5", "no number");
        check("+99999999999999999999999", "no number");
        check("a\u{1b}[31m", "control");
    }
}
