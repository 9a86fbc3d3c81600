//! Which backups a policy keeps.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Datelike as _, Utc};

use super::check::check;
use super::list::{Found, State};
use super::manifest::Manifest;
use crate::schema::Name;

/// How long a backup that is not finished may have been left alone before it counts as given up.
const GIVEN_UP: Duration = Duration::from_secs(24 * 3600);

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

/// Backups that can stand in for each other: of one database, and of the same tables where it is not whole. A policy
/// holds for each series by itself, or one that holds less would push out one that holds more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Series {
    backend: String,
    place: String,
    database: String,
    /// `None`: the whole database.
    tables: Option<Vec<Name>>,
}

impl Series {
    fn of(manifest: &Manifest) -> Series {
        let source = &manifest.source;
        let tables = manifest.tables.iter().map(|table| table.name.clone());
        Series {
            backend: source.backend.clone(),
            place: source.place.clone(),
            database: source.database.clone(),
            tables: manifest.partial.then(|| tables.collect()),
        }
    }
}

/// What becomes of the backups in a directory; each newest first.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    pub kept: Vec<Found>,
    pub removed: Vec<Found>,
    /// Those that do not hold: they count for nothing, and are left alone.
    pub damaged: Vec<Found>,
}

/// Judges the backups that were found. Every byte is read of each that is to be kept, so that it takes its time.
pub fn judge(found: Vec<Found>, keep: Keep) -> Verdict {
    let mut verdict = Verdict::default();
    let mut series: BTreeMap<Series, Vec<Found>> = BTreeMap::new();
    for one in found {
        match &one.state {
            State::Whole(manifest) => series.entry(Series::of(manifest)).or_default().push(one),
            State::Unreadable { .. } => verdict.damaged.push(one),
            State::Partial { touched } => {
                let age = touched.and_then(|it| SystemTime::now().duration_since(it).ok());
                if age.is_some_and(|age| age > GIVEN_UP) {
                    verdict.removed.push(one);
                }
            }
        }
    }
    for mut backups in series.into_values() {
        newest_first(&mut backups);
        let times: Vec<_> = backups.iter().map(|one| one.made_at).collect();
        let mut broken = BTreeSet::new();
        let chosen = kept(&times, keep, |at| {
            let holds = check(&backups[at].path).is_ok();
            if !holds {
                broken.insert(at);
            }
            holds
        });
        for (at, one) in backups.into_iter().enumerate() {
            if chosen.contains(&at) {
                verdict.kept.push(one);
            } else if broken.contains(&at) {
                verdict.damaged.push(one);
            } else {
                verdict.removed.push(one);
            }
        }
    }
    for list in [
        &mut verdict.kept,
        &mut verdict.removed,
        &mut verdict.damaged,
    ] {
        newest_first(list);
    }
    verdict
}

fn newest_first(found: &mut [Found]) {
    found.sort_by(|a, b| b.name.cmp(&a.name));
}

/// Which of the backups, newest first, are kept. `holds` is asked of each that would be: one that does not hold
/// counts for nothing and stands in for nobody.
fn kept(
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
