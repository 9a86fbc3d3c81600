//! Names of indexes and foreign keys that are one name in the target, told apart.

use std::collections::BTreeSet;

use crate::dialect::{Dialect, Scopes};
use crate::schema::{Schema, Table};

/// Gives every index and foreign key of `made` a name that nothing else has, there or in `here`.
pub(super) fn tell_apart(to: Dialect, made: &mut Schema, here: &Schema) {
    let scopes = to.scopes();
    let mut relations = Taken::new(scopes);
    for schema in [&*made, here] {
        let tables = schema.tables.iter().map(|it| &it.name.name);
        let views = schema.views.iter().map(|it| &it.name.name);
        let sequences = schema.sequences.iter().map(|it| &it.name.name);
        tables
            .chain(views)
            .chain(sequences)
            .for_each(|name| relations.add(name));
        for table in &schema.tables {
            // What PostgreSQL calls a key that has no name.
            relations.add(&format!("{}_pkey", table.name.name));
        }
    }
    let mut foreign_keys = Taken::new(scopes);
    for table in &here.tables {
        index_names(table).for_each(|name| relations.add(name));
        let keys = table.foreign_keys.iter();
        keys.filter_map(|key| key.name.as_ref())
            .for_each(|name| foreign_keys.add(name));
    }
    for table in &mut made.tables {
        let name = table.name.name.clone();
        if !scopes.indexes_are_relations {
            relations = Taken::new(scopes);
        }
        for index in &mut table.indexes {
            index.name = relations.free(&name, &index.name);
        }
        if !scopes.foreign_keys_of_all {
            foreign_keys = Taken::new(scopes);
        }
        for key in &mut table.foreign_keys {
            key.name = key.name.take().map(|key| foreign_keys.free(&name, &key));
        }
    }
}

fn index_names(table: &Table) -> impl Iterator<Item = &String> {
    let primary = table.primary_key.iter().filter_map(|key| key.name.as_ref());
    let uniques = table.uniques.iter().filter_map(|key| key.name.as_ref());
    primary
        .chain(uniques)
        .chain(table.indexes.iter().map(|it| &it.name))
}

struct Taken {
    scopes: Scopes,
    names: BTreeSet<String>,
}

impl Taken {
    fn new(scopes: Scopes) -> Taken {
        Taken {
            scopes,
            names: BTreeSet::new(),
        }
    }

    fn add(&mut self, name: &str) {
        self.names.insert(self.folded(name));
    }

    fn folded(&self, name: &str) -> String {
        match self.scopes.ignore_case {
            true => name.to_lowercase(),
            false => name.to_owned(),
        }
    }

    /// The name itself where it is free, else one with its table's, else one with a number.
    fn free(&mut self, table: &str, name: &str) -> String {
        let with_table = format!("{table}_{name}");
        let plain = [name, &with_table].map(|it| self.cut(it, ""));
        let numbered = (2_u32..).map(|number| self.cut(&with_table, &format!("_{number}")));
        let free = plain
            .into_iter()
            .chain(numbered)
            .find(|it| !self.names.contains(&self.folded(it)))
            .expect("the numbers have no end");
        self.add(&free);
        free
    }

    fn cut(&self, name: &str, ending: &str) -> String {
        let most = self.scopes.longest.saturating_sub(ending.len());
        let mut end = name.len().min(most);
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        format!("{}{ending}", &name[..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{ForeignKey, Index, Name};

    fn table(name: &str, index: &str, key: &str) -> Table {
        Table {
            name: Name::new(name),
            indexes: vec![Index {
                name: index.to_owned(),
                ..Index::default()
            }],
            foreign_keys: vec![ForeignKey {
                name: Some(key.to_owned()),
                ..ForeignKey::default()
            }],
            ..Table::default()
        }
    }

    fn apart(to: Dialect, tables: [Table; 2], here: &Schema) -> [String; 4] {
        let mut made = Schema {
            tables: tables.to_vec(),
            ..Schema::default()
        };
        tell_apart(to, &mut made, here);
        let [a, b] = [&made.tables[0], &made.tables[1]];
        let key = |table: &Table| table.foreign_keys[0].name.clone().unwrap();
        [
            a.indexes[0].name.clone(),
            b.indexes[0].name.clone(),
            key(a),
            key(b),
        ]
    }

    #[test]
    fn names_stay_as_they_are_unless_the_target_would_take_them_for_one() {
        let two = || {
            [
                table("a", "by_name", "owner"),
                table("b", "by_name", "owner"),
            ]
        };
        let none = Schema::default();
        let made = apart(Dialect::Postgres, two(), &none);
        assert_eq!(made, ["by_name", "b_by_name", "owner", "owner"]);
        let made = apart(Dialect::Mysql, two(), &none);
        assert_eq!(made, ["by_name", "by_name", "owner", "b_owner"]);
        let there = Schema {
            tables: vec![table("c", "by_name", "owner"), table("b_by_name", "x", "y")],
            ..Schema::default()
        };
        let made = apart(Dialect::Sqlite, two(), &there);
        assert_eq!(made, ["a_by_name", "b_by_name_2", "owner", "owner"]);
    }

    #[test]
    fn a_name_that_is_cut_is_told_apart_too() {
        let long = "x".repeat(70);
        let tables = [table("a", &long, "k"), table("b", &long, "k")];
        let [one, other, ..] = apart(Dialect::Postgres, tables, &Schema::default());
        assert_eq!((one.len(), other.len()), (63, 63));
        assert_ne!(one, other);
    }
}
