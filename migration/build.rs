//! Lists `sql/` for the crate to embed, so that a new SQL revision needs no line of Rust.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=sql");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));

    let mut revisions = Vec::new();
    for entry in fs::read_dir(root.join("sql"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            revisions.push((revision_name(&path)?, path));
        }
    }
    revisions.sort();

    let mut list = String::from("&[\n");
    for (name, path) in revisions {
        list.push_str(&format!("    ({name:?}, include_str!({path:?})),\n"));
    }
    list.push_str("]\n");
    fs::write(out.join("sql.rs"), list)
}

/// The file's stem; an error unless it is a timestamp of 14 digits, `_`, and a name.
fn revision_name(path: &Path) -> io::Result<String> {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    match stem.and_then(|stem| stem.split_once('_')) {
        Some((timestamp, name))
            if timestamp.len() == 14
                && timestamp.bytes().all(|byte| byte.is_ascii_digit())
                && !name.is_empty() =>
        {
            Ok(format!("{timestamp}_{name}"))
        }
        _ => Err(io::Error::other(format!(
            "{}: not named <14 digits>_<name>.sql",
            path.display()
        ))),
    }
}
