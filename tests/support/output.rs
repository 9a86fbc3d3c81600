//! What a run of `piton` gave: exit code, stdout and stderr, with what differs each time replaced.

use std::process::ExitStatus;

use serde_json::Value;

/// A run that has ended.
#[derive(Clone, Debug)]
pub struct Output {
    arguments: String,
    pub code: i32,
    /// Normalised: `$DIR`, `$DATABASE`, `$SERVER`, `$TIME` for durations and `$DATE` for dates.
    pub stdout: String,
    pub stderr: String,
    raw_stdout: String,
    raw_stderr: String,
}

impl Output {
    pub(super) fn new(
        arguments: &[String],
        output: &std::process::Output,
        words: &[(String, &'static str)],
    ) -> Output {
        let raw_stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        let raw_stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        Output {
            arguments: arguments.join(" "),
            code: code(output.status),
            stdout: normalised(&raw_stdout, words),
            stderr: normalised(&raw_stderr, words),
            raw_stdout,
            raw_stderr,
        }
    }

    /// It ended well.
    #[track_caller]
    pub fn ok(self) -> Output {
        self.ends(0)
    }

    /// It ended with this exit code.
    #[track_caller]
    pub fn ends(self, code: i32) -> Output {
        assert!(
            self.code == code,
            "piton {} ended with {}, not {code}\n{}",
            self.arguments,
            self.code,
            self.shown()
        );
        self
    }

    /// Each of the texts is somewhere in what was printed.
    #[track_caller]
    pub fn says<const N: usize>(self, texts: [&str; N]) -> Output {
        for text in texts {
            assert!(
                self.stdout.contains(text) || self.stderr.contains(text),
                "piton {} does not say {text:?}\n{}",
                self.arguments,
                self.shown()
            );
        }
        self
    }

    /// None of the texts is anywhere in what was printed.
    #[track_caller]
    pub fn hides<const N: usize>(self, texts: [&str; N]) -> Output {
        for text in texts {
            assert!(
                !self.raw_stdout.contains(text) && !self.raw_stderr.contains(text),
                "piton {} says {text:?}\n{}",
                self.arguments,
                self.shown()
            );
        }
        self
    }

    /// The one JSON document on stdout.
    #[track_caller]
    pub fn document(&self) -> Value {
        match serde_json::from_str(&self.raw_stdout) {
            Ok(document) => document,
            Err(error) => panic!(
                "piton {} gives no JSON document: {error}\n{}",
                self.arguments,
                self.shown()
            ),
        }
    }

    /// Stdout as it was, for what is data in itself.
    pub fn raw(&self) -> &str {
        &self.raw_stdout
    }

    fn shown(&self) -> String {
        format!(
            "--- stdout\n{}--- stderr\n{}---",
            self.raw_stdout, self.raw_stderr
        )
    }
}

/// As a shell counts it: 128 and the signal, where one ended the process.
fn code(status: ExitStatus) -> i32 {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt as _;
        if let Some(signal) = status.signal() {
            return 128 + signal;
        }
    }
    status.code().unwrap_or(-1)
}

fn normalised(text: &str, words: &[(String, &'static str)]) -> String {
    let mut text = text.to_owned();
    for (word, instead) in words {
        text = text.replace(word.as_str(), instead);
    }
    durations(&dates(&text))
}

/// `2026-01-31T12:00:00Z` becomes `$DATE`.
fn dates(text: &str) -> String {
    const SHAPE: &[u8] = b"0000-00-00T00:00:00Z";
    let mut left = text;
    let mut out = String::new();
    while let Some(first) = left.chars().next() {
        let fits = left.len() >= SHAPE.len()
            && left.bytes().zip(SHAPE).all(|(byte, shape)| match shape {
                b'0' => byte.is_ascii_digit(),
                shape => byte == *shape,
            });
        if fits {
            out.push_str("$DATE");
            left = &left[SHAPE.len()..];
        } else {
            out.push(first);
            left = &left[first.len_utf8()..];
        }
    }
    out
}

/// `1.5 s`, `12 ms` and `850 µs` become `$TIME`.
fn durations(text: &str) -> String {
    let mut out = String::new();
    let mut left = text;
    while let Some(first) = left.chars().next() {
        let number = left
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(left.len());
        let unit = [" µs", " ms", " s"].into_iter().find(|unit| {
            let rest = &left[number..];
            rest.starts_with(unit) && !rest[unit.len()..].starts_with(|c: char| c.is_alphanumeric())
        });
        match unit {
            Some(unit) if number > 0 && first.is_ascii_digit() => {
                out.push_str("$TIME");
                left = &left[number + unit.len()..];
            }
            _ => {
                let step = if number > 0 { number } else { first.len_utf8() };
                out.push_str(&left[..step]);
                left = &left[step..];
            }
        }
    }
    out
}
