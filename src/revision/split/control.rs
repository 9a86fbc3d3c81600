//! What a statement's first words say about transactions and locks.

use super::Control;
use crate::dialect::syntax::Syntax;

/// What a statement that begins with `words` does to the transaction or the session's locks.
pub(super) fn of(words: &[&str], syntax: &Syntax) -> Option<Control> {
    let word = |at: usize, wanted: &[&str]| {
        let word = words.get(at);
        word.is_some_and(|word| wanted.iter().any(|known| word.eq_ignore_ascii_case(known)))
    };
    let first = words.first()?.to_ascii_uppercase();
    let control = match first.as_str() {
        // MariaDB's BEGIN NOT ATOMIC is a block.
        "BEGIN" if word(1, &["NOT"]) => return None,
        "BEGIN" => Control::Begin,
        "START" if word(1, &["TRANSACTION"]) => Control::Begin,
        "COMMIT" | "ROLLBACK" if word(1, &["PREPARED"]) => Control::TwoPhase,
        "PREPARE" if word(1, &["TRANSACTION"]) => Control::TwoPhase,
        "XA" if syntax.lock_tables => Control::TwoPhase,
        "COMMIT" | "END" => Control::Commit,
        "ROLLBACK" if word(1, &["TO"]) => Control::RollbackTo,
        "ROLLBACK" if word(1, &["WORK", "TRANSACTION"]) && word(2, &["TO"]) => Control::RollbackTo,
        "ROLLBACK" | "ABORT" => Control::Rollback,
        "SAVEPOINT" => Control::Savepoint,
        "RELEASE" => Control::Release,
        "LOCK" if syntax.lock_tables && word(1, &["TABLE", "TABLES"]) => Control::LockTables,
        "UNLOCK" if syntax.lock_tables && word(1, &["TABLE", "TABLES"]) => Control::UnlockTables,
        "FLUSH" if syntax.lock_tables && flush_locks(words) => Control::LockTables,
        _ => return None,
    };
    Some(control)
}

/// Whether words of `FLUSH [LOCAL] TABLES ..` go on with `WITH READ LOCK` or `FOR EXPORT`.
fn flush_locks(words: &[&str]) -> bool {
    let pair = |a: &str, b: &str| {
        let mut pairs = words.windows(2);
        pairs.any(|pair| pair[0].eq_ignore_ascii_case(a) && pair[1].eq_ignore_ascii_case(b))
    };
    pair("READ", "LOCK") || pair("FOR", "EXPORT")
}

/// Whether a statement that begins with `words` works `CONCURRENTLY` in the sense that refuses
/// to run inside a transaction; `REFRESH MATERIALIZED VIEW CONCURRENTLY` does not.
pub(super) fn is_concurrent(words: &[&str], syntax: &Syntax) -> bool {
    if !syntax.concurrent_indexes {
        return false;
    }
    let upper: Vec<String> = words.iter().map(|word| word.to_ascii_uppercase()).collect();
    let upper: Vec<&str> = upper.iter().map(String::as_str).collect();
    match upper[..] {
        ["CREATE", "INDEX", "CONCURRENTLY", ..]
        | ["CREATE", "UNIQUE", "INDEX", "CONCURRENTLY", ..]
        | ["DROP", "INDEX", "CONCURRENTLY", ..] => true,
        ["REINDEX", ref rest @ ..] => {
            let at = rest.iter().position(|word| *word == "CONCURRENTLY");
            at.is_some_and(|at| !matches!(rest.get(at + 1), Some(&("FALSE" | "OFF" | "0"))))
        }
        ["ALTER", "TABLE", ref rest @ ..] => {
            let at = rest.iter().position(|word| *word == "DETACH");
            at.is_some_and(|at| rest[at..].contains(&"CONCURRENTLY"))
        }
        _ => false,
    }
}

/// Whether a statement that begins with `words` makes, changes, drops or chooses a database. MySQL calls one a
/// schema too.
pub(super) fn is_of_database(words: &[&str], syntax: &Syntax) -> bool {
    let Some(first) = words.first() else {
        return false;
    };
    let of_mysql = syntax.delimiter_command;
    let second = words
        .get(1)
        .map_or(String::new(), |word| word.to_ascii_uppercase());
    match first.to_ascii_uppercase().as_str() {
        "USE" => of_mysql,
        "CREATE" | "DROP" | "ALTER" => second == "DATABASE" || of_mysql && second == "SCHEMA",
        _ => false,
    }
}
