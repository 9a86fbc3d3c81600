//! What was measured, to look at.

use super::{Document, Measured};
use crate::health::bench::Latency;
use crate::ui::{Ui, bold, escape, width};

/// How many columns the longest bar has.
const LONGEST: usize = 24;

pub(super) fn show(ui: &Ui, document: &Document) {
    let all: Vec<&Measured> = document
        .backends
        .iter()
        .filter(|one| one.error.is_none())
        .collect();
    let names: Vec<String> = all.iter().map(|one| short(&one.backend)).collect();
    let widest = names
        .iter()
        .map(|name| width(name))
        .max()
        .unwrap_or_default();
    let head = |text: &str| ui.data(bold().apply_to(text).to_string());
    let line = |name: &str, rest: &str| {
        let gap = " ".repeat(widest - width(name));
        ui.data(format!("  {}{gap}  {rest}", escape(name, false)));
    };
    let latencies = |title: &str, of: &dyn Fn(&Measured) -> Option<Latency>| {
        head(&format!(
            "{title} by key: the median, and what 95 and 99 of 100 stay below"
        ));
        let most = all.iter().filter_map(|one| of(one)).map(|one| one.p50_ms);
        let most = most.fold(0.0, f64::max);
        for (name, one) in names.iter().zip(&all) {
            if let Some(latency) = of(one) {
                line(
                    name,
                    &format!(
                        "{} {:>8}  {:>8}  {:>8}",
                        bar(latency.p50_ms, most),
                        ms(latency.p50_ms),
                        ms(latency.p95_ms),
                        ms(latency.p99_ms)
                    ),
                );
            }
        }
    };
    latencies("read", &|one| one.read);
    latencies("write", &|one| one.write);
    for (title, of) in [
        (
            "reads",
            (|one| one.reads_per_s) as fn(&crate::health::bench::Throughput) -> f64,
        ),
        ("writes", |one| one.writes_per_s),
    ] {
        head(&format!(
            "{title} in a second, by how many connections work at once"
        ));
        let each = all.iter().flat_map(|one| one.throughput.iter().map(of));
        let most = each.fold(0.0, f64::max);
        for (name, one) in names.iter().zip(&all) {
            for (i, throughput) in one.throughput.iter().enumerate() {
                let name = if i == 0 { name.as_str() } else { "" };
                let per_s = of(throughput);
                line(
                    name,
                    &format!(
                        "{} {per_s:>8.0}  {:>3}",
                        bar(per_s, most),
                        throughput.connections
                    ),
                );
            }
        }
    }
    for (title, of) in [
        (
            "concurrent connections",
            (|one| one.connections.shown(false)) as fn(&Measured) -> String,
        ),
        ("memory", |one| one.memory.shown(true)),
        ("disk", |one| one.disk.shown(true)),
    ] {
        head(title);
        for (name, one) in names.iter().zip(&all) {
            line(name, &escape(&of(one), false));
        }
    }
}

/// A name without what a distribution adds to a version.
fn short(backend: &str) -> String {
    let cut = backend.split(" (").next().unwrap_or(backend);
    let cut = cut.strip_suffix("-log").unwrap_or(cut);
    match cut.split_once("-MariaDB") {
        Some((version, _)) => version.to_owned(),
        None => cut.to_owned(),
    }
}

/// Eighths of a column; whatever is there at all has a sliver.
fn bar(value: f64, most: f64) -> String {
    const PARTS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
    let share = if most > 0.0 {
        (value / most).clamp(0.0, 1.0)
    } else {
        0.0
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "at most the eighths of the longest bar"
    )]
    let eighths = ((share * (LONGEST * 8) as f64).round() as usize).max(1);
    let mut bar = "█".repeat(eighths / 8);
    if !eighths.is_multiple_of(8) {
        bar.push(PARTS[eighths % 8 - 1]);
    }
    let gap = LONGEST - width(&bar);
    bar + &" ".repeat(gap)
}

fn ms(ms: f64) -> String {
    if ms < 1.0 {
        format!("{:.0} µs", ms * 1000.0)
    } else if ms < 100.0 {
        format!("{ms:.1} ms")
    } else {
        format!("{ms:.0} ms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_what_they_show() {
        assert_eq!(bar(1.0, 1.0), "█".repeat(LONGEST));
        assert_eq!(bar(0.5, 1.0).trim_end(), "█".repeat(LONGEST / 2));
        assert_eq!(bar(0.0, 1.0).trim_end(), "▏");
        assert_eq!(bar(0.0, 0.0).chars().count(), LONGEST);
        assert_eq!(
            short("MariaDB 10.11.6-MariaDB-0+deb12u1"),
            "MariaDB 10.11.6"
        );
        assert_eq!(
            short("PostgreSQL 15.20 (Debian 15.20-0)"),
            "PostgreSQL 15.20"
        );
    }
}
