//! What holds of every input, however strange: nothing panics, hangs or loses text, and an error has its place
//! inside the input. The fuzz targets in `fuzz/` and the bounded run in `./test` share these.

use std::time::{Duration, Instant};

use piton::config::DatabaseUrl;
use piton::dialect::Dialect;
use piton::json::{Access, Store, StoreError};
use piton::revision::{SqlRevision, Target, split};

/// The most bytes of an input: what is longer only takes longer.
pub const MOST_BYTES: usize = 1 << 16;

/// No input of [`MOST_BYTES`] may take longer, also where nothing is optimised.
const MOST_TIME: Duration = Duration::from_secs(3);

fn in_time<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let result = work();
    let took = started.elapsed();
    assert!(took < MOST_TIME, "{what}: {took:?}");
    result
}

/// The lines of a text, as every editor counts them: LF, CRLF and CR end one.
fn lines(text: &str) -> Vec<String> {
    text.replace("\r\n", "\n")
        .split(['\n', '\r'])
        .map(str::to_owned)
        .collect()
}

#[track_caller]
fn inside(text: &str, line: usize, column: usize) {
    let lines = lines(text);
    assert!(
        (1..=lines.len()).contains(&line),
        "line {line} of {}: {text:?}",
        lines.len()
    );
    let most = lines[line - 1].chars().count() + 1;
    assert!(
        (1..=most).contains(&column),
        "column {column} of {most}: {text:?}"
    );
}

/// The splitter: its pieces are the input's own text, in order, and nothing is left between them.
pub fn splitter(dialect: Dialect, text: &str) {
    let found = match in_time("split", || split(text, dialect.syntax(), 1)) {
        Ok(found) => found,
        Err(error) => {
            inside(text, error.line, error.column);
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let mut end = 0;
    // Another delimiter and the data of COPY stand between statements and are not comments.
    let plain = !text.to_lowercase().contains("delimiter");
    for statement in &found {
        assert!(statement.offset >= end, "they overlap: {text:?}");
        assert!(
            text[statement.offset..].starts_with(&statement.text),
            "not its own text: {text:?}"
        );
        // Other blanks than these are no blanks to a server.
        assert!(!statement.text.trim_ascii().is_empty());
        inside(text, statement.line, statement.column);
        if plain {
            nothing(dialect, text, &text[end..statement.offset]);
        }
        end = statement.offset + statement.text.len();
        if statement.copy_data.is_some() {
            return;
        }
    }
    if plain {
        nothing(dialect, text, &text[end..]);
    }
}

/// Comments, blanks and terminators.
fn nothing(dialect: Dialect, text: &str, gap: &str) {
    let lost = split(gap, dialect.syntax(), 1);
    assert!(
        matches!(&lost, Ok(lost) if lost.is_empty()),
        "{dialect} loses {gap:?} of {text:?}: {lost:?}"
    );
}

/// The file of a revision: sections are the input's own text, an error has its line or byte.
pub fn sql_file(bytes: &[u8]) {
    match in_time("parse", || SqlRevision::parse(bytes)) {
        Ok(revision) => {
            let text = std::str::from_utf8(bytes).expect("anything else is refused");
            assert!(revision.section_count() > 0);
            for section in &revision.sections {
                assert!(text.contains(&*section.body));
                for dialect in Dialect::ALL {
                    if let Err(error) = in_time("split", || section.statements(dialect)) {
                        inside(text, error.line, error.column);
                    }
                }
            }
        }
        Err(error) => {
            let said = error.to_string();
            let text = String::from_utf8_lossy(bytes);
            if let Some(line) = number_after(&said, "line ") {
                inside(&text, line, number_after(&said, "column ").unwrap_or(1));
            }
            if let Some(byte) = number_after(&said, "byte ") {
                assert!(byte < bytes.len().max(1), "{said}");
            }
        }
    }
}

fn number_after(text: &str, word: &str) -> Option<usize> {
    let (_, rest) = text.split_once(word)?;
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    rest[..end].parse().ok()
}

trait Sections {
    fn section_count(&self) -> usize;
}

impl Sections for SqlRevision {
    fn section_count(&self) -> usize {
        self.sections.len()
    }
}

/// A URL: what is read can be written, and is read again as the same.
pub fn url(text: &str) {
    let Ok(url) = in_time("parse", || DatabaseUrl::parse(text)) else {
        return;
    };
    let whole = url.expose();
    let again = DatabaseUrl::parse(&whole)
        .unwrap_or_else(|error| panic!("{text:?} became {whole:?}: {error}"));
    assert_eq!(again.expose(), whole, "{text:?}");
    if let Some(password) = url
        .expose_password()
        .filter(|password| password.chars().count() > 5)
    {
        let shown = format!("{url} {url:?}");
        // It may happen to be the text of what is shown, such as `:1]:330` of `[::1]:3306`.
        let elsewhere =
            without_login(&whole).is_some_and(|url| format!("{url} {url:?}").contains(password));
        assert!(
            elsewhere || !shown.contains(password),
            "{text:?} shows {shown:?}"
        );
    }
}

/// The same URL without a user and a password.
fn without_login(whole: &str) -> Option<DatabaseUrl> {
    let (scheme, rest) = whole.split_once("://")?;
    let (_, rest) = rest.split_once('@')?;
    DatabaseUrl::parse(&format!("{scheme}://{rest}")).ok()
}

/// A target: what is read is written as it is read.
pub fn target(text: &str) {
    if let Ok(target) = in_time("parse", || text.parse::<Target>()) {
        assert_eq!(target.to_string().parse(), Ok(target), "{text:?}");
    }
}

/// A JSON store with one table whose file is what somebody wrote into it.
pub struct Shop {
    dir: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
}

const TABLE: &str = "CREATE TABLE notes (id integer PRIMARY KEY, title varchar(20) NOT NULL UNIQUE, body text, \
     done boolean, at timestamp, extra json, file blob, price double)";

impl Shop {
    pub fn new() -> Shop {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let wait = Duration::from_secs(10);
            let store = Store::open(dir.path(), Access::Write { wait }).await.expect("a new store");
            let rows = "INSERT INTO notes VALUES (1, 'one', 'text', 1, '2024-12-01T08:30:00+00:00', '{\"a\":[1]}', x'00ff', 1.5), (2, 'two', NULL, 0, NULL, NULL, NULL, NULL)";
            for sql in [TABLE, rows] {
                use sea_orm::ConnectionTrait as _;
                store.connection().execute_unprepared(sql).await.expect("good SQL");
            }
            store.commit().await.expect("room on the disk");
        });
        Shop { dir, runtime }
    }

    /// The table's file as the store writes it.
    pub fn file(&self) -> Vec<u8> {
        std::fs::read(self.dir.path().join("notes.json")).expect("it is there")
    }

    /// Opens the store with `bytes` in the table's file: they are taken in, or refused with a line of theirs.
    pub fn read(&self, bytes: &[u8]) {
        std::fs::write(self.dir.path().join("notes.json"), bytes).expect("room on the disk");
        let opened = in_time("open", || {
            self.runtime
                .block_on(Store::open(self.dir.path(), Access::Read))
        });
        match opened {
            Ok(store) => drop(store),
            Err(StoreError::Corrupt { line, reason, .. }) => {
                assert!(!reason.is_empty());
                if let Some(line) = line {
                    let count = lines(&String::from_utf8_lossy(bytes)).len();
                    assert!(
                        (1..=count).contains(&line),
                        "line {line} of {count}: {reason}"
                    );
                }
            }
            Err(error) => panic!("{error}"),
        }
        let now = std::fs::read(self.dir.path().join("notes.json")).expect("it is there");
        assert_eq!(now, bytes, "reading changed the file");
    }
}
