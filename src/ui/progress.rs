//! Progress over many things, known in number or not.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{dim, duration, escape};

/// A bar on a terminal; elsewhere a line for each thing done.
pub struct Progress {
    bar: ProgressBar,
    quiet: bool,
    bar_is_shown: bool,
}

impl Progress {
    pub(super) fn new(of: usize, quiet: bool, terminal: bool) -> Progress {
        let bar_is_shown = terminal && !super::log::is_json() && !quiet && of != 1;
        let bar = if bar_is_shown {
            ProgressBar::with_draw_target(Some(of as u64), ProgressDrawTarget::stderr())
        } else {
            ProgressBar::hidden()
        };
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {wide_msg} {elapsed}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        if bar_is_shown {
            bar.enable_steady_tick(Duration::from_millis(100));
        }
        Progress {
            bar,
            quiet,
            bar_is_shown,
        }
    }

    /// So many things it will be, where that is only known now.
    pub fn expect(&self, of: usize) {
        self.bar.set_length(of as u64);
    }

    /// One thing more is done, which is told on the bar alone.
    pub fn step(&self, name: &str) {
        self.bar.inc(1);
        self.begin(name);
    }

    /// What is being worked on.
    pub fn begin(&self, name: &str) {
        self.bar.set_message(escape(name, false));
    }

    /// A word while it goes on, such as who is waited for.
    pub fn word(&self, text: &str) {
        if self.quiet {
            return;
        }
        let text = escape(text, false);
        if self.bar_is_shown {
            self.bar.println(dim().apply_to(text).to_string());
        } else {
            super::log::say("info", &dim().apply_to(text).to_string());
        }
    }

    /// One thing more is done.
    pub fn done(&self, verb: &str, name: &str, elapsed: Duration) {
        self.bar.inc(1);
        if self.quiet {
            return;
        }
        let line = format!(
            "  {verb} {}  {}",
            escape(name, false),
            dim().apply_to(duration(elapsed))
        );
        if self.bar_is_shown {
            self.bar.println(line);
        } else {
            super::log::say("info", &line);
        }
    }

    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// How many it were so far, on a terminal alone.
pub struct Counting(ProgressBar);

impl Counting {
    pub(super) fn new(what: &'static str, of: Option<u64>, is_shown: bool) -> Counting {
        let bar = if is_shown {
            ProgressBar::with_draw_target(of, ProgressDrawTarget::stderr())
        } else {
            ProgressBar::hidden()
        };
        let template = match of {
            Some(_) => "{bar:24} {human_pos}/{human_len} {wide_msg} {elapsed}",
            None => "{spinner} {human_pos} {wide_msg} {elapsed}",
        };
        let style = ProgressStyle::with_template(template);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(what);
        Counting(bar)
    }

    /// So many they will be.
    pub fn of(&self, number: u64) {
        self.0.set_length(number);
    }

    /// So many by now.
    pub fn at(&self, number: u64) {
        self.0.set_position(number);
    }

    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}

impl Drop for Counting {
    fn drop(&mut self) {
        self.end();
    }
}
