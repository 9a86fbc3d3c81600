//! A CREATE INDEX statement of sea-query's, read.

use sea_orm::sea_query::{
    Alias, IndexCreateStatement, MysqlQueryBuilder, PostgresQueryBuilder, SqliteQueryBuilder,
};

use super::scan::{self, Kind, Token};
use super::{Spelling, TypeError};
use crate::dialect::Dialect;
use crate::schema::{Index, IndexKey, IndexPart, Name, SortOrder};

/// sea-query gives no getter for most of an index, so the statement that it writes is read: PostgreSQL's,
/// which says everything, and the dialect's own for the spelling of expressions.
pub(crate) fn index(
    spelling: &dyn Spelling,
    statement: &IndexCreateStatement,
) -> Result<(Name, Index), TypeError> {
    let dialect = spelling.dialect();
    // sea-query writes the name as it is, quotes and all: a plain one stands in for it.
    let mut plain = statement.clone();
    plain.name("i");
    let neutral = plain.to_string(PostgresQueryBuilder);
    let mut read = Reading::of(&neutral, false)?;
    let table = read.table.clone();
    match statement.get_index_spec().get_name() {
        Some(name) if !name.is_empty() => name.clone_into(&mut read.index.name),
        _ => return Err(TypeError::NoIndexName { table }),
    }
    let of_column = |part: &IndexPart| matches!(part.key, IndexKey::Column(_));
    plain.table(Alias::new(&table.name));
    let own = match dialect {
        Dialect::Postgres => None,
        Dialect::Mysql | Dialect::Mariadb => Some((plain.to_string(MysqlQueryBuilder), true)),
        // Its builder panics on an expression; PostgreSQL's spelling of one is SQLite's too.
        Dialect::Sqlite if read.index.parts.iter().all(of_column) => {
            Some((plain.to_string(SqliteQueryBuilder), false))
        }
        Dialect::Sqlite => None,
    };
    if let Some((own, backslashes)) = own {
        let spelt = Reading::of(&own, backslashes)?;
        read.index.predicate = spelt.index.predicate;
        for (part, spelt) in read.index.parts.iter_mut().zip(spelt.index.parts) {
            part.key = spelt.key;
        }
    }
    read.refuse_what_is_missing(dialect)?;
    if dialect != Dialect::Postgres {
        read.table.namespace = None;
    }
    Ok((read.table, read.index))
}

struct Reading {
    table: Name,
    index: Index,
}

impl Reading {
    fn of(sql: &str, backslashes: bool) -> Result<Self, TypeError> {
        let no_table = || TypeError::NoTable {
            statement: sql.to_owned(),
        };
        let tokens = scan::tokens(sql, backslashes);
        let on = tokens
            .iter()
            .position(|token| token.is_word("ON"))
            .ok_or_else(no_table)?;
        let columns = tokens
            .iter()
            .position(|token| token.kind == Kind::Group)
            .ok_or_else(no_table)?;
        let names: Vec<String> = tokens[on + 1..columns]
            .iter()
            .take_while(|token| !token.is_word("USING"))
            .filter(|token| token.kind == Kind::Name)
            .filter_map(Token::name)
            .collect();
        let table = match names.as_slice() {
            [name] => Name::new(name),
            [namespace, name] => Name::within(namespace, name),
            _ => return Err(no_table()),
        };
        let mut index = Index {
            valid: true,
            unique: tokens[..on].iter().any(|token| token.is_word("UNIQUE")),
            ..Index::default()
        };
        if tokens[..on].iter().any(|token| token.is_word("FULLTEXT")) {
            index.method = Some("FULLTEXT".to_owned());
        }
        let group = tokens[columns].inside();
        let inner = scan::tokens(group, backslashes);
        index.parts = scan::items(&inner).map(part).collect();
        index.read_clauses(sql, &tokens);
        Ok(Reading { table, index })
    }

    fn refuse_what_is_missing(&mut self, dialect: Dialect) -> Result<(), TypeError> {
        let index = &mut self.index;
        let refuse = |feature| TypeError::NoSuchFeature {
            dialect,
            object: format!("index {} on {}", index.name, self.table),
            feature,
        };
        match dialect {
            Dialect::Postgres => {}
            Dialect::Mysql | Dialect::Mariadb => {
                if index.predicate.is_some() {
                    return Err(refuse("partial index"));
                }
                if !index.include.is_empty() {
                    return Err(refuse("INCLUDE"));
                }
                let keyed = |part: &IndexPart| matches!(part.key, IndexKey::Expression(_));
                if dialect == Dialect::Mariadb && index.parts.iter().any(keyed) {
                    return Err(refuse("index on an expression"));
                }
                // Full text is `USING GIN` in PostgreSQL's words.
                index.method = match index.method.take().as_deref() {
                    Some("gin") => Some("FULLTEXT".to_owned()),
                    Some("btree") | None => None,
                    Some(method) => Some(method.to_ascii_uppercase()),
                };
            }
            Dialect::Sqlite => {
                if !index.include.is_empty() {
                    return Err(refuse("INCLUDE"));
                }
                if index.nulls_not_distinct {
                    return Err(refuse("NULLS NOT DISTINCT"));
                }
                index.method = None;
                index.parts.iter_mut().for_each(|part| part.prefix = None);
            }
        }
        Ok(())
    }
}

impl Index {
    /// What stands beside the columns: method, INCLUDE, NULLS NOT DISTINCT, WHERE.
    fn read_clauses(&mut self, sql: &str, tokens: &[Token<'_>]) {
        for (at, token) in tokens.iter().enumerate() {
            if token.is_word("USING") {
                self.method = tokens
                    .get(at + 1)
                    .map(|method| method.text.to_ascii_lowercase())
                    .filter(|method| method != "btree");
            } else if token.is_word("INCLUDE") {
                if let Some(group) = tokens.get(at + 1) {
                    let inner = scan::tokens(group.inside(), false);
                    self.include = scan::items(&inner)
                        .filter_map(|item| item.first()?.name())
                        .collect();
                }
            } else if token.is_word("NULLS") {
                self.nulls_not_distinct = true;
            } else if token.is_word("WHERE") {
                self.predicate = Some(sql[token.end()..].trim().to_owned());
                return;
            }
        }
    }
}

/// One of an index's columns: `"a" (10) DESC opclass` or `(expression) ASC`.
fn part(item: &[Token<'_>]) -> IndexPart {
    let mut tokens = item.iter();
    let mut part = match tokens.next() {
        Some(token) if token.kind == Kind::Group => IndexPart {
            key: IndexKey::Expression(token.inside().to_owned()),
            ..IndexPart::column("")
        },
        Some(token) => IndexPart::column(token.name().unwrap_or_default()),
        None => IndexPart::column(""),
    };
    for token in tokens {
        match token.kind {
            Kind::Group => part.prefix = token.inside().parse().ok(),
            Kind::Word if token.is_word("ASC") => {}
            Kind::Word if token.is_word("DESC") => part.order = SortOrder::Descending,
            _ => part.operator_class = token.name(),
        }
    }
    part
}
