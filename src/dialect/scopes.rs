//! Where a name has to be the only one of its kind.

use super::Dialect;

/// How far names reach in one dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scopes {
    /// An index's name is one among those of all tables, views and sequences; else among its table's indexes.
    pub indexes_are_relations: bool,
    /// A foreign key's name is one among those of all tables; else among its table's.
    pub foreign_keys_of_all: bool,
    /// Names that differ in case alone are one.
    pub ignore_case: bool,
    /// How many bytes a name may have.
    pub longest: usize,
}

impl Dialect {
    pub fn scopes(self) -> Scopes {
        match self {
            Dialect::Postgres => Scopes {
                indexes_are_relations: true,
                foreign_keys_of_all: false,
                ignore_case: false,
                longest: 63,
            },
            // In characters, of which none is shorter than a byte.
            Dialect::Mysql | Dialect::Mariadb => Scopes {
                indexes_are_relations: false,
                foreign_keys_of_all: true,
                ignore_case: true,
                longest: 64,
            },
            Dialect::Sqlite => Scopes {
                indexes_are_relations: true,
                foreign_keys_of_all: false,
                ignore_case: true,
                longest: usize::MAX,
            },
        }
    }
}
