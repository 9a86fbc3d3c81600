//! What the rows of docs/faults.md are: the fault, what it comes out as, and the backends that it is for.

/// A fault that Piton survives.
pub struct Row {
    pub number: u32,
    pub fault: &'static str,
    /// What it comes out as; numbers are exit codes.
    pub outcome: &'static str,
    pub backends: &'static [&'static str],
}

/// Rows about one thing.
pub struct Section {
    pub title: &'static str,
    pub rows: &'static [Row],
}

const DATABASES: &[&str] = &["json", "sqlite", "postgresql", "mysql"];
const SERVERS: &[&str] = &["postgresql", "mysql"];
const FILES: &[&str] = &["json", "sqlite"];
const NONE: &[&str] = &["any"];
const REDIS: &[&str] = &["redis"];

const fn row(
    number: u32,
    backends: &'static [&'static str],
    fault: &'static str,
    outcome: &'static str,
) -> Row {
    Row {
        number,
        fault,
        outcome,
        backends,
    }
}

pub const SECTIONS: &[Section] = &[
    Section {
        title: "Migration runs",
        rows: &[
            row(
                1,
                &["json", "sqlite", "postgresql"],
                "the run is killed (`kill -9`) before, during and after each statement",
                "rolled back or complete; the next `upgrade` finishes (0)",
            ),
            row(
                2,
                &["mysql"],
                "the same where DDL cannot be rolled back",
                "7, naming the statement, after waiting for one that the server still runs; `repair` finishes",
            ),
            row(
                3,
                DATABASES,
                "killed between the DDL and the row of the history",
                "both or neither; on MySQL 7",
            ),
            row(
                4,
                SERVERS,
                "the server ends the session, inside a Rust revision too",
                "4, then as rows 1 and 2; nothing runs on an unlocked second connection",
            ),
            row(
                5,
                SERVERS,
                "the connection is lost at COMMIT",
                "Piton connects again, looks, and reports what is so: 0 or 4",
            ),
            row(
                6,
                SERVERS,
                "a network that swallows packets",
                "4 after a time-out",
            ),
            row(
                7,
                SERVERS,
                "the server is restarted in the middle",
                "4; the next run works",
            ),
            row(
                8,
                DATABASES,
                "two upgraders at once",
                "one applies, the other waits and has nothing to do; both 0",
            ),
            row(
                9,
                &["postgresql"],
                "ten upgraders and a CREATE INDEX CONCURRENTLY",
                "no deadlock, each revision once",
            ),
            row(
                10,
                DATABASES,
                "the lock is still held at the deadline",
                "5, naming the holder",
            ),
            row(
                11,
                &["postgresql"],
                "CREATE INDEX CONCURRENTLY fails",
                "7, naming the invalid index; `repair` drops it and runs again",
            ),
            row(
                12,
                &["postgresql"],
                "PgBouncer in transaction mode, idle or busy",
                "3 before any DDL, with what to do",
            ),
            row(
                13,
                SERVERS,
                "the server's lock time-out is hit",
                "backs off, tries again, then 5",
            ),
            row(
                14,
                SERVERS,
                "a deadlock",
                "tried again where the revision is transactional, else 7",
            ),
            row(
                15,
                DATABASES,
                "SIGINT or SIGTERM, once or twice",
                "the statement is cancelled on the server, rolled back, the lock freed: 130 or 143; at once on the second",
            ),
            row(
                16,
                DATABASES,
                "stdout is closed",
                "the run ends consistently all the same",
            ),
            row(
                17,
                DATABASES,
                "the history is gone while the journal is there; either is altered, or has a row that nobody knows",
                "6, saying which; without a journal it is a take-over",
            ),
            row(
                18,
                DATABASES,
                "an upgrade while a downgrade runs",
                "waits; 5 where the plan changed meanwhile or the deadline passed",
            ),
            row(
                19,
                DATABASES,
                "a downgrade of a revision that has no way down",
                "3, nothing run",
            ),
            row(
                20,
                DATABASES,
                "the client's clock is a day off",
                "order and lock are unaffected",
            ),
            row(
                21,
                DATABASES,
                "`--dry-run` and the looking commands",
                "not one write, by the server's own log",
            ),
        ],
    },
    Section {
        title: "Revision files",
        rows: &[
            row(
                22,
                NONE,
                "two of one timestamp and name, or one in Rust and in SQL",
                "3, both named",
            ),
            row(
                23,
                DATABASES,
                "an applied revision is edited",
                "6; line ends, BOM and trailing blanks do not count",
            ),
            row(24, DATABASES, "an applied revision is deleted", "6"),
            row(
                25,
                DATABASES,
                "a revision arrives behind the head",
                "6 unless `--allow-out-of-order`",
            ),
            row(
                26,
                NONE,
                "not UTF-8, NUL, empty, no section, an unknown database, an unclosed quote",
                "3 with the offset, or line and column",
            ),
            row(27, NONE, "a file of 1 GiB", "bounded memory, or 3"),
            row(
                28,
                DATABASES,
                "10,000 revisions, nothing to do",
                "under a second",
            ),
            row(
                29,
                NONE,
                "a folder that cannot be read, a dangling link, a loop",
                "9",
            ),
            row(
                30,
                NONE,
                "two `create` at once",
                "two files, nothing overwritten",
            ),
        ],
    },
    Section {
        title: "Connection and server",
        rows: &[
            row(
                31,
                SERVERS,
                "a wrong password; an unknown host, a refused port; a database that is only starting",
                "4 at once; 4 within the time-out; `--wait` waits",
            ),
            row(
                32,
                SERVERS,
                "a certificate of an unknown authority, for another host, expired",
                "4, never down to plain",
            ),
            row(
                33,
                DATABASES,
                "a password in a malformed URL, in the query, in `-v`, in the journal",
                "masked everywhere",
            ),
            row(
                34,
                SERVERS,
                "a standby or read-only server; no privilege to create",
                "10 before the first step, with the GRANT that helps",
            ),
            row(35, SERVERS, "too many connections", "backs off, then 5"),
            row(
                36,
                SERVERS,
                "the server's disk is full",
                "10; rolled back, on MySQL 7",
            ),
            row(
                37,
                DATABASES,
                "hostile names: quotes, `;`, ESC, 64 bytes and more, Chinese, emoji, reserved words",
                "quoted, escaped on screen, or 3",
            ),
        ],
    },
    Section {
        title: "JSON store and SQLite",
        rows: &[
            row(
                38,
                FILES,
                "a file is cut at every byte, or a bit of it flipped",
                "8, the file untouched, what was there before named; or taken in as an edit, and said; SQLite has no checksums, and what it can read is what is there",
            ),
            row(
                39,
                FILES,
                "power is lost at each write, fsync and rename",
                "the old state or the new",
            ),
            row(
                40,
                FILES,
                "the disk is full, I/O errors, fsync fails",
                "9, the old state intact, the commit can be tried again",
            ),
            row(
                41,
                FILES,
                "the directory is read-only",
                "reading works, writing is 9",
            ),
            row(
                42,
                FILES,
                "two writers, or more; the holder is killed",
                "they wait for each other, no update is lost; the lock is free at once",
            ),
            row(
                43,
                &["json"],
                "a later format; a hand edit that breaks the syntax, a type, a unique key or a foreign key",
                "3; 8 with file, line and reason",
            ),
            row(
                44,
                &["sqlite"],
                "SQLite is busy; a hot journal or WAL is left by a crash; a parent with ON DELETE CASCADE is rebuilt",
                "waits, then 5; recovered; every child row is there",
            ),
        ],
    },
    Section {
        title: "Backup, restore, copy",
        rows: &[
            row(
                45,
                SERVERS,
                "the dump program is missing, or older than the server",
                "3, or the built-in format",
            ),
            row(
                46,
                DATABASES,
                "the dump fails in the middle",
                "its message, no final file, older backups untouched",
            ),
            row(
                47,
                DATABASES,
                "the disk is full",
                "9, nothing but a `.partial`",
            ),
            row(
                48,
                DATABASES,
                "our own DDL during a dump",
                "waits for the lock",
            ),
            row(
                49,
                DATABASES,
                "a chunk is flipped, missing, extra or cut",
                "8 before anything is written",
            ),
            row(
                50,
                NONE,
                "`../`, absolute paths, links, a bomb in a backup",
                "8",
            ),
            row(
                51,
                DATABASES,
                "a restore is killed; the target is not empty",
                "goes on where it was, counts match; 3",
            ),
            row(
                52,
                DATABASES,
                "a value that the target cannot hold",
                "stops and names table, key and column",
            ),
        ],
    },
    Section {
        title: "Redis",
        rows: &[
            row(
                53,
                REDIS,
                "it is away, or slow",
                "reads fall through, session commands 4; 5, and nothing that is not idempotent is repeated",
            ),
            row(
                54,
                REDIS,
                "failover, READONLY, MOVED, ASK; out of memory",
                "follows; 10, and revoking still works",
            ),
            row(
                55,
                REDIS,
                "a key of the wrong type; the script cache is flushed",
                "8 naming it, not deleted; loads again",
            ),
            row(
                56,
                REDIS,
                "a touch races a revoke; all of 100,000 sessions are revoked",
                "the session stays dead; batched, and none survives",
            ),
        ],
    },
];
