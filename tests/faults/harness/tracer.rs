//! Stops a process before the n-th system call by which it changes a file, by ptrace: a kill there finds
//! the disk in each state that a killed process can leave.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::not_run;

/// What happens at the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// SIGKILL before the call with this number, from 1.
    Kill(usize),
    /// Nothing: they are only counted.
    Never,
}

/// What came of a traced process.
#[derive(Debug)]
pub struct Traced {
    /// The calls that change files, in order, as far as it came.
    pub calls: Vec<String>,
    /// As a shell counts it.
    pub code: i32,
    pub killed: bool,
}

/// Watches what a process does to the files under one directory.
pub struct Tracer {
    dir: PathBuf,
}

impl Tracer {
    /// `None` where processes cannot be traced.
    pub fn of(case: &str, dir: &Path) -> Option<Tracer> {
        let tracer = Tracer {
            dir: dir.canonicalize().expect("it is there"),
        };
        let probe = tracer.run(Command::new("true"), Stop::Never);
        match probe {
            Some(_) => Some(tracer),
            None => {
                not_run(case, "processes cannot be traced here (ptrace)");
                None
            }
        }
    }
}

#[cfg(not(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
impl Tracer {
    pub fn run(&self, _command: Command, _stop: Stop) -> Option<Traced> {
        None
    }
}

#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
impl Tracer {
    /// Runs a command to its end, or to where it is stopped. `None` where it cannot be traced.
    pub fn run(&self, mut command: Command, stop: Stop) -> Option<Traced> {
        command.stdout(Stdio::null()).stderr(Stdio::null());
        // SAFETY: ptrace(TRACEME) is one system call, with nothing allocated.
        unsafe {
            command.pre_exec(|| match libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0) {
                0 => Ok(()),
                _ => Err(std::io::Error::last_os_error()),
            });
        }
        let child = command.spawn().ok()?;
        Some(self.follow(child, stop))
    }

    /// The threads of the child stop at each call, and this thread lets them go on.
    fn follow(&self, child: Child, stop: Stop) -> Traced {
        let pid = i32::try_from(child.id()).expect("a process number");
        let mut traced = Traced {
            calls: Vec::new(),
            code: -1,
            killed: false,
        };
        let mut first = true;
        loop {
            let mut status = 0;
            // SAFETY: `status` is a place to write to; __WALL waits for threads as well, and
            // __WNOTHREAD for nobody else's children.
            let who =
                unsafe { libc::waitpid(-1, &raw mut status, libc::__WALL | libc::__WNOTHREAD) };
            if who < 0 {
                break;
            }
            if libc::WIFEXITED(status) || libc::WIFSIGNALED(status) {
                if who == pid {
                    traced.code = match libc::WIFEXITED(status) {
                        true => libc::WEXITSTATUS(status),
                        false => 128 + libc::WTERMSIG(status),
                    };
                    break;
                }
                continue;
            }
            if first {
                first = false;
                let options = libc::PTRACE_O_TRACECLONE
                    | libc::PTRACE_O_TRACEFORK
                    | libc::PTRACE_O_TRACEVFORK
                    | libc::PTRACE_O_TRACESYSGOOD
                    | libc::PTRACE_O_EXITKILL;
                // SAFETY: `who` is stopped, and ours.
                unsafe { libc::ptrace(libc::PTRACE_SETOPTIONS, who, 0, options) };
            }
            let signal = libc::WSTOPSIG(status);
            let at_call = signal == libc::SIGTRAP | 0x80;
            if at_call && let Some(call) = self.changing(who) {
                traced.calls.push(call);
                if stop == Stop::Kill(traced.calls.len()) {
                    traced.killed = true;
                    // SAFETY: the child has not been waited for to its end.
                    unsafe { libc::kill(pid, libc::SIGKILL) };
                    continue;
                }
            }
            let deliver = match signal {
                libc::SIGTRAP | libc::SIGSTOP => 0,
                _ if at_call => 0,
                signal => signal,
            };
            // SAFETY: `who` is stopped; where it was killed meanwhile the call fails and nothing follows.
            unsafe { libc::ptrace(libc::PTRACE_SYSCALL, who, 0, deliver) };
        }
        traced
    }

    /// The call that this thread is about to make, where it changes a file under the directory.
    fn changing(&self, thread: i32) -> Option<String> {
        let (entry, number, args) = call_of(thread)?;
        if !entry {
            return None;
        }
        let of_file = |fd: u64| {
            let path = std::fs::read_link(format!("/proc/{thread}/fd/{fd}")).ok()?;
            path.starts_with(&self.dir).then(|| {
                path.file_name()
                    .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
            })
        };
        let name = match i64::try_from(number).ok()? {
            libc::SYS_write | libc::SYS_pwrite64 | libc::SYS_writev | libc::SYS_pwritev => {
                format!("write {}", of_file(args[0])?)
            }
            libc::SYS_fsync | libc::SYS_fdatasync => format!("sync {}", of_file(args[0])?),
            libc::SYS_ftruncate | libc::SYS_fallocate => format!("size {}", of_file(args[0])?),
            libc::SYS_openat => {
                let creates = args[2] & u64::try_from(libc::O_CREAT | libc::O_TRUNC).ok()? != 0;
                creates.then(|| "open".to_owned())?
            }
            libc::SYS_renameat | libc::SYS_renameat2 => "rename".to_owned(),
            libc::SYS_unlinkat => "unlink".to_owned(),
            libc::SYS_linkat => "link".to_owned(),
            libc::SYS_mkdirat => "mkdir".to_owned(),
            #[cfg(target_arch = "x86_64")]
            libc::SYS_rename => "rename".to_owned(),
            #[cfg(target_arch = "x86_64")]
            libc::SYS_unlink | libc::SYS_rmdir => "unlink".to_owned(),
            #[cfg(target_arch = "x86_64")]
            libc::SYS_link => "link".to_owned(),
            #[cfg(target_arch = "x86_64")]
            libc::SYS_mkdir => "mkdir".to_owned(),
            _ => return None,
        };
        Some(name)
    }
}

/// Whether a stopped thread is at the entry of a call, which, and its arguments.
#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
fn call_of(thread: i32) -> Option<(bool, u64, [u64; 6])> {
    // SAFETY: zeroes are a valid value of this plain struct.
    let mut info: libc::ptrace_syscall_info = unsafe { std::mem::zeroed() };
    // SAFETY: the thread is stopped, and the kernel writes no more than the size that it is told.
    let read = unsafe {
        libc::ptrace(
            libc::PTRACE_GET_SYSCALL_INFO,
            thread,
            size_of::<libc::ptrace_syscall_info>(),
            &raw mut info,
        )
    };
    if read <= 0 || info.op != libc::PTRACE_SYSCALL_INFO_ENTRY {
        return Some((false, 0, [0; 6]));
    }
    // SAFETY: `op` says that this is the field that was written.
    let entry = unsafe { info.u.entry };
    Some((true, entry.nr, entry.args))
}
