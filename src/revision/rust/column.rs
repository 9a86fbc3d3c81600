//! A column for SeaORM's builders: the types and defaults by which they can say what a dialect's model says.

use sea_orm::sea_query::{Alias, ColumnDef, ColumnType, Expr, Table as Query};

use super::code::{Code, string};
use crate::dialect::Dialect;
use crate::dialect::ddl::{Style, statements};
use crate::dialect::types::{ServerFacts, desired, normalise, spelling};
use crate::schema::{Change, Column, Identity, Op, Schema, Table};

/// A type: how it is asked for, and what it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Kind {
    code: Code,
    kind: ColumnType,
}

/// A default.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Preset {
    None,
    Integer(i64),
    Float(f64),
    Bool(bool),
    Text(String),
    Now,
    /// Written as it is.
    Bare(String),
    /// Written in brackets.
    Expression(String),
}

/// A column that is to be made. Where there are several types or defaults, each of them will do, the first best.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NewColumn {
    pub name: String,
    kinds: Vec<Kind>,
    presets: Vec<Preset>,
    not_null: bool,
    /// Where nullable: said aloud, which some types need on some servers.
    null: bool,
    number: bool,
    pub key: bool,
}

impl NewColumn {
    /// `None` where SeaORM cannot say it on this dialect.
    pub fn read(dialect: Dialect, column: &Column) -> Option<NewColumn> {
        let identity = &column.identity;
        let number = match identity {
            None => false,
            Some(Identity::AutoIncrement) => true,
            Some(Identity::Generated { always, options }) => !always && options.is_none(),
            Some(Identity::Serial { .. }) => return None,
        };
        let mut new = NewColumn {
            name: column.name.clone(),
            kinds: Vec::new(),
            presets: vec![Preset::None],
            not_null: !column.nullable,
            null: false,
            number,
            key: false,
        };
        new.kinds = kinds(&column.data_type)
            .into_iter()
            .filter(|kind| !number || is_plain_integer(&kind.kind))
            .filter(|kind| new.writes(dialect, kind, column))
            .collect();
        let own = definition(dialect, column)?;
        new.null = column.nullable && own.contains(" NULL");
        if let Some(default) = &column.default {
            let fits = |kind: &Kind, preset: &Preset| {
                let fits = new.fits(dialect, kind, preset, column);
                match preset {
                    Preset::Now | Preset::Bare(_) | Preset::Expression(_) => {
                        let text = format!(" DEFAULT {}", preset.sql()).to_ascii_uppercase();
                        fits && own.to_ascii_uppercase().contains(&text)
                    }
                    _ => fits,
                }
            };
            let mut presets = presets(default);
            presets.retain(|preset| new.kinds.iter().any(|kind| fits(kind, preset)));
            let mut kinds = new.kinds.clone();
            kinds.retain(|kind| presets.iter().any(|preset| fits(kind, preset)));
            (new.kinds, new.presets) = (kinds, presets);
        }
        (!new.kinds.is_empty() && !new.presets.is_empty()).then_some(new)
    }

    /// What will do for both.
    pub fn merge(&self, other: &NewColumn) -> Option<NewColumn> {
        let merged = NewColumn {
            kinds: common(&self.kinds, &other.kinds),
            presets: common(&self.presets, &other.presets),
            null: self.null || other.null,
            ..self.clone()
        };
        let alike = NewColumn {
            kinds: merged.kinds.clone(),
            presets: merged.presets.clone(),
            null: merged.null,
            ..other.clone()
        } == merged;
        (alike && !merged.kinds.is_empty() && !merged.presets.is_empty()).then_some(merged)
    }

    /// The column as SeaORM has it.
    pub fn definition(&self) -> ColumnDef {
        let mut column = self.with(&self.kinds[0], &self.presets[0]);
        if self.key {
            column.primary_key();
        }
        column
    }

    fn with(&self, kind: &Kind, preset: &Preset) -> ColumnDef {
        let mut column = ColumnDef::new_with_type(Alias::new(&self.name), kind.kind.clone());
        if self.not_null {
            column.not_null();
        } else if self.null {
            column.null();
        }
        if let Some(default) = preset.expression() {
            column.default(default);
        }
        if self.number {
            column.auto_increment();
        }
        column
    }

    /// Whether the type that SeaORM writes is the column's, and numbering adds nothing but words behind it.
    fn writes(&self, dialect: Dialect, kind: &Kind, column: &Column) -> bool {
        let spelling = spelling(dialect);
        let written = |definition: &mut ColumnDef| {
            let statement = Query::create()
                .table(Alias::new("t"))
                .col(definition)
                .to_owned();
            let sql = spelling.render(&statement);
            let (_, rest) = sql.split_once(" ( ")?;
            let rest = rest.strip_suffix(" )")?.trim_start();
            let rest = rest.strip_prefix(&dialect.quote(&self.name))?;
            Some(rest.trim().to_owned())
        };
        let mut bare = ColumnDef::new_with_type(Alias::new(&self.name), kind.kind.clone());
        let Some(bare_text) = written(&mut bare) else {
            return false;
        };
        if self.number
            && !written(bare.auto_increment()).is_some_and(|it| it.starts_with(&bare_text))
        {
            return false;
        }
        let custom = ColumnType::Custom(Alias::new(bare_text).into());
        let Some(data_type) = spelling.data_type(&custom) else {
            return false;
        };
        let written = Column {
            data_type,
            name: column.name.clone(),
            ..Column::default()
        };
        let plain = Column {
            data_type: column.data_type.clone(),
            name: column.name.clone(),
            ..Column::default()
        };
        alone(dialect, written).data_type == alone(dialect, plain).data_type
    }

    /// Whether the column made so is the column of the model.
    fn fits(&self, dialect: Dialect, kind: &Kind, preset: &Preset, column: &Column) -> bool {
        let mut definition = self.with(kind, preset);
        let statement = Query::create()
            .table(Alias::new("t"))
            .col(&mut definition)
            .to_owned();
        desired(dialect, &[statement], &[])
            .is_ok_and(|made| made.tables[0].columns[0] == alone(dialect, column.clone()))
    }

    pub fn code(&self) -> Code {
        let (kind, preset) = (&self.kinds[0], &self.presets[0]);
        if self.key && self.number && kind.kind == ColumnType::Integer {
            return Code::text(format!("pk_auto({})", string(&self.name)));
        }
        let Code::Chain(_, links) = &kind.code else {
            return kind.code.clone();
        };
        let mut code = Code::Chain(
            format!("ColumnDef::new({})", string(&self.name)),
            links.clone(),
        );
        if self.not_null {
            code = code.call("not_null", []);
        } else if self.null {
            code = code.call("null", []);
        }
        if let Some(default) = preset.code() {
            code = code.call("default", [default]);
        }
        if self.number {
            code = code.call("auto_increment", []);
        }
        if self.key {
            code = code.call("primary_key", []);
        }
        code
    }
}

/// The column as its server would give it back from a table of its own.
fn alone(dialect: Dialect, column: Column) -> Column {
    let mut schema = Schema::default();
    schema.tables.push(Table {
        name: crate::schema::Name::new("t"),
        columns: vec![column],
        ..Table::default()
    });
    let mut schema = normalise(dialect, &schema, &ServerFacts::default());
    schema.tables.remove(0).columns.remove(0)
}

/// The CREATE TABLE that our own DDL writes for a table of this column alone.
fn definition(dialect: Dialect, column: &Column) -> Option<String> {
    let table = Table {
        name: crate::schema::Name::new("t"),
        columns: vec![column.clone()],
        ..Table::default()
    };
    let op = Op::Table(Box::new(Change::Add(table)));
    let made = statements(dialect, &op, &Schema::default(), Style::default()).ok()?;
    made.into_iter().next()
}

fn common<T: Clone + PartialEq>(these: &[T], those: &[T]) -> Vec<T> {
    let both = these.iter().filter(|one| those.contains(one));
    both.cloned().collect()
}

/// What all builders can number; others make them panic.
fn is_plain_integer(kind: &ColumnType) -> bool {
    matches!(
        kind,
        ColumnType::SmallInteger | ColumnType::Integer | ColumnType::BigInteger
    )
}

/// The types that might be meant, the plainest first, and last the type in its own words.
fn kinds(data_type: &str) -> Vec<Kind> {
    let kind = |name: &str, numbers: &[u32], kind: ColumnType| Kind {
        code: Code::head("").call(name, numbers.iter().map(|it| Code::text(it.to_string()))),
        kind,
    };
    let numbers: Vec<u32> = data_type
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'))
        .map(|(numbers, _)| numbers.split(',').map(|it| it.trim().parse()).collect())
        .and_then(Result::ok)
        .unwrap_or_default();
    let mut kinds = Vec::new();
    if let [length] = numbers[..] {
        kinds.push(kind(
            "string_len",
            &[length],
            ColumnType::string(Some(length)),
        ));
        kinds.push(kind("char_len", &[length], ColumnType::Char(Some(length))));
        kinds.push(kind("binary_len", &[length], ColumnType::Binary(length)));
        kinds.push(kind(
            "var_binary",
            &[length],
            ColumnType::var_binary(length),
        ));
    }
    if let [precision, scale] = numbers[..] {
        let decimal = ColumnType::Decimal(Some((precision, scale)));
        kinds.push(kind("decimal_len", &[precision, scale], decimal));
    }
    let plain = [
        ("integer", ColumnType::Integer),
        ("big_integer", ColumnType::BigInteger),
        ("small_integer", ColumnType::SmallInteger),
        ("boolean", ColumnType::Boolean),
        ("tiny_integer", ColumnType::TinyInteger),
        ("unsigned", ColumnType::Unsigned),
        ("big_unsigned", ColumnType::BigUnsigned),
        ("small_unsigned", ColumnType::SmallUnsigned),
        ("tiny_unsigned", ColumnType::TinyUnsigned),
        ("text", ColumnType::Text),
        ("string", ColumnType::string(None)),
        ("double", ColumnType::Double),
        ("float", ColumnType::Float),
        ("decimal", ColumnType::Decimal(None)),
        (
            "timestamp_with_time_zone",
            ColumnType::TimestampWithTimeZone,
        ),
        ("date_time", ColumnType::DateTime),
        ("timestamp", ColumnType::Timestamp),
        ("date", ColumnType::Date),
        ("time", ColumnType::Time),
        ("json_binary", ColumnType::JsonBinary),
        ("json", ColumnType::Json),
        ("uuid", ColumnType::Uuid),
        ("blob", ColumnType::Blob),
    ];
    kinds.extend(plain.map(|(name, column_type)| kind(name, &[], column_type)));
    if !data_type.is_empty() {
        kinds.push(Kind {
            code: Code::head("").call("custom", [Code::string(data_type)]),
            kind: ColumnType::Custom(Alias::new(data_type).into()),
        });
    }
    kinds
}

/// The defaults that might be meant.
fn presets(text: &str) -> Vec<Preset> {
    let mut presets = Vec::new();
    // PostgreSQL shows literals with their type: `'pending'::character varying`, `'-1'::integer`.
    let quoted = text.strip_prefix('\'').and_then(|rest| {
        let (inside, behind) = match rest.rfind("'::") {
            Some(at) => (&rest[..at], &rest[at + 3..]),
            None => (rest.strip_suffix('\'')?, ""),
        };
        let lone = inside.replace("''", "").contains(['\'', '\\']);
        let plain = !lone && !inside.chars().any(char::is_control);
        plain.then(|| (inside.replace("''", "'"), behind))
    });
    let number = match &quoted {
        Some((inside, "integer" | "bigint" | "numeric")) => inside.as_str(),
        Some(_) => "",
        None => text,
    };
    if let Ok(number) = number.parse::<i64>() {
        presets.push(Preset::Integer(number));
        if number == 0 || number == 1 {
            presets.push(Preset::Bool(number == 1));
        }
    }
    let digits = |c: char| c.is_ascii_digit() || c == '.' || c == '-';
    if !number.is_empty() && number.chars().all(digits) {
        presets.extend(number.parse().ok().map(Preset::Float));
    }
    if let Some((inside, _)) = quoted {
        presets.push(Preset::Text(inside));
    }
    match text.to_ascii_uppercase().trim_end_matches("()") {
        "TRUE" => presets.push(Preset::Bool(true)),
        "FALSE" => presets.push(Preset::Bool(false)),
        "CURRENT_TIMESTAMP" => presets.push(Preset::Now),
        _ => {}
    }
    // A question mark or a dollar could be taken for a placeholder.
    if !text.contains(['?', '$']) {
        presets.push(Preset::Bare(text.to_owned()));
        presets.push(Preset::Expression(text.to_owned()));
    }
    presets
}

impl Preset {
    fn expression(&self) -> Option<Expr> {
        Some(match self {
            Preset::None => return None,
            Preset::Integer(number) => match i32::try_from(*number) {
                Ok(number) => Expr::val(number),
                Err(_) => Expr::val(*number),
            },
            Preset::Float(number) => Expr::val(*number),
            Preset::Bool(truth) => Expr::val(*truth),
            Preset::Text(text) => Expr::val(text.clone()),
            Preset::Now => Expr::current_timestamp(),
            Preset::Bare(text) => Expr::custom_keyword(Alias::new(text)),
            Preset::Expression(text) => Expr::cust(text.clone()),
        })
    }

    /// What SeaORM writes for one that is no value.
    fn sql(&self) -> String {
        match self {
            Preset::Now => "CURRENT_TIMESTAMP".to_owned(),
            Preset::Bare(text) => text.clone(),
            Preset::Expression(text) => format!("({text})"),
            _ => String::new(),
        }
    }

    fn code(&self) -> Option<Code> {
        Some(match self {
            Preset::None => return None,
            Preset::Integer(number) => match i32::try_from(*number) {
                Ok(number) => Code::text(number.to_string()),
                Err(_) => Code::text(format!("{number}_i64")),
            },
            Preset::Float(number) => Code::text(format!("{number:?}")),
            Preset::Bool(truth) => Code::text(truth.to_string()),
            Preset::Text(text) => Code::string(text),
            Preset::Now => Code::text("Expr::current_timestamp()"),
            Preset::Bare(text) => Code::text(format!("Expr::custom_keyword({})", string(text))),
            Preset::Expression(text) => Code::text(format!("Expr::cust({})", string(text))),
        })
    }
}
