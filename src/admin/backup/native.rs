//! The database's own programs, run.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use super::error::BackupError;
use super::folder::private_file;
use super::pack;
use crate::dialect::Dialect;
use crate::dialect::programs::{Call, Version};
use crate::migrate::Stop;

/// How much of what a program says on stderr is kept.
const SAID: usize = 4096;

/// How often a program is asked whether it has ended.
const PAUSE: Duration = Duration::from_millis(20);

/// A program that understands the server.
#[derive(Clone, Debug)]
pub struct Tool {
    pub program: &'static str,
    pub version: Version,
}

/// Finds the first of the programs that is there, and asks its version. Blocks for a moment.
///
/// # Errors
/// `NoProgram`, `OldProgram`: both name the server's version.
pub fn find_tool(
    dialect: Dialect,
    programs: &'static [&'static str],
    server: &str,
) -> Result<Tool, BackupError> {
    let mut unfit = None;
    for program in programs {
        let Ok(output) = Command::new(program).arg("--version").output() else {
            continue;
        };
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        match dialect.program_version(&said) {
            Some(version) if dialect.understood_by(version, server) => {
                return Ok(Tool { program, version });
            }
            found => {
                unfit.get_or_insert(BackupError::OldProgram {
                    program,
                    found: found.map_or_else(
                        || said.lines().next().unwrap_or_default().to_owned(),
                        |version| version.to_string(),
                    ),
                    server: format!("{} {server}", dialect.title()),
                });
            }
        }
    }
    Err(unfit.unwrap_or_else(|| BackupError::NoProgram {
        program: programs.first().copied().unwrap_or_default(),
        server: format!("{} {server}", dialect.title()),
    }))
}

/// Runs a program that makes a backup. What it prints goes, packed, into `script`, where there is one.
///
/// # Errors
/// `ProgramFailed` with its words; `Io`; `Stopped`, after it was ended.
pub async fn run_dump(
    tool: &Tool,
    call: Call,
    script: Option<PathBuf>,
    stop: &Stop,
) -> Result<(), BackupError> {
    let mut command = command(tool, call);
    command.stdin(Stdio::null()).stdout(match script {
        Some(_) => Stdio::piped(),
        None => Stdio::null(),
    });
    let mut child = spawn(tool, &mut command)?;
    let packing = match (script, child.stdout.take()) {
        (Some(path), Some(out)) => Some((
            path.clone(),
            std::thread::spawn(move || pack_into(out, &path)),
        )),
        _ => None,
    };
    let ended = wait(tool, child, stop).await;
    // The script that could not be written is what made the program fail.
    if let Some((path, packing)) = packing {
        let packed = packing
            .join()
            .unwrap_or_else(|_| Err(std::io::Error::other("packing ended in a panic")));
        packed.map_err(BackupError::io("write", &path))?;
    }
    ended
}

/// Runs a program that brings a backup back; `script` is unpacked into its stdin, where there is one.
///
/// # Errors
/// `ProgramFailed` with its words; `Io`; `Stopped`, after it was ended.
pub async fn run_restore(
    tool: &Tool,
    call: Call,
    script: Option<PathBuf>,
    stop: &Stop,
) -> Result<(), BackupError> {
    let mut command = command(tool, call);
    command.stdout(Stdio::null()).stdin(match script {
        Some(_) => Stdio::piped(),
        None => Stdio::null(),
    });
    let mut child = spawn(tool, &mut command)?;
    let feeding = match (script, child.stdin.take()) {
        (Some(path), Some(to)) => Some((
            path.clone(),
            std::thread::spawn(move || unpack_from(&path, to)),
        )),
        _ => None,
    };
    wait(tool, child, stop).await?;
    if let Some((path, feeding)) = feeding {
        let fed = feeding
            .join()
            .unwrap_or_else(|_| Err(std::io::Error::other("unpacking ended in a panic")));
        fed.map_err(BackupError::io("read", &path))?;
    }
    Ok(())
}

fn command(tool: &Tool, call: Call) -> Command {
    let mut command = Command::new(tool.program);
    command.args(call.arguments).envs(call.environment);
    // What these say would send the program elsewhere.
    for name in ["PGSERVICE", "PGHOSTADDR", "PGOPTIONS", "PGDATABASE"] {
        command.env_remove(name);
    }
    // Its words are looked at.
    command.env("LC_ALL", "C").stderr(Stdio::piped());
    command
}

fn spawn(tool: &Tool, command: &mut Command) -> Result<Child, BackupError> {
    command
        .spawn()
        .map_err(BackupError::io("run", Path::new(tool.program)))
}

/// A program that ends with whoever waits for it.
struct Tied(Child);

impl Drop for Tied {
    fn drop(&mut self) {
        // One that has ended is not there to be killed.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

async fn wait(tool: &Tool, child: Child, stop: &Stop) -> Result<(), BackupError> {
    let mut child = Tied(child);
    let said = child.0.stderr.take().map(listen);
    let status = loop {
        match child.0.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) => {}
            Err(error) => return Err(BackupError::io("run", Path::new(tool.program))(error)),
        }
        if let Some(signal) = stop.requested() {
            return Err(BackupError::Stopped(signal));
        }
        tokio::time::sleep(PAUSE).await;
    };
    let said = said.and_then(|said| said.join().ok()).unwrap_or_default();
    if status.success() {
        return Ok(());
    }
    Err(BackupError::ProgramFailed {
        program: tool.program,
        code: status.code(),
        disk_full: said.contains("No space left on device") || said.contains("errno: 28"),
        said,
    })
}

/// The last of what comes.
fn listen(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut said = Vec::new();
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            said.extend_from_slice(&buffer[..read]);
            let over = said.len().saturating_sub(SAID);
            said.drain(..over);
        }
        String::from_utf8_lossy(&said).trim().to_owned()
    })
}

fn pack_into(mut from: impl Read, path: &Path) -> std::io::Result<()> {
    let mut packer = pack::packer(private_file(path)?)?;
    std::io::copy(&mut from, &mut packer)?;
    packer.finish()?.sync_all()
}

fn unpack_from(path: &Path, mut to: impl Write) -> std::io::Result<()> {
    let mut reader = pack::unpacker(File::open(path)?)?;
    std::io::copy(&mut reader, &mut to)?;
    to.flush()
}
