//! What each object of a schema needs to be there before it: types, routines, and the row types of tables and views.

use std::collections::{BTreeSet, HashMap};

use super::{after_needs, words};
use crate::schema::{Op, Routine, Table};

/// What a name may stand for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Type,
    /// A table or a view: its name is that of its row type too.
    Relation,
    Routine,
}

/// The operations, each after those that make what it needs; as they are given wherever that leaves a choice.
pub(super) fn in_order(ops: Vec<Op>) -> Vec<Op> {
    let mut names: HashMap<&str, Vec<(usize, Role)>> = HashMap::new();
    for (at, op) in ops.iter().enumerate() {
        if let Some((name, role)) = made(op) {
            names.entry(name).or_default().push((at, role));
        }
    }
    let sorted_by_text = ops
        .iter()
        .any(|op| matches!(op, Op::Table(_) | Op::View(_) | Op::Routine(_)));
    let others = ops.iter().any(|op| !matches!(op, Op::Table(_)));
    let needs: Vec<Vec<usize>> = ops
        .iter()
        .enumerate()
        .map(|(at, op)| {
            let mut found = Needs {
                names: &names,
                at,
                found: Vec::new(),
            };
            if sorted_by_text {
                found.of(op, others);
            }
            found.found
        })
        .collect();
    if needs.iter().all(Vec::is_empty) {
        return ops;
    }
    let order = after_needs(&needs);
    let mut ops: Vec<Option<Op>> = ops.into_iter().map(Some).collect();
    let sorted = order.into_iter().filter_map(|at| ops[at].take());
    sorted.collect()
}

fn made(op: &Op) -> Option<(&str, Role)> {
    Some(match op {
        Op::Enum(change) => (&change.subject().name.name, Role::Type),
        Op::Domain(change) => (&change.subject().name.name, Role::Type),
        Op::Table(change) => (&change.subject().name.name, Role::Relation),
        Op::View(change) => (&change.subject().name.name, Role::Relation),
        Op::Routine(change) => (&change.subject().name.name, Role::Routine),
        Op::Other(change) => {
            let other = change.subject();
            let role = match other.kind.as_str() {
                "aggregate" => Role::Routine,
                "type" => Role::Type,
                _ => return None,
            };
            (&other.name.name, role)
        }
        _ => return None,
    })
}

struct Needs<'a> {
    names: &'a HashMap<&'a str, Vec<(usize, Role)>>,
    at: usize,
    found: Vec<usize>,
}

impl Needs<'_> {
    /// `others`: whether there is anything but tables that a table's expressions could name.
    fn of(&mut self, op: &Op, others: bool) {
        match op {
            Op::Table(change) => self.of_table(change.subject(), others),
            Op::View(change) => {
                let view = change.subject();
                self.text(&view.query, &[Role::Routine, Role::Type]);
                for read in &view.reads {
                    self.named(&read.name, &[Role::Relation]);
                }
            }
            Op::Routine(change) => self.of_routine(change.subject()),
            Op::Domain(change) => {
                let domain = change.subject();
                self.text(&domain.data_type, &[Role::Type, Role::Relation]);
                let checks = domain.checks.iter().map(|(_, said)| said);
                for said in checks.chain(&domain.default) {
                    self.text(said, &[Role::Routine, Role::Type]);
                }
            }
            Op::Other(change) => {
                let other = change.subject();
                match other.kind.as_str() {
                    "aggregate" => self.text(
                        &other.definition,
                        &[Role::Routine, Role::Type, Role::Relation],
                    ),
                    "type" => self.text(&other.definition, &[Role::Type, Role::Relation]),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn of_table(&mut self, table: &Table, others: bool) {
        let parents = table.partition_of.iter().map(|of| &of.parent);
        for name in parents.chain(&table.inherits) {
            self.named(&name.name, &[Role::Relation]);
        }
        for column in &table.columns {
            self.data_type(&column.data_type);
        }
        let others_kept = table.other_constraints.iter();
        for key in others_kept.filter(|it| it.definition.starts_with("FOREIGN KEY")) {
            self.text(&key.definition, &[Role::Relation]);
        }
        for option in table.options.iter().filter(|it| it.starts_with("OF ")) {
            self.text(option, &[Role::Type]);
        }
        if others {
            for said in texts(table) {
                self.text(said, &[Role::Routine, Role::Type]);
            }
        }
    }

    /// What goes in and comes out; of a body only what the server reads when it is made.
    fn of_routine(&mut self, routine: &Routine) {
        const ALL: [Role; 3] = [Role::Type, Role::Relation, Role::Routine];
        let (head, body) = match routine.definition.split_once("\nAS ") {
            Some(parts) => parts,
            None => (routine.definition.as_str(), ""),
        };
        // Its own name stands there: that is no need of another of that name.
        let mut said = words(head);
        said.remove(&routine.name.name);
        said.iter().for_each(|word| self.named(word, &ALL));
        if head.contains("\n LANGUAGE sql") {
            self.text(body, &ALL);
        }
    }

    fn data_type(&mut self, data_type: &str) {
        let plain = data_type.trim_end_matches("[]");
        if plain
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
        {
            self.named(plain, &[Role::Type, Role::Relation]);
        } else if plain.contains(['.', '"']) {
            self.text(plain, &[Role::Type, Role::Relation]);
        }
    }

    fn text(&mut self, said: &str, roles: &[Role]) {
        let found: BTreeSet<String> = words(said);
        found.iter().for_each(|word| self.named(word, roles));
    }

    fn named(&mut self, name: &str, roles: &[Role]) {
        let places = self.names.get(name).into_iter().flatten();
        for (at, role) in places {
            if *at != self.at && roles.contains(role) && !self.found.contains(at) {
                self.found.push(*at);
            }
        }
    }
}

/// Every expression of a table.
pub(crate) fn texts(table: &Table) -> impl Iterator<Item = &String> {
    let columns = table.columns.iter().flat_map(|it| {
        let generated = it.generated.iter().map(|it| &it.expression);
        it.default.iter().chain(generated)
    });
    let parts = table.indexes.iter().flat_map(|index| {
        let keys = index.parts.iter().filter_map(|part| match &part.key {
            crate::schema::IndexKey::Expression(said) => Some(said),
            crate::schema::IndexKey::Column(_) => None,
        });
        keys.chain(&index.predicate)
    });
    columns
        .chain(table.checks.iter().map(|it| &it.expression))
        .chain(table.other_constraints.iter().map(|it| &it.definition))
        .chain(table.partitioning.iter().map(|it| &it.clause))
        .chain(parts)
}

#[cfg(test)]
mod tests {
    use crate::dialect::ddl::creation_order;
    use crate::schema::{Column, ConstraintText, Name, Routine, Schema, Table, View};

    #[test]
    fn a_routine_comes_between_the_view_that_it_gives_and_the_one_that_asks_it() {
        let view = |name: &str, query: &str, reads: &str| View {
            name: Name::new(name),
            query: query.to_owned(),
            reads: vec![Name::new(reads)],
            ..View::default()
        };
        let column = |data_type: &str| Column {
            name: "c".to_owned(),
            data_type: data_type.to_owned(),
            ..Column::default()
        };
        let table = |name: &str, data_type: &str| Table {
            name: Name::new(name),
            columns: vec![column(data_type)],
            ..Table::default()
        };
        let schema = Schema {
            tables: vec![table("a", "z[]"), table("z", "integer")],
            views: vec![
                view("asks", "SELECT * FROM f()", "nothing"),
                view("rows", "SELECT c FROM z", "z"),
            ],
            routines: vec![Routine {
                name: Name::new("f"),
                definition:
                    "CREATE OR REPLACE FUNCTION f()\n RETURNS SETOF rows\n LANGUAGE sql\nAS $$..$$"
                        .to_owned(),
                ..Routine::default()
            }],
            ..Schema::default()
        };
        let ops = creation_order(&schema, true);
        let said: Vec<String> = ops.iter().map(|op| op.describe()).collect();
        assert_eq!(
            said,
            [
                "add table z",
                "add table a",
                "add view rows",
                "add function f()",
                "add view asks"
            ]
        );
    }

    #[test]
    fn one_of_two_routines_of_a_name_may_call_the_other() {
        let routine = |arguments: &str, body: &str| Routine {
            name: Name::new("f"),
            arguments: arguments.to_owned(),
            definition: format!(
                "CREATE OR REPLACE FUNCTION f({arguments})\n RETURNS integer\n LANGUAGE sql\nAS $${body}$$"
            ),
            ..Routine::default()
        };
        let schema = Schema {
            routines: vec![
                routine("integer", "SELECT f($1, 'a')"),
                routine("integer, text", "SELECT 1"),
            ],
            ..Schema::default()
        };
        let ops = creation_order(&schema, true);
        let said: Vec<String> = ops.iter().map(|op| op.describe()).collect();
        assert_eq!(
            said,
            ["add function f(integer, text)", "add function f(integer)"]
        );
    }

    #[test]
    fn a_foreign_key_that_is_kept_as_text_comes_after_its_table() {
        let key = ConstraintText {
            name: "k".to_owned(),
            definition: "FOREIGN KEY (room, PERIOD during) REFERENCES room(id, PERIOD during)"
                .to_owned(),
            ..ConstraintText::default()
        };
        let booking = Table {
            name: Name::new("booking"),
            other_constraints: vec![key],
            ..Table::default()
        };
        let room = Table {
            name: Name::new("room"),
            ..Table::default()
        };
        let schema = Schema {
            tables: vec![booking, room],
            ..Schema::default()
        };
        let ops = creation_order(&schema, true);
        let said: Vec<String> = ops.iter().map(|op| op.describe()).collect();
        assert_eq!(said, ["add table room", "add table booking"]);
    }
}
