//! The live view, in a terminal of the test's own.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use crate::support::{TestEnvironment, wait_until};

/// A pseudo-terminal with a program in it.
struct Terminal {
    controller: File,
    child: Child,
    shown: Arc<Mutex<Vec<u8>>>,
    /// Kept open, so that the terminal outlives the program.
    program_side: OwnedFd,
}

impl Terminal {
    fn run(mut command: Command, columns: u16, rows: u16) -> Terminal {
        let (mut controller, mut program) = (0, 0);
        let mut size = libc::winsize {
            ws_row: rows,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        // SAFETY: the pointers are to locals of the right types; name and settings may be null.
        let opened = unsafe {
            libc::openpty(
                &raw mut controller,
                &raw mut program,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                &raw mut size,
            )
        };
        assert_eq!(opened, 0, "a terminal");
        // SAFETY: openpty gave both to us alone.
        let (controller, program_side) =
            unsafe { (File::from_raw_fd(controller), OwnedFd::from_raw_fd(program)) };
        let copy = || Stdio::from(program_side.try_clone().expect("a copy"));
        let child = command
            .env("TERM", "xterm-256color")
            .stdin(copy())
            .stdout(copy())
            .stderr(copy())
            .spawn()
            .expect("piton starts");
        let shown = Arc::new(Mutex::new(Vec::new()));
        let (into, mut from) = (shown.clone(), controller.try_clone().expect("a copy"));
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = from.read(&mut buffer) {
                into.lock()
                    .expect("no panic")
                    .extend_from_slice(&buffer[..n]);
            }
        });
        Terminal {
            controller,
            child,
            shown,
            program_side,
        }
    }

    fn shown(&self) -> String {
        String::from_utf8_lossy(&self.shown.lock().expect("no panic")).into_owned()
    }

    /// Whether keys are echoed and lines edited, as before and after.
    fn is_cooked(&self) -> bool {
        // SAFETY: a zeroed termios is a valid one to be filled.
        let mut settings: libc::termios = unsafe { std::mem::zeroed() };
        // SAFETY: the descriptor is open and the pointer is to a local.
        let read = unsafe { libc::tcgetattr(self.program_side.as_raw_fd(), &raw mut settings) };
        assert_eq!(read, 0);
        settings.c_lflag & (libc::ECHO | libc::ICANON) == libc::ECHO | libc::ICANON
    }

    fn ends(&mut self) -> std::process::ExitStatus {
        let mut status = None;
        wait_until("it ends", || {
            status = self.child.try_wait().expect("it can be asked");
            status.is_some()
        });
        status.expect("it has ended")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

const LEFT: &str = "\u{1b}[?1049l";

#[test]
fn the_screen_is_drawn_and_given_back_by_a_key_by_control_c_and_by_a_signal() {
    use std::os::unix::process::ExitStatusExt as _;
    for (leave, code) in [("q", 0), ("\u{3}", 0), ("TERM", 143)] {
        let env = TestEnvironment::new();
        env.piton(["init", "--upgrade"]).ok();
        let command = env.command(["monitor", "--interval", "100ms"]);
        let mut terminal = Terminal::run(command, 100, 30);
        wait_until("it is drawn", || terminal.shown().contains("assignments"));
        assert!(!terminal.is_cooked());
        assert!(!terminal.shown().contains(LEFT));
        if leave == "TERM" {
            let pid = libc::pid_t::try_from(terminal.child.id()).expect("small");
            // SAFETY: a signal to a child that was not waited for.
            assert_eq!(unsafe { libc::kill(pid, libc::SIGTERM) }, 0);
        } else {
            terminal
                .controller
                .write_all(leave.as_bytes())
                .expect("a key");
        }
        let status = terminal.ends();
        assert_eq!(
            (status.code(), status.signal()),
            (Some(code), None),
            "{leave:?}"
        );
        wait_until("the screen is left", || terminal.shown().contains(LEFT));
        assert!(terminal.is_cooked(), "{leave:?}");
    }
}

#[test]
fn a_terminal_of_a_few_columns_and_no_colours_is_drawn_too() {
    let env = TestEnvironment::new();
    env.piton(["init", "--upgrade"]).ok();
    let mut command = env.command(["monitor", "--interval", "100ms"]);
    command.env("NO_COLOR", "1");
    let mut terminal = Terminal::run(command, 14, 4);
    wait_until("it is drawn", || terminal.shown().contains("well"));
    assert!(
        !terminal.shown().contains("\u{1b}[38;"),
        "{}",
        terminal.shown()
    );
    terminal.controller.write_all(b"q").expect("a key");
    assert_eq!(terminal.ends().code(), Some(0));
}
