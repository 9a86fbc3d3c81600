//! What processes of this machine take, as /proc says; nothing where there is no such place.

use std::path::Path;

/// Bytes of memory that this process has.
pub fn memory_of_self() -> Option<u64> {
    kib(
        &std::fs::read_to_string("/proc/self/status").ok()?,
        "VmRSS:",
    )
}

/// Bytes that this process has had written to disk.
pub fn written_by_self() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/io").ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("write_bytes:"))?;
    line.trim().parse().ok()
}

/// Bytes of memory of a process's parent and of all that it has started, what they share counted once. It is the
/// server of that name, or nothing is said.
pub fn memory_of_children(child: i64, server: &str) -> Option<u64> {
    let status = |process: &str| std::fs::read_to_string(format!("/proc/{process}/status")).ok();
    let parent_of = |status: &str| field(status, "PPid:").map(str::to_owned);
    let child = status(&child.to_string())?;
    if field(&child, "Name:") != Some(server) {
        return None;
    }
    let parent = parent_of(&child)?;
    let mut sum = proportional(&parent)?;
    for entry in std::fs::read_dir("/proc").ok()?.flatten() {
        let name = entry.file_name();
        let Some(process) = name
            .to_str()
            .filter(|name| name.bytes().all(|b| b.is_ascii_digit()))
        else {
            continue;
        };
        // One that has ended meanwhile takes nothing.
        if status(process).is_some_and(|status| parent_of(&status) == Some(parent.clone())) {
            sum += proportional(process).unwrap_or_default();
        }
    }
    Some(sum)
}

/// Its memory, with its part of what it shares.
fn proportional(process: &str) -> Option<u64> {
    let path = Path::new("/proc").join(process).join("smaps_rollup");
    kib(&std::fs::read_to_string(path).ok()?, "Pss:")
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines()
        .find_map(|line| line.strip_prefix(name))
        .map(str::trim)
}

fn kib(text: &str, name: &str) -> Option<u64> {
    let number = field(text, name)?.trim_end_matches("kB").trim();
    Some(number.parse::<u64>().ok()? * 1024)
}
