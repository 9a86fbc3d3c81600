//! What a revision does to its session reaches neither the next revision nor Piton's own tables.

use crate::on;
use crate::support::{Backend, TestEnvironment, unique_name};

on! {
    [postgres]
    fn a_role_that_a_revision_takes_is_given_back(env) {
        let role = unique_name();
        env.sql(&format!("CREATE ROLE {role}; GRANT CREATE ON SCHEMA public TO {role}"));
        env.up_down("001_a", &format!("SET ROLE {role};\nCREATE TABLE a (id integer);"), "");
        env.up_down("002_b", "CREATE TABLE b (id integer);", "");
        env.up_down("003_c", &format!("SET SESSION AUTHORIZATION {role};\nCREATE TABLE c (id integer);"), "");
        env.up_down("004_d", "CREATE TABLE d (id integer);", "");
        let output = env.piton(["upgrade"]);
        let owners = env.sql(
            "SELECT relname, pg_get_userbyid(relowner) FROM pg_class WHERE relname IN ('a', 'b', 'c', 'd') ORDER BY 1",
        );
        env.sql(&format!("DROP OWNED BY {role} CASCADE; DROP ROLE {role}"));
        output.ok();
        let me = env.value("SELECT current_user");
        let owners: Vec<&str> = owners.iter().map(|row| row[1].as_str()).collect();
        assert_eq!(owners, [role.as_str(), &me, &role, &me]);
    }

    [postgres]
    fn a_role_is_given_back_also_inside_one_transaction_for_all(env) {
        let role = unique_name();
        env.sql(&format!("CREATE ROLE {role}; GRANT CREATE ON SCHEMA public TO {role}"));
        env.up_down("001_a", &format!("SET ROLE {role};\nCREATE TABLE a (id integer);"), "");
        env.up_down("002_b", "CREATE TABLE b (id integer);", "");
        let output = env.piton(["upgrade", "--transaction", "all"]);
        let owner = env.sql("SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'b'");
        env.sql(&format!("DROP OWNED BY {role} CASCADE; DROP ROLE {role}"));
        output.ok();
        assert_eq!(owner, [[env.value("SELECT current_user")]]);
    }

    [postgres]
    fn a_search_path_that_a_revision_sets_moves_nothing(env) {
        env.up_down("001_a", "CREATE SCHEMA other;\nSET search_path TO other;\nCREATE TABLE a (id integer);", "");
        env.up_down("002_b", "CREATE TABLE b (id integer);\nSET LOCAL search_path TO pg_catalog;", "");
        env.up_down("003_c", "SELECT set_config('search_path', '', false);\nCREATE TABLE public.c (id integer);", "");
        env.up_down("004_d", "SET statement_timeout = 1;\nSET lock_timeout = 1;\nSET synchronous_commit = off;", "");
        env.up_down("005_e", "CREATE TABLE e AS SELECT current_setting('statement_timeout') AS value FROM pg_sleep(0.1);", "");
        env.piton(["upgrade"]).ok();
        let places = env.sql(
            "SELECT relname, relnamespace::regnamespace FROM pg_class \
             WHERE relname IN ('a', 'b', 'c', 'seaql_migrations', 'piton_journal') AND relkind = 'r' ORDER BY 1",
        );
        assert_eq!(places, [["a", "other"], ["b", "public"], ["c", "public"], ["piton_journal", "public"], ["seaql_migrations", "public"]]);
        assert_eq!(env.value("SELECT value FROM e"), "0");
        assert_eq!(env.applied().len(), 5);
    }

    [postgres, sqlite, json]
    fn a_temporary_table_with_our_table_s_name_is_in_nobody_s_way(env) {
        env.up_down("001_a", "CREATE TEMPORARY TABLE seaql_migrations (version text, applied_at integer);\n\
            CREATE TEMPORARY TABLE piton_journal (id integer);", "");
        env.table_revision(2, "b");
        env.piton(["upgrade"]).ok();
        assert_eq!(env.applied(), ["001_a", "002_b"]);
        env.piton(["upgrade"]).ok().says(["nothing to do"]);
    }

    [postgres]
    fn a_small_revision_that_frees_the_lock_ends_the_run_before_the_next_one(env) {
        env.table_revision(1, "a");
        env.up_down("002_b", "CREATE TABLE b AS SELECT pg_advisory_unlock_all()::text AS freed;", "");
        env.table_revision(3, "c");
        env.piton(["upgrade"]).ends(4).says(["the lock was lost before revision 003_c"]);
        assert_eq!(env.tables(), ["a", "b"]);
        assert_eq!(env.applied(), ["001_a", "002_b"]);
        env.piton(["upgrade"]).ok();
        assert_eq!(env.tables(), ["a", "b", "c"]);
    }

    [mysql]
    fn what_a_revision_sets_in_its_session_is_set_back(env) {
        let other = unique_name();
        env.up_down("001_a", &format!("CREATE DATABASE {other};\nUSE {other};\nCREATE TABLE a (id integer);"), "");
        env.up_down("002_b", "CREATE TABLE b (id integer);", "");
        env.up_down("003_c", "SET sql_mode = '';\nSET foreign_key_checks = 0;\nSET unique_checks = 0;\nSET time_zone = '+05:00';", "");
        env.up_down("004_d", "CREATE TABLE d (sql_mode varchar(500), keys_ integer, uniques integer, zone varchar(50));\n\
            INSERT INTO d VALUES (@@sql_mode, @@foreign_key_checks, @@unique_checks, @@time_zone);", "");
        let output = env.piton(["upgrade"]);
        let here = env.tables();
        env.sql(&format!("DROP DATABASE IF EXISTS {other}"));
        output.ok();
        assert_eq!(here, ["b", "d"]);
        assert_eq!(env.sql("SELECT sql_mode <> '', keys_, uniques, zone FROM d"), [["1", "1", "1", "+00:00"]]);
    }

    [mysql]
    fn a_transaction_that_a_revision_leaves_open_on_mysql_is_committed_with_it(env) {
        env.up_down("001_a", "CREATE TABLE a (id integer PRIMARY KEY);\nSET autocommit = 0;\nINSERT INTO a VALUES (1);", "");
        env.piton(["upgrade"]).ok();
        assert_eq!(env.value("SELECT count(*) FROM a"), "1");
        env.up_down("002_b", "START TRANSACTION;\nINSERT INTO a VALUES (2);", "");
        env.piton(["upgrade"]).ok();
        assert_eq!(env.value("SELECT count(*) FROM a"), "2");
        env.up_down("003_c", "SET completion_type = CHAIN;\nSTART TRANSACTION;\nINSERT INTO a VALUES (3);\nCOMMIT;\nINSERT INTO a VALUES (4);", "");
        env.piton(["upgrade"]).ok();
        assert_eq!(env.value("SELECT count(*) FROM a"), "4");
        assert_eq!(env.applied().len(), 3);
    }

    [sqlite, postgres, json]
    fn a_transaction_that_a_revision_leaves_open_is_committed_with_it(env) {
        for (name, opened) in [("001_a", "BEGIN;"), ("002_b", "BEGIN;\nSAVEPOINT x;")] {
            env.revision(name, format!("-- migrate:up transaction:false\n{opened}\nCREATE TABLE {} (id integer);\n-- migrate:down transaction:false\nBEGIN;\nDROP TABLE {};\n", &name[4..], &name[4..]));
        }
        env.piton(["upgrade"]).ok();
        assert_eq!(env.tables(), ["a", "b"]);
        env.piton(["downgrade", "-r", "base"]).ok();
        assert_eq!(env.tables(), [""; 0]);
    }

    [json, sqlite, postgres, mysql]
    fn a_temporary_table_stands_before_no_table_of_the_next_revision(env) {
        env.up_down("001_a", "CREATE TABLE a (id integer);\nCREATE TEMPORARY TABLE b (id integer);", "");
        env.up_down("002_b", "CREATE TABLE b (id integer);\nCREATE TEMPORARY TABLE a (id integer);", "");
        env.up_down("003_c", "ALTER TABLE a ADD COLUMN added integer;\nALTER TABLE b ADD COLUMN added integer;", "");
        env.piton(["upgrade"]).ok();
        let added = |env: &TestEnvironment| env.schema().concat().matches("added").count();
        assert_eq!(added(env), 2, "{:#?}", env.schema());
    }

    [json, sqlite, postgres]
    fn nor_does_it_inside_one_transaction_for_all(env) {
        env.up_down("001_a", "CREATE TABLE a (id integer);", "");
        env.up_down("002_b", "CREATE TEMPORARY TABLE a (id integer);", "");
        env.up_down("003_c", "ALTER TABLE a ADD COLUMN added integer;", "");
        env.piton(["upgrade", "--transaction", "all"]).ok();
        assert!(env.schema().concat().contains("added"), "{:#?}", env.schema());
    }

    [sqlite, json]
    fn what_a_revision_sets_in_sqlite_is_set_back(env) {
        env.up_down("001_a", "CREATE TABLE a (id integer CHECK (id > 0));", "");
        env.revision("002_b", "-- migrate:up transaction:false\nPRAGMA ignore_check_constraints = ON;\nPRAGMA recursive_triggers = ON;\nPRAGMA synchronous = OFF;\n");
        env.up_down("003_c", "CREATE TABLE c AS SELECT s.synchronous AS s, r.recursive_triggers AS r FROM pragma_synchronous AS s, pragma_recursive_triggers AS r;", "");
        env.up_down("004_d", "INSERT INTO a VALUES (-1);", "");
        env.piton(["upgrade"]).ends(10).says(["CHECK constraint failed", "nothing of 004_d stands"]);
        let c = match env.backend() {
            Backend::Json => env.read("data/c.json"),
            _ => format!("{:?}", env.sql("SELECT s, r FROM c")),
        };
        assert!(!c.contains("\"s\": 0") && !c.contains("[\"0\"") && c.contains('0'), "{c}");
    }

    [sqlite]
    fn a_database_that_a_revision_attaches_is_not_the_next_one_s(env) {
        env.revision("001_a", "-- migrate:up transaction:false\nATTACH DATABASE 'other.db' AS other;\nCREATE TABLE other.b (id integer);\n");
        env.up_down("002_b", "INSERT INTO b VALUES (1);", "");
        env.piton(["upgrade"]).ends(1).says(["no such table: b"]);
    }

    [mysql]
    fn what_else_a_revision_sets_on_mysql_is_set_back(env) {
        const SET: &str = "CREATE TABLE before_it AS SELECT @@SESSION.sql_safe_updates AS a, @@SESSION.sql_auto_is_null AS b, \
            @@SESSION.sql_select_limit AS c, @@SESSION.group_concat_max_len AS d, @@SESSION.completion_type AS e, \
            @@SESSION.default_storage_engine AS f, @@SESSION.lc_time_names AS g, @@SESSION.tx_isolation AS h, @@SESSION.tx_read_only AS i;";
        env.up_down("001_a", &format!("CREATE TABLE a (id integer CHECK (id > 0));\n{SET}"), "");
        env.up_down(
            "002_b",
            "SET sql_safe_updates = 1, sql_auto_is_null = 1, sql_select_limit = 1, group_concat_max_len = 4, completion_type = 1, \
             default_storage_engine = MyISAM, lc_time_names = 'zh_CN', check_constraint_checks = 0;\n\
             SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY;",
            "",
        );
        env.up_down("003_c", &SET.replace("before_it", "after_it"), "");
        env.up_down("004_d", "INSERT INTO a VALUES (-1);", "");
        env.piton(["upgrade"]).ends(10).says(["CONSTRAINT", "nothing of 004_d stands"]);
        assert_eq!(env.sql("SELECT * FROM after_it"), env.sql("SELECT * FROM before_it"));
    }
}

#[test]
fn tables_that_a_revision_locks_on_mysql_are_unlocked_after_it() {
    let Some(env) = TestEnvironment::mysql() else {
        return;
    };
    env.up_down(
        "001_a",
        "CREATE TABLE a (id integer PRIMARY KEY);\nLOCK TABLES a WRITE;\nINSERT INTO a VALUES (1);",
        "",
    );
    env.table_revision(2, "b");
    env.piton(["upgrade"]).ok();
    assert_eq!(env.tables(), ["a", "b"]);
}

#[test]
fn a_character_set_that_a_revision_sets_on_mysql_is_set_back() {
    let Some(env) = TestEnvironment::mysql() else {
        return;
    };
    env.up_down("001_a", "SET NAMES latin1;", "");
    env.up_down(
        "002_b",
        "CREATE TABLE b (word varchar(20) CHARACTER SET utf8mb4);\nINSERT INTO b VALUES ('学生');",
        "",
    );
    env.piton(["upgrade"]).ok();
    assert_eq!(env.value("SELECT word FROM b"), "学生");
}
