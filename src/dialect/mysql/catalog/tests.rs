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
fn defaults_generated_keys_and_parsers_of_mysql_8() {
    let collation = "utf8mb4_0900_ai_ci";
    let column = |name: &str, kind: &str, default: &str, extra: &str| {
        row(&[
            "t", name, kind, "YES", default, extra, "NULL", "", "", "NULL",
        ])
    };
    let rows = Rows {
        database: vec![row(&["shop", collation])],
        tables: vec![row(&[
            "t",
            "BASE TABLE",
            "InnoDB",
            collation,
            "row_format=DYNAMIC ENCRYPTION='Y'",
            "",
        ])],
        columns: vec![
            column(
                "my_row_id",
                "bigint unsigned",
                "NULL",
                "auto_increment INVISIBLE",
            ),
            column("a", "varchar(9)", r"_utf8mb4\'x\'", "DEFAULT_GENERATED"),
            column("b", "varchar(36)", "uuid()", "DEFAULT_GENERATED"),
            column(
                "c",
                "timestamp",
                "CURRENT_TIMESTAMP",
                "DEFAULT_GENERATED on update CURRENT_TIMESTAMP",
            ),
            column("d", "varchar(9)", "it's", ""),
            column("e", "int", "5", "DEFAULT_GENERATED"),
            column(
                "f",
                "json",
                r"json_array(_utf8mb4\'a\')",
                "DEFAULT_GENERATED",
            ),
        ],
        indexes: vec![
            row(&[
                "t", "words", "1", "a", "NULL", "NULL", "FULLTEXT", "", "NULL", "YES",
            ]),
            row(&[
                "t",
                "zips",
                "1",
                "NULL",
                "A",
                "NULL",
                "BTREE",
                "",
                r"cast(json_extract(`f`,_utf8mb4\'$.z\') as unsigned array)",
                "YES",
            ]),
        ],
        statements: vec![row(&[
            "t",
            "CREATE TABLE `t` (\n  FULLTEXT KEY `words` (`a`) /*!50100 WITH PARSER `ngram` */ \n) ENGINE=InnoDB",
        ])],
        ..Rows::default()
    };
    let schema = assemble(&rows, Dialect::Mysql, &Scope::default());
    let table = &schema.tables[0];
    assert_eq!(table.options, ["ROW_FORMAT=DYNAMIC", "ENCRYPTION='Y'"]);
    let statements = crate::dialect::ddl::create(Dialect::Mysql, &schema).unwrap();
    for line in [
        "`my_row_id` bigint unsigned AUTO_INCREMENT INVISIBLE",
        "`a` varchar(9) DEFAULT (_utf8mb4'x')",
        "`b` varchar(36) DEFAULT (uuid())",
        "`c` timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP",
        "`d` varchar(9) DEFAULT 'it''s'",
        "`e` int DEFAULT (5)",
        "`f` json DEFAULT (json_array(_utf8mb4'a'))",
        "FULLTEXT KEY `words` (`a`) WITH PARSER `ngram`",
        "KEY `zips` ((cast(json_extract(`f`,_utf8mb4'$.z') as unsigned array)))",
    ] {
        assert!(statements[0].contains(line), "{line}\n{}", statements[0]);
    }
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
