//! The checksum of a revision: what it is of, and what does not count.

use std::fmt;

use sha2::{Digest, Sha256};

use super::file::Mode;

/// A SHA-256 in lower-case hexadecimal.
///
/// Kept in databases for good: what goes into it must never change.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Checksum(String);

impl Checksum {
    /// The checksum of a section: of its mode and its body.
    pub fn of_section(mode: Mode, body: &str) -> Checksum {
        let foreign_keys = if mode.foreign_keys { "on" } else { "off" };
        let mut hash = Sha256::new();
        hash.update(format!(
            "transaction:{} foreign_keys:{foreign_keys}\n",
            mode.transaction
        ));
        add_text(&mut hash, body);
        Checksum::of(hash)
    }

    /// The checksum of a Rust revision's source.
    pub fn of_source(source: &str) -> Checksum {
        let mut hash = Sha256::new();
        add_text(&mut hash, source);
        Checksum::of(hash)
    }

    /// A checksum that was stored earlier. `None` where it is not 64 hexadecimal digits.
    pub fn stored(text: &str) -> Option<Checksum> {
        let is_checksum = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        is_checksum.then(|| Checksum(text.to_ascii_lowercase()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of(hash: Sha256) -> Checksum {
        Checksum(hex::encode(hash.finalize()))
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Adds `text` without what an editor or a checkout changes by itself: a byte order mark, the kind
/// of line ends, blanks at the end of lines, blank lines at the end of the text.
fn add_text(hash: &mut Sha256, text: &str) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut blank_lines = 0;
    for line in lines(text) {
        let line = line.trim_end_matches([' ', '\t', '\x0b', '\x0c']);
        if line.is_empty() {
            blank_lines += 1;
            continue;
        }
        for _ in 0..std::mem::take(&mut blank_lines) {
            hash.update("\n");
        }
        hash.update(line);
        hash.update("\n");
    }
}

/// The lines of `text`, ended by LF, CRLF or CR.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n')
        .flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_editor_changes_by_itself_does_not_count() {
        let plain = Checksum::of_source("a\n\n  b\nc\n");
        for same in [
            "a\r\n\r\n  b\r\nc\r\n",
            "a\r\r  b\rc\r",
            "\u{feff}a\n\n  b\nc\n",
            "a \n\t\n  b\t \nc",
            "a\n\n  b\nc\n\n \n\n",
        ] {
            assert_eq!(Checksum::of_source(same), plain, "{same:?}");
        }
    }

    #[test]
    fn everything_else_counts() {
        let plain = Checksum::of_source("a\n\n  b\nc\n");
        for other in [
            "a\n  b\nc\n",
            "a\n\n b\nc\n",
            "\na\n\n  b\nc\n",
            "a\n\n  b\nC\n",
        ] {
            assert_ne!(Checksum::of_source(other), plain, "{other:?}");
        }
    }

    #[test]
    fn a_stored_checksum_is_read_back() {
        let checksum = Checksum::of_source("x");
        assert_eq!(Checksum::stored(checksum.as_str()), Some(checksum));
        assert_eq!(Checksum::stored("abc"), None);
        assert_eq!(Checksum::stored(&"g".repeat(64)), None);
    }

    /// Stored checksums stay valid only while this holds.
    #[test]
    fn the_checksum_of_a_text_never_changes() {
        assert_eq!(
            Checksum::of_source("a\n").as_str(),
            "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7"
        );
    }
}
