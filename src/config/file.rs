//! Reading `piton.toml`: known keys with their lines, unknown ones refused with the nearest known.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{ALL, FREE_TABLES, Key};
use super::masked::echo_or;
use super::{ConfigError, Origin};

/// What one `piton.toml` says.
pub(super) struct File {
    /// The name that messages give it.
    pub shown: PathBuf,
    /// By [`Key::path`]: the value and its line.
    pub values: BTreeMap<&'static str, (toml::Value, usize)>,
    /// The tables of other parts.
    pub sections: toml::Table,
    /// The lines of those tables and of what stands in them, by dotted name.
    pub section_lines: BTreeMap<String, usize>,
}

/// Reads the file at `path`; `None` where there is none.
pub(super) fn read(path: &Path, shown: &Path) -> Result<Option<File>, ConfigError> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => {
            return Err(ConfigError::Unreadable {
                path: shown.to_owned(),
                source,
            });
        }
    };
    let text = utf8(&bytes, shown)?;
    parse(text, shown).map(Some)
}

/// The bytes as text without a byte order mark, or where they stop being UTF-8.
pub(super) fn utf8<'a>(bytes: &'a [u8], shown: &Path) -> Result<&'a str, ConfigError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => {
            let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            Err(syntax(shown, &before, before.len(), "not UTF-8".to_owned()))
        }
    }
}

fn syntax(shown: &Path, text: &str, offset: usize, reason: String) -> ConfigError {
    let (line, column) = place(text, offset);
    ConfigError::Syntax {
        path: shown.to_owned(),
        line,
        column,
        reason,
    }
}

/// Line and column, both from 1, of a byte offset.
fn place(text: &str, offset: usize) -> (usize, usize) {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}

fn parse(text: &str, shown: &Path) -> Result<File, ConfigError> {
    let wrong = |error: toml::de::Error| {
        let offset = error.span().map_or(0, |span| span.start);
        syntax(shown, text, offset, error.message().to_owned())
    };
    let spans = DeTable::parse(text).map_err(wrong)?;
    let mut plain: toml::Table = toml::from_str(text).map_err(wrong)?;
    let mut reader = Reader {
        text,
        shown,
        values: BTreeMap::new(),
    };
    let mut sections = toml::Table::new();
    let mut section_lines = BTreeMap::new();

    for (name, value) in spans.get_ref() {
        let key = name.get_ref().as_ref();
        if let Some(free) = FREE_TABLES.iter().find(|&&free| free == key) {
            let (DeValue::Table(entries), Some(toml::Value::Table(table))) =
                (value.get_ref(), plain.remove(key))
            else {
                return Err(reader.not_a_table(free, name));
            };
            sections.insert(key.to_owned(), table.into());
            section_lines.insert(key.to_owned(), reader.line(name));
            reader.note_lines(key, entries, &mut section_lines);
        } else if let Some(section) = section_name(key) {
            let (DeValue::Table(entries), Some(toml::Value::Table(table))) =
                (value.get_ref(), plain.get(key))
            else {
                return Err(reader.not_a_table(section, name));
            };
            for name in entries.keys() {
                let leaf = name.get_ref().as_ref();
                reader.take(&format!("{section}.{leaf}"), name, table.get(leaf))?;
            }
        } else {
            reader.take(key, name, plain.get(key))?;
        }
    }
    Ok(File {
        shown: shown.to_owned(),
        values: reader.values,
        sections,
        section_lines,
    })
}

struct Reader<'a> {
    text: &'a str,
    shown: &'a Path,
    values: BTreeMap<&'static str, (toml::Value, usize)>,
}

impl Reader<'_> {
    fn take<T>(
        &mut self,
        path: &str,
        name: &Spanned<T>,
        value: Option<&toml::Value>,
    ) -> Result<(), ConfigError> {
        let line = self.line(name);
        match (ALL.iter().find(|key| key.path == path), value) {
            (Some(key), Some(value)) => {
                self.values.insert(key.path, (value.clone(), line));
                Ok(())
            }
            _ => Err(ConfigError::UnknownKey {
                origin: self.origin(line),
                key: echo_or(path, "(not shown)"),
                nearest: nearest(path),
            }),
        }
    }

    /// The lines of all that stands in a table, and in the tables in it.
    fn note_lines(&self, place: &str, entries: &DeTable<'_>, lines: &mut BTreeMap<String, usize>) {
        for (name, value) in entries {
            let place = format!("{place}.{}", name.get_ref());
            lines.insert(place.clone(), self.line(name));
            if let DeValue::Table(below) = value.get_ref() {
                self.note_lines(&place, below, lines);
            }
        }
    }

    fn not_a_table<T>(&self, section: &'static str, name: &Spanned<T>) -> ConfigError {
        ConfigError::BadValue {
            key: section,
            origin: self.origin(self.line(name)),
            reason: format!("is a table: write `[{section}]` on a line of its own"),
        }
    }

    fn line<T>(&self, spanned: &Spanned<T>) -> usize {
        place(self.text, spanned.span().start).0
    }

    fn origin(&self, line: usize) -> Origin {
        Origin::File {
            path: self.shown.to_owned(),
            line,
        }
    }
}

fn section_of(key: &Key) -> Option<&'static str> {
    key.path.split_once('.').map(|(section, _)| section)
}

fn section_name(name: &str) -> Option<&'static str> {
    ALL.iter()
        .find_map(|key| section_of(key).filter(|&section| section == name))
}

/// The known key that is closest to what was written: by its whole name, or, one step further off,
/// by its last part (`url` for `database.url`).
fn nearest(written: &str) -> &'static str {
    let leaf = |path: &'static str| path.rsplit_once('.').map_or(path, |(_, leaf)| leaf);
    let last = written.rsplit_once('.').map_or(written, |(_, last)| last);
    let whole = ALL
        .iter()
        .flat_map(|key| [Some(key.path), section_of(key)])
        .flatten();
    let whole = whole
        .chain(FREE_TABLES)
        .map(|known| (2 * strsim::damerau_levenshtein(written, known), known));
    let leaves = ALL.iter().map(|key| {
        (
            2 * strsim::damerau_levenshtein(last, leaf(key.path)) + 1,
            key.path,
        )
    });
    whole
        .chain(leaves)
        .min_by_key(|(distance, _)| *distance)
        .map_or("database", |(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(text: &str) -> String {
        match parse(text, Path::new("piton.toml")) {
            Ok(_) => panic!("accepted: {text}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn every_key_is_found_with_its_line() {
        let text = "environment = \"test\"\n\n[database]\ntype = \"json\"\n\
                    pool_size = 3\n\n[redis]\nurl = \"redis://h\"\n";
        let file = parse(text, Path::new("piton.toml")).unwrap();
        let lines: Vec<_> = file
            .values
            .iter()
            .map(|(key, (_, line))| (*key, *line))
            .collect();
        assert_eq!(
            lines,
            [
                ("database.pool_size", 5),
                ("database.type", 4),
                ("environment", 1),
                ("redis.url", 8)
            ]
        );
    }

    #[test]
    fn dotted_and_inline_spellings_are_the_same() {
        for text in ["database.type = \"json\"", "database = { type = \"json\" }"] {
            let file = parse(text, Path::new("piton.toml")).unwrap();
            assert_eq!(file.values["database.type"].1, 1, "{text}");
        }
    }

    #[test]
    fn an_unknown_key_names_its_place_and_the_nearest() {
        for (text, expected) in [
            (
                "[database]\n\npool_sise = 3",
                "piton.toml:3: unknown key `database.pool_sise`; the nearest known one is `database.pool_size`",
            ),
            (
                "[databse]\nurl = \"x\"",
                "piton.toml:1: unknown key `databse`; the nearest known one is `database`",
            ),
            (
                "url = \"x\"",
                "piton.toml:1: unknown key `url`; the nearest known one is `database.url`",
            ),
            (
                "[redis]\nttl = 1",
                "piton.toml:2: unknown key `redis.ttl`; the nearest known one is `redis.url`",
            ),
            (
                "\"postgres://u:hunter2@h/db\" = 1",
                "piton.toml:1: unknown key (not shown); the nearest known one is `session.most_per_user`",
            ),
        ] {
            assert_eq!(complaint(text), expected);
        }
    }

    #[test]
    fn what_is_no_toml_names_line_and_column_and_nothing_else() {
        let shown = complaint("[database]\nurl = postgres://u:hunter2@h/db\n");
        assert!(shown.starts_with("piton.toml:2:7: "), "{shown}");
        assert!(!shown.contains("hunter2"), "{shown}");
        let shown = complaint("[database]\nurl = \"postgres://u:hunter2@h/db\n");
        assert!(shown.starts_with("piton.toml:2:"), "{shown}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn a_section_must_be_a_table_and_other_parts_keep_theirs() {
        assert_eq!(
            complaint("redis = 3"),
            "redis (piton.toml:1): is a table: write `[redis]` on a line of its own"
        );
        let file = parse("[monitor]\nanything = 3\n", Path::new("piton.toml")).unwrap();
        assert_eq!(file.sections["monitor"]["anything"].as_integer(), Some(3));
    }

    #[test]
    fn bytes_that_are_not_text_name_their_place() {
        let error = utf8(b"a = 1\nb = \"\xff\"", Path::new("piton.toml")).unwrap_err();
        assert_eq!(error.to_string(), "piton.toml:2:6: not UTF-8");
    }
}
