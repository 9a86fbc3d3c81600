//! A file name for every table name: itself where that is safe, escaped where it is not.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::layout::MANIFEST;

const LONGEST_STEM_BYTES: usize = 180;

/// Names that Windows keeps for devices.
const RESERVED: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// The file for `table` that is none of `taken` (lower case), and takes it.
///
/// Unsafe characters are percent-encoded. Names that are too long, or differ from another's in case
/// alone, get a piece of their SHA-256; the manifest says which table a file belongs to.
pub(super) fn file_for(table: &str, taken: &mut BTreeSet<String>) -> String {
    let stem = escape(table);
    let mut name = format!("{stem}.json");
    let mut round = 0_u32;
    while stem.len() > LONGEST_STEM_BYTES && round == 0 || taken.contains(&name.to_lowercase()) {
        let digest = Sha256::digest(format!("{round}:{table}"));
        let short = floor_char_boundary(&stem, LONGEST_STEM_BYTES - 17);
        name = format!("{short}%{}.json", hex::encode(&digest[..8]));
        round += 1;
    }
    taken.insert(name.to_lowercase());
    name
}

/// What is taken before any table is: the manifest.
pub(super) fn reserved() -> BTreeSet<String> {
    BTreeSet::from([MANIFEST.to_owned()])
}

/// Whether a manifest may name this file: it stays inside the directory and ends in `.json`.
pub(super) fn is_plain(file: &str) -> bool {
    file.ends_with(".json")
        && !file.starts_with('.')
        && file != MANIFEST
        && !file.chars().any(is_unsafe_in_names)
}

fn escape(table: &str) -> String {
    let mut stem = String::with_capacity(table.len());
    let last = table.chars().count().saturating_sub(1);
    for (at, c) in table.chars().enumerate() {
        let edge = at == 0 && matches!(c, '.' | ' ' | '-' | '~') || at == last && c == ' ';
        if is_unsafe_in_names(c) || edge || c == '%' {
            let mut utf8 = [0; 4];
            for byte in c.encode_utf8(&mut utf8).bytes() {
                stem.push_str(&format!("%{byte:02X}"));
            }
        } else {
            stem.push(c);
        }
    }
    let device = stem.split('.').next().unwrap_or_default();
    if stem.is_empty() || RESERVED.contains(&device.to_ascii_lowercase().as_str()) {
        stem.insert(0, '%');
    }
    stem
}

fn is_unsafe_in_names(c: char) -> bool {
    c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
}

fn floor_char_boundary(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(table: &str) -> String {
        file_for(table, &mut reserved())
    }

    #[test]
    fn plain_names_and_chinese_ones_stay_as_they_are() {
        assert_eq!(name("students"), "students.json");
        assert_eq!(name("学生"), "学生.json");
        assert_eq!(name("a b;drop'x"), "a b;drop'x.json");
    }

    #[test]
    fn unsafe_names_never_leave_the_directory() {
        for table in [
            "..",
            ".",
            "../x",
            "/etc/passwd",
            "a\\b",
            "",
            "nul",
            "con.x",
            "x\0y",
            " ",
        ] {
            let file = name(table);
            assert!(is_plain(&file), "{table:?} -> {file:?}");
        }
        assert_eq!(name("../x"), "%2E.%2Fx.json");
        assert_ne!(name("piton.manifest"), MANIFEST);
    }

    #[test]
    fn names_that_differ_in_case_alone_get_files_of_their_own() {
        let mut taken = reserved();
        let files: BTreeSet<String> = ["Ärger", "ärger", "ÄRGER"]
            .iter()
            .map(|table| file_for(table, &mut taken).to_lowercase())
            .collect();
        assert_eq!(files.len(), 3);
    }

    #[test]
    fn long_names_are_shortened_and_stay_apart() {
        let mut taken = reserved();
        let a = file_for(&"学".repeat(300), &mut taken);
        let b = file_for(&"学".repeat(301), &mut taken);
        assert!(a.len() <= 190 && b.len() <= 190, "{} {}", a.len(), b.len());
        assert_ne!(a, b);
    }
}
