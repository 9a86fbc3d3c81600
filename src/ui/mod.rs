//! Everything that a person or a pipe sees: the only place that prints.
//!
//! Data goes to stdout, everything else to stderr. A closed pipe ends nothing: what cannot be written
//! is dropped, and the run goes on to its end.

mod dashboard;
mod escape;
mod log;
mod place;
mod progress;
mod prompt;
pub mod reading;
mod screen;
mod table;

use std::io::{IsTerminal as _, Write as _};
use std::sync::OnceLock;

use console::{Style, measure_text_width};
use serde::Serialize;

pub use crate::health::place::bytes;
pub use dashboard::Dashboard;
pub use escape::escape;
pub use log::Told;
pub use place::marked;
pub use progress::{Counting, Progress};
pub use prompt::{Answer, Unanswered};
pub use screen::{Screen, Wish, leave_screen};
pub use table::Table;

/// The version of every JSON document that is printed.
pub const FORMAT: u32 = 1;

/// Whether colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// On a terminal, and where `NO_COLOR` is not set.
    #[default]
    Auto,
    Always,
    Never,
}

/// How output is given and questions are asked.
#[derive(Clone, Debug)]
pub struct Ui {
    json: bool,
    quiet: bool,
    yes: bool,
    stderr_is_terminal: bool,
    stdin_is_terminal: bool,
    stdout_is_terminal: bool,
}

impl Ui {
    pub fn new(json: bool, quiet: bool, yes: bool, colour: Colour) -> Ui {
        match colour {
            Colour::Auto => {}
            Colour::Always => {
                console::set_colors_enabled(true);
                console::set_colors_enabled_stderr(true);
            }
            Colour::Never => {
                console::set_colors_enabled(false);
                console::set_colors_enabled_stderr(false);
            }
        }
        Ui {
            json,
            quiet,
            yes,
            stderr_is_terminal: std::io::stderr().is_terminal(),
            stdin_is_terminal: std::io::stdin().is_terminal(),
            stdout_is_terminal: std::io::stdout().is_terminal(),
        }
    }

    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Whether somebody sits in front of it, who can be shown a screen and can press a key.
    pub fn has_terminal(&self) -> bool {
        !self.json && self.stdin_is_terminal && self.stdout_is_terminal
    }

    /// A line of data, for people. Nothing under `--json`.
    pub fn data(&self, text: impl AsRef<str>) {
        if !self.json {
            print_out(text.as_ref());
        }
    }

    /// Text that is data in itself, such as a script: printed as it is.
    pub fn raw(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        note_unwritten(written);
    }

    /// A script or another text for programs: as it is in a file or a pipe, harmless on a terminal.
    pub fn script(&self, text: &str) {
        if std::io::stdout().is_terminal() {
            self.raw(&escape(text, true));
        } else {
            self.raw(text);
        }
    }

    /// Why some of the data could not be written, where that was so.
    pub fn unwritten(&self) -> Option<&'static str> {
        UNWRITTEN.get().map(String::as_str)
    }

    /// A word beside the data. Nothing under `--quiet`.
    pub fn note(&self, text: impl AsRef<str>) {
        if !self.quiet {
            log::say("info", text.as_ref());
        }
    }

    /// Something that is not wrong and should still be known.
    pub fn warn(&self, text: impl AsRef<str>) {
        let word = Style::new()
            .for_stderr()
            .yellow()
            .bold()
            .apply_to("warning:");
        if log::is_json() {
            log::say("warn", text.as_ref());
        } else {
            print_err(&format!("{word} {}", text.as_ref()));
        }
    }

    /// The document of a command, under `--json`.
    pub fn document<T: Serialize>(&self, command: &str, body: &T) {
        if self.json {
            self.print_document(command, body);
        }
    }

    /// The document of a command, whatever else was asked for.
    pub fn print_document<T: Serialize>(&self, command: &str, body: &T) {
        self.json(&Document {
            format: FORMAT,
            command,
            body,
        });
    }

    /// One of a row of documents, in one line; `false` where nobody reads them any more. Who reads slowly holds up
    /// whoever waits for this, and nothing else.
    pub async fn document_line<T: Serialize>(&self, command: &str, body: &T) -> bool {
        let text = serde_json::to_string(&Document {
            format: FORMAT,
            command,
            body,
        })
        .expect("documents are made of maps with text keys, which always serialize");
        let writing = tokio::task::spawn_blocking(move || {
            let mut out = std::io::stdout().lock();
            writeln!(out, "{text}").and_then(|()| out.flush())
        });
        let written = writing.await.unwrap_or(Ok(()));
        let is_read = written.is_ok();
        note_unwritten(written);
        is_read
    }

    /// A failure: `message` and whatever explains it, then hints.
    pub fn failure(&self, message: &str, detail: &[String], hints: &[String]) {
        if log::is_json() {
            log::failure(message, detail, hints);
            return;
        }
        let word = Style::new().for_stderr().red().bold().apply_to("error:");
        print_err(&format!("{word} {message}"));
        for line in detail {
            print_err(line);
        }
        let word = Style::new().for_stderr().cyan().bold().apply_to("next:");
        for hint in hints {
            print_err(&format!("{word} {hint}"));
        }
    }

    /// The document of a failure, under `--json`.
    pub fn failure_document(&self, code: u8, kind: &str, message: &str, hint: Option<&str>) {
        #[derive(Serialize)]
        struct Error<'a> {
            code: u8,
            kind: &'a str,
            message: &'a str,
            hint: Option<&'a str>,
        }
        #[derive(Serialize)]
        struct Document<'a> {
            error: Error<'a>,
        }
        self.json(&Document {
            error: Error {
                code,
                kind,
                message,
                hint,
            },
        });
    }

    fn json<T: Serialize>(&self, document: &T) {
        let text = serde_json::to_string_pretty(document)
            .expect("documents are made of maps with text keys, which always serialize");
        print_out(&text);
    }

    /// Progress over `of` things, shown on a terminal as a bar and elsewhere line by line.
    pub fn progress(&self, of: usize) -> Progress {
        Progress::new(of, self.quiet, self.stderr_is_terminal && !self.json)
    }

    /// Progress over things whose number is not known, on a terminal alone.
    pub fn counting(&self, what: &'static str) -> Counting {
        self.counting_to(what, None)
    }

    /// As [`Ui::counting`], of so many.
    pub fn counting_to(&self, what: &'static str, of: impl Into<Option<u64>>) -> Counting {
        let is_shown = self.stderr_is_terminal && !self.json && !self.quiet && !log::is_json();
        Counting::new(what, of.into(), is_shown)
    }
}

/// The document of a command.
#[derive(Serialize)]
struct Document<'a, T> {
    format: u32,
    command: &'a str,
    #[serde(flatten)]
    body: &'a T,
}

/// What went wrong with stdout first. A pipe that nobody reads any more is nothing wrong.
static UNWRITTEN: OnceLock<String> = OnceLock::new();

fn note_unwritten(written: std::io::Result<()>) {
    if let Err(error) = written
        && error.kind() != std::io::ErrorKind::BrokenPipe
    {
        UNWRITTEN.get_or_init(|| error.to_string());
    }
}

fn print_out(text: &str) {
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "{text}").and_then(|()| out.flush());
    note_unwritten(written);
}

fn print_err(text: &str) {
    // What is drawn on would be spoilt.
    if screen::is_entered() {
        return;
    }
    let mut err = std::io::stderr().lock();
    drop(writeln!(err, "{text}"));
}

/// For what matters less, on stderr.
pub fn dim() -> Style {
    Style::new().for_stderr().dim()
}

/// For what matters more, on stdout.
pub fn bold() -> Style {
    Style::new().bold()
}

/// For what is well, on stdout.
pub fn good() -> Style {
    Style::new().green()
}

/// For what waits or is doubtful, on stdout.
pub fn doubtful() -> Style {
    Style::new().yellow()
}

/// For what is wrong, on stdout.
pub fn bad() -> Style {
    Style::new().red().bold()
}

/// How many columns a text takes on a terminal.
pub fn width(text: &str) -> usize {
    measure_text_width(text)
}

/// A duration for people: `850 µs`, `12 ms`, `1.5 s`, `2 min 3 s`.
pub fn duration(duration: std::time::Duration) -> String {
    let ms = duration.as_secs_f64() * 1000.0;
    if ms < 1.0 {
        format!("{} µs", duration.as_micros())
    } else if ms < 1000.0 {
        format!("{ms:.0} ms")
    } else if ms < 60_000.0 {
        format!("{:.1} s", ms / 1000.0)
    } else {
        format!(
            "{} min {} s",
            duration.as_secs() / 60,
            duration.as_secs() % 60
        )
    }
}

/// `1 revision`, `2 revisions`.
pub fn count<N: std::fmt::Display + PartialEq + From<u8>>(n: N, what: &str) -> String {
    if n == N::from(1) {
        format!("1 {what}")
    } else {
        format!("{n} {what}s")
    }
}
