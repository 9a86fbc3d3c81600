//! What a revision asks of SeaORM's `SchemaManager`: as Rust, and as the statement that it makes.

use sea_orm::sea_query::{
    Alias, ForeignKey as KeyQuery, ForeignKeyAction, ForeignKeyCreateStatement,
    Index as IndexQuery, IndexCreateStatement, IndexOrder, Table as TableQuery,
    TableCreateStatement,
};

use super::code::Code;
use super::column::NewColumn;
use crate::schema::{Action, ForeignKey};

/// One call.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Call {
    CreateTable(NewTable),
    DropTable(String),
    RenameTable {
        from: String,
        to: String,
    },
    AddColumn {
        table: String,
        column: NewColumn,
    },
    DropColumn {
        table: String,
        column: String,
    },
    RenameColumn {
        table: String,
        from: String,
        to: String,
    },
    CreateIndex(NewIndex),
    DropIndex {
        table: String,
        name: String,
    },
    CreateForeignKey(NewKey),
    DropForeignKey {
        table: String,
        name: String,
    },
}

/// A table with what stands inside its statement; its other indexes follow as calls of their own.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NewTable {
    pub name: String,
    pub columns: Vec<NewColumn>,
    /// Where the key is not one column's, or has a name.
    pub primary_key: Option<NewIndex>,
    pub uniques: Vec<NewIndex>,
    pub foreign_keys: Vec<NewKey>,
}

/// An index or a key.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NewIndex {
    pub table: String,
    /// The names that will do, the first best; `None` leaves it to the server.
    pub names: Vec<Option<String>>,
    pub unique: bool,
    /// Each with whether it descends.
    pub columns: Vec<(String, bool)>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct NewKey {
    pub table: String,
    pub key: ForeignKey,
}

impl Call {
    /// What will do for both.
    pub fn merge(&self, other: &Call) -> Option<Call> {
        match (self, other) {
            (Call::CreateTable(this), Call::CreateTable(that)) => {
                this.merge(that).map(Call::CreateTable)
            }
            (
                Call::AddColumn { table, column },
                Call::AddColumn {
                    table: other_table,
                    column: other,
                },
            ) if table == other_table => Some(Call::AddColumn {
                table: table.clone(),
                column: column.merge(other)?,
            }),
            _ => (self == other).then(|| self.clone()),
        }
    }

    /// The call as it stands in the body of `up` or `down`.
    pub fn code(&self) -> Code {
        let alter = |table: &str| Code::head("Table::alter()").call("table", [Code::string(table)]);
        let names = |these: [&str; 2]| these.map(Code::string);
        let (method, statement) = match self {
            Call::CreateTable(table) => ("create_table", table.code()),
            Call::DropTable(name) => (
                "drop_table",
                Code::head("Table::drop()").call("table", [Code::string(name)]),
            ),
            Call::RenameTable { from, to } => (
                "rename_table",
                Code::head("Table::rename()").call("table", names([from, to])),
            ),
            Call::AddColumn { table, column } => (
                "alter_table",
                alter(table).call("add_column", [column.code()]),
            ),
            Call::DropColumn { table, column } => (
                "alter_table",
                alter(table).call("drop_column", [Code::string(column)]),
            ),
            Call::RenameColumn { table, from, to } => (
                "alter_table",
                alter(table).call("rename_column", names([from, to])),
            ),
            Call::CreateIndex(index) => ("create_index", index.code(true)),
            Call::DropIndex { table, name } => (
                "drop_index",
                Code::head("Index::drop()")
                    .call("name", [Code::string(name)])
                    .call("table", [Code::string(table)]),
            ),
            Call::CreateForeignKey(key) => ("create_foreign_key", key.code()),
            Call::DropForeignKey { table, name } => (
                "drop_foreign_key",
                Code::head("ForeignKey::drop()")
                    .call("name", [Code::string(name)])
                    .call("table", [Code::string(table)]),
            ),
        };
        Code::head("manager")
            .call(method, [statement.call("to_owned", [])])
            .then("await?")
    }

    /// Whether `pk_auto` stands in it.
    pub fn numbers_its_key(&self) -> bool {
        matches!(self, Call::CreateTable(table)
            if table.columns.iter().any(|it| matches!(it.code(), Code::Text(_))))
    }
}

impl NewTable {
    fn merge(&self, other: &NewTable) -> Option<NewTable> {
        if self.columns.len() != other.columns.len() || self.uniques.len() != other.uniques.len() {
            return None;
        }
        let columns = self.columns.iter().zip(&other.columns);
        let columns: Option<Vec<NewColumn>> = columns.map(|(a, b)| a.merge(b)).collect();
        let uniques = self.uniques.iter().zip(&other.uniques);
        let uniques: Option<Vec<NewIndex>> = uniques.map(|(a, b)| a.merge(b)).collect();
        if self.foreign_keys.len() != other.foreign_keys.len() {
            return None;
        }
        let mut merged = NewTable {
            columns: columns?,
            uniques: uniques?,
            ..self.clone()
        };
        // SQLite knows no names of foreign keys, and takes those of the others.
        for (key, other) in merged.foreign_keys.iter_mut().zip(&other.foreign_keys) {
            if key.key.name.is_none() {
                key.key.name.clone_from(&other.key.name);
            }
        }
        Some(merged)
    }

    pub fn statement(&self) -> TableCreateStatement {
        let mut statement = TableQuery::create();
        statement.table(Alias::new(&self.name));
        for column in &self.columns {
            statement.col(column.definition());
        }
        if let Some(key) = &self.primary_key {
            statement.primary_key(&mut key.statement(false));
        }
        for unique in &self.uniques {
            statement.index(&mut unique.statement(false));
        }
        for key in &self.foreign_keys {
            statement.foreign_key(&mut key.statement());
        }
        statement
    }

    fn code(&self) -> Code {
        let mut code = Code::head("Table::create()").call("table", [Code::string(&self.name)]);
        for column in &self.columns {
            code = code.call("col", [column.code()]);
        }
        if let Some(key) = &self.primary_key {
            code = code.call("primary_key", [key.code(false)]);
        }
        for unique in &self.uniques {
            code = code.call("index", [unique.code(false)]);
        }
        for key in &self.foreign_keys {
            code = code.call("foreign_key", [key.code()]);
        }
        code
    }
}

impl NewIndex {
    fn merge(&self, other: &NewIndex) -> Option<NewIndex> {
        let names = self.names.iter().filter(|it| other.names.contains(it));
        let merged = NewIndex {
            names: names.cloned().collect(),
            ..self.clone()
        };
        let alike = NewIndex {
            names: merged.names.clone(),
            ..other.clone()
        } == merged;
        (alike && !merged.names.is_empty()).then_some(merged)
    }

    fn name(&self) -> Option<&str> {
        self.names.first()?.as_deref()
    }

    /// `by_itself`: as CREATE INDEX, which names its table.
    pub fn statement(&self, by_itself: bool) -> IndexCreateStatement {
        let mut statement = IndexQuery::create();
        if self.unique {
            statement.unique();
        }
        if let Some(name) = self.name() {
            statement.name(name);
        }
        if by_itself {
            statement.table(Alias::new(&self.table));
        }
        for (column, descends) in &self.columns {
            match descends {
                true => statement.col((Alias::new(column), IndexOrder::Desc)),
                false => statement.col(Alias::new(column)),
            };
        }
        statement
    }

    fn code(&self, by_itself: bool) -> Code {
        let mut code = Code::head("Index::create()");
        if self.unique {
            code = code.call("unique", []);
        }
        if let Some(name) = self.name() {
            code = code.call("name", [Code::string(name)]);
        }
        if by_itself {
            code = code.call("table", [Code::string(&self.table)]);
        }
        for (column, descends) in &self.columns {
            let column = Code::string(column);
            code = match (descends, column) {
                (true, Code::Text(name)) => {
                    code.call("col", [Code::text(format!("({name}, IndexOrder::Desc)"))])
                }
                (_, column) => code.call("col", [column]),
            };
        }
        code
    }
}

impl NewKey {
    pub fn statement(&self) -> ForeignKeyCreateStatement {
        let mut statement = KeyQuery::create();
        if let Some(name) = &self.key.name {
            statement.name(name);
        }
        statement.from_tbl(Alias::new(&self.table));
        for column in &self.key.columns {
            statement.from_col(Alias::new(column));
        }
        statement.to_tbl(Alias::new(&self.key.references.name));
        for column in &self.key.referenced_columns {
            statement.to_col(Alias::new(column));
        }
        if let Some((action, _)) = action(self.key.on_delete) {
            statement.on_delete(action);
        }
        if let Some((action, _)) = action(self.key.on_update) {
            statement.on_update(action);
        }
        statement
    }

    fn code(&self) -> Code {
        let key = &self.key;
        let mut code = Code::head("ForeignKey::create()");
        if let Some(name) = &key.name {
            code = code.call("name", [Code::string(name)]);
        }
        let (table, other) = (&self.table, &key.references.name);
        match (&key.columns[..], &key.referenced_columns[..]) {
            ([column], [referenced]) => {
                code = code.call("from", [table, column].map(|it| Code::string(it)));
                code = code.call("to", [other, referenced].map(|it| Code::string(it)));
            }
            (columns, referenced) => {
                code = code.call("from_tbl", [Code::string(table)]);
                for column in columns {
                    code = code.call("from_col", [Code::string(column)]);
                }
                code = code.call("to_tbl", [Code::string(other)]);
                for column in referenced {
                    code = code.call("to_col", [Code::string(column)]);
                }
            }
        }
        if let Some((_, word)) = action(key.on_delete) {
            code = code.call("on_delete", [Code::text(word)]);
        }
        if let Some((_, word)) = action(key.on_update) {
            code = code.call("on_update", [Code::text(word)]);
        }
        code
    }
}

fn action(action: Action) -> Option<(ForeignKeyAction, &'static str)> {
    match action {
        Action::NoAction => None,
        Action::Restrict => Some((ForeignKeyAction::Restrict, "ForeignKeyAction::Restrict")),
        Action::Cascade => Some((ForeignKeyAction::Cascade, "ForeignKeyAction::Cascade")),
        Action::SetNull => Some((ForeignKeyAction::SetNull, "ForeignKeyAction::SetNull")),
        Action::SetDefault => Some((ForeignKeyAction::SetDefault, "ForeignKeyAction::SetDefault")),
    }
}
