//! Processes that tests start beside `piton`: found, started without privileges, gone with the test.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Who servers run as: they refuse root.
#[derive(Clone, Copy, Debug)]
pub struct Unprivileged {
    ids: Option<(u32, u32)>,
}

pub fn is_root() -> bool {
    // SAFETY: the call has no arguments and cannot fail.
    unsafe { libc::geteuid() == 0 }
}

/// The program of this name, in `PATH` or where servers are put that are not in it.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut dirs: Vec<PathBuf> = std::env::split_paths(&path).collect();
    dirs.extend(["/usr/sbin", "/usr/local/sbin", "/usr/libexec"].map(PathBuf::from));
    let mut versions: Vec<PathBuf> = ["/usr/lib/postgresql", "/usr"]
        .iter()
        .filter_map(|dir| std::fs::read_dir(dir).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    versions.sort();
    dirs.extend(versions.into_iter().rev());
    dirs.into_iter()
        .map(|dir| dir.join(name))
        .find(|file| file.is_file())
}

/// A port on which nothing listens.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("bound").port()
}

impl Unprivileged {
    /// `nobody` where we are root, else ourselves.
    pub fn new() -> Unprivileged {
        let ids = is_root().then(|| {
            let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
            let line = passwd.lines().find(|line| line.starts_with("nobody:"));
            let id = |n| line.and_then(|line| line.split(':').nth(n)?.parse().ok());
            (id(2).unwrap_or(65_534), id(3).unwrap_or(65_534))
        });
        Unprivileged { ids }
    }

    /// A new temporary directory that this user owns and may reach.
    pub fn directory(self) -> TempDir {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::Builder::new()
            .prefix("piton-server-")
            .permissions(std::fs::Permissions::from_mode(0o755))
            .tempdir()
            .expect("a temporary directory");
        self.own(dir.path());
        dir
    }

    /// Gives a file or directory to this user.
    pub fn own(self, path: &Path) {
        if let Some((user, group)) = self.ids {
            chown(path, Some(user), Some(group)).expect("root may give files away");
        }
    }

    /// A command that runs as this user.
    pub fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir("/")
            .env_clear()
            .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        if let Some((user, group)) = self.ids {
            command.uid(user).gid(group);
        }
        command
    }

    /// Runs a command to its end; what it printed becomes the panic's message where it fails.
    #[track_caller]
    pub fn run(self, program: &Path, args: &[&str]) {
        let output = self
            .command(program)
            .args(args)
            .output()
            .expect("the program starts");
        assert!(
            output.status.success(),
            "{} {args:?}: {}\n{}{}",
            program.display(),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// A server process that ends with this value, and with the test process, however that ends.
pub struct Daemon {
    child: Child,
    log: PathBuf,
}

impl Daemon {
    /// Starts a command whose output goes to `log`.
    pub fn start(mut command: Command, log: &Path) -> Daemon {
        let file = std::fs::File::options()
            .append(true)
            .create(true)
            .open(log)
            .expect("a log file");
        command
            .stdout(file.try_clone().expect("a second handle"))
            .stderr(file);
        command.process_group(0);
        #[cfg(target_os = "linux")]
        // SAFETY: prctl is async-signal-safe and only asks for a signal when the parent is gone.
        unsafe {
            command.pre_exec(|| {
                libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGQUIT);
                Ok(())
            });
        }
        Daemon {
            child: command.spawn().expect("the server starts"),
            log: log.to_owned(),
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until `ready`, for at most a minute; `false` where the process ended instead.
    pub fn becomes(&mut self, mut ready: impl FnMut() -> bool) -> bool {
        let started = Instant::now();
        loop {
            if ready() {
                return true;
            }
            if self.child.try_wait().expect("it can be asked").is_some() {
                return false;
            }
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "it does not come up:\n{}",
                self.said()
            );
            std::thread::sleep(Duration::from_millis(25));
        }
    }

    /// Sends a signal and waits for the end.
    pub fn end(&mut self, signal: i32) {
        let pid = i32::try_from(self.child.id()).expect("a process number");
        // SAFETY: the child has not been waited for, so the number is still its own.
        unsafe { libc::kill(pid, signal) };
        let started = Instant::now();
        while self.child.try_wait().expect("it can be asked").is_none() {
            if started.elapsed() > Duration::from_secs(30) {
                drop(self.child.kill());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends it and all that it has started as a power cut would.
    pub fn kill_all(&mut self) {
        let children = children_of(self.child.id());
        self.end(libc::SIGKILL);
        for child in children {
            // SAFETY: a process that is gone by now is not ours to hit: the number was just read.
            unsafe { libc::kill(child, libc::SIGKILL) };
        }
    }

    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.kill_all();
        }
    }
}

/// The processes whose parent this one is, by `/proc`.
fn children_of(parent: u32) -> Vec<i32> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let parent = parent.to_string();
    entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let pid: i32 = entry.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
            // The name in parentheses may hold blanks.
            let rest = stat.rsplit_once(") ")?.1;
            (rest.split(' ').nth(1) == Some(parent.as_str())).then_some(pid)
        })
        .collect()
}
