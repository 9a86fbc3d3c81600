//! What a backup is called: when it was made, so that names sort by time, and of what.

use chrono::{DateTime, NaiveDateTime, SubsecRound as _, Utc};

const STAMP: &str = "%Y%m%dT%H%M%SZ";

/// The longest part of a database's name that goes into a backup's.
const LONGEST: usize = 60;

/// `20261124T231904Z-school`. What could not stand in a file's name becomes `_`.
pub(super) fn name(at: DateTime<Utc>, database: &str) -> String {
    let mut short = String::new();
    for c in database.chars() {
        let c = if c.is_alphanumeric() || matches!(c, '-' | '_') {
            c
        } else {
            '_'
        };
        if short.len() + c.len_utf8() > LONGEST {
            break;
        }
        short.push(c);
    }
    let stamp = at.format(STAMP);
    if short.is_empty() {
        format!("{stamp}-database")
    } else {
        format!("{stamp}-{short}")
    }
}

/// When a backup of this name was made; `None` where it is no backup's name.
pub(super) fn made_at(name: &str) -> Option<DateTime<Utc>> {
    let (stamp, _) = name.split_once('-')?;
    let time = NaiveDateTime::parse_from_str(stamp, STAMP).ok()?;
    Some(time.and_utc().trunc_subsecs(0))
}

/// ISO 8601 in UTC, to the second.
pub(super) fn iso(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_time_and_say_it() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let early = name(at(1_000_000_000), "学校/app");
        let late = name(at(1_700_000_000), "a");
        assert_eq!(early, "20010909T014640Z-学校_app");
        assert!(early < late);
        assert_eq!(made_at(&early), Some(at(1_000_000_000)));
        assert_eq!(made_at(&format!("{late}-2")), Some(at(1_700_000_000)));
        assert_eq!(made_at("students"), None);
        assert!(name(at(0), &"长".repeat(100)).len() < 90);
        assert_eq!(name(at(0), ""), "19700101T000000Z-database");
    }
}
