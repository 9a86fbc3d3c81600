//! Random models with views and triggers, and what becomes of one when it is changed.

use piton::dialect::Dialect;
use piton::schema::{Index, IndexPart, Name, Routine, Schema, Table, Trigger, View};
use proptest::prelude::*;

use crate::random::{self, ColumnSeed, KeySeed, NAMES, Seeds, TableSeed, build};

#[derive(Clone, Debug)]
pub struct ViewSeed {
    table: usize,
    columns: usize,
    /// Reads the view before it, not a table.
    on_view: bool,
    materialized: bool,
}

#[derive(Clone, Debug)]
pub struct TriggerSeed {
    table: usize,
    column: usize,
}

/// The seeds of a whole schema.
#[derive(Clone, Debug)]
pub struct Model {
    seeds: Seeds,
    views: Vec<ViewSeed>,
    triggers: Vec<TriggerSeed>,
}

/// One change of a model: which kind, where, and what comes there.
#[derive(Clone, Debug)]
pub struct Mutation {
    kind: usize,
    table: usize,
    at: usize,
    number: usize,
    column: ColumnSeed,
    key: KeySeed,
    fresh: TableSeed,
    view: ViewSeed,
    trigger: TriggerSeed,
}

/// Two models, and how the way between them is found.
#[derive(Clone, Debug)]
pub struct Pair {
    pub before: Model,
    pub after: Model,
    /// Nothing is taken for a rename.
    pub no_renames: bool,
}

fn view() -> impl Strategy<Value = ViewSeed> {
    let flags = (prop::bool::weighted(0.3), prop::bool::weighted(0.2));
    (0..8usize, 0..64usize, flags).prop_map(|(table, columns, (on_view, materialized))| ViewSeed {
        table,
        columns,
        on_view,
        materialized,
    })
}

fn trigger() -> impl Strategy<Value = TriggerSeed> {
    (0..8usize, 0..8usize).prop_map(|(table, column)| TriggerSeed { table, column })
}

fn model() -> impl Strategy<Value = Model> {
    (
        random::seeds(4),
        prop::collection::vec(view(), 0..3),
        prop::collection::vec(trigger(), 0..2),
    )
        .prop_map(|(seeds, views, triggers)| Model {
            seeds,
            views,
            triggers,
        })
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let place = (0..KINDS, 0..8usize, 0..8usize, 0..100usize);
    let parts = (random::column(), random::key(), random::table());
    (place, parts, view(), trigger()).prop_map(
        |((kind, table, at, number), (column, key, fresh), view, trigger)| Mutation {
            kind,
            table,
            at,
            number,
            column,
            key,
            fresh,
            view,
            trigger,
        },
    )
}

/// Mostly a model and a changed one, sometimes two that have nothing to do with each other.
pub fn pair() -> impl Strategy<Value = Pair> {
    let changed = (model(), prop::collection::vec(mutation(), 1..7)).prop_map(|(before, all)| {
        let mut after = before.clone();
        all.iter().for_each(|one| one.apply(&mut after));
        (before, after)
    });
    let models = prop_oneof![5 => changed, 1 => (model(), model())];
    (models, prop::bool::weighted(0.3)).prop_map(|((before, after), no_renames)| Pair {
        before,
        after,
        no_renames,
    })
}

const KINDS: usize = 27;

impl Mutation {
    fn apply(&self, model: &mut Model) {
        let tables = model.seeds.tables.len().max(1);
        let views = model.views.len().max(1);
        match self.kind {
            0 => model.seeds.tables.push(self.fresh.clone()),
            1 => drop(take(&mut model.seeds.tables, self.table)),
            2 => model.seeds.mood = self.number % 4,
            3 => model.seeds.sequences = self.number % 3,
            4 => model.views.push(self.view.clone()),
            5 => drop(take(&mut model.views, self.at)),
            6 => {
                if let Some(view) = model.views.get_mut(self.at % views) {
                    *view = self.view.clone();
                }
            }
            7 => model.triggers.push(self.trigger.clone()),
            8 => drop(take(&mut model.triggers, self.at)),
            _ => {
                if let Some(table) = model.seeds.tables.get_mut(self.table % tables) {
                    self.change(table);
                }
            }
        }
    }

    fn change(&self, table: &mut TableSeed) {
        let keys = table.keys.len().max(1);
        match self.kind {
            9 => table.name = self.number % NAMES.len(),
            10 => table.app = !table.app,
            11 => table.numbering = self.number % 4,
            12 => table.wide_key = !table.wide_key,
            13 => table.big = !table.big,
            14 => table.comment = !table.comment,
            15 => table.keys.push(self.key.clone()),
            16 => drop(take(&mut table.keys, self.at)),
            17 => {
                if let Some(key) = table.keys.get_mut(self.at % keys) {
                    *key = self.key.clone();
                }
            }
            18 => table.checks = vec![self.number % 10; self.at % 3],
            19 => {
                let at = self.at % (table.columns.len() + 1);
                table.columns.insert(at, self.column.clone());
            }
            20 => drop(take(&mut table.columns, self.at)),
            _ => {
                let columns = table.columns.len().max(1);
                if let Some(column) = table.columns.get_mut(self.at % columns) {
                    self.change_column(column);
                }
            }
        }
    }

    fn change_column(&self, column: &mut ColumnSeed) {
        let other = &self.column;
        match self.kind {
            21 => column.name = other.name,
            22 => column.kind = other.kind,
            23 => column.default = other.default,
            24 => column.nullable = !column.nullable,
            25 => (column.refers_to, column.action) = (other.refers_to, other.action),
            _ => match self.number % 3 {
                0 => column.comment = !column.comment,
                1 => column.collation = !column.collation,
                _ => column.generated = !column.generated,
            },
        }
    }
}

fn take<T>(list: &mut Vec<T>, at: usize) -> Option<T> {
    (!list.is_empty()).then(|| list.remove(at % list.len()))
}

impl Model {
    /// The schema, views and triggers in words of ours: how the server spells them, it must be asked.
    pub fn schema(&self, dialect: Dialect) -> Schema {
        let mut schema = build(dialect, &self.seeds);
        for (number, seed) in self.views.iter().enumerate() {
            if let Some(view) = view_of(dialect, &schema, seed, number) {
                schema.views.push(view);
            }
        }
        for (number, seed) in self.triggers.iter().enumerate() {
            if let Some(trigger) = trigger_of(dialect, &schema, seed, number) {
                schema.triggers.push(trigger);
            }
        }
        if dialect == Dialect::Postgres && !schema.triggers.is_empty() {
            let body = format!("BEGIN PERFORM {}; RETURN NEW; END", self.seeds.mood);
            schema.routines.push(Routine {
                name: Name::new("touched"),
                definition: format!(
                    "CREATE OR REPLACE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
                ),
                ..Routine::default()
            });
        }
        schema
    }
}

fn pick<T>(list: &[T], choice: usize) -> Option<&T> {
    (!list.is_empty()).then(|| &list[choice % list.len()])
}

fn view_of(dialect: Dialect, schema: &Schema, seed: &ViewSeed, number: usize) -> Option<View> {
    let table = pick(&schema.tables, seed.table)?;
    let (on, columns) = match schema.views.last().filter(|_| seed.on_view) {
        Some(view) => (view.name.clone(), view.columns.clone()),
        None => (table.name.clone(), names(table)),
    };
    let mut chosen: Vec<String> = columns
        .iter()
        .enumerate()
        .filter(|(at, _)| seed.columns >> (at % 6) & 1 == 1)
        .map(|(_, name)| name.clone())
        .collect();
    if chosen.is_empty() {
        chosen.push(columns[0].clone());
    }
    let quoted: Vec<String> = chosen.iter().map(|name| dialect.quote(name)).collect();
    let materialized = dialect == Dialect::Postgres && seed.materialized;
    let query = format!(
        "SELECT {} FROM {}",
        quoted.join(", "),
        dialect.quote_name(&on)
    );
    let index = Index {
        name: format!("vi {number}"),
        parts: vec![IndexPart::column(&chosen[0])],
        valid: true,
        ..Index::default()
    };
    let indexable = !seed.on_view
        && table
            .column(&chosen[0])
            .is_some_and(|column| column.data_type == "integer");
    Some(View {
        name: Name::new(format!("v {number}")),
        materialized,
        query,
        reads: vec![on],
        // Only so that views on it know them: the names are the query's own.
        columns: chosen,
        indexes: if materialized && indexable {
            vec![index]
        } else {
            Vec::new()
        },
        ..View::default()
    })
}

fn names(table: &Table) -> Vec<String> {
    table.columns.iter().map(|it| it.name.clone()).collect()
}

fn trigger_of(
    dialect: Dialect,
    schema: &Schema,
    seed: &TriggerSeed,
    number: usize,
) -> Option<Trigger> {
    let table = pick(&schema.tables, seed.table)?;
    let column = dialect.quote(&pick(&table.columns, seed.column)?.name);
    let on = dialect.quote_name(&table.name);
    let name = format!("g {number}");
    let quoted = dialect.quote(&name);
    let definition = match dialect {
        Dialect::Postgres => format!(
            "CREATE TRIGGER {quoted} BEFORE UPDATE OF {column} ON {on} FOR EACH ROW EXECUTE FUNCTION touched()"
        ),
        Dialect::Mysql | Dialect::Mariadb => format!(
            "CREATE TRIGGER {quoted} BEFORE UPDATE ON {on} FOR EACH ROW SET @seen = NEW.{column}"
        ),
        Dialect::Sqlite => format!(
            "CREATE TRIGGER {quoted} AFTER UPDATE OF {column} ON {on} BEGIN SELECT NEW.{column}; END"
        ),
    };
    Some(Trigger {
        name,
        table: table.name.clone(),
        definition,
        ..Trigger::default()
    })
}
