//! What changed between two readings.

use std::time::Duration;

use super::reading::Rates;
use crate::dialect::health::Vitals;

/// What happened from `before` to `now`, which lie `elapsed` apart.
pub(super) fn rates(before: Option<(&Vitals, Duration)>, now: &Vitals) -> Rates {
    let mut rates = Rates {
        cache_hit_rate: now.cache.and_then(|cache| share(cache.hits, cache.reads)),
        ..Rates::default()
    };
    let Some((before, elapsed)) = before.filter(|(_, elapsed)| !elapsed.is_zero()) else {
        return rates;
    };
    let seconds = elapsed.as_secs_f64();
    if let (Some(then), Some(work)) = (before.work, now.work)
        && (then.of, then.left_out) == (work.of, work.left_out)
    {
        let (count, total_ms) = (work.count - then.count, work.total_ms - then.total_ms);
        // What goes backwards was reset.
        if count >= 0.0 {
            rates.work_per_s = Some(count / seconds);
        }
        if count >= 1.0 && total_ms >= 0.0 {
            rates.mean_ms = Some(total_ms / count);
        }
    }
    let own = (now.own_transactions - before.own_transactions) / seconds;
    rates.commits_per_s = per_second(before.totals.commits, now.totals.commits, elapsed)
        .map(|all| (all - own).max(0.0));
    rates.rollbacks_per_s = per_second(before.totals.rollbacks, now.totals.rollbacks, elapsed);
    if let (Some(then), Some(cache)) = (before.cache, now.cache)
        && let (Some(hits), Some(reads)) = (
            cache.hits.checked_sub(then.hits),
            cache.reads.checked_sub(then.reads),
        )
        && reads > 0
    {
        rates.cache_hit_rate = share(hits, reads);
    }
    rates
}

/// How often something happened in a second; `None` where the count was reset.
pub(super) fn per_second(before: Option<u64>, now: Option<u64>, elapsed: Duration) -> Option<f64> {
    let more = now?.checked_sub(before?)?;
    (!elapsed.is_zero()).then(|| number(more) / elapsed.as_secs_f64())
}

/// A part of a whole, from 0 to 1; `None` of nothing.
pub(super) fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| number(part) / number(whole))
}

#[expect(clippy::cast_precision_loss, reason = "a rate is no exact number")]
pub(super) fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::health::{Hits, Totals, Unit, Work};

    fn vitals(count: f64, total_ms: f64, commits: u64, hits: u64, reads: u64) -> Vitals {
        Vitals {
            work: Some(Work {
                of: Unit::Statement,
                count,
                total_ms,
                left_out: 0,
            }),
            cache: Some(Hits { hits, reads }),
            totals: Totals {
                commits: Some(commits),
                ..Totals::default()
            },
            ..Vitals::default()
        }
    }

    #[test]
    fn a_rate_is_of_what_happened_in_between() {
        let before = vitals(100.0, 5_000.0, 10, 50, 100);
        let now = vitals(110.0, 25_000.0, 30, 140, 200);
        let rates = rates(Some((&before, Duration::from_secs(2))), &now);
        assert_eq!(rates.mean_ms, Some(2_000.0));
        assert_eq!(rates.work_per_s, Some(5.0));
        assert_eq!(rates.commits_per_s, Some(10.0));
        assert_eq!(rates.cache_hit_rate, Some(0.9));
    }

    #[test]
    fn the_first_reading_and_a_reset_give_no_rate() {
        let now = vitals(100.0, 5_000.0, 10, 50, 100);
        let first = rates(None, &now);
        assert_eq!(first.mean_ms, None);
        assert_eq!(first.cache_hit_rate, Some(0.5));
        let before = vitals(500.0, 9_000.0, 99, 900, 1_000);
        let reset = rates(Some((&before, Duration::from_secs(1))), &now);
        assert_eq!(reset.mean_ms, None);
        assert_eq!(reset.work_per_s, None);
        assert_eq!(reset.commits_per_s, None);
        assert_eq!(reset.cache_hit_rate, Some(0.5));
    }

    #[test]
    fn nothing_done_has_no_mean() {
        let now = vitals(100.0, 5_000.0, 10, 50, 100);
        let same = rates(Some((&now, Duration::from_secs(1))), &now);
        assert_eq!(same.mean_ms, None);
        assert_eq!(same.work_per_s, Some(0.0));
    }
}
