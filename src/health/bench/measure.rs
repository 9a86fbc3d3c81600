//! Workers that do one thing again and again until their time is over.

use std::time::{Duration, Instant};

use futures_util::future::try_join_all;

use super::subject::{BenchError, Crew, Subject};
use super::{Latency, Plan, Speed, Throughput};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    Read,
    Write,
}

/// Measures. `crew` opens so many connections; `told` hears what is done at the moment.
///
/// # Errors
/// The first that a worker met.
pub async fn measure<Open>(
    subject: &Subject,
    plan: &Plan,
    mut crew: impl FnMut(u32) -> Open,
    told: impl Fn(&str),
) -> Result<Speed, BenchError>
where
    Open: Future<Output = Result<Crew, BenchError>>,
{
    let mut speed = Speed::default();
    for connections in &plan.connections {
        let crew = crew(*connections).await?;
        let workers = *connections as usize;
        told(&format!("reads, {connections} at once"));
        // What is done for the first time takes longer.
        let warm = plan.phase / 10;
        phase(subject, &crew, Work::Read, workers, warm, plan.rows).await?;
        let (read, reads_per_s) =
            phase(subject, &crew, Work::Read, workers, plan.phase, plan.rows).await?;
        told(&format!("writes, {connections} at once"));
        let (write, writes_per_s) =
            phase(subject, &crew, Work::Write, workers, plan.phase, plan.rows).await?;
        speed.writes += write.operations;
        if speed.throughput.is_empty() {
            (speed.read, speed.write) = (read, write);
        }
        speed.throughput.push(Throughput {
            connections: *connections,
            reads_per_s,
            writes_per_s,
        });
    }
    Ok(speed)
}

async fn phase(
    subject: &Subject,
    crew: &Crew,
    work: Work,
    workers: usize,
    lasting: Duration,
    rows: u32,
) -> Result<(Latency, f64), BenchError> {
    let began = Instant::now();
    let working = (0..workers).map(|worker| async move {
        let mut took = Vec::new();
        // Each goes through all keys in an order of its own.
        let mut number = worker as u64 * 7_919 + 1;
        loop {
            number = number
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let key = u32::try_from((number >> 33) % u64::from(rows)).unwrap_or_default();
            let started = Instant::now();
            match work {
                Work::Read => subject.read(crew, worker, key).await?,
                Work::Write => subject.write(crew, worker, key, number).await?,
            }
            took.push(started.elapsed());
            if began.elapsed() >= lasting {
                return Ok::<_, BenchError>(took);
            }
            // What answers without waiting would leave the others no time.
            tokio::task::yield_now().await;
        }
    });
    let all = try_join_all(working).await?.concat();
    let seconds = began.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "nobody does 2^52 of them")]
    let per_s = all.len() as f64 / seconds;
    Ok((latency(all), per_s))
}

fn latency(mut took: Vec<Duration>) -> Latency {
    took.sort_unstable();
    let at = |percent: usize| {
        let place = (took.len() * percent).div_ceil(100).saturating_sub(1);
        let found = took.get(place).copied().unwrap_or_default();
        (found.as_secs_f64() * 1e6).round() / 1000.0
    };
    Latency {
        p50_ms: at(50),
        p95_ms: at(95),
        p99_ms: at(99),
        operations: took.len() as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_nearest_rank() {
        let took = (1..=100).rev().map(Duration::from_millis).collect();
        let latency = latency(took);
        assert_eq!(
            (latency.p50_ms, latency.p95_ms, latency.p99_ms),
            (50.0, 95.0, 99.0)
        );
        let one = super::latency(vec![Duration::from_millis(3)]);
        assert_eq!((one.p50_ms, one.p99_ms, one.operations), (3.0, 3.0, 1));
    }
}
