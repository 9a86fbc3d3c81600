//! What stands below the figures: rates, statements and waits, replicas, Redis's servers, tables.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};

use super::{Dashboard, padded, right, shortened};
use crate::dialect::health::Unit;
use crate::health::monitor::{Away, Reading};
use crate::ui::reading::{activity, redis_node, replica};
use crate::ui::{bytes, escape};

const STATEMENTS: &str = "statements a second";
const COMMITS: &str = "commits a second";
const SERVER_CACHE: &str = "server's cache";
const REDIS_COMMANDS: &str = "Redis commands a second";

/// What has a graph and no threshold.
pub(super) fn rates(reading: &Reading) -> Vec<(&'static str, Option<f64>)> {
    let mut all = Vec::new();
    let rates = &reading.database.rates;
    if reading.database.away.is_none() && reading.database.vitals.connections.is_some() {
        // Where it counts transactions, the next line says the same.
        let work = reading.database.vitals.work;
        if work.is_some_and(|work| work.of == Unit::Statement) {
            all.push((STATEMENTS, rates.work_per_s));
        }
        all.push((COMMITS, rates.commits_per_s));
        all.push((SERVER_CACHE, rates.cache_hit_rate.map(|rate| rate * 100.0)));
    }
    if let Some(redis) = &reading.redis {
        let per_s = redis.nodes.iter().filter_map(|node| node.commands_per_s);
        let sum = per_s.fold(None, |sum: Option<f64>, one| Some(sum.unwrap_or(0.0) + one));
        all.push((REDIS_COMMANDS, sum));
    }
    all
}

/// What did not answer.
pub(super) fn away(reading: &Reading) -> Vec<(String, Away)> {
    let mut all = Vec::new();
    if let Some(away) = &reading.database.away {
        all.push(("the database".to_owned(), away.clone()));
    }
    if let Some(redis) = &reading.redis {
        if let Some(away) = &redis.away {
            all.push(("Redis".to_owned(), away.clone()));
        }
        for node in &redis.nodes {
            if let Some(away) = &node.away {
                all.push((format!("Redis {}", escape(&node.name, false)), away.clone()));
            }
        }
    }
    all
}

/// A heading and its lines.
struct Section {
    title: String,
    lines: Vec<Line<'static>>,
}

impl Dashboard {
    /// One section below the other, each as far as there is room; none takes what the next need for a line or two.
    pub(super) fn sections(&self, frame: &mut Frame<'_>, area: Rect, reading: &Reading) {
        let columns = usize::from(area.width);
        let sections: Vec<Section> = [
            self.rates_section(reading, columns),
            self.waits_section(reading, columns),
            running_section(reading, columns),
            replicas_section(reading, columns),
            redis_section(reading, columns),
            tables_section(reading, columns),
            unseen_section(reading, columns),
        ]
        .into_iter()
        .flatten()
        .collect();
        let mut y = area.y;
        for (i, section) in sections.iter().enumerate() {
            let left = usize::from(area.bottom().saturating_sub(y));
            // A heading and two lines for each that is still to come.
            let later: usize = sections[i + 1..]
                .iter()
                .map(|one| 1 + one.lines.len().min(2))
                .sum();
            let lines = section
                .lines
                .len()
                .min(left.saturating_sub(1 + later).max(2))
                .min(left.saturating_sub(1));
            if lines == 0 {
                return;
            }
            let height = u16::try_from(lines + 1).unwrap_or(u16::MAX);
            let part = Rect::new(area.x, y, area.width, height);
            let block = self.block(&section.title);
            let inner = block.inner(part);
            frame.render_widget(block, part);
            for (line, at) in section.lines.iter().zip(inner.y..inner.bottom()) {
                frame.render_widget(line.clone(), Rect::new(inner.x, at, inner.width, 1));
            }
            y += height;
        }
    }

    fn rates_section(&self, reading: &Reading, columns: usize) -> Option<Section> {
        let graph = columns.saturating_sub(42).min(60);
        let lines: Vec<Line<'static>> = rates(reading)
            .into_iter()
            .map(|(name, value)| {
                let is_share = name == SERVER_CACHE;
                let text = match value {
                    Some(value) if is_share => format!("{value:.1} %"),
                    Some(value) => format!("{value:.1}"),
                    None => "?".to_owned(),
                };
                let most = if is_share { 100.0 } else { 0.0 };
                let bars = self.graph(name, graph, most);
                Line::from(vec![
                    Span::raw(format!(" {}", padded(name, 26))),
                    Span::raw(right(&text, 10)),
                    Span::raw("  "),
                    Span::styled(bars, self.style(Color::Cyan)),
                ])
            })
            .collect();
        some("rates", lines)
    }

    fn waits_section(&self, reading: &Reading, columns: usize) -> Option<Section> {
        let mut lines = Vec::new();
        for wait in &reading.database.vitals.waits {
            let red = self.style(Color::Red);
            lines.push(Line::styled(
                shortened(&format!(" {} waits", activity(&wait.waiter)), columns),
                red,
            ));
            if wait.holders.is_empty() {
                lines.push(Line::raw("   for whom is not told"));
            }
            for holder in &wait.holders {
                let perhaps = if wait.guessed { "perhaps " } else { "" };
                let text = format!("   for {perhaps}{}", activity(holder));
                lines.push(Line::raw(shortened(&text, columns)));
            }
        }
        some("who waits for whom", lines)
    }
}

fn some(title: &str, lines: Vec<Line<'static>>) -> Option<Section> {
    (!lines.is_empty()).then(|| Section {
        title: title.to_owned(),
        lines,
    })
}

fn running_section(reading: &Reading, columns: usize) -> Option<Section> {
    let lines = reading
        .database
        .vitals
        .running
        .iter()
        .map(|one| Line::raw(shortened(&format!(" {}", activity(one)), columns)));
    some("running, the oldest first", lines.collect())
}

fn replicas_section(reading: &Reading, columns: usize) -> Option<Section> {
    let vitals = &reading.database.vitals;
    let all = vitals.replicas.iter().chain(&vitals.follows);
    let lines = all.map(|one| Line::raw(shortened(&format!(" {}", replica(one)), columns)));
    some("replication", lines.collect())
}

fn redis_section(reading: &Reading, columns: usize) -> Option<Section> {
    let redis = reading.redis.as_ref()?;
    let lines = redis
        .nodes
        .iter()
        .filter(|node| node.away.is_none())
        .map(|node| {
            let text = format!(" {}", redis_node(node));
            Line::raw(shortened(&text, columns))
        });
    let title = format!("Redis {}", escape(&redis.target, false));
    some(&title, lines.collect())
}

fn tables_section(reading: &Reading, columns: usize) -> Option<Section> {
    let sizes = &reading.database.sizes;
    let dim = Style::new().add_modifier(Modifier::DIM);
    let lines = sizes.tables.iter().take(50).map(|table| {
        let name = padded(
            &escape(&table.name, false),
            columns.saturating_sub(48).clamp(12, 40),
        );
        let mut text = format!(" {name} {}", right(&bytes(table.bytes), 9));
        if let Some(index) = table.index_bytes {
            text.push_str(&format!(" + {} indexes", right(&bytes(index), 9)));
        }
        if let Some(rows) = table.rows {
            text.push_str(&format!(", {rows} rows"));
        }
        let mut spans = vec![Span::raw(shortened(&text, columns))];
        if let Some(bloat) = table.bloat_bytes.filter(|bloat| *bloat > 0) {
            spans.push(Span::styled(format!(", {} empty", bytes(bloat)), dim));
        }
        Line::from(spans)
    });
    let total = sizes
        .bytes
        .map_or(String::new(), |it| format!(", {} in all", bytes(it)));
    let locked = reading
        .database
        .store
        .as_ref()
        .map_or(String::new(), |store| {
            let holder = store.holder.as_ref();
            let holder = holder.map_or(String::new(), |it| format!(", open for writing by {it}"));
            format!(", generation {}{holder}", store.generation)
        });
    some(
        &format!("tables, the largest first{total}{locked}"),
        lines.collect(),
    )
}

fn unseen_section(reading: &Reading, columns: usize) -> Option<Section> {
    let database = &reading.database;
    let mut all: Vec<String> = Vec::new();
    let redis = reading.redis.iter().flat_map(|redis| &redis.unseen);
    let unseen = database.vitals.unseen.iter().chain(&database.sizes.unseen);
    for one in unseen.chain(redis) {
        let line = format!(" {}: {}", one.what, escape(&one.why, false));
        if !all.contains(&line) {
            all.push(line);
        }
    }
    let lines = all.iter().map(|line| Line::raw(shortened(line, columns)));
    some("not seen", lines.collect())
}
