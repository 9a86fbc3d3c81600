//! A CREATE TABLE statement of sea-query's, read.

use sea_orm::sea_query::extension::postgres::TypeCreateStatement;
use sea_orm::sea_query::{
    Alias, ColumnDef, Expr, ForeignKeyAction, IndexCreateStatement, PostgresQueryBuilder,
    TableCreateStatement, TableRef,
};

use super::scan::{self, Kind, Token};
use super::{Spelling, TypeError, index};
use crate::dialect::Dialect;
use crate::schema::{
    Action, Check, Column, EnumType, ForeignKey, Generated, IndexPart, Name, Partitioning,
    PrimaryKey, Table, Unique,
};

pub(crate) fn table(
    spelling: &dyn Spelling,
    statement: &TableCreateStatement,
) -> Result<Table, TypeError> {
    let dialect = spelling.dialect();
    let no_table = || TypeError::NoTable {
        statement: "CREATE TABLE".to_owned(),
    };
    let name = statement
        .get_table_name()
        .and_then(|reference| name_of(dialect, reference))
        .ok_or_else(no_table)?;
    let mut table = Table {
        name,
        comment: statement.get_comment().cloned().filter(|it| !it.is_empty()),
        ..Table::default()
    };
    if dialect == Dialect::Sqlite {
        table.comment = None;
    }
    for definition in statement.get_columns() {
        let column = column(spelling, &mut table, definition)?;
        table.columns.push(column);
    }
    for key in statement.get_indexes() {
        keyed(spelling, &mut table, key)?;
    }
    for key in statement.get_foreign_key_create_stmts() {
        let key = foreign_key(dialect, key.get_foreign_key()).ok_or_else(no_table)?;
        table.foreign_keys.push(key);
    }
    read_rest(spelling, &mut table, statement)?;
    Ok(table)
}

pub(crate) fn enum_type(statement: &TypeCreateStatement) -> Option<EnumType> {
    let sql = statement.to_string(PostgresQueryBuilder);
    let tokens = scan::tokens(&sql, false);
    let at = tokens.iter().position(|token| token.is_word("ENUM"))?;
    let names: Vec<String> = tokens[..at]
        .iter()
        .filter(|token| token.kind == Kind::Name)
        .filter_map(Token::name)
        .collect();
    let name = match names.as_slice() {
        [name] => Name::new(name),
        [namespace, name] => Name::within(namespace, name),
        _ => return None,
    };
    let values = scan::tokens(tokens.get(at + 1)?.inside(), false)
        .iter()
        .filter(|token| token.kind == Kind::Literal)
        .map(|token| token.text[1..token.text.len() - 1].replace("''", "'"))
        .collect();
    Some(EnumType {
        name,
        values,
        comment: None,
    })
}

/// A plain, perhaps qualified name; SQLite and MySQL know no namespaces beside the database.
pub(crate) fn name_of(dialect: Dialect, reference: &TableRef) -> Option<Name> {
    let TableRef::Table(name, None) = reference else {
        return None;
    };
    let table = name.1.to_string();
    let namespace = name.0.as_ref().map(|namespace| namespace.1.to_string());
    Some(match dialect {
        Dialect::Postgres => Name {
            namespace,
            name: table,
        },
        _ => Name::new(table),
    })
}

fn column(
    spelling: &dyn Spelling,
    table: &mut Table,
    definition: &ColumnDef,
) -> Result<Column, TypeError> {
    let name = definition.get_column_name();
    let kind = definition
        .get_column_type()
        .ok_or_else(|| TypeError::Untyped {
            table: table.name.clone(),
            column: name.clone(),
        })?;
    let data_type = spelling
        .data_type(kind)
        .ok_or_else(|| TypeError::NoSuchType {
            dialect: spelling.dialect(),
            table: table.name.clone(),
            column: name.clone(),
            data_type: format!("{kind:?}"),
        })?;
    let spec = definition.get_column_spec();
    let mut column = Column {
        nullable: spec.nullable.unwrap_or(true) && !spec.primary_key,
        default: spec
            .default
            .as_ref()
            .and_then(|value| spelling.default(kind, &data_type, value)),
        generated: spec.generated.as_ref().map(|generated| Generated {
            expression: spelling.expression(&generated.expr),
            stored: generated.stored,
        }),
        comment: spec
            .comment
            .as_deref()
            .map(|comment| super::renamed_from(comment).0)
            .filter(|comment| !comment.is_empty())
            .map(str::to_owned),
        name,
        data_type,
        ..Column::default()
    };
    if spelling.dialect() == Dialect::Sqlite {
        column.comment = None;
    }
    if spec.auto_increment && !spelling.number(&mut column) {
        return Err(TypeError::NoAutoIncrement {
            dialect: spelling.dialect(),
            table: table.name.clone(),
            column: column.name,
            data_type: column.data_type,
        });
    }
    let key = || vec![IndexPart::column(&column.name)];
    if spec.primary_key {
        table.primary_key = Some(PrimaryKey {
            columns: key(),
            ..PrimaryKey::default()
        });
    }
    if spec.unique {
        table.uniques.push(Unique {
            columns: key(),
            ..Unique::default()
        });
    }
    if let Some(extra) = &spec.extra {
        read_extra(spelling, table, &mut column, extra)?;
    }
    Ok(column)
}

/// `extra` is SQL that SeaORM puts behind the column as it is. Checks are read with the whole statement.
fn read_extra(
    spelling: &dyn Spelling,
    table: &mut Table,
    column: &mut Column,
    extra: &str,
) -> Result<(), TypeError> {
    let tokens = scan::tokens(extra, spelling.dialect().orm() == sea_orm::DbBackend::MySql);
    let mut rest = tokens.as_slice();
    while let Some((first, behind)) = rest.split_first() {
        let word = |at: usize, word: &str| behind.get(at).is_some_and(|it| it.is_word(word));
        rest = if first.is_word("CHECK") && !behind.is_empty() {
            &behind[1..]
        } else if first.is_word("CONSTRAINT") && word(1, "CHECK") && behind.len() > 2 {
            &behind[3..]
        } else if first.is_word("COLLATE") && !behind.is_empty() {
            column.collation = behind[0].name();
            &behind[1..]
        } else if first.is_word("UNIQUE") {
            table.uniques.push(Unique {
                columns: vec![IndexPart::column(&column.name)],
                ..Unique::default()
            });
            behind
        } else if first.is_word("NULL") {
            column.nullable = true;
            behind
        } else if first.is_word("NOT") && word(0, "NULL") {
            column.nullable = false;
            &behind[1..]
        } else if first.is_word("DEFAULT") && !behind.is_empty() {
            let length = 1 + usize::from(behind.get(1).is_some_and(|it| it.kind == Kind::Group));
            let text = scan::covered(extra, &behind[..length]).to_owned();
            let kind = sea_orm::sea_query::ColumnType::Custom(Alias::new(&column.data_type).into());
            column.default = spelling.default(&kind, &column.data_type, &Expr::cust(text));
            &behind[length..]
        } else if first.is_word("ON") && word(0, "UPDATE") && behind.len() > 1 {
            let length = 2 + usize::from(behind.get(2).is_some_and(|it| it.kind == Kind::Group));
            column.on_update = Some(scan::covered(extra, &behind[1..length]).to_owned());
            &behind[length..]
        } else {
            return Err(TypeError::NotUnderstood {
                object: format!("{}.{}", table.name, column.name),
                text: extra.to_owned(),
            });
        };
    }
    Ok(())
}

/// A key or index that stands inside CREATE TABLE.
fn keyed(
    spelling: &dyn Spelling,
    table: &mut Table,
    statement: &IndexCreateStatement,
) -> Result<(), TypeError> {
    let mut statement = statement.clone();
    statement.table(Alias::new(&table.name.name));
    let given = statement.get_index_spec().get_name().map(str::to_owned);
    if given.is_none() {
        statement.name("unnamed");
    }
    let (_, index) = index::index(spelling, &statement)?;
    if statement.is_primary_key() {
        table.primary_key = Some(PrimaryKey {
            name: given,
            columns: index.parts,
            include: index.include,
            ..PrimaryKey::default()
        });
    } else if index.unique && index.predicate.is_none() {
        table.uniques.push(Unique {
            name: given,
            columns: index.parts,
            include: index.include,
            nulls_not_distinct: index.nulls_not_distinct,
            ..Unique::default()
        });
    } else if given.is_some() {
        table.indexes.push(index);
    } else {
        return Err(TypeError::NoIndexName {
            table: table.name.clone(),
        });
    }
    Ok(())
}

fn foreign_key(dialect: Dialect, key: &sea_orm::sea_query::TableForeignKey) -> Option<ForeignKey> {
    Some(ForeignKey {
        name: key.get_name().map(str::to_owned),
        columns: key.get_columns(),
        references: name_of(dialect, key.get_ref_table()?)?,
        referenced_columns: key.get_ref_columns(),
        on_update: action(key.get_on_update()),
        on_delete: action(key.get_on_delete()),
        ..ForeignKey::default()
    })
}

fn action(action: Option<ForeignKeyAction>) -> Action {
    match action {
        Some(ForeignKeyAction::Restrict) => Action::Restrict,
        Some(ForeignKeyAction::Cascade) => Action::Cascade,
        Some(ForeignKeyAction::SetNull) => Action::SetNull,
        Some(ForeignKeyAction::SetDefault) => Action::SetDefault,
        _ => Action::NoAction,
    }
}

/// Checks, and what follows the closing bracket: sea-query has no getters for them.
fn read_rest(
    spelling: &dyn Spelling,
    table: &mut Table,
    statement: &TableCreateStatement,
) -> Result<(), TypeError> {
    let sql = spelling.render(statement);
    let mysql = spelling.dialect().orm() == sea_orm::DbBackend::MySql;
    let tokens = scan::tokens(&sql, mysql);
    let Some(body) = tokens.iter().position(|token| token.kind == Kind::Group) else {
        return Ok(());
    };
    let inside = tokens[body].inside();
    let inner = scan::tokens(inside, mysql);
    for item in scan::items(&inner) {
        let of_column = item[0].kind == Kind::Name;
        for (at, token) in item.iter().enumerate() {
            let Some(group) = item.get(at + 1).filter(|_| token.is_word("CHECK")) else {
                continue;
            };
            let named = at >= 2 && item[at - 2].is_word("CONSTRAINT");
            let name = if named { item[at - 1].name() } else { None };
            // MariaDB calls a column's own check by the column's name.
            let inline = of_column && !named && spelling.dialect() == Dialect::Mariadb;
            table.checks.push(Check {
                name: if inline { item[0].name() } else { name },
                expression: group.inside().to_owned(),
                ..Check::default()
            });
        }
    }
    read_options(spelling.dialect(), table, &sql, &tokens[body + 1..])
}

fn read_options(
    dialect: Dialect,
    table: &mut Table,
    sql: &str,
    tokens: &[Token<'_>],
) -> Result<(), TypeError> {
    let Some(first) = tokens.first() else {
        return Ok(());
    };
    if first.is_word("PARTITION") && tokens.get(1).is_some_and(|it| it.is_word("BY")) {
        // PostgreSQL shows the key alone, MySQL's clause goes on to the partitions.
        let from = if dialect == Dialect::Postgres { 2 } else { 0 };
        let clause = scan::covered(sql, &tokens[from..]);
        table.partitioning = Some(Partitioning {
            clause: clause.to_owned(),
        });
        return Ok(());
    }
    let mut rest = tokens;
    while let Some((word, behind)) = rest.split_first() {
        let literal = behind.first().filter(|it| it.kind == Kind::Literal);
        if word.is_word("COMMENT") && literal.is_some() {
            rest = &behind[1..];
            continue;
        }
        // `ENGINE=InnoDB`, `DEFAULT CHARSET=utf8mb4`, `WITHOUT ROWID`, `STRICT`.
        let end = rest
            .iter()
            .position(|it| it.text == "=")
            .map_or(rest.len(), |equals| (equals + 2).min(rest.len()));
        let text = scan::covered(sql, &rest[..end]);
        if dialect == Dialect::Postgres && text.to_ascii_uppercase().starts_with("FOR VALUES") {
            return Err(TypeError::NotUnderstood {
                object: table.name.to_string(),
                text: text.to_owned(),
            });
        }
        table.options.push(text.to_owned());
        rest = &rest[end..];
    }
    Ok(())
}
