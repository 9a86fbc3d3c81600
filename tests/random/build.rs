//! From the seeds of a schema to the schema.

use super::kinds::{ENUM, kinds};
use super::{ColumnSeed, KeySeed, NAMES, PLAIN, Seeds, TableSeed};
use piton::dialect::Dialect;
use piton::schema::{
    Action, Check, Column, Deferrable, Domain, EnumType, ForeignKey, Generated, Identity, Index,
    IndexKey, IndexPart, Name, Nulls, PrimaryKey, Schema, Sequence, SortOrder, Table, Unique,
};

/// What the enum can be like.
const VALUES: [&[&str]; 4] = [
    &["calm", "it's", "学生"],
    &["calm", "wild", "it's", "学生"],
    &["学生", "calm"],
    &["calm", "it's", "学生", "late"],
];

/// The schema that `seeds` make on a dialect.
pub fn build(dialect: Dialect, seeds: &Seeds) -> Schema {
    let mut schema = Schema::default();
    let postgres = dialect == Dialect::Postgres;
    let mut kept = Vec::new();
    for seed in &seeds.tables {
        let name = format!("t {}", NAMES[seed.name]);
        let name = match postgres && seed.app {
            true => Name::within("app", name),
            false => Name::new(name),
        };
        let same = |other: &Name| other.name.to_lowercase() == name.name.to_lowercase();
        if !schema.tables.iter().any(|table| same(&table.name)) {
            let table = fill(dialect, name, seed, seeds.mood);
            schema.tables.push(table);
            kept.push(seed);
        }
    }
    link(dialect, &mut schema, &kept);
    if postgres {
        if schema
            .tables
            .iter()
            .any(|table| table.name.namespace.is_some())
        {
            schema.namespaces.push("app".to_owned());
        }
        add_types(&mut schema, seeds);
    }
    schema
}

fn add_types(schema: &mut Schema, seeds: &Seeds) {
    schema.enums.push(EnumType {
        name: Name::new(ENUM),
        values: VALUES[seeds.mood].iter().map(|&it| it.into()).collect(),
        comment: (seeds.mood == 1).then(|| "how it is".to_owned()),
    });
    for number in 0..seeds.sequences {
        schema.sequences.push(Sequence {
            name: Name::new(format!("s {number}")),
            data_type: "bigint".to_owned(),
            options: format!(
                "INCREMENT BY {} MINVALUE 1 MAXVALUE 900 START WITH 7 CACHE 1 NO CYCLE",
                number + 1 + seeds.mood
            ),
            ..Sequence::default()
        });
    }
    schema.domains.push(Domain {
        name: Name::new("above"),
        data_type: "integer".to_owned(),
        nullable: seeds.mood == 2,
        default: (seeds.mood < 2).then(|| "1".to_owned()),
        checks: match seeds.mood {
            3 => vec![],
            mood => vec![("above_check".to_owned(), format!("(VALUE > {mood})"))],
        },
        ..Domain::default()
    });
}

fn fill(dialect: Dialect, name: Name, seed: &TableSeed, mood: usize) -> Table {
    let kinds = kinds(dialect);
    let mut table = Table {
        name,
        comment: (seed.comment && dialect != Dialect::Sqlite)
            .then(|| "it's a \"table\"".to_owned()),
        ..Table::default()
    };
    // 0: no key; 1: a plain one; 2, 3: numbered.
    if seed.numbering > 0 {
        table.columns.push(Column {
            name: "key".to_owned(),
            data_type: key_type(dialect, seed).to_owned(),
            nullable: false,
            identity: numbering(dialect, &table.name, seed.numbering),
            ..Column::default()
        });
    }
    let mut indexable = Vec::new();
    for choice in &seed.columns {
        let Some(column) = column_of(dialect, &table, choice, mood) else {
            continue;
        };
        if column.generated.is_none() && kinds[choice.kind % kinds.len()].indexable {
            indexable.push(column.name.clone());
        }
        table.columns.push(column);
    }
    if seed.numbering > 0 {
        let mut columns = vec![IndexPart::column("key")];
        if let Some(other) = indexable
            .first()
            .filter(|_| seed.wide_key && seed.numbering == 1)
        {
            columns.push(IndexPart::column(other));
        }
        table.primary_key = Some(PrimaryKey {
            columns,
            ..PrimaryKey::default()
        });
    }
    if table.columns.is_empty() {
        table.columns.push(Column {
            name: "only".to_owned(),
            data_type: kinds[0].data_type.to_owned(),
            nullable: true,
            ..Column::default()
        });
    }
    for (at, key) in seed.keys.iter().enumerate() {
        add_key(dialect, &mut table, &indexable, key, at);
    }
    add_checks(dialect, &mut table, &seed.checks);
    table
}

/// SQLite numbers an `INTEGER` alone.
fn key_type(dialect: Dialect, seed: &TableSeed) -> &'static str {
    match (dialect, seed.big) {
        (Dialect::Postgres, true) => "bigint",
        (Dialect::Mysql | Dialect::Mariadb, true) => "bigint(20)",
        _ => kinds(dialect)[0].data_type,
    }
}

fn numbering(dialect: Dialect, table: &Name, choice: usize) -> Option<Identity> {
    match (dialect, choice) {
        (_, 0 | 1) => None,
        (Dialect::Postgres, 2) => Some(Identity::Generated {
            always: true,
            options: Some("START WITH 5".to_owned()),
        }),
        (Dialect::Postgres, _) => Some(Identity::Serial {
            sequence: Name {
                namespace: table.namespace.clone(),
                name: format!("{}_key_seq", table.name),
            },
        }),
        _ => Some(Identity::AutoIncrement),
    }
}

fn is_integer(dialect: Dialect, column: &Column) -> bool {
    column.data_type == kinds(dialect)[0].data_type && column.generated.is_none()
}

/// A plain integer column, for expressions.
fn plain_integer(dialect: Dialect, table: &Table) -> Option<String> {
    let found = table.columns.iter().find(|column| {
        NAMES[..PLAIN].contains(&column.name.as_str()) && is_integer(dialect, column)
    });
    found.map(|column| column.name.clone())
}

/// `column > number`, as the server spells it.
fn comparison(dialect: Dialect, column: &str, operator: &str, number: usize) -> String {
    match dialect {
        Dialect::Postgres => format!("({column} {operator} {number})"),
        Dialect::Mysql | Dialect::Mariadb => format!("`{column}` {operator} {number}"),
        Dialect::Sqlite => format!("{column} {operator} {number}"),
    }
}

fn column_of(dialect: Dialect, table: &Table, seed: &ColumnSeed, mood: usize) -> Option<Column> {
    let name = NAMES[seed.name];
    let same = |other: &Column| other.name.to_lowercase() == name.to_lowercase();
    if table.columns.iter().any(same) {
        return None;
    }
    let kinds = kinds(dialect);
    let kind = &kinds[seed.kind % kinds.len()];
    let mut column = Column {
        name: name.to_owned(),
        data_type: kind.data_type.to_owned(),
        nullable: seed.nullable,
        default: seed
            .default
            .and_then(|choice| kind.defaults.get(choice))
            .map(|text| (*text).to_owned()),
        comment: (seed.comment && dialect != Dialect::Sqlite)
            .then(|| "what it's for; 学生".to_owned()),
        ..Column::default()
    };
    if kind.data_type == ENUM {
        let values = VALUES[mood];
        let value = |choice: usize| values[choice % values.len()].replace('\'', "''");
        column.default = seed
            .default
            .map(|choice| format!("'{}'::{ENUM}", value(choice)));
    }
    if seed.collation {
        column.collation = match (dialect, kind.data_type) {
            (Dialect::Postgres, "text" | "character varying(50)") => Some("\"C\"".to_owned()),
            (Dialect::Mariadb, "varchar(50)" | "text") => Some("utf8mb4_bin".to_owned()),
            (Dialect::Sqlite, "TEXT") => Some("NOCASE".to_owned()),
            _ => None,
        };
    }
    if seed.generated
        && let Some(other) = plain_integer(dialect, table)
    {
        column.data_type = kinds[0].data_type.to_owned();
        column.default = None;
        column.nullable = true;
        column.collation = None;
        column.generated = Some(Generated {
            expression: comparison(dialect, &other, "+", 1),
            stored: dialect == Dialect::Postgres || seed.comment,
        });
    }
    Some(column)
}

fn add_key(dialect: Dialect, table: &mut Table, indexable: &[String], seed: &KeySeed, at: usize) {
    if indexable.is_empty() {
        return;
    }
    let mut columns: Vec<String> = Vec::new();
    for choice in &seed.columns {
        let name = &indexable[choice % indexable.len()];
        if !columns.contains(name) {
            columns.push(name.clone());
        }
    }
    let mut parts: Vec<IndexPart> = columns.iter().map(IndexPart::column).collect();
    let postgres = dialect == Dialect::Postgres;
    if seed.constraint && seed.unique && dialect != Dialect::Mariadb {
        let again = table.uniques.iter().any(|unique| unique.columns == parts);
        if !again {
            table.uniques.push(Unique {
                name: postgres.then(|| format!("u {at} {}", table.name.name)),
                columns: parts,
                nulls_not_distinct: postgres && seed.extra,
                deferrable: (postgres && seed.partial).then_some(Deferrable {
                    initially_deferred: seed.descending,
                }),
                ..Unique::default()
            });
        }
        return;
    }
    if seed.descending {
        parts[0].order = SortOrder::Descending;
        if postgres && seed.extra {
            parts[0].nulls = Some(Nulls::Last);
        }
    }
    let integer = plain_integer(dialect, table);
    if let Some(column) = integer
        .as_ref()
        .filter(|_| seed.expression && dialect != Dialect::Mariadb)
    {
        parts.push(IndexPart {
            key: IndexKey::Expression(comparison(dialect, column, "*", 2)),
            ..IndexPart::column("")
        });
    }
    let predicate = integer.filter(|_| seed.partial && dialect != Dialect::Mariadb);
    table.indexes.push(Index {
        name: format!("i {at} {}", table.name.name),
        unique: seed.unique,
        parts,
        predicate: predicate.map(|column| comparison(dialect, &column, ">", at)),
        nulls_not_distinct: postgres && seed.unique && seed.extra,
        comment: (seed.extra && dialect != Dialect::Sqlite).then(|| "an index's".to_owned()),
        valid: true,
        ..Index::default()
    });
}

fn add_checks(dialect: Dialect, table: &mut Table, numbers: &[usize]) {
    let Some(column) = plain_integer(dialect, table) else {
        return;
    };
    for (at, number) in numbers.iter().enumerate() {
        table.checks.push(Check {
            // The first has none: the server names it.
            name: (at > 0).then(|| format!("c {at} \"{}\"", table.name.name)),
            expression: comparison(dialect, &column, ">", *number),
            ..Check::default()
        });
    }
}

/// Foreign keys, to whichever table has a key; on PostgreSQL one of a single column.
fn link(dialect: Dialect, schema: &mut Schema, seeds: &[&TableSeed]) {
    let targets: Vec<(Name, Vec<Column>)> = schema
        .tables
        .iter()
        .filter_map(|table| {
            let key = &table.primary_key.as_ref()?.columns;
            let columns = key
                .iter()
                .map(|part| table.column(&part.to_string()).cloned());
            let fits = key.len() == 1 || dialect != Dialect::Postgres;
            fits.then(|| (table.name.clone(), columns.flatten().collect()))
        })
        .collect();
    if targets.is_empty() {
        return;
    }
    for (table, seed) in schema.tables.iter_mut().zip(seeds) {
        let mut names = Vec::new();
        for choice in &seed.columns {
            let Some(target) = choice.refers_to else {
                continue;
            };
            let (target, referenced) = &targets[target % targets.len()];
            let name = format!("to {}", NAMES[choice.name]);
            if names.contains(&name) {
                continue;
            }
            names.push(name.clone());
            let mut key = foreign_key(dialect, &table.name, name.clone(), target, choice);
            key.columns.clear();
            for (at, column) in referenced.iter().enumerate() {
                let own = match at {
                    0 => name.clone(),
                    _ => format!("{name} {at}"),
                };
                key.columns.push(own.clone());
                table.columns.push(Column {
                    name: own,
                    data_type: column.data_type.clone(),
                    collation: column.collation.clone(),
                    nullable: true,
                    ..Column::default()
                });
            }
            key.referenced_columns = referenced.iter().map(|it| it.name.clone()).collect();
            table.foreign_keys.push(key);
        }
    }
}

fn foreign_key(
    dialect: Dialect,
    table: &Name,
    column: String,
    target: &Name,
    choice: &ColumnSeed,
) -> ForeignKey {
    let actions = [
        Action::NoAction,
        Action::Cascade,
        Action::SetNull,
        Action::Restrict,
        Action::SetDefault,
    ];
    let allowed = if dialect == Dialect::Mariadb { 3 } else { 5 };
    ForeignKey {
        name: (dialect != Dialect::Sqlite).then(|| format!("f {column} {}", table.name)),
        columns: vec![column],
        references: target.clone(),
        referenced_columns: vec!["key".to_owned()],
        on_delete: actions[choice.action % allowed],
        on_update: actions[(choice.action + 1) % allowed],
        deferrable: (dialect != Dialect::Mariadb && choice.comment).then_some(Deferrable {
            initially_deferred: choice.nullable,
        }),
        ..ForeignKey::default()
    }
}
