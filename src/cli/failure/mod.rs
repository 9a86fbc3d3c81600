//! Errors as a person or a pipeline meets them: the only place that knows exit codes and hints.

mod configuration;
mod connecting;
mod copying;
mod database;
mod disagreement;
mod keeping;
mod pruning;
mod redis;
mod running;

use std::error::Error;

pub(super) use disagreement::{finding_line, findings_failure};
pub(super) use running::in_the_way;

use crate::database::Target;
use crate::migrate::Signal;
use crate::ui::{Ui, Unanswered, escape};

/// A command that did not do what was asked.
#[derive(Debug)]
pub(super) struct Failure {
    pub code: u8,
    pub kind: &'static str,
    pub message: String,
    /// Lines that explain it.
    pub detail: Vec<String>,
    pub hints: Vec<String>,
}

/// The exit code of a run that a signal ended.
pub(super) fn signal_code(signal: Signal) -> u8 {
    match signal {
        Signal::Interrupt => 130,
        Signal::Terminate => 143,
    }
}

impl Failure {
    pub(super) fn new(code: u8, kind: &'static str, message: impl Into<String>) -> Failure {
        Failure {
            code,
            kind,
            message: message.into(),
            detail: Vec::new(),
            hints: Vec::new(),
        }
    }

    pub fn failed(message: impl Into<String>) -> Failure {
        Failure::new(1, "failed", message)
    }

    pub fn usage(message: impl Into<String>) -> Failure {
        Failure::new(2, "usage", message)
    }

    pub fn config(message: impl Into<String>) -> Failure {
        Failure::new(3, "configuration", message)
    }

    pub fn history(message: impl Into<String>) -> Failure {
        Failure::new(6, "history", message)
    }

    /// Servers that are there, though not all of them.
    pub fn unready(message: impl Into<String>) -> Failure {
        Failure::new(4, "connection", message)
    }

    pub fn files(message: impl Into<String>) -> Failure {
        Failure::new(9, "files", message)
    }

    pub fn refused(message: impl Into<String>) -> Failure {
        Failure::new(10, "refused", message)
    }

    /// Something that was watched did not answer.
    pub fn unreachable(message: impl Into<String>) -> Failure {
        Failure::new(4, "unreachable", message)
    }

    /// An address that `--listen` named and the system does not give.
    pub fn not_listening(at: &std::net::SocketAddr, error: &std::io::Error) -> Failure {
        let message = format!("cannot listen at {at}: {error}");
        if error.kind() == std::io::ErrorKind::AddrInUse {
            return Failure::new(5, "busy", message).hint(format!(
                "who listens there? ss -ltnp 'sport = :{}'",
                at.port()
            ));
        }
        Failure::files(message)
    }

    pub fn declined() -> Failure {
        Failure::new(1, "declined", "answered no; nothing was done")
    }

    pub fn unanswered(unanswered: &Unanswered) -> Failure {
        Failure::usage(format!(
            "{}; nothing was done",
            escape(&unanswered.to_string(), false)
        ))
        .hint(format!(
            "{} answers it (PITON_YES=1 in a pipeline)",
            unanswered.flag
        ))
    }

    pub fn stopped(signal: Signal) -> Failure {
        let name = match signal {
            Signal::Interrupt => "SIGINT",
            Signal::Terminate => "SIGTERM",
        };
        Failure::new(signal_code(signal), "stopped", format!("stopped by {name}"))
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hints.push(hint.into());
        self
    }

    pub fn line(mut self, line: impl Into<String>) -> Failure {
        self.detail.push(line.into());
        self
    }

    /// Adds which database it is about.
    pub fn about(mut self, target: &Target, tls_was_default: bool) -> Failure {
        // A store names itself.
        if (self.code == 4 || self.code == 5) && target.url().is_some() {
            self.message = format!("{}: {}", escape(&target.describe(), false), self.message);
        }
        if self.kind == "database" {
            self.hints.push("piton init makes the database".to_owned());
        }
        if self.kind == "tls" && tls_was_default {
            self.hints.push(
                "the URL says nothing of TLS, so the certificate is verified: add sslrootcert=FILE \
                 (ssl-ca= on MySQL) for your own authority, or sslmode=disable (ssl-mode=DISABLED) \
                 for none"
                    .to_owned(),
            );
        }
        self
    }

    pub fn show(&self, ui: &Ui) {
        if ui.is_json() {
            let mut message = self.message.clone();
            for line in &self.detail {
                message.push('\n');
                message.push_str(line);
            }
            let hint = (!self.hints.is_empty()).then(|| self.hints.join("\n"));
            ui.failure_document(self.code, self.kind, &message, hint.as_deref());
        } else {
            ui.failure(&self.message, &self.detail, &self.hints);
        }
    }
}

/// The chain of an error's causes in one line, safe to show.
fn words(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.ends_with(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        cause = error.source();
    }
    escape(&text, true)
}
