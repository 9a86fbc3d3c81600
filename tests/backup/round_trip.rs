//! What was backed up comes back: every row, every object, on its own backend and on others.

use piton::database::Purpose;
use piton::dialect::rows::{Chunk, RowTable, WriteOptions};
use piton::dialect::{Scope, introspect};

use crate::on;
use crate::school::{ask, back_up, fill, manifest, open, path, run, runtime, sums};
use crate::support::{Backend, TestEnvironment};
use crate::values;

/// Another, empty world on the same backend.
fn another(env: &TestEnvironment) -> TestEnvironment {
    let other = match env.backend() {
        Backend::Json => TestEnvironment::json(),
        Backend::Sqlite => TestEnvironment::sqlite(),
        Backend::Postgres => TestEnvironment::postgres(),
        Backend::Mysql => TestEnvironment::mysql(),
    };
    other.expect("the first is there too")
}

/// Rows at the edges of every type.
fn fill_edges(env: &TestEnvironment) {
    runtime().block_on(async {
        let wait = std::time::Duration::from_secs(30);
        let mut opened = open(env, Purpose::Work { wait }).await;
        let session = opened.session();
        let sql = values::create(env.backend(), "edges");
        session.run(&sql).await.unwrap();
        let schema = introspect(session, &Scope::default()).await.unwrap();
        let table = schema.tables.iter().find(|it| it.name.name == "edges");
        let table = RowTable::of(session.dialect(), &schema, table.unwrap());
        let neutral = values::table();
        let loading = session.prepare_writing().await.unwrap();
        let mut taken = 0;
        for row in values::rows() {
            let options = WriteOptions::default();
            let mut writer = session
                .write_rows(&neutral, &table, &options)
                .await
                .unwrap();
            let written = writer.write(Chunk::of(row)).await;
            let ended = writer.finish().await;
            // What this backend cannot hold at all is not to be backed up either.
            taken += usize::from(written.is_ok() && ended.is_ok());
        }
        session.end_writing(loading).await.unwrap();
        if env.backend() == Backend::Json {
            let infinite = "DELETE FROM edges WHERE abs(ratio) > 1.7e308 OR abs(single) > 1.7e308";
            session.run(infinite).await.unwrap();
        }
        assert!(taken > 40, "only {taken} rows");
        opened.take_session().close().await;
        opened.commit().await.unwrap();
        opened.close().await;
    });
}

on! {
    [json, sqlite, postgres, mysql]
    fn a_whole_database_comes_back_with_every_row_at_the_edges(env) {
        fill(env);
        fill_edges(env);
        let backup = back_up(env, &[]);
        assert_eq!(manifest(&backup)["revision"], "20250616140000_add_composite_indexes");
        env.piton(["backup", "verify", path(&backup)]).ok().says(["holds"]);

        let other = another(env);
        let document = other.piton(["restore", path(&backup), "--json"]).ok().document();
        assert_eq!(document["differs"].as_array().unwrap().len(), 0, "{document:#}");
        assert_eq!(document["revision"], "20250616140000_add_composite_indexes");
        assert_eq!(sums(&other), sums(env));
        // What the others keep of a schema is text, or has numbers in it.
        if env.backend() == Backend::Postgres {
            assert_eq!(other.schema(), env.schema());
        }
        run(&other, &["DROP TABLE edges"]);
        other.piton(["check"]).ok();
        other.piton(["current"]).ok().says(["20250616140000_add_composite_indexes (head)"]);
        // Numbers go on behind those that are there.
        run(&other, &["INSERT INTO grading_tasks (student_id) VALUES ('s1')"]);
        assert_eq!(ask(&other, "SELECT max(id) FROM grading_tasks"), ["4"]);
    }

    [json, sqlite, postgres, mysql]
    fn a_restored_backup_is_compared_in_a_scratch_database(env) {
        fill(env);
        let backup = back_up(env, &[]);
        env.piton(["backup", "verify", path(&backup), "--deep"])
            .ok()
            .says(["came back the same"]);
    }

    [postgres]
    fn everything_that_postgres_has_comes_back(env) {
        let sql = include_str!("../catalog/postgres.sql");
        env.sql(sql);
        env.sql(
            "CREATE TABLE 成绩 (编号 int GENERATED ALWAYS AS IDENTITY, 分 numeric(5,2), 双倍 numeric GENERATED ALWAYS AS (分 * 2) STORED);
             INSERT INTO 成绩 (分) SELECT i / 3.0 FROM generate_series(1, 50) AS i;
             DELETE FROM 成绩 WHERE 编号 > 40;
             CREATE TABLE log (at date NOT NULL, what text) PARTITION BY RANGE (at);
             CREATE TABLE log_2025 PARTITION OF log FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
             CREATE TABLE log_rest PARTITION OF log DEFAULT;
             INSERT INTO log SELECT date '2025-12-01' + i, 'n' || i FROM generate_series(1, 100) AS i;",
        );
        let backup = back_up(env, &[]);
        let other = another(env);
        let document = other.piton(["restore", path(&backup), "--json"]).ok().document();
        assert_eq!(document["differs"].as_array().unwrap().len(), 0, "{document:#}");
        assert_eq!(other.schema(), env.schema());
        assert_eq!(sums(&other), sums(env));
        // The number after those that were given out, also where their rows are gone.
        assert_eq!(other.value("INSERT INTO 成绩 (分) VALUES (1) RETURNING 编号"), "51");
        assert_eq!(other.value("SELECT count(*) FROM log_2025"), env.value("SELECT count(*) FROM log_2025"));
    }

    [mysql]
    fn everything_that_mysql_has_comes_back(env) {
        env.sql(include_str!("../catalog/mysql.sql"));
        env.sql("CREATE TABLE 成绩 (编号 int AUTO_INCREMENT PRIMARY KEY, 分 decimal(5,2), 双倍 decimal(6,2) AS (分 * 2) STORED)");
        env.sql("INSERT INTO 成绩 (分) VALUES (1), (2), (3)");
        env.sql("DELETE FROM 成绩 WHERE 编号 = 3");
        let backup = back_up(env, &[]);
        let other = another(env);
        let document = other.piton(["restore", path(&backup), "--json"]).ok().document();
        assert_eq!(document["differs"].as_array().unwrap().len(), 0, "{document:#}");
        assert_eq!(sums(&other), sums(env));
        other.sql("INSERT INTO 成绩 (分) VALUES (9)");
        assert_eq!(other.value("SELECT max(编号) FROM 成绩"), "4");
    }

    [sqlite]
    fn everything_that_sqlite_has_comes_back(env) {
        env.sql(include_str!("../catalog/sqlite.sql"));
        let backup = back_up(env, &[]);
        let other = another(env);
        let document = other.piton(["restore", path(&backup), "--json"]).ok().document();
        assert_eq!(document["differs"].as_array().unwrap().len(), 0, "{document:#}");
        assert_eq!(sums(&other), sums(env));
    }
}

#[test]
fn what_a_backup_cannot_give_is_told_before_the_history_makes_tables_in_postgres() {
    let (Some(one), Some(other)) = (TestEnvironment::json(), TestEnvironment::postgres()) else {
        return;
    };
    fill(&one);
    let backup = back_up(&one, &[]);
    for (more, word) in [
        (["-t", "nobody"], "-t nobody"),
        (["--replace", "--drop-others"], "--drop-others"),
    ] {
        let args = ["restore", path(&backup)].into_iter().chain(more);
        other
            .piton(args)
            .ends(2)
            .says([word, "nothing was written"]);
        assert!(other.schema().is_empty(), "{:?}", other.schema());
    }
    run(&one, &["CREATE TABLE own (id integer PRIMARY KEY)"]);
    let backup = back_up(&one, &[]);
    other
        .piton(["restore", path(&backup)])
        .ends(3)
        .says(["own", "the history has made its tables"])
        .hides(["nothing was written"]);
    assert_eq!(other.value("SELECT count(*) FROM students"), "0");
}

/// Numbers that were given out, and no row that has them.
fn numbered(
    backend: Backend,
) -> (
    &'static [&'static str],
    &'static [(&'static str, &'static str, &'static str)],
) {
    match backend {
        // Sequences keep the names that they had before their tables were renamed.
        Backend::Postgres => (
            &[
                "CREATE TABLE a (id serial PRIMARY KEY, n integer)",
                "CREATE TABLE b (id integer GENERATED BY DEFAULT AS IDENTITY, n integer)",
                "CREATE TABLE c (id bigserial, n integer)",
                "ALTER SEQUENCE c_id_seq INCREMENT 10",
                "CREATE SEQUENCE own",
                "CREATE TABLE d (id bigint DEFAULT nextval('own'), n integer)",
                "INSERT INTO a (n) SELECT 1 FROM generate_series(1, 5)",
                "INSERT INTO b (n) SELECT 1 FROM generate_series(1, 5)",
                "INSERT INTO c (n) SELECT 1 FROM generate_series(1, 5)",
                "INSERT INTO d (n) SELECT 1 FROM generate_series(1, 5)",
                "DELETE FROM a WHERE id > 2",
                "DELETE FROM b WHERE id > 2",
                "DELETE FROM c WHERE id > 2",
                "DELETE FROM d WHERE id > 2",
                "ALTER TABLE a RENAME TO aa",
                "ALTER TABLE b RENAME TO bb",
            ],
            &[
                ("aa", "id", "6"),
                ("bb", "id", "6"),
                ("c", "id", "51"),
                ("d", "id", "6"),
            ],
        ),
        Backend::Mysql => (
            &[
                "CREATE TABLE a (id integer AUTO_INCREMENT PRIMARY KEY, n integer)",
                "INSERT INTO a (n) VALUES (1), (2), (3), (4), (5)",
                "DELETE FROM a WHERE id > 2",
            ],
            &[("a", "id", "6")],
        ),
        _ => (
            &[
                "CREATE TABLE a (id integer PRIMARY KEY AUTOINCREMENT, n integer)",
                "INSERT INTO a (n) VALUES (1), (2), (3), (4), (5)",
                "DELETE FROM a WHERE id > 2",
            ],
            &[("a", "id", "6")],
        ),
    }
}

on! {
    [json, sqlite, postgres, mysql]
    fn numbers_go_on_where_they_stood_beyond_the_highest_row(env) {
        let (statements, tables) = numbered(env.backend());
        run(env, statements);
        let backup = back_up(env, &[]);
        let (whole, some) = (another(env), another(env));
        whole.piton(["restore", path(&backup)]).ok();
        for (table, column, expected) in tables {
            some.piton(["restore", path(&backup), "-t", table]).ok();
            for other in [&whole, &some] {
                run(other, &[&format!("INSERT INTO {table} (n) VALUES (9)")]);
                let highest = ask(other, &format!("SELECT max({column}) FROM {table}"));
                assert_eq!(highest, [*expected], "{table}");
            }
        }
    }

    [sqlite, postgres, mysql]
    fn who_has_no_piton_gets_the_numbers_from_a_script(env) {
        let (statements, tables) = numbered(env.backend());
        run(env, statements);
        let backup = back_up(env, &[]);
        let other = another(env);
        for script in ["before.sql", "after.sql"] {
            other.sql(&std::fs::read_to_string(backup.join(script)).unwrap());
        }
        for (table, column, expected) in tables {
            other.sql(&format!("INSERT INTO {table} (n) VALUES (9)"));
            assert_eq!(other.value(&format!("SELECT max({column}) FROM {table}")), *expected);
        }
    }

    [postgres]
    fn triggers_of_every_state_stay_quiet_while_rows_come_and_are_as_they_were_in_postgres(env) {
        env.sql(
            "CREATE TABLE seen (what text);
             CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
               $$ BEGIN INSERT INTO public.seen VALUES (TG_NAME); RETURN NEW; END $$;
             CREATE TABLE t (id integer PRIMARY KEY);
             INSERT INTO t VALUES (1), (2);
             CREATE TRIGGER of_a AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();
             CREATE TRIGGER of_d AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();
             CREATE TRIGGER of_o AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();
             CREATE TRIGGER of_r AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();
             ALTER TABLE t ENABLE ALWAYS TRIGGER of_a;
             ALTER TABLE t DISABLE TRIGGER of_d;
             ALTER TABLE t ENABLE REPLICA TRIGGER of_r;",
        );
        let same = |of: &TestEnvironment, what: &str| {
            let states = "SELECT string_agg(tgname::text || tgenabled::text, ' ' ORDER BY tgname) FROM pg_trigger WHERE NOT tgisinternal";
            assert_eq!(of.value(states), "of_aA of_dD of_oO of_rR", "{what}");
            assert_eq!(of.value("SELECT count(*) FROM seen"), "0", "{what}");
            assert_eq!(of.value("SELECT count(*) FROM t"), "2", "{what}");
        };
        let backup = back_up(env, &[]);
        let other = another(env);
        other.piton(["restore", path(&backup)]).ok();
        same(&other, "restored");
        other.piton(["restore", path(&backup), "-t", "t", "--replace"]).ok();
        same(&other, "restored anew");
        other.sql("DELETE FROM t");
        env.piton(["copy", "--to", other.url()]).ok();
        same(&other, "copied");
    }
}

/// From one backend to another: the tables are made by the history.
fn across(one: &TestEnvironment, other: &TestEnvironment) {
    fill(one);
    let backup = back_up(one, &[]);
    other
        .piton(["restore", path(&backup)])
        .ok()
        .says(["restored", "20250616140000_add_composite_indexes"]);
    for columns in [
        "student_id, name, class_id, email FROM students ORDER BY 1",
        "id, student_id, subject, total_questions FROM grading_tasks ORDER BY 1",
        "task_id, question_id, feedback FROM grading_results ORDER BY 1, 2",
        "task_id, error_type, description FROM error_analysis ORDER BY 1, 2",
    ] {
        let sql = format!("SELECT {columns}");
        assert_eq!(ask(other, &sql), ask(one, &sql));
        assert_eq!(ask(one, &sql).len(), 3);
    }
    other.piton(["check"]).ok();
    run(
        other,
        &["INSERT INTO grading_tasks (student_id) VALUES ('s1')"],
    );
    assert_eq!(ask(other, "SELECT max(id) FROM grading_tasks"), ["4"]);
}

macro_rules! pairs {
    ($($name:ident: $one:ident $other:ident,)+) => {$(
        #[test]
        fn $name() {
            let (Some(one), Some(other)) = (TestEnvironment::$one(), TestEnvironment::$other()) else {
                return;
            };
            across(&one, &other);
        }
    )+};
}

pairs! {
    a_json_backup_restores_into_postgres: json postgres,
    a_sqlite_backup_restores_into_mysql: sqlite mysql,
    a_postgres_backup_restores_into_json: postgres json,
    a_mysql_backup_restores_into_postgres: mysql postgres,
    a_mysql_backup_restores_into_sqlite: mysql sqlite,
}
