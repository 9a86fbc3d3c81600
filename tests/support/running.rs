//! A `piton` that is still running.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::output::Output;

/// Killed when dropped, so that no test leaves one behind.
pub struct Running {
    child: Child,
    stdout: Printed,
    stderr: Printed,
    arguments: Vec<String>,
    words: Vec<(String, &'static str)>,
}

impl Running {
    pub(super) fn start(mut command: Command, words: Vec<(String, &'static str)>) -> Running {
        let arguments = command
            .get_args()
            .map(|argument| argument.to_string_lossy().into_owned())
            .collect();
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("piton starts");
        Running {
            stdout: Printed::by(child.stdout.take().expect("piped")),
            stderr: Printed::by(child.stderr.take().expect("piped")),
            child,
            arguments,
            words,
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal, such as `INT`.
    pub fn signal(&self, name: &str) {
        let status = Command::new("sh")
            .args(["-c", "kill -s \"$0\" \"$1\"", name, &self.pid().to_string()])
            .status()
            .expect("a shell");
        assert!(status.success(), "kill -s {name}");
    }

    /// Waits until it has printed something.
    #[track_caller]
    pub fn wait_for(&self, text: &str) {
        wait_until(&format!("it prints {text:?}"), || {
            self.stdout.contains(text) || self.stderr.contains(text)
        });
    }

    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("it can be asked").is_some()
    }

    /// Ends it as a power cut would, and waits until it is gone.
    pub fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// Waits for its end.
    pub fn output(mut self) -> Output {
        let output = std::process::Output {
            status: self.child.wait().expect("it ends"),
            stdout: self.stdout.all(),
            stderr: self.stderr.all(),
        };
        Output::new(&self.arguments, &output, &self.words)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// What a process prints on one of its outputs, while it does.
struct Printed {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Printed {
    fn by(mut pipe: impl Read + Send + 'static) -> Printed {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let into = bytes.clone();
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = pipe.read(&mut buffer) {
                into.lock()
                    .expect("no panic")
                    .extend_from_slice(&buffer[..n]);
            }
        });
        Printed {
            bytes,
            reader: Some(reader),
        }
    }

    fn contains(&self, text: &str) -> bool {
        let bytes = self.bytes.lock().expect("no panic");
        String::from_utf8_lossy(&bytes).contains(text)
    }

    /// Everything, once the process has ended.
    fn all(&mut self) -> Vec<u8> {
        if let Some(reader) = self.reader.take() {
            reader.join().expect("no panic");
        }
        self.bytes.lock().expect("no panic").clone()
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
