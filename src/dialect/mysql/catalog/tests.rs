//! `assemble` on rows as MySQL 8 gives them.

use super::{Rows, assemble::assemble, queries};
use crate::dialect::{Dialect, Row, Scope};
use crate::schema::{Action, Identity, IndexKey};

fn row(cells: &[&str]) -> Row {
    let cell = |text: &&str| (*text != "NULL").then(|| (*text).to_owned());
    Row::new(cells.iter().map(cell).collect())
}

#[test]
fn a_database_of_mysql_8() {
    let collation = "utf8mb4_0900_ai_ci";
    let rows = Rows {
        database: vec![row(&["shop", collation])],
        tables: vec![
            row(&["items", "BASE TABLE", "InnoDB", collation, "", ""]),
            row(&["names", "VIEW", "NULL", "NULL", "NULL", "VIEW"]),
        ],
        columns: vec![
            row(&[
                "items",
                "id",
                "int",
                "NO",
                "NULL",
                "auto_increment",
                "NULL",
                "",
                "",
                "NULL",
            ]),
            row(&[
                "items",
                "name",
                "varchar(9)",
                "YES",
                "NULL",
                "",
                collation,
                "",
                "",
                "NULL",
            ]),
            row(&[
                "items",
                "at",
                "point",
                "NO",
                "NULL",
                "INVISIBLE",
                "NULL",
                "",
                "",
                "4326",
            ]),
        ],
        indexes: vec![
            row(&[
                "items", "PRIMARY", "0", "id", "A", "NULL", "BTREE", "", "NULL", "YES",
            ]),
            row(&[
                "items",
                "low",
                "0",
                "NULL",
                "A",
                "NULL",
                "BTREE",
                "",
                "lower(`name`)",
                "YES",
            ]),
            row(&[
                "items", "spot", "1", "at", "A", "32", "SPATIAL", "", "NULL", "YES",
            ]),
        ],
        key_columns: vec![row(&["items", "f", "id", "NULL", "items", "id"])],
        foreign_keys: vec![row(&["items", "f", "NO ACTION", "RESTRICT", "NONE"])],
        checks: vec![row(&["items", "c", r"(`name` <> _utf8mb4\'\')", "NO"])],
        views: vec![row(&[
            "names",
            "select `shop`.`items`.`name` AS `name` from `shop`.`items`",
            "NONE",
            "DEFINER",
            "NULL",
        ])],
        ..Rows::default()
    };
    let schema = assemble(&rows, Dialect::Mysql, &Scope::default());
    let items = &schema.tables[0];
    assert!(items.options.is_empty());
    assert_eq!(items.columns[0].identity, Some(Identity::AutoIncrement));
    assert_eq!(items.columns[1].collation, None);
    assert_eq!(items.columns[2].options, ["SRID 4326", "INVISIBLE"]);
    let low = &items.indexes[0];
    assert_eq!(
        low.parts[0].key,
        IndexKey::Expression("lower(`name`)".into())
    );
    assert!(low.unique && low.options.is_empty());
    assert_eq!(items.indexes[1].parts[0].prefix, None);
    assert_eq!(items.foreign_keys[0].on_delete, Action::NoAction);
    assert!(items.checks[0].not_enforced);
    let view = &schema.views[0];
    assert_eq!(view.query, "select `items`.`name` AS `name` from `items`");
    assert!(view.options.is_empty() && schema.not_understood.is_empty());
}

#[test]
fn each_server_is_asked_only_for_columns_that_it_has() {
    let asked = |dialect| {
        [
            queries::columns(dialect),
            queries::indexes(dialect),
            queries::views(dialect),
            queries::checks(dialect).to_owned(),
        ]
        .concat()
    };
    let (mysql, mariadb) = (asked(Dialect::Mysql), asked(Dialect::Mariadb));
    for name in ["SRS_ID", " EXPRESSION", "IS_VISIBLE", "ENFORCED"] {
        assert!(mysql.contains(name) && !mariadb.contains(name), "{name}");
    }
    for name in ["IGNORED", "ALGORITHM"] {
        assert!(mariadb.contains(name) && !mysql.contains(name), "{name}");
    }
}
