//! The live view of `piton monitor`: figures with their graphs, what runs, what waits, what is large.

mod sections;

use std::collections::{BTreeMap, VecDeque};

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Paragraph, Wrap};

use super::reading::{threshold, title, value};
use super::{escape, width};
use crate::health::monitor::{Figure, Measure, Reading, State};

/// How many readings a graph goes back.
const REMEMBERED: usize = 240;

/// What is drawn: the last reading, and what the figures were before.
pub struct Dashboard {
    /// Said in the first line, such as `every 1 s`.
    pace: String,
    plain: bool,
    last: Option<(Reading, Vec<Figure>)>,
    past: BTreeMap<String, VecDeque<Option<f64>>>,
}

impl Dashboard {
    pub fn new(pace: String) -> Dashboard {
        Dashboard {
            pace,
            plain: !console::colors_enabled(),
            last: None,
            past: BTreeMap::new(),
        }
    }

    /// Takes in another reading.
    pub fn take(&mut self, reading: Reading, figures: Vec<Figure>) {
        let mut seen: BTreeMap<String, Option<f64>> = figures
            .iter()
            .map(|figure| (key(figure), figure.value))
            .collect();
        for (name, value) in sections::rates(&reading) {
            seen.insert(name.to_owned(), value);
        }
        for name in seen.keys() {
            self.past.entry(name.clone()).or_default();
        }
        self.past.retain(|name, values| {
            values.push_back(seen.get(name).copied().flatten());
            while values.len() > REMEMBERED {
                values.pop_front();
            }
            values.iter().any(Option::is_some) || seen.contains_key(name)
        });
        self.last = Some((reading, figures));
    }

    /// Draws all of it.
    pub fn draw(&self, frame: &mut Frame<'_>) {
        let area = frame.area();
        let Some((reading, figures)) = &self.last else {
            frame.render_widget(Paragraph::new("connecting …"), area);
            return;
        };
        let alarms = self.advice(figures, reading);
        let advice_height = wrapped_height(&alarms, area.width);
        let figures_height = u16::try_from(figures.len())
            .unwrap_or(u16::MAX)
            .saturating_add(2);
        let [head, table, advice, rest] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Length(figures_height.min(area.height.saturating_sub(1))),
            Constraint::Length(advice_height),
            Constraint::Min(0),
        ])
        .areas(area);
        self.head(frame, head, reading, figures);
        self.figures(frame, table, figures);
        frame.render_widget(Paragraph::new(alarms).wrap(Wrap { trim: false }), advice);
        self.sections(frame, rest, reading);
    }

    fn style(&self, colour: Color) -> Style {
        if self.plain {
            Style::new()
        } else {
            Style::new().fg(colour)
        }
    }

    fn head(&self, frame: &mut Frame<'_>, area: Rect, reading: &Reading, figures: &[Figure]) {
        let alarms = figures
            .iter()
            .filter(|one| one.state == State::Alarm)
            .count();
        let state = match (reading.all_here(), alarms) {
            (false, _) => Span::styled(
                " away ",
                self.style(Color::Red).add_modifier(Modifier::REVERSED),
            ),
            (true, 0) => Span::styled(
                " well ",
                self.style(Color::Green).add_modifier(Modifier::REVERSED),
            ),
            (true, n) => Span::styled(
                format!(" {} ", super::count(n, "alarm")),
                self.style(Color::Red).add_modifier(Modifier::REVERSED),
            ),
        };
        let right = format!(
            " {} UTC, {}, q leaves",
            reading.at.format("%H:%M:%S"),
            self.pace
        );
        let room = usize::from(area.width)
            .saturating_sub(state.width() + 1)
            .saturating_sub(width(&right));
        let target = shortened(&escape(&reading.database.target, false), room);
        let gap = " ".repeat(room.saturating_sub(width(&target)));
        let line = Line::from(vec![
            state,
            Span::raw(" "),
            Span::styled(target, Style::new().add_modifier(Modifier::BOLD)),
            Span::raw(gap),
            Span::styled(right, Style::new().add_modifier(Modifier::DIM)),
        ]);
        frame.render_widget(line, area);
    }

    fn figures(&self, frame: &mut Frame<'_>, area: Rect, figures: &[Figure]) {
        let block = self.block("figures");
        let inner = block.inner(area);
        frame.render_widget(block, area);
        let wide = usize::from(inner.width);
        let named = figures
            .iter()
            .map(|one| width(&title(one)))
            .max()
            .unwrap_or(0);
        let title_width = named.min((wide / 2).clamp(12, 40));
        // Value and threshold first; a graph where there is room; what stands behind it last.
        let left = wide.saturating_sub(title_width + 2 + 9);
        let threshold_width = if left >= 12 { 11 } else { 0 };
        let left = left.saturating_sub(threshold_width);
        let graph_width = if left >= 60 {
            32
        } else if left >= 24 {
            12
        } else {
            0
        };
        let detail_width = left.saturating_sub(graph_width + 2);
        for (figure, y) in figures.iter().zip(inner.y..inner.bottom()) {
            let style = match figure.state {
                State::Alarm => self.style(Color::Red).add_modifier(Modifier::BOLD),
                State::Unseen => Style::new().add_modifier(Modifier::DIM),
                State::Fine => Style::new(),
            };
            let mark = match figure.state {
                State::Alarm => "!",
                State::Unseen => "?",
                State::Fine => " ",
            };
            let value = right(&value(figure), 8);
            let mut spans = vec![
                Span::styled(
                    format!("{mark}{}", padded(&title(figure), title_width + 1)),
                    style,
                ),
                Span::styled(value, style),
            ];
            if threshold_width > 0 {
                let text = padded(&format!(" {}", threshold(figure)), threshold_width);
                spans.push(Span::styled(text, Style::new().add_modifier(Modifier::DIM)));
            }
            if graph_width > 0 {
                let most = match figure.measure {
                    Measure::Percent => 100.0,
                    Measure::Ms => figure.threshold.unwrap_or(0.0),
                };
                let graph = self.graph(&key(figure), graph_width, most);
                let colour = if figure.state == State::Alarm {
                    Color::Red
                } else {
                    Color::Cyan
                };
                spans.push(Span::styled(graph, self.style(colour)));
                spans.push(Span::raw("  "));
            }
            spans.push(Span::raw(shortened(
                &escape(&figure.detail, false),
                detail_width,
            )));
            frame.render_widget(Line::from(spans), Rect::new(inner.x, y, inner.width, 1));
        }
    }

    /// The last values of a series as bars, the newest at the right; `most` is what fills a bar, if not more.
    fn graph(&self, name: &str, columns: usize, most: f64) -> String {
        const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
        let empty = VecDeque::new();
        let values = self.past.get(name).unwrap_or(&empty);
        let shown = values.iter().skip(values.len().saturating_sub(columns));
        let most = shown
            .clone()
            .flatten()
            .fold(most, |most, value| most.max(*value));
        let bars = shown.map(|value| match value {
            Some(value) if most > 0.0 => {
                let eighths = (value / most * 8.0).ceil().clamp(1.0, 8.0);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "1 to 8"
                )]
                let bar = BARS[eighths as usize - 1];
                bar
            }
            Some(_) => BARS[0],
            None => ' ',
        });
        let bars: String = bars.collect();
        right(&bars, columns)
    }

    /// What is away, and what to do about each alarm.
    fn advice(&self, figures: &[Figure], reading: &Reading) -> Vec<Line<'static>> {
        let mut lines = Vec::new();
        let red = self.style(Color::Red).add_modifier(Modifier::BOLD);
        for (what, away) in sections::away(reading) {
            lines.push(Line::from(vec![
                Span::styled(format!("{what} is away "), red),
                Span::raw(format!(
                    "since {} UTC: {}",
                    away.since.format("%H:%M:%S"),
                    escape(&away.reason, false)
                )),
            ]));
        }
        for figure in figures {
            if let Some(advice) = &figure.advice {
                lines.push(Line::from(vec![
                    Span::styled(format!("{}: ", title(figure)), red),
                    Span::raw(escape(advice, false)),
                ]));
            }
        }
        lines
    }

    fn block(&self, title: &str) -> Block<'static> {
        Block::new()
            .borders(Borders::TOP)
            .border_style(Style::new().add_modifier(Modifier::DIM))
            .title(Span::styled(
                format!(" {title} "),
                Style::new().add_modifier(Modifier::BOLD),
            ))
    }
}

fn key(figure: &Figure) -> String {
    format!("{} {}", figure.kind.name(), figure.of)
}

/// Cut to so many columns, with an ellipsis where something is missing.
fn shortened(text: &str, columns: usize) -> String {
    console::truncate_str(text, columns, "…").into_owned()
}

fn padded(text: &str, columns: usize) -> String {
    let text = shortened(text, columns);
    let missing = columns.saturating_sub(width(&text));
    text + &" ".repeat(missing)
}

fn right(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(width(text));
    " ".repeat(missing) + text
}

fn wrapped_height(lines: &[Line<'_>], columns: u16) -> u16 {
    let columns = usize::from(columns).max(1);
    let rows = lines
        .iter()
        .map(|line| line.width().div_ceil(columns).max(1));
    u16::try_from(rows.sum::<usize>()).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests;
