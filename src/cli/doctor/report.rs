//! What was found, rung by rung, and shown as it is found.

use std::time::Duration;

use serde::Serialize;

use crate::cli::failure::Failure;
use crate::ui::{Ui, bad, bold, doubtful, duration, escape, good};

/// All that was looked at.
pub(super) struct Report {
    ui: Ui,
    /// Nothing is shown of what is well.
    quiet: bool,
    pub ladders: Vec<Ladder>,
    failure: Option<Failure>,
}

/// One thing that was looked at: the configuration, the database, Redis or one of its servers.
#[derive(Serialize)]
pub(super) struct Ladder {
    of: &'static str,
    target: Option<String>,
    ok: bool,
    rungs: Vec<Rung>,
    broken: Option<Broken>,
}

#[derive(Serialize)]
struct Rung {
    rung: &'static str,
    state: State,
    says: String,
    took_ms: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Good,
    /// It holds, and there is something to know.
    Noted,
    Broken,
}

#[derive(Serialize)]
struct Broken {
    code: u8,
    kind: &'static str,
    message: String,
    detail: Vec<String>,
    next: Vec<String>,
}

/// A rung that does not hold.
pub(super) struct Breaks {
    pub rung: &'static str,
    /// In a box, so that a result with it stays small.
    pub failure: Box<Failure>,
    pub took: Option<Duration>,
}

impl Breaks {
    pub fn at(rung: &'static str, failure: impl Into<Failure>) -> Breaks {
        Breaks {
            rung,
            failure: Box::new(failure.into()),
            took: None,
        }
    }

    pub fn after(mut self, took: Duration) -> Breaks {
        self.took = Some(took);
        self
    }
}

impl Report {
    pub fn new(ui: &Ui, quiet: bool) -> Report {
        Report {
            ui: ui.clone(),
            quiet,
            ladders: Vec::new(),
            failure: None,
        }
    }

    /// Begins with something else: what follows is about it.
    pub fn begin(&mut self, of: &'static str, target: Option<String>) {
        if !self.quiet {
            let shown = match &target {
                Some(target) => format!("{} {}", bold().apply_to(of), escape(target, false)),
                None => bold().apply_to(of).to_string(),
            };
            self.ui.data(shown);
        }
        self.ladders.push(Ladder {
            of,
            target,
            ok: true,
            rungs: Vec::new(),
            broken: None,
        });
    }

    pub fn holds(&mut self, rung: &'static str, says: impl Into<String>, took: Option<Duration>) {
        self.push(rung, State::Good, says.into(), took);
    }

    /// A rung that holds, with something that should be known.
    pub fn notes(&mut self, rung: &'static str, says: impl Into<String>, took: Option<Duration>) {
        self.push(rung, State::Noted, says.into(), took);
    }

    /// Whether a rung of the ladder that was begun last is there already.
    pub fn has(&self, rung: &str) -> bool {
        let last = self.ladders.last();
        last.is_some_and(|ladder| ladder.rungs.iter().any(|one| one.rung == rung))
    }

    /// A rung that does not hold: the ladder ends here. The first failure is the report's.
    pub fn breaks(&mut self, breaks: Breaks) {
        let Breaks {
            rung,
            failure,
            took,
        } = breaks;
        let target = self
            .ladders
            .last()
            .and_then(|ladder| ladder.target.as_ref());
        let prefix = target.map(|target| format!("{}: ", escape(target, false)));
        let says = prefix
            .and_then(|prefix| failure.message.strip_prefix(&prefix))
            .unwrap_or(&failure.message)
            .to_owned();
        self.push(rung, State::Broken, says, took);
        if let Some(ladder) = self.ladders.last_mut() {
            ladder.ok = false;
            ladder.broken = Some(Broken {
                code: failure.code,
                kind: failure.kind,
                message: failure.message.clone(),
                detail: failure.detail.clone(),
                next: failure.hints.clone(),
            });
        }
        if !self.ui.is_json() {
            failure.show(&self.ui);
        }
        self.failure.get_or_insert(*failure);
    }

    /// The code of the first rung that broke; 0 where all is well.
    pub fn code(&self) -> u8 {
        self.failure.as_ref().map_or(0, |failure| failure.code)
    }

    fn push(&mut self, rung: &'static str, state: State, says: String, took: Option<Duration>) {
        if !self.quiet {
            let mark = match state {
                State::Good => good().apply_to("✓"),
                State::Noted => doubtful().apply_to("!"),
                State::Broken => bad().apply_to("✗"),
            };
            let took = took.map(duration).unwrap_or_default();
            let first = says.lines().next().unwrap_or_default();
            self.ui.data(format!(
                "  {mark} {rung:<13} {took:>8}  {}",
                escape(first, false)
            ));
        }
        if let Some(ladder) = self.ladders.last_mut() {
            ladder.rungs.push(Rung {
                rung,
                state,
                says,
                took_ms: took.map(|took| (took.as_secs_f64() * 1e6).round() / 1000.0),
            });
        }
    }
}
