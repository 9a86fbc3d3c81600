//! What SeaORM's attributes can say of a column: from the dialect's own spelling back to sea-query's words.

use sea_orm::sea_query::{Alias, ColumnDef, ColumnType, Expr, IndexCreateStatement};

use super::types::{self, Spelling};
use super::{Dialect, mysql, postgres, sqlite};
use crate::schema::{Column, Identity, Index, Schema, Table};

/// A column as the field of an entity.
#[derive(Clone, Debug, PartialEq)]
pub struct EntityColumn {
    /// Which Rust type holds its values.
    pub kind: ColumnType,
    /// The attribute `column_type`, which gives the column's own type back.
    pub declared: ColumnType,
    /// Where values travel as text: the types that they are cast to, on the way out and on the way in.
    pub casts: Option<(&'static str, String)>,
    /// `None` too where no attribute gives the column's own default back.
    pub default: Option<EntityDefault>,
    /// The attribute `extra`: SQL behind the column.
    pub extra: Option<String>,
    /// Whether the database numbers the rows, in the way that the attribute asks for.
    pub auto_increment: bool,
    /// Whether the type is there before anything was made: no extension's, no domain.
    pub built_in: bool,
}

/// The attribute `default_value` or `default_expr`.
#[derive(Clone, Debug, PartialEq)]
pub enum EntityDefault {
    Bool(bool),
    Integer(i32),
    Text(String),
    Now,
    /// SQL, as it is.
    Expression(String),
}

impl EntityDefault {
    pub fn expression(&self) -> Expr {
        match self {
            EntityDefault::Bool(truth) => Expr::val(*truth),
            EntityDefault::Integer(number) => Expr::val(*number),
            EntityDefault::Text(text) => Expr::val(text.clone()),
            EntityDefault::Now => Expr::current_timestamp(),
            EntityDefault::Expression(sql) => Expr::cust(sql.clone()),
        }
    }
}

/// What a dialect's folder knows of a type.
pub(crate) struct EntityType {
    pub kind: ColumnType,
    /// Where it is not `kind` itself or the type's own text.
    pub declared: Option<ColumnType>,
    pub casts: Option<(&'static str, String)>,
    pub built_in: bool,
}

impl From<ColumnType> for EntityType {
    fn from(kind: ColumnType) -> Self {
        EntityType {
            kind,
            declared: None,
            casts: None,
            built_in: true,
        }
    }
}

/// A column as an entity's field. Whatever its type is, it has one: text, where nothing closer is known.
pub fn entity_column(
    dialect: Dialect,
    schema: &Schema,
    table: &Table,
    column: &Column,
) -> EntityColumn {
    let known = match dialect {
        Dialect::Postgres => postgres::entities::entity_type(schema, table, column),
        Dialect::Mysql | Dialect::Mariadb => mysql::entities::entity_type(dialect, table, column),
        Dialect::Sqlite => sqlite::entities::entity_type(column),
    };
    let spelling = types::spelling(dialect);
    let declared = known.declared.unwrap_or_else(|| {
        if spelling.data_type(&known.kind).as_deref() == Some(column.data_type.as_str()) {
            known.kind.clone()
        } else {
            ColumnType::custom(column.data_type.clone())
        }
    });
    let numbered = column.identity.is_some();
    EntityColumn {
        default: default(&*spelling, &declared, column).filter(|it| stands_alone(dialect, it)),
        extra: extra(dialect, &declared, column),
        auto_increment: numbered && numbers(&*spelling, &declared, column),
        kind: known.kind,
        casts: known.casts,
        built_in: known.built_in,
        declared,
    }
}

/// The column as sea-query says what the attributes say, keys aside.
pub fn definition(column: &Column, known: &EntityColumn) -> ColumnDef {
    let mut definition = ColumnDef::new_with_type(Alias::new(&column.name), known.declared.clone());
    if !column.nullable {
        definition.not_null();
    }
    if let Some(default) = &known.default {
        definition.default(default.expression());
    }
    if let Some(comment) = &column.comment {
        definition.comment(comment);
    }
    if let Some(extra) = &known.extra {
        definition.extra(extra);
    }
    definition
}

/// The index as sea-query can say it: plain columns in their order. `None` where it is more than that.
pub fn plain_index(dialect: Dialect, table: &Table, index: &Index) -> Option<IndexCreateStatement> {
    let mut statement = IndexCreateStatement::new();
    statement
        .name(&index.name)
        .table(Alias::new(&table.name.name));
    for part in &index.parts {
        statement.col(Alias::new(part.to_string()));
    }
    if index.unique {
        statement.unique();
    }
    let read = types::index_of(dialect, &statement).ok()?;
    (table.name.namespace.is_none() && read.1 == *index).then_some(statement)
}

/// Whether the dialect's own way of numbering is the column's.
fn numbers(spelling: &dyn Spelling, declared: &ColumnType, column: &Column) -> bool {
    let mut numbered = Column {
        data_type: spelling.data_type(declared).unwrap_or_default(),
        ..Column::default()
    };
    let plain = Identity::Generated {
        always: false,
        options: None,
    };
    spelling.number(&mut numbered)
        && match &column.identity {
            Some(Identity::Generated { .. }) => column.identity == Some(plain),
            _ => true,
        }
}

/// The attribute of which the dialect makes the column's own default again.
fn default(
    spelling: &dyn Spelling,
    declared: &ColumnType,
    column: &Column,
) -> Option<EntityDefault> {
    let wanted = column.default.as_deref()?;
    let mut tries = vec![EntityDefault::Now];
    let bare = wanted
        .split("::")
        .next()
        .unwrap_or_default()
        .trim_matches('\'');
    if let Ok(number) = bare.parse::<i32>() {
        tries.push(EntityDefault::Integer(number));
    }
    if let Ok(truth) = wanted.to_ascii_lowercase().parse::<bool>() {
        tries.push(EntityDefault::Bool(truth));
    }
    if let Some(text) = literal(wanted) {
        tries.push(EntityDefault::Text(text));
    }
    tries.push(EntityDefault::Expression(wanted.to_owned()));
    tries.into_iter().find(|default| {
        let value = default.expression();
        spelling
            .default(declared, &column.data_type, &value)
            .as_deref()
            == Some(wanted)
    })
}

/// Whether a default can be said before anything else is made: it calls nobody's function, reads no sequence.
fn stands_alone(dialect: Dialect, default: &EntityDefault) -> bool {
    match (dialect, default) {
        (Dialect::Postgres, EntityDefault::Expression(sql)) => {
            postgres::entities::calls_only_its_own(sql)
        }
        _ => true,
    }
}

/// The text of a literal, with or without a cast behind it.
fn literal(sql: &str) -> Option<String> {
    let (text, rest) = sql.strip_prefix('\'')?.rsplit_once('\'')?;
    let plain = rest.is_empty() || rest.starts_with("::");
    let lone = text.replace("''", "").contains('\'');
    (plain && !lone).then(|| text.replace("''", "'").replace("\\\\", "\\"))
}

fn extra(dialect: Dialect, declared: &ColumnType, column: &Column) -> Option<String> {
    let mut words = Vec::new();
    // PostgreSQL's are SQL already, and the reader of `extra` takes the quotes away.
    if let Some(collation) = column
        .collation
        .as_ref()
        // MariaDB's JSON brings its own.
        .filter(|_| dialect != Dialect::Postgres && *declared != ColumnType::Json)
    {
        words.push(format!("COLLATE {collation}"));
    }
    if let Some(moment) = &column.on_update {
        words.push(format!("ON UPDATE {moment}"));
    }
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_declared_so_that_it_comes_back() {
        for (dialect, texts) in [
            (
                Dialect::Postgres,
                "character varying(50)|character varying|character(3)|text|smallint|integer|bigint|real|\
                 double precision|numeric(10,2)|numeric|timestamp without time zone|timestamp with time zone|\
                 timestamp(3) with time zone|time(0) without time zone|time with time zone|date|bytea|boolean|money|\
                 json|jsonb|uuid|bit(3)|bit varying|interval|interval day to second(2)|cidr|inet|macaddr|tsvector|\
                 integer[]|text[]|numeric(5,2)[]|int4range|point|vector(3)|\"Odd \"\"type\"\"\"|shop.price|xml",
            ),
            (
                Dialect::Mariadb,
                "varchar(50)|char(3)|text|tinytext|mediumtext|longtext|tinyint(4)|tinyint(1)|smallint(6)|\
                 mediumint(9)|int(11)|bigint(20)|tinyint(3) unsigned|int(10) unsigned|bigint(20) unsigned|\
                 int(5) unsigned zerofill|decimal(10,2)|float|double|datetime|datetime(6)|timestamp|timestamp(3)|\
                 time|date|year(4)|binary(16)|varbinary(20)|blob|longblob|bit(1)|bit(8)|enum('a','it''s')|\
                 set('a','b')|point|inet6|uuid",
            ),
            (
                Dialect::Mysql,
                "varchar(50)|int|int unsigned|bigint|tinyint(1)|json|datetime(6)|year|geometry",
            ),
            (
                Dialect::Sqlite,
                "INTEGER|TEXT|REAL|BLOB|varchar(50)|VARCHAR(50)|NUMERIC(10,2)|boolean|BOOLEAN|datetime|TIMESTAMP|\
                 date_text|uuid_text|json_text|real(10, 2)|double precision|NVARCHAR(160)|BIGINT|my type|",
            ),
        ] {
            let spelling = types::spelling(dialect);
            for text in texts.split('|') {
                let column = Column {
                    name: "a".to_owned(),
                    data_type: text.to_owned(),
                    ..Column::default()
                };
                let known = entity_column(dialect, &Schema::default(), &Table::default(), &column);
                let back = spelling.data_type(&known.declared);
                assert_eq!(back.as_deref(), Some(text), "{dialect}: {text}");
            }
        }
    }

    #[test]
    fn a_default_is_said_as_simply_as_it_can_be() {
        for (dialect, data_type, default, expected) in [
            (Dialect::Postgres, "integer", "0", EntityDefault::Integer(0)),
            (
                Dialect::Postgres,
                "integer",
                "'-4'::integer",
                EntityDefault::Integer(-4),
            ),
            (
                Dialect::Postgres,
                "character varying(20)",
                "'it''s'::character varying",
                EntityDefault::Text("it's".to_owned()),
            ),
            (
                Dialect::Postgres,
                "timestamp with time zone",
                "CURRENT_TIMESTAMP",
                EntityDefault::Now,
            ),
            (
                Dialect::Postgres,
                "timestamp with time zone",
                "now()",
                EntityDefault::Expression("now()".to_owned()),
            ),
            (
                Dialect::Postgres,
                "uuid",
                "gen_random_uuid()",
                EntityDefault::Expression("gen_random_uuid()".to_owned()),
            ),
            (
                Dialect::Mariadb,
                "decimal(10,2)",
                "0.00",
                EntityDefault::Expression("0.00".to_owned()),
            ),
            (
                Dialect::Mariadb,
                "datetime(6)",
                "current_timestamp(6)",
                EntityDefault::Now,
            ),
            (
                Dialect::Sqlite,
                "boolean",
                "TRUE",
                EntityDefault::Bool(true),
            ),
            (
                Dialect::Sqlite,
                "TEXT",
                "'x'",
                EntityDefault::Text("x".to_owned()),
            ),
        ] {
            let column = Column {
                data_type: data_type.to_owned(),
                default: Some(default.to_owned()),
                ..Column::default()
            };
            let known = entity_column(dialect, &Schema::default(), &Table::default(), &column);
            assert_eq!(known.default, Some(expected), "{dialect} {default}");
        }
    }
}
