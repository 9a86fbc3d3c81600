//! Which backups a policy keeps. Pure.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike as _, Utc};

/// How many are kept, of each kind; one that serves two kinds counts for both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// The newest ones.
    pub last: usize,
    /// The newest of each day, of so many days that have one.
    pub daily: usize,
    /// The newest of each week (Monday to Sunday, UTC), of so many weeks that have one.
    pub weekly: usize,
}

/// Which of the backups, newest first, are kept. `holds` is asked of each that would be: one that does not hold
/// counts for nothing and stands in for nobody.
pub fn kept(
    newest_first: &[DateTime<Utc>],
    keep: Keep,
    mut holds: impl FnMut(usize) -> bool,
) -> BTreeSet<usize> {
    let mut kept = BTreeSet::new();
    let mut days = BTreeSet::new();
    let mut weeks = BTreeSet::new();
    let mut last = 0;
    for (at, time) in newest_first.iter().enumerate() {
        let day = time.date_naive();
        let week = (day.iso_week().year(), day.iso_week().week());
        let as_last = last < keep.last;
        let as_day = days.len() < keep.daily && !days.contains(&day);
        let as_week = weeks.len() < keep.weekly && !weeks.contains(&week);
        if !(as_last || as_day || as_week) || !holds(at) {
            continue;
        }
        kept.insert(at);
        last += usize::from(as_last);
        if as_day {
            days.insert(day);
        }
        if as_week {
            weeks.insert(week);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days from a Sunday back, twice a day.
    fn times() -> Vec<DateTime<Utc>> {
        let sunday = DateTime::parse_from_rfc3339("2026-11-22T18:00:00Z")
            .unwrap()
            .to_utc();
        (0..40)
            .map(|n| sunday - chrono::TimeDelta::hours(12 * n))
            .collect()
    }

    #[track_caller]
    fn keeps(keep: Keep, damaged: &[usize], expected: &[usize]) {
        let kept = kept(&times(), keep, |at| !damaged.contains(&at));
        assert_eq!(kept.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn the_newest_of_each_day_and_week_stay() {
        let none = Keep::default();
        keeps(none, &[], &[]);
        keeps(Keep { last: 3, ..none }, &[], &[0, 1, 2]);
        keeps(Keep { daily: 3, ..none }, &[], &[0, 2, 4]);
        keeps(Keep { weekly: 2, ..none }, &[], &[0, 14]);
        let all = Keep {
            last: 2,
            daily: 2,
            weekly: 2,
        };
        keeps(all, &[], &[0, 1, 2, 14]);
    }

    #[test]
    fn one_that_does_not_hold_counts_for_nothing() {
        let none = Keep::default();
        keeps(Keep { last: 2, ..none }, &[0, 2], &[1, 3]);
        keeps(Keep { daily: 2, ..none }, &[0], &[1, 2]);
        keeps(Keep { weekly: 1, ..none }, &[0, 1, 2], &[3]);
    }
}
