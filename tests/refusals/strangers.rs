//! Databases that are somebody else's.

use crate::on;

on! {
    [sqlite, postgres, mysql]
    fn tables_without_a_history_are_3_and_stamp_is_named(env) {
        env.sql("CREATE TABLE customers (id integer PRIMARY KEY)");
        let schema = env.schema();
        for args in [vec!["upgrade"], vec!["upgrade", "--dry-run"]] {
            env.piton(args).ends(3).says([
                "the database has 1 table of its own and no history; nothing was run",
                "tables: ", "customers", "piton stamp REV", "--allow-non-empty",
            ]);
        }
        assert_eq!(env.schema(), schema);
        env.piton(["current"]).ok().says(["base (6 revisions pending)"]);
        env.table_revision(1, "a");
        env.piton(["upgrade", "--allow-non-empty"]).ok();
        assert_eq!(env.tables(), ["a", "customers"]);
    }

    [sqlite, postgres, mysql]
    fn a_stranger_s_database_can_be_stamped_and_taken_over(env) {
        env.sql("CREATE TABLE a (id integer PRIMARY KEY)");
        env.table_revision(1, "a");
        env.table_revision(2, "b");
        env.piton(["stamp", "001"]).ok();
        env.piton(["upgrade"]).ok().says(["applied 002_b"]);
        assert_eq!(env.tables(), ["a", "b"]);
    }

    [sqlite, postgres, mysql]
    fn another_tool_s_history_is_recognised_and_named(env) {
        for (table, tool) in [
            ("alembic_version", "Alembic"),
            ("schema_migrations", "dbmate"),
            ("flyway_schema_history", "Flyway"),
            ("_sqlx_migrations", "sqlx-cli"),
            ("django_migrations", "Django"),
        ] {
            env.sql(&format!("CREATE TABLE {table} (version integer PRIMARY KEY)"));
            env.piton(["upgrade"]).ends(3).says([table, tool]);
            env.piton(["current"]).ok().says([table, tool]);
            env.sql(&format!("DROP TABLE {table}"));
        }
    }
}
