//! What a column holds, whatever the database, and a table as its rows are streamed.

use serde::{Deserialize, Serialize};

use crate::dialect::{Dialect, mysql, postgres, sqlite};
use crate::schema::{Column, Identity, IndexKey, Name, Schema, Table};

/// What a column holds. Limits are those that the column has beyond its type's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Bool,
    Int {
        bits: u8,
        signed: bool,
    },
    /// Precision and scale, where there are any.
    Decimal {
        size: Option<(u32, u32)>,
    },
    Float4,
    Float8,
    /// `limit` is in characters. Trailing blanks of `fixed` text mean nothing.
    Text {
        limit: Option<u64>,
        fixed: bool,
    },
    /// `limit` is in bytes. What is `fixed` has exactly so many.
    Bytes {
        limit: Option<u64>,
        fixed: bool,
    },
    Date,
    /// `digits` of a second's fraction are kept, here and below.
    Time {
        digits: u8,
    },
    Timestamp {
        digits: u8,
    },
    /// A moment, kept in UTC.
    TimestampTz {
        digits: u8,
    },
    /// `binary` where the database keeps the value and not its spelling.
    Json {
        binary: bool,
    },
    Uuid,
    Array(Box<Kind>),
    /// Whatever each value is: SQLite's columns without a type.
    Any,
    /// A type of the database's own, by its name there.
    Other(String),
}

impl Kind {
    /// The kind as a person reads it.
    pub fn title(&self) -> String {
        match self {
            Kind::Bool => "a boolean".to_owned(),
            Kind::Int { bits, signed: true } => format!("an integer of {bits} bits"),
            Kind::Int { bits, .. } => format!("an unsigned integer of {bits} bits"),
            Kind::Decimal { size: Some((p, s)) } => format!("a decimal({p},{s})"),
            Kind::Decimal { size: None } => "a decimal".to_owned(),
            Kind::Float4 => "a float of 32 bits".to_owned(),
            Kind::Float8 => "a float of 64 bits".to_owned(),
            Kind::Text { limit: Some(n), .. } => format!("text of {n} characters"),
            Kind::Text { .. } => "text".to_owned(),
            Kind::Bytes { limit: Some(n), .. } => format!("{n} bytes"),
            Kind::Bytes { .. } => "bytes".to_owned(),
            Kind::Date => "a date".to_owned(),
            Kind::Time { .. } => "a time of day".to_owned(),
            Kind::Timestamp { .. } => "a date and time".to_owned(),
            Kind::TimestampTz { .. } => "a moment".to_owned(),
            Kind::Json { .. } => "JSON".to_owned(),
            Kind::Uuid => "a UUID".to_owned(),
            Kind::Array(of) => format!("an array of {}", of.title()),
            Kind::Any => "anything".to_owned(),
            Kind::Other(name) => name.clone(),
        }
    }
}

/// A column of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowColumn {
    pub name: String,
    pub kind: Kind,
    /// In the dialect's own spelling.
    pub data_type: String,
    pub nullable: bool,
}

/// A table as its rows are streamed: whose they are, which columns in which order, by what a row is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowTable {
    #[serde(with = "dialect_name")]
    pub dialect: Dialect,
    #[serde(with = "table_name")]
    pub name: Name,
    /// Those that a row can be given, in order: generated ones are not among them.
    pub columns: Vec<RowColumn>,
    /// The columns of the primary key, else of the first unique one; may be empty.
    pub key: Vec<String>,
    /// Whether tables that inherit from it are streamed by themselves, and not as part of it.
    pub alone: bool,
}

impl RowTable {
    /// The stream of `table`, which is one of `schema`'s.
    pub fn of(dialect: Dialect, schema: &Schema, table: &Table) -> RowTable {
        let columns = table
            .columns
            .iter()
            .filter(|column| column.generated.is_none())
            .map(|column| RowColumn {
                name: column.name.clone(),
                kind: kind_of(dialect, schema, table, column),
                data_type: column.data_type.clone(),
                nullable: column.nullable,
            })
            .collect();
        RowTable {
            dialect,
            name: table.name.clone(),
            columns,
            key: key_of(table),
            alone: table.partitioning.is_none(),
        }
    }

    /// Where a column of this name is.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The table as it stands behind FROM: its own rows and no others.
    pub(in crate::dialect) fn place(&self) -> String {
        let name = self.dialect.quote_name(&self.name);
        match self.dialect {
            Dialect::Postgres if self.alone => format!("ONLY {name}"),
            _ => name,
        }
    }

    /// The same with these columns alone, in this order; those that it has not are left out.
    #[must_use]
    pub fn only(&self, columns: &[String]) -> RowTable {
        RowTable {
            columns: columns
                .iter()
                .filter_map(|name| self.position(name))
                .map(|at| self.columns[at].clone())
                .collect(),
            ..self.clone()
        }
    }
}

/// The columns of the primary key, else of a unique one.
fn key_of(table: &Table) -> Vec<String> {
    let plain = |parts: &[crate::schema::IndexPart]| -> Option<Vec<String>> {
        parts
            .iter()
            .map(|part| match &part.key {
                IndexKey::Column(name) => Some(name.clone()),
                IndexKey::Expression(_) => None,
            })
            .collect()
    };
    let primary = table.primary_key.iter().map(|key| &key.columns);
    let uniques = table.uniques.iter().map(|unique| &unique.columns);
    let indexes = table
        .indexes
        .iter()
        .filter(|index| index.unique && index.predicate.is_none());
    primary
        .chain(uniques)
        .chain(indexes.map(|index| &index.parts))
        .find_map(|parts| plain(parts))
        .unwrap_or_default()
}

fn kind_of(dialect: Dialect, schema: &Schema, table: &Table, column: &Column) -> Kind {
    match dialect {
        Dialect::Postgres => postgres::rows::kind(&column.data_type, schema),
        Dialect::Mysql | Dialect::Mariadb => mysql::rows::kind(dialect, column, table),
        Dialect::Sqlite => sqlite::rows::kind(&column.data_type),
    }
}

impl Dialect {
    /// A dialect of another family: rows that are given as its own are looked at value by value.
    pub fn stranger(self) -> Dialect {
        match self {
            Dialect::Postgres => Dialect::Sqlite,
            Dialect::Mysql | Dialect::Mariadb | Dialect::Sqlite => Dialect::Postgres,
        }
    }
}

impl Dialect {
    /// The type that holds every value of a kind, as this dialect spells it; `None` where there is none. Text in a key
    /// has to have a length on MySQL.
    pub fn type_of(self, kind: &Kind, in_key: bool) -> Option<String> {
        match self {
            Dialect::Postgres => postgres::rows::data_type(kind),
            Dialect::Mysql | Dialect::Mariadb => mysql::rows::data_type(self, kind, in_key),
            Dialect::Sqlite => sqlite::rows::data_type(kind),
        }
    }

    /// Whether a primary key of one integer numbers its rows, whatever else is said.
    pub fn numbers_by_key(self) -> bool {
        self == Dialect::Sqlite
    }

    /// How a column is made to number its rows, and still takes numbers that are given.
    pub fn numbering(self) -> Identity {
        match self {
            Dialect::Postgres => Identity::Generated {
                always: false,
                options: None,
            },
            Dialect::Mysql | Dialect::Mariadb | Dialect::Sqlite => Identity::AutoIncrement,
        }
    }

    /// The type that a column of this one must have to number its rows.
    pub fn numbered_type(self, data_type: String) -> String {
        match self {
            Dialect::Sqlite => "INTEGER".to_owned(),
            Dialect::Postgres | Dialect::Mysql | Dialect::Mariadb => data_type,
        }
    }

    /// Yes or no as a default.
    pub fn truth(self, value: bool) -> &'static str {
        match (self, value) {
            (Dialect::Postgres, true) => "true",
            (Dialect::Postgres, false) => "false",
            (_, true) => "1",
            (_, false) => "0",
        }
    }

    /// The collation under which two texts of a kind are one only where their bytes are; `None` where that is so anyway.
    pub fn exact_collation(self, kind: &Kind) -> Option<&'static str> {
        match (self, kind) {
            (Dialect::Mysql | Dialect::Mariadb, Kind::Text { .. } | Kind::Other(_)) => {
                Some("utf8mb4_bin")
            }
            _ => None,
        }
    }
}

/// The numbers in a type's brackets: `numeric(10,2)` gives 10 and 2.
pub(crate) fn numbers(data_type: &str) -> Vec<u32> {
    let Some((_, rest)) = data_type.split_once('(') else {
        return Vec::new();
    };
    let inside = rest.split(')').next().unwrap_or_default();
    inside
        .split(',')
        .filter_map(|number| number.trim().parse().ok())
        .collect()
}

mod dialect_name {
    use serde::{Deserialize, Deserializer, Serializer, de};

    use crate::dialect::Dialect;

    pub(super) fn serialize<S: Serializer>(it: &Dialect, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(it.name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Dialect, D::Error> {
        String::deserialize(from)?
            .parse()
            .map_err(de::Error::custom)
    }
}

mod table_name {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::schema::Name;

    pub(super) fn serialize<S: Serializer>(it: &Name, to: S) -> Result<S::Ok, S::Error> {
        (&it.namespace, &it.name).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Name, D::Error> {
        let (namespace, name) = Deserialize::deserialize(from)?;
        Ok(Name { namespace, name })
    }
}
