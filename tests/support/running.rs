//! A `piton` that is still running.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::output::Output;

/// Killed when dropped, so that no test leaves one behind.
pub struct Running {
    child: Option<Child>,
    arguments: Vec<String>,
    words: Vec<(String, &'static str)>,
}

impl Running {
    pub(super) fn start(mut command: Command, words: Vec<(String, &'static str)>) -> Running {
        let arguments = command
            .get_args()
            .map(|argument| argument.to_string_lossy().into_owned())
            .collect();
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("piton starts");
        Running {
            child: Some(child),
            arguments,
            words,
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("running").id()
    }

    /// Sends a signal, such as `INT`.
    pub fn signal(&self, name: &str) {
        let status = Command::new("sh")
            .args(["-c", "kill -s \"$0\" \"$1\"", name, &self.pid().to_string()])
            .status()
            .expect("a shell");
        assert!(status.success(), "kill -s {name}");
    }

    /// Ends it as a power cut would, and waits until it is gone.
    pub fn kill(mut self) {
        let mut child = self.child.take().expect("running");
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
    }

    /// Waits for its end.
    pub fn output(mut self) -> Output {
        let child = self.child.take().expect("running");
        let output = child.wait_with_output().expect("it ends");
        Output::new(&self.arguments, &output, &self.words)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

/// Waits until something is so, for at most twenty seconds.
#[track_caller]
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "waited in vain: {what}"
        );
        std::thread::sleep(Duration::from_millis(15));
    }
}
