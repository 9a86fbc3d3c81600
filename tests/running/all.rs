//! `--transaction all`: all or nothing.

use crate::on;

on! {
    [json, sqlite, postgres]
    fn all_revisions_are_applied_or_none(env) {
        env.table_revision(1, "a");
        env.table_revision(2, "b");
        env.up_down("003_c", "INSERT INTO nowhere VALUES (1);", "");
        env.piton(["upgrade", "--transaction", "all"]).ends(1).says(["upgrade of 003_c failed", "003_c.sql:3:"]).hides(["before it stand"]);
        assert_eq!(env.tables(), [""; 0]);
        assert_eq!(env.applied(), [""; 0]);

        env.table_revision(3, "c");
        env.piton(["upgrade", "--transaction", "all"]).ok().says(["3 revisions applied, now at 003_c"]);
        assert_eq!(env.tables(), ["a", "b", "c"]);
        assert_eq!(env.applied(), ["001_a", "002_b", "003_c"]);
        env.piton(["downgrade", "-r", "base", "--transaction", "all"]).ok();
        assert_eq!(env.tables(), [""; 0]);
    }

    [json, sqlite, postgres]
    fn rust_revisions_can_share_one_transaction_with_sql_ones(env) {
        env.write("migrations/20990101000000_fails.sql", "-- migrate:up\nINSERT INTO nowhere VALUES (1);\n");
        env.write("piton.toml", "[revisions]\ndir = \"migrations\"\n");
        env.piton(["upgrade", "--transaction", "all"]).ends(1);
        assert_eq!(env.tables(), [""; 0]);
        std::fs::remove_file(env.path("migrations/20990101000000_fails.sql")).unwrap();
        env.piton(["upgrade", "--transaction", "all"]).ok().says(["6 revisions applied"]);
        assert_eq!(env.tables().len(), 10);
        env.piton(["downgrade", "-r", "base", "--transaction", "all"]).ok();
        assert_eq!(env.tables(), [""; 0]);
    }

    [mysql]
    fn one_transaction_is_2_where_ddl_commits(env) {
        env.table_revision(1, "a");
        env.piton(["upgrade", "--transaction", "all"]).ends(2).says(["cannot take DDL back"]);
        assert_eq!(env.tables(), [""; 0]);
    }

    [json, sqlite, postgres]
    fn one_transaction_is_2_with_a_revision_that_wants_none(env) {
        env.table_revision(1, "a");
        env.revision("002_b", "-- migrate:up transaction:false\nCREATE TABLE b (id integer PRIMARY KEY);\n");
        env.piton(["upgrade", "--transaction", "all"]).ends(2).says(["002_b says transaction:false"]);
        assert_eq!(env.tables(), [""; 0]);
        env.piton(["upgrade"]).ok();
    }

    [json, sqlite]
    fn foreign_keys_are_checked_before_the_one_commit(env) {
        env.up_down("001_a", "CREATE TABLE a (id integer PRIMARY KEY);\nCREATE TABLE b (id integer PRIMARY KEY, a_id integer REFERENCES a (id));", "");
        env.up_down("002_b", "INSERT INTO b VALUES (1, 7);", "");
        env.piton(["upgrade", "--transaction", "all"]).ends(10).says(["1 row refers to nothing now"]);
        assert_eq!(env.tables(), [""; 0]);
    }
}
