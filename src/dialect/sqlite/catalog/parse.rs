//! What only the text of a definition tells: names of constraints, checks, collations, actions.
//!
//! The grammar is SQLite's own (`parse.y`), read leniently: what stands in `sqlite_schema` has been
//! accepted once.

use super::reader::{Reader, collation, part, split_at_commas, without_brackets};
use super::token::{Kind, joined, tokens};
use crate::dialect::Dialect;
use crate::schema::{
    Action, Check, Deferrable, ForeignKey, IndexPart, MatchKind, Name, PrimaryKey, SortOrder,
    Unique,
};

/// A `CREATE TABLE`, as far as the pragmas do not tell it.
#[derive(Debug, Default, PartialEq)]
pub(super) struct TableText {
    pub columns: Vec<ColumnText>,
    pub primary_key: Option<PrimaryKey>,
    pub autoincrement: bool,
    pub uniques: Vec<Unique>,
    pub foreign_keys: Vec<ForeignKey>,
    pub checks: Vec<Check>,
}

#[derive(Debug, Default, PartialEq)]
pub(super) struct ColumnText {
    pub name: String,
    pub collation: Option<String>,
    /// The expression of a generated column.
    pub generated: Option<String>,
    /// `ON CONFLICT …` of its NOT NULL.
    pub options: Vec<String>,
}

/// A `CREATE INDEX`.
#[derive(Debug, PartialEq)]
pub(super) struct IndexText {
    pub unique: bool,
    pub parts: Vec<IndexPart>,
    pub predicate: Option<String>,
}

/// A `CREATE VIEW`.
#[derive(Debug, PartialEq)]
pub(super) struct ViewText {
    pub columns: Vec<String>,
    pub query: String,
    /// Names that stand where a table can.
    pub sources: Vec<String>,
}

/// Reads a `CREATE TABLE`; `None` where it is not one with columns.
pub(super) fn table(sql: &str) -> Option<TableText> {
    let tokens = tokens(sql);
    let mut reader = Reader::new(sql, &tokens);
    reader.head(&["TEMP", "TEMPORARY"], "TABLE")?;
    reader.mark(b'(').then_some(())?;
    let mut table = TableText::default();
    while !reader.at_table_constraint() {
        reader.column(&mut table)?;
        if !reader.mark(b',') {
            break;
        }
    }
    let mut name = None;
    while !reader.mark(b')') {
        // The commas between table constraints may be missing.
        if reader.mark(b',') {
            name = None;
        } else if reader.word("CONSTRAINT") {
            name = Some(reader.name()?);
        } else {
            reader.table_constraint(&mut table, name.take())?;
        }
    }
    Some(table)
}

/// Reads a `CREATE INDEX`.
pub(super) fn index(sql: &str) -> Option<IndexText> {
    let tokens = tokens(sql);
    let unique = tokens.get(1).is_some_and(|token| token.is("UNIQUE"));
    let mut reader = Reader::new(sql, &tokens);
    reader.head(&["UNIQUE"], "INDEX")?;
    reader.word("ON").then_some(())?;
    reader.name()?;
    let parts = reader.parts()?;
    let predicate = reader
        .word("WHERE")
        .then(|| joined(sql, &tokens[reader.at..]));
    Some(IndexText {
        unique,
        parts,
        predicate,
    })
}

/// Reads a `CREATE VIEW`.
pub(super) fn view(sql: &str) -> Option<ViewText> {
    let tokens = tokens(sql);
    let mut reader = Reader::new(sql, &tokens);
    reader.head(&["TEMP", "TEMPORARY"], "VIEW")?;
    let columns = reader.names().unwrap_or_default();
    reader.word("AS").then_some(())?;
    let query = &tokens[reader.at..];
    let sources = query
        .windows(2)
        .filter(|pair| {
            pair[0].is("FROM")
                || pair[0].is("JOIN")
                || pair[0].is_mark(b',')
                || pair[0].is_mark(b'(')
                || pair[0].is_mark(b'.')
        })
        .filter_map(|pair| pair[1].name())
        .map(|name| name.into_owned())
        .collect();
    Some(ViewText {
        columns,
        query: sql[query.first()?.start..].trim_end().to_owned(),
        sources,
    })
}

/// A default as an expression, without brackets around it. SQLite takes a bare or double-quoted word there
/// for text.
pub(super) fn default(text: &str) -> String {
    const MEANING: [&str; 6] = [
        "NULL",
        "TRUE",
        "FALSE",
        "CURRENT_TIME",
        "CURRENT_DATE",
        "CURRENT_TIMESTAMP",
    ];
    let tokens = tokens(text);
    let inner = without_brackets(&tokens);
    match inner {
        [token] if matches!(token.kind, Kind::Word | Kind::Quoted) => {
            if MEANING.iter().any(|word| token.is(word)) {
                return token.text.to_ascii_uppercase();
            }
            let name = token.name().unwrap_or_default();
            format!("'{}'", name.replace('\'', "''"))
        }
        _ => joined(text, inner),
    }
}

/// A type as it can stand in a definition: SQLite takes any text for one, but only in quotes.
pub(super) fn data_type(text: &str) -> String {
    let plain = tokens(text).iter().all(|token| match token.kind {
        Kind::Word => !AFTER_TYPE.iter().any(|word| token.is(word)),
        Kind::Literal => true,
        Kind::Mark(mark) => b"(),+-".contains(&mark),
        Kind::Quoted | Kind::Text => false,
    });
    if plain {
        text.to_owned()
    } else {
        Dialect::Sqlite.quote(text)
    }
}

/// What ends the words of a type.
const AFTER_TYPE: [&str; 11] = [
    "CONSTRAINT",
    "PRIMARY",
    "NOT",
    "NULL",
    "UNIQUE",
    "CHECK",
    "DEFAULT",
    "COLLATE",
    "REFERENCES",
    "AS",
    "DEFERRABLE",
];

impl Reader<'_> {
    fn at_table_constraint(&self) -> bool {
        ["CONSTRAINT", "CHECK"]
            .iter()
            .any(|word| self.next_is(0, word))
            || self.next_is(0, "PRIMARY") && self.next_is(1, "KEY")
            || self.next_is(0, "FOREIGN") && self.next_is(1, "KEY")
            || self.next_is(0, "UNIQUE")
    }

    fn table_constraint(&mut self, table: &mut TableText, name: Option<String>) -> Option<()> {
        if self.words(&["PRIMARY", "KEY"]) {
            self.mark(b'(').then_some(())?;
            let mut inner = self.within_brackets()?;
            if let [before @ .., last] = inner
                && last.is("AUTOINCREMENT")
            {
                table.autoincrement = true;
                inner = before;
            }
            table.primary_key = Some(PrimaryKey {
                name,
                columns: split_at_commas(inner)
                    .map(|item| part(self.text, item))
                    .collect(),
                options: self.on_conflict().into_iter().collect(),
                ..PrimaryKey::default()
            });
        } else if self.word("UNIQUE") {
            table.uniques.push(Unique {
                name,
                columns: self.parts()?,
                options: self.on_conflict().into_iter().collect(),
                ..Unique::default()
            });
        } else if self.word("CHECK") {
            table.checks.push(Check {
                name,
                expression: self.expression()?,
                ..Check::default()
            });
            // It is read and means nothing after CHECK.
            self.on_conflict();
        } else {
            self.words(&["FOREIGN", "KEY"]).then_some(())?;
            let columns = self.names()?;
            self.word("REFERENCES").then_some(())?;
            let key = self.references(name, columns)?;
            table.foreign_keys.push(key);
        }
        Some(())
    }

    fn column(&mut self, table: &mut TableText) -> Option<()> {
        let mut column = ColumnText {
            name: self.name()?,
            ..ColumnText::default()
        };
        self.type_words();
        let mut name = None;
        while self
            .peek()
            .is_some_and(|token| !token.is_mark(b',') && !token.is_mark(b')'))
        {
            if self.word("CONSTRAINT") {
                name = Some(self.name()?);
                continue;
            }
            self.column_constraint(table, &mut column, name.take())?;
        }
        table.columns.push(column);
        Some(())
    }

    /// Steps over a type: words, then perhaps numbers in brackets.
    fn type_words(&mut self) {
        while let Some(token) = self.peek() {
            let generated = token.is("GENERATED") && self.next_is(1, "ALWAYS");
            let ends = generated
                || AFTER_TYPE.iter().any(|word| token.is(word))
                || !matches!(token.kind, Kind::Word | Kind::Quoted | Kind::Text);
            if ends {
                break;
            }
            self.at += 1;
        }
        if self.mark(b'(') {
            self.within_brackets();
        }
    }

    fn column_constraint(
        &mut self,
        table: &mut TableText,
        column: &mut ColumnText,
        name: Option<String>,
    ) -> Option<()> {
        let own = || vec![IndexPart::column(column.name.clone())];
        if self.words(&["PRIMARY", "KEY"]) {
            let mut columns = own();
            if self.word("DESC") {
                columns[0].order = SortOrder::Descending;
            } else {
                self.word("ASC");
            }
            let options = self.on_conflict().into_iter().collect();
            table.autoincrement |= self.word("AUTOINCREMENT");
            table.primary_key = Some(PrimaryKey {
                name,
                columns,
                options,
                ..PrimaryKey::default()
            });
        } else if self.word("UNIQUE") {
            table.uniques.push(Unique {
                name,
                columns: own(),
                options: self.on_conflict().into_iter().collect(),
                ..Unique::default()
            });
        } else if self.word("CHECK") {
            table.checks.push(Check {
                name,
                expression: self.expression()?,
                ..Check::default()
            });
        } else if self.word("REFERENCES") {
            let key = self.references(name, vec![column.name.clone()])?;
            table.foreign_keys.push(key);
        } else if self.words(&["NOT", "NULL"]) {
            column.options.extend(self.on_conflict());
        } else if self.word("NULL") {
            self.on_conflict();
        } else if self.word("COLLATE") {
            column.collation = collation(&self.name()?);
        } else if self.words(&["GENERATED", "ALWAYS", "AS"]) || self.word("AS") {
            column.generated = Some(self.expression()?);
            let _kind_is_in_the_pragma = self.word("STORED") || self.word("VIRTUAL");
        } else if self.word("DEFAULT") {
            self.default_value()?;
        } else {
            // `DEFERRABLE` apart from its REFERENCES is of the last foreign key.
            let deferrable = self.deferrable()?;
            if let Some(key) = table.foreign_keys.last_mut() {
                key.deferrable = deferrable;
            }
        }
        Some(())
    }

    /// Steps over a default, whose text the pragma gives.
    fn default_value(&mut self) -> Option<()> {
        while self.mark(b'+') || self.mark(b'-') {}
        if self.mark(b'(') {
            self.within_brackets()?;
        } else {
            self.peek()?;
            self.at += 1;
        }
        Some(())
    }

    fn on_conflict(&mut self) -> Option<String> {
        self.words(&["ON", "CONFLICT"]).then_some(())?;
        let action = self.name()?.to_ascii_uppercase();
        // The default.
        (action != "ABORT").then(|| format!("ON CONFLICT {action}"))
    }

    /// What follows REFERENCES.
    fn references(&mut self, name: Option<String>, columns: Vec<String>) -> Option<ForeignKey> {
        let mut key = ForeignKey {
            name,
            columns,
            references: Name::new(self.name()?),
            referenced_columns: self.names().unwrap_or_default(),
            ..ForeignKey::default()
        };
        loop {
            if self.words(&["ON", "DELETE"]) {
                key.on_delete = self.action()?;
            } else if self.words(&["ON", "UPDATE"]) {
                key.on_update = self.action()?;
            } else if self.words(&["ON", "INSERT"]) {
                // Read and never acted upon.
                self.action()?;
            } else if self.word("MATCH") {
                // Read, and every one acts as SIMPLE.
                key.match_kind = match self.name()?.to_ascii_uppercase().as_str() {
                    "FULL" => MatchKind::Full,
                    "PARTIAL" => MatchKind::Partial,
                    _ => MatchKind::Simple,
                };
            } else if let Some(deferrable) = self.deferrable() {
                key.deferrable = deferrable;
            } else {
                return Some(key);
            }
        }
    }

    fn action(&mut self) -> Option<Action> {
        if self.words(&["SET", "NULL"]) {
            Some(Action::SetNull)
        } else if self.words(&["SET", "DEFAULT"]) {
            Some(Action::SetDefault)
        } else if self.word("CASCADE") {
            Some(Action::Cascade)
        } else if self.word("RESTRICT") {
            Some(Action::Restrict)
        } else {
            self.words(&["NO", "ACTION"]).then_some(Action::NoAction)
        }
    }

    /// `[NOT] DEFERRABLE [INITIALLY …]`; the outer `None` where it is not there.
    fn deferrable(&mut self) -> Option<Option<Deferrable>> {
        let not = self.words(&["NOT", "DEFERRABLE"]);
        if !not {
            self.word("DEFERRABLE").then_some(())?;
        }
        let initially_deferred = self.words(&["INITIALLY", "DEFERRED"]);
        if !initially_deferred {
            self.words(&["INITIALLY", "IMMEDIATE"]);
        }
        Some((!not).then_some(Deferrable { initially_deferred }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoting_comments_and_missing_commas_are_read_through() {
        let sql = "CREATE TABLE \"a,b(\" ([x)] \"my \"\"type\"\"\"(1, 2) CONSTRAINT c /* ( */ NOT NULL, -- )
            `y` CHECK (y IN (')', 1)) DEFAULT ')' , 'z' REFERENCES t,
            CONSTRAINT u UNIQUE (x), CONSTRAINT k CHECK (1) FOREIGN KEY (x, y) REFERENCES [t] DEFERRABLE)";
        let read = table(sql).unwrap();
        let names: Vec<_> = read.columns.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["x)", "y", "z"]);
        let checks: Vec<_> = read
            .checks
            .iter()
            .map(|it| (it.name.as_deref(), it.expression.as_str()))
            .collect();
        assert_eq!(checks, [(None, "y IN (')', 1)"), (Some("k"), "1")]);
        assert_eq!(read.uniques[0].name.as_deref(), Some("u"));
        assert_eq!(read.foreign_keys.len(), 2);
        assert_eq!(read.foreign_keys[1].name, None);
        assert!(read.foreign_keys[1].deferrable.is_some());
    }

    #[test]
    fn words_that_are_no_keywords_here_name_columns_and_types() {
        let sql = "CREATE TABLE IF NOT EXISTS main.t (key text, action, generated always, deferrable_x
            unsigned big int, a GENERATED ALWAYS AS (key) VIRTUAL, no int, PRIMARY KEY (key AUTOINCREMENT))";
        let read = table(sql).unwrap();
        let names: Vec<_> = read.columns.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(
            names,
            ["key", "action", "generated", "deferrable_x", "a", "no"]
        );
        assert_eq!(read.columns[4].generated.as_deref(), Some("key"));
        assert!(read.autoincrement);
    }

    #[test]
    fn what_is_cut_short_is_refused_and_does_not_panic() {
        let sql = "CREATE TABLE t (a int DEFAULT (1) REFERENCES t (a) ON DELETE SET NULL, UNIQUE (a), CHECK (a > 0))";
        for end in 0..sql.len() - 1 {
            assert_eq!(table(&sql[..end]), None, "{}", &sql[..end]);
        }
        assert!(table(sql).is_some());
        let sql = "CREATE UNIQUE INDEX i ON t (lower(a) COLLATE nocase DESC, b) WHERE a > 0";
        for end in 0..sql.len() {
            index(&sql[..end]);
            view(&sql[..end]);
        }
    }

    #[test]
    fn defaults_are_one_expression_however_they_were_written() {
        let cases = [
            ("(1)", "1"),
            ("- 1", "- 1"),
            ("\"it's\"", "'it''s'"),
            ("current_date", "CURRENT_DATE"),
            ("((a) + (b))", "(a) + (b)"),
            ("(datetime( 'now' ) /* now */ )", "datetime( 'now' )"),
        ];
        for (text, expected) in cases {
            assert_eq!(default(text), expected, "{text}");
        }
        assert_eq!(data_type("double precision"), "double precision");
        assert_eq!(data_type("decimal(10, -2)"), "decimal(10, -2)");
        assert_eq!(data_type("a 'b'"), "\"a 'b'\"");
    }
}
