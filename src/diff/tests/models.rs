//! Small models that hold together, at random.

use proptest::prelude::*;
use proptest::sample::subsequence;

use crate::dialect::Dialect;
use crate::schema::{
    Action, Check, Column, EnumType, ForeignKey, Generated, Index, IndexKey, IndexPart, Name,
    PrimaryKey, Routine, Schema, Sequence, Table, Trigger, Unique, View,
};

const TABLES: [&str; 5] = ["a", "b", "c", "学生", "x y"];
const COLUMNS: [&str; 6] = ["k", "l", "m", "n", "o p", "序"];
const VALUES: [&str; 4] = ["one", "two", "it's", "four"];

/// What a table is drawn from; it is made to hold together afterwards.
#[derive(Clone, Debug)]
struct Draft {
    name: &'static str,
    columns: Vec<(&'static str, u8, bool, bool)>,
    generated: Option<u8>,
    uniques: Vec<Vec<&'static str>>,
    indexes: Vec<(u8, Vec<&'static str>, bool, bool)>,
    checks: Vec<(&'static str, u8)>,
    foreign_keys: Vec<(u8, u8, u8)>,
    comment: Option<u8>,
    trigger: Option<u8>,
}

fn draft(name: &'static str) -> impl Strategy<Value = Draft> {
    let columns = subsequence(COLUMNS.to_vec(), 1..=COLUMNS.len()).prop_flat_map(|names| {
        let count = names.len();
        let rest = prop::collection::vec((0u8..4, any::<bool>(), any::<bool>()), count);
        rest.prop_map(move |rest| {
            let both = names.iter().zip(rest);
            both.map(|(name, (kind, nullable, default))| (*name, kind, nullable, default))
                .collect()
        })
    });
    let some = || subsequence(COLUMNS.to_vec(), 1..=2);
    (
        columns,
        prop::option::weighted(0.4, 0u8..3),
        prop::collection::vec(some(), 0..2),
        prop::collection::vec((0u8..6, some(), any::<bool>(), any::<bool>()), 0..3),
        prop::collection::vec((prop::sample::select(COLUMNS.to_vec()), 0u8..2), 0..2),
        prop::collection::vec((0u8..5, 0u8..6, 0u8..3), 0..3),
        prop::option::of(0u8..2),
        prop::option::weighted(0.3, 0u8..3),
    )
        .prop_map(
            move |(
                columns,
                generated,
                uniques,
                indexes,
                checks,
                foreign_keys,
                comment,
                trigger,
            )| {
                Draft {
                    name,
                    columns,
                    generated,
                    uniques,
                    indexes,
                    checks,
                    foreign_keys,
                    comment,
                    trigger,
                }
            },
        )
}

/// A model of the dialect: every name in it is there, every foreign key has its key.
pub(super) fn schema(dialect: Dialect) -> impl Strategy<Value = Schema> {
    let tables = subsequence(TABLES.to_vec(), 0..=4)
        .prop_flat_map(|names| names.into_iter().map(draft).collect::<Vec<_>>());
    let values = prop::option::of(subsequence(VALUES.to_vec(), 1..=4).prop_shuffle());
    let views = prop::collection::vec((0u8..5, 0u8..6, any::<bool>()), 0..4);
    let routines = subsequence(vec!["f", "g"], 0..=2);
    let sequences = prop::collection::vec((0u8..2, prop::option::of(0u8..5), 0u8..2), 0..2);
    (tables, values, views, routines, sequences, 0u8..3).prop_map(
        move |(tables, values, views, routines, sequences, body)| {
            let mut made = Making {
                dialect,
                schema: Schema::default(),
                values,
            };
            made.types();
            tables.iter().for_each(|draft| made.table(draft));
            tables.iter().for_each(|draft| made.foreign_keys(draft));
            if dialect == Dialect::Postgres {
                made.routines(&routines, body);
                made.sequences(&sequences);
            }
            tables.iter().for_each(|draft| made.trigger(draft));
            made.views(&views);
            super::sort(&mut made.schema);
            made.schema
        },
    )
}

struct Making {
    dialect: Dialect,
    schema: Schema,
    values: Option<Vec<&'static str>>,
}

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

impl Making {
    fn is(&self, dialect: Dialect) -> bool {
        self.dialect == dialect
    }

    fn types(&mut self) {
        if let (true, Some(values)) = (self.is(Dialect::Postgres), &self.values) {
            self.schema.enums.push(EnumType {
                name: Name::new("mood"),
                values: values.iter().map(|it| (*it).to_owned()).collect(),
                comment: None,
            });
        }
    }

    fn name(&self, name: String) -> Option<String> {
        (!self.is(Dialect::Sqlite)).then_some(name)
    }

    fn table(&mut self, draft: &Draft) {
        let mut table = Table {
            name: Name::new(draft.name),
            ..Table::default()
        };
        for (name, kind, nullable, default) in &draft.columns {
            let (data_type, value) = match (kind, &self.values) {
                (0, _) => ("integer", "1".to_owned()),
                (1, _) => ("bigint", "2".to_owned()),
                (3, Some(values)) if self.is(Dialect::Postgres) => {
                    ("mood", format!("'{}'::mood", values[0].replace('\'', "''")))
                }
                _ => ("text", "'a'".to_owned()),
            };
            table.columns.push(Column {
                name: (*name).to_owned(),
                data_type: data_type.to_owned(),
                nullable: *nullable,
                default: default.then_some(value),
                ..Column::default()
            });
        }
        if let Some(at) = draft.generated {
            let read = &draft.columns[usize::from(at) % draft.columns.len()].0;
            table.columns.push(Column {
                name: "sum".to_owned(),
                data_type: "integer".to_owned(),
                nullable: true,
                generated: Some(Generated {
                    expression: format!("({} IS NULL)", quoted(read)),
                    stored: true,
                }),
                ..Column::default()
            });
        }
        let first = table.columns[0].name.clone();
        table.primary_key = Some(PrimaryKey {
            name: self
                .name(format!("{}_pkey", draft.name))
                .filter(|_| self.is(Dialect::Postgres)),
            columns: vec![IndexPart::column(first)],
            ..PrimaryKey::default()
        });
        let has = |names: &[&str]| names.iter().all(|name| table.column(name).is_some());
        let parts = |names: &[&str]| names.iter().map(|it| IndexPart::column(*it)).collect();
        let mut uniques: Vec<Unique> = Vec::new();
        for names in draft
            .uniques
            .iter()
            .filter(|it| has(it) && !self.is(Dialect::Mariadb))
        {
            uniques.push(Unique {
                name: self.name(format!("uq {}", names.join(" "))),
                columns: parts(names),
                ..Unique::default()
            });
        }
        let mut indexes: Vec<Index> = Vec::new();
        for (number, names, unique, predicate) in draft.indexes.iter().filter(|it| has(&it.1)) {
            let name = format!("ix{number}");
            let others = self.schema.tables.iter().flat_map(|it| &it.indexes);
            if others.chain(&indexes).any(|it| it.name == name) {
                continue;
            }
            let mut keys: Vec<IndexPart> = parts(names);
            if *predicate && !self.is(Dialect::Mariadb) {
                keys.push(IndexPart {
                    key: IndexKey::Expression(format!("lower({})", quoted(names[0]))),
                    ..IndexPart::column("")
                });
            }
            indexes.push(Index {
                name,
                unique: *unique,
                parts: keys,
                predicate: (*predicate && !self.is(Dialect::Mariadb))
                    .then(|| format!("({} IS NOT NULL)", quoted(names[0]))),
                valid: true,
                ..Index::default()
            });
        }
        let mut checks: Vec<Check> = Vec::new();
        for (column, number) in draft.checks.iter().filter(|it| has(&[it.0])) {
            checks.push(Check {
                name: self.name(format!("ck{number} {}", draft.name)),
                expression: format!("({} > 0)", quoted(column)),
                ..Check::default()
            });
        }
        uniques.dedup_by(|a, b| a.columns == b.columns);
        table.uniques = uniques;
        table.indexes = indexes;
        table.checks = checks;
        if !self.is(Dialect::Sqlite) {
            table.comment = draft.comment.map(|it| format!("said {it}"));
        }
        self.schema.tables.push(table);
    }

    fn foreign_keys(&mut self, draft: &Draft) {
        let mut keys: Vec<ForeignKey> = Vec::new();
        for (to, column, action) in &draft.foreign_keys {
            let to = Name::new(TABLES[usize::from(*to)]);
            let column = COLUMNS[usize::from(*column)];
            let own = self.schema.table(&Name::new(draft.name));
            let has = own.is_some_and(|it| it.column(column).is_some());
            let Some(target) = self.schema.table(&to).filter(|_| has) else {
                continue;
            };
            if keys.iter().any(|it| it.columns == [column]) {
                continue;
            }
            let key = target.primary_key.iter().flat_map(|it| &it.columns);
            keys.push(ForeignKey {
                name: self.name(format!("fk {} {column}", draft.name)),
                columns: vec![column.to_owned()],
                references: to.clone(),
                referenced_columns: key.map(ToString::to_string).collect(),
                on_delete: match action {
                    0 => Action::NoAction,
                    1 => Action::Cascade,
                    _ => Action::SetNull,
                },
                ..ForeignKey::default()
            });
        }
        let own = self
            .schema
            .tables
            .iter_mut()
            .find(|it| it.name.name == draft.name);
        if let Some(own) = own {
            own.foreign_keys = keys;
        }
    }

    fn routines(&mut self, names: &[&str], body: u8) {
        for name in names {
            self.schema.routines.push(Routine {
                name: Name::new(*name),
                definition: format!("CREATE FUNCTION {name}()\n RETURNS int\n LANGUAGE sql {body}"),
                ..Routine::default()
            });
        }
    }

    fn sequences(&mut self, drafts: &[(u8, Option<u8>, u8)]) {
        for (number, owner, step) in drafts {
            let name = Name::new(format!("sq{number}"));
            if self.schema.sequences.iter().any(|it| it.name == name) {
                continue;
            }
            let owner = owner.map(|it| Name::new(TABLES[usize::from(it)]));
            let owned = owner.and_then(|it| self.schema.table(&it));
            self.schema.sequences.push(Sequence {
                name,
                data_type: "bigint".to_owned(),
                options: format!("INCREMENT BY {step}"),
                owned_by: owned.map(|it| (it.name.clone(), it.columns[0].name.clone())),
                comment: None,
            });
        }
    }

    fn trigger(&mut self, draft: &Draft) {
        let Some(number) = draft.trigger else { return };
        let column = draft.columns[0].0;
        self.schema.triggers.push(Trigger {
            name: format!("tr {}", draft.name),
            table: Name::new(draft.name),
            definition: format!("CREATE TRIGGER … UPDATE OF {} … {number}", quoted(column)),
            ..Trigger::default()
        });
    }

    fn views(&mut self, drafts: &[(u8, u8, bool)]) {
        for (number, (table, column, of_view)) in drafts.iter().enumerate() {
            let earlier: Vec<Name> = self.schema.views.iter().map(|it| it.name.clone()).collect();
            let (reads, column) = match (of_view, earlier.last()) {
                (true, Some(view)) => (view.clone(), "v"),
                _ => {
                    let Some(at) = self.schema.tables.get(usize::from(*table)) else {
                        continue;
                    };
                    let column = &at.columns[usize::from(*column) % at.columns.len()].name;
                    (at.name.clone(), column.as_str())
                }
            };
            self.schema.views.push(View {
                name: Name::new(format!("v{number}")),
                query: format!(
                    "SELECT {} AS v FROM {}",
                    quoted(column),
                    quoted(&reads.name)
                ),
                reads: vec![reads],
                ..View::default()
            });
        }
    }
}
