//! Splitting a section into its statements, as one dialect reads them.

use thiserror::Error;

use crate::dialect::syntax::Syntax;

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
    let _ = (body, syntax, first_line);
    Ok(Vec::new())
}

impl Statement {
    /// The line and column in the file of a place in `text`, which is counted in characters from
    /// 1, as PostgreSQL does. Past the end it is the end.
    pub fn locate(&self, position: usize) -> (usize, usize) {
        let _ = position;
        (self.line, self.column)
    }
}
