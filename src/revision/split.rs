//! Splitting a section into its statements, as one dialect reads them.

mod body;
mod control;
mod place;
mod scan;
#[cfg(test)]
mod tests;

use thiserror::Error;

use crate::dialect::syntax::Syntax;
use body::Body;
use place::Cursor;
use scan::{Kind, Scanner, Token};

/// One statement, and what an executor has to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// From its first word to its last, exactly as in the file, without the terminator.
    pub text: String,
    /// The line of the file on which `text` begins, from 1.
    pub line: usize,
    /// The column at which `text` begins, in characters, from 1.
    pub column: usize,
    /// The byte of the body at which `text` begins.
    pub offset: usize,
    /// What it does to the transaction or to the session's locks.
    pub control: Option<Control>,
    /// The lines that follow a `COPY .. FROM stdin`, without the `\.`.
    pub copy_data: Option<String>,
    /// It is or contains a `CONCURRENTLY` that no transaction can hold.
    pub concurrently: bool,
    /// It is nothing but comments that only some servers run (`/*!80000 .. */`): elsewhere the
    /// server calls it empty.
    pub conditional: bool,
    /// It makes, changes, drops or chooses a database as a whole.
    pub of_database: bool,
}

/// What a statement does to the transaction or to the session's locks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Control {
    /// `BEGIN`, `START TRANSACTION`.
    Begin,
    /// `COMMIT`, `END`.
    Commit,
    /// `ROLLBACK`, `ABORT`; not `ROLLBACK TO`.
    Rollback,
    /// `SAVEPOINT`.
    Savepoint,
    /// `RELEASE [SAVEPOINT]`.
    Release,
    /// `ROLLBACK TO`.
    RollbackTo,
    /// `PREPARE TRANSACTION`, `COMMIT PREPARED`, `ROLLBACK PREPARED`, `XA`.
    TwoPhase,
    /// `LOCK TABLES`, `FLUSH TABLES .. WITH READ LOCK`.
    LockTables,
    /// `UNLOCK TABLES`.
    UnlockTables,
}

/// Where a body cannot be split. Lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}, column {column}: {what}")]
pub struct SplitError {
    pub line: usize,
    pub column: usize,
    pub what: Fault,
}

/// What is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    #[error("the {opening} that begins here is never closed")]
    Unclosed { opening: String },
    #[error("{command} is a command of the psql program, not SQL; it cannot be run")]
    BackslashCommand { command: String },
    #[error("DELIMITER needs a delimiter of 1 to 15 characters, without a backslash")]
    Delimiter,
    #[error("the data of this COPY does not end with a \\. line")]
    CopyDataUnclosed,
    #[error("the data of COPY must begin on the line after its semicolon")]
    TextBeforeCopyData,
}

/// Splits `body` into statements; what is only comments and blanks is none. `first_line` is the
/// line of the file on which `body` begins.
///
/// # Errors
/// What is opened and never closed, at the place where it is opened; and commands that are not
/// the server's.
pub fn split(body: &str, syntax: &Syntax, first_line: usize) -> Result<Vec<Statement>, SplitError> {
    let mut splitter = Splitter {
        scanner: Scanner::new(body, syntax),
        syntax,
        cursor: Cursor::new(body, first_line),
        statements: Vec::new(),
    };
    splitter.run().map_err(|(offset, what)| {
        let mut cursor = Cursor::new(body, first_line);
        let (line, column) = cursor.advance(offset);
        SplitError { line, column, what }
    })?;
    Ok(splitter.statements)
}

impl Statement {
    /// The statement with the data that follows it.
    pub fn whole(&self) -> String {
        match &self.copy_data {
            Some(data) => format!("{};\n{data}\\.", self.text),
            None => self.text.clone(),
        }
    }

    /// Whether `name` stands in the statement as a word of its own, quoted or not.
    pub fn names(&self, name: &str) -> bool {
        let text = self.text.to_lowercase();
        let name = name.to_lowercase();
        let part = |c: char| c.is_alphanumeric() || c == '_';
        text.match_indices(&name).any(|(at, found)| {
            !text[..at].ends_with(part) && !text[at + found.len()..].starts_with(part)
        })
    }

    /// The line and column in the file of a place in `text`, which is counted in characters from
    /// 1, as PostgreSQL does. Past the end it is the end.
    pub fn locate(&self, position: usize) -> (usize, usize) {
        let before = self.text.char_indices().nth(position.saturating_sub(1));
        let offset = before.map_or(self.text.len(), |(offset, _)| offset);
        let mut cursor = Cursor::at(&self.text, self.line, self.column);
        cursor.advance(offset)
    }
}

/// What is wrong, and the byte where.
type Faulty = (usize, Fault);

struct Splitter<'a> {
    scanner: Scanner<'a>,
    syntax: &'a Syntax,
    cursor: Cursor<'a>,
    statements: Vec<Statement>,
}

/// The statement that is being read.
struct Open<'a> {
    start: usize,
    /// Where its last token ends.
    end: usize,
    body: Body<'a>,
    /// Its first words, for what it is.
    words: Vec<&'a str>,
    parentheses: Vec<usize>,
    /// Something of it stands outside comments that only some servers run.
    unconditional: bool,
    last: Option<Token<'a>>,
    from_stdin: bool,
}

impl<'a> Splitter<'a> {
    fn run(&mut self) -> Result<(), Faulty> {
        let mut open: Option<Open<'a>> = None;
        while let Some(token) = self.scanner.next(open.is_none())? {
            match token.kind {
                Kind::Blank => continue,
                Kind::Terminator => {
                    if let Some(mut statement) = open.take() {
                        if self.ends(&mut statement, token) {
                            self.finish(statement, Some(token.end))?;
                        } else {
                            open = Some(statement);
                        }
                    }
                    continue;
                }
                Kind::Word(word)
                    if open.is_none()
                        && self.syntax.delimiter_command
                        && word.eq_ignore_ascii_case("delimiter") =>
                {
                    self.scanner.read_delimiter(token)?;
                    continue;
                }
                _ => {}
            }
            let tracks_bodies = !self.scanner.has_own_delimiter();
            let statement =
                open.get_or_insert_with(|| Open::new(token.start, self.syntax, tracks_bodies));
            statement.take(token, self.scanner.in_executable_comment());
        }
        if let Some(opened) = self.scanner.executable_comment() {
            return Err(unclosed(opened, "/*!"));
        }
        match open {
            Some(statement) => self.finish(statement, None),
            None => Ok(()),
        }
    }

    /// Whether a terminator ends the statement, rather than a part of it.
    fn ends(&self, statement: &mut Open<'a>, terminator: Token<'a>) -> bool {
        let body_ends = statement.body.semicolon();
        let held = self.syntax.parentheses_hold && !statement.parentheses.is_empty()
            || self.scanner.in_executable_comment();
        let ends = body_ends && !held;
        if !ends {
            statement.end = terminator.end;
            statement.last = Some(terminator);
        }
        ends
    }

    /// `after`: where the terminator ends. `None` at the end of the section.
    fn finish(&mut self, statement: Open<'a>, after: Option<usize>) -> Result<(), Faulty> {
        if after.is_none() {
            if self.syntax.parentheses_hold
                && let Some(&opened) = statement.parentheses.first()
            {
                return Err(unclosed(opened, "("));
            }
            if let Some((opened, word)) = statement.body.unclosed() {
                return Err(unclosed(opened, word));
            }
        }
        let copies = self.syntax.copy_from_stdin && statement.from_stdin;
        let copy_data = if copies {
            let after = after.ok_or((statement.start, Fault::CopyDataUnclosed))?;
            let data = self.scanner.read_copy_data(statement.start, after)?;
            Some(data.to_owned())
        } else {
            None
        };
        let (line, column) = self.cursor.advance(statement.start);
        self.statements.push(Statement {
            text: self.scanner.text()[statement.start..statement.end].to_owned(),
            line,
            column,
            offset: statement.start,
            control: control::of(&statement.words, self.syntax),
            copy_data,
            concurrently: control::is_concurrent(&statement.words, self.syntax),
            conditional: !statement.unconditional,
            of_database: control::is_of_database(&statement.words, self.syntax),
        });
        Ok(())
    }
}

impl<'a> Open<'a> {
    fn new(start: usize, syntax: &Syntax, tracks_bodies: bool) -> Open<'a> {
        Open {
            start,
            end: start,
            body: Body::new(tracks_bodies.then_some(syntax.bodies)),
            words: Vec::new(),
            parentheses: Vec::new(),
            unconditional: false,
            last: None,
            from_stdin: false,
        }
    }

    fn take(&mut self, mut token: Token<'a>, in_executable_comment: bool) {
        /// Enough for `ALTER TABLE IF EXISTS ONLY a.b DETACH PARTITION c.d CONCURRENTLY`.
        const MOST_WORDS: usize = 16;
        self.end = token.end;
        match token.kind {
            Kind::Open => self.parentheses.push(token.start),
            Kind::Close => {
                self.parentheses.pop();
            }
            Kind::Executable => return,
            // `a.end` and `@end` are names whatever the word.
            Kind::Word(_) if self.last.is_some_and(|last| last.names_what_follows(token)) => {
                token.kind = Kind::Quoted;
            }
            Kind::Word(word) => {
                if self.words.len() < MOST_WORDS {
                    self.words.push(word);
                }
                self.from_stdin |= word.eq_ignore_ascii_case("stdin")
                    && self.parentheses.is_empty()
                    && self.last.is_some_and(|last| last.is_word("from"))
                    && self.words[0].eq_ignore_ascii_case("copy");
            }
            _ => {}
        }
        self.unconditional |= !in_executable_comment;
        self.body.take(token, self.parentheses.len());
        self.last = Some(token);
    }
}

fn unclosed(offset: usize, opening: &str) -> Faulty {
    let opening = opening.to_owned();
    (offset, Fault::Unclosed { opening })
}
