//! Filling the cache from the database.

use serde_json::Value;

use super::support::redis::Redis;
use super::support::{Backend, TestEnvironment, fault};
use super::{document, piton, piton_with};

/// A school of two classes; the second has nobody who ever handed anything in.
const SCHOOL: &str = "\
INSERT INTO classes (class_id, class_name, teacher_id) VALUES ('7b', 'Class 7b', 't-17'), ('8a', 'Class 8a', 't-17');
INSERT INTO students (student_id, name, class_id, email) VALUES
  ('s-1', '林小雨', '7b', 'lin@example.org'), ('s-2', 'Ada', '7b', NULL), ('s-3', 'Bo', '8a', NULL);
INSERT INTO assignments (assignment_id, class_id, teacher_id, title) VALUES ('a-1', '7b', 't-17', 'Fractions');
INSERT INTO assignment_submissions (submission_id, assignment_id, student_id, task_id, submitted_at, percentage) VALUES
  ('x-1', 'a-1', 's-2', 'task-1', '2024-12-01 08:00:00', 80),
  ('x-2', 'a-1', 's-2', 'task-2', '2024-12-01 09:00:00', 90),
  ('x-3', 'a-1', 's-1', NULL, '2024-12-02 09:00:00', NULL);
";

/// The platform's tables with that school in them.
fn school(env: &TestEnvironment) {
    let mut rows = SCHOOL.to_owned();
    if matches!(env.backend(), Backend::Json | Backend::Sqlite) {
        // As SeaORM and the columns' defaults write moments there.
        for (day, hour) in [("01", "08"), ("01", "09"), ("02", "09")] {
            rows = rows.replace(
                &format!("'2024-12-{day} {hour}:00:00'"),
                &format!("'2024-12-{day}T{hour}:00:00.000+00:00'"),
            );
        }
    }
    // The same rows on every backend, the JSON store included: a revision of their own.
    env.write(
        "migrations/20990101000000_school.sql",
        format!("-- migrate:up\n{rows}-- migrate:down\n"),
    );
    env.write("piton.toml", "[revisions]\ndir = \"migrations\"\n");
    env.piton(["upgrade"]).ok();
}

fn value(env: &TestEnvironment, redis: &Redis, key: &str) -> Value {
    document(env, redis, 0, "cache_get", &["cache", "get", key])["value"].clone()
}

crate::on! {
    [json, sqlite, postgres, mysql]
    fn what_is_asked_for_most_is_loaded_into_redis(env) {
        let redis = Redis::standalone();
        school(env);
        let planned = document(env, &redis, 0, "cache_warm", &["cache", "warm", "--dry-run"]);
        assert_eq!((&planned["entries"][0]["entry"], &planned["entries"][0]["written"]), (&"user:profile".into(), &2.into()));
        let warmed = document(env, &redis, 0, "cache_warm", &["cache", "warm"]);
        let written: Vec<u64> = warmed["entries"].as_array().unwrap().iter().map(|one| one["written"].as_u64().unwrap()).collect();
        assert_eq!(written, [2, 1], "{warmed:#}");
        let profile = value(env, &redis, "user:profile:s-1");
        assert_eq!((&profile["name"], &profile["email"], &profile["phone"]), (&"林小雨".into(), &"lin@example.org".into(), &Value::Null));
        let class = value(env, &redis, "class:statistics:7b");
        assert_eq!(class, serde_json::json!({
            "class_id": "7b", "class_name": "Class 7b", "students": 2, "assignments": 1, "submissions": 3, "graded": 2,
            "average_percentage": 85.0, "last_submitted_at": "2024-12-02T09:00:00.000Z",
        }));
        piton(env, &redis, &["cache", "audit"]).ok();
        piton(env, &redis, &["cache", "warm"]).ok().says(["user:profile: 0 values written, 2 there already"]);
        // What is invalidated is warmed again only when the tombstone is gone.
        piton(env, &redis, &["cache", "invalidate", "user:profile:s-1"]).ok();
        piton(env, &redis, &["cache", "warm", "user:profile"]).ok().says(["0 values written"]);

        // Any entry by its name; the most recent first.
        let named = ["cache", "warm", "class:students", "assignment:info", "grading:result", "analytics:daily", "--most", "2"];
        let warmed = document(env, &redis, 0, "cache_warm", &named);
        let written: Vec<u64> = warmed["entries"].as_array().unwrap().iter().map(|one| one["written"].as_u64().unwrap()).collect();
        assert_eq!(written, [1, 1, 2, 2], "{warmed:#}");
        assert_eq!(value(env, &redis, "class:students:7b").as_array().unwrap().len(), 2);
        assert_eq!(value(env, &redis, "assignment:info:a-1")["title"], "Fractions");
        assert_eq!(value(env, &redis, "grading:result:task-2")["percentage"], 90.0);
        let day = value(env, &redis, "analytics:daily:20241201");
        assert_eq!((&day["submissions"], &day["students"], &day["average_percentage"]), (&2.into(), &1.into(), &85.0.into()));
        piton(env, &redis, &["cache", "warm", "user:profil"]).ends(2).says(["the entries are user:profile, class:statistics"]);
    }

    [json, postgres]
    fn a_database_without_its_tables_or_a_project_without_a_cache_says_so(env) {
        let redis = Redis::standalone();
        let said = piton(env, &redis, &["cache", "warm"]);
        assert!([1, 10].contains(&said.code), "{said:?}");
        said.says(["piton current tells whether the database has its tables"]);
        env.write("piton.toml", "[revisions]\nbuiltin = false\n");
        for args in [&["cache", "warm"][..], &["cache", "audit"], &["cache", "invalidate", "--all"]] {
            piton(env, &redis, args).ends(3).says(["this project has no cache", "revisions.builtin is false (piton.toml:2)"]);
        }
        piton(env, &redis, &["cache", "keys"]).ok();
        piton(env, &redis, &["cache", "stats"]).ok();
    }
}

crate::on_redis! {
    [standalone, cluster, sentinel] async fn warming_reaches_every_node_and_is_refused_without_memory(redis) {
        let _case = fault::case(54, "redis");
        let env = TestEnvironment::new();
        let rows: Vec<String> = (0..300).map(|n| format!("('s-{n}', '学生{n}')")).collect();
        let submissions: Vec<String> = (0..300).map(|n| format!("('x-{n}', 'a-1', 's-{n}')")).collect();
        env.write("migrations/20990101000000_school.sql", format!(
            "-- migrate:up\nINSERT INTO classes (class_id, class_name, teacher_id) VALUES ('7b', 'c', 't');\n\
             INSERT INTO assignments (assignment_id, class_id, teacher_id, title) VALUES ('a-1', '7b', 't', 'x');\n\
             INSERT INTO students (student_id, name) VALUES {};\n\
             INSERT INTO assignment_submissions (submission_id, assignment_id, student_id) VALUES {};\n-- migrate:down\n",
            rows.join(", "), submissions.join(", ")
        ));
        env.write("piton.toml", "[revisions]\ndir = \"migrations\"\n[redis]\npatience_s = 1\nanswer_timeout_ms = 500\n");
        env.piton(["upgrade"]).ok();
        redis.on_primaries(["config", "set", "maxmemory", "1"]);
        piton(&env, &redis, &["cache", "warm"]).ends(10).says(["maxmemory", "raise maxmemory"]);
        redis.on_primaries(["config", "set", "maxmemory", "0"]);
        let warmed = document(&env, &redis, 0, "cache_warm", &["cache", "warm", "user:profile", "--most", "250"]);
        assert_eq!(warmed["entries"][0]["written"], 250);
        let keys = document(&env, &redis, 0, "cache_keys", &["cache", "keys", "user:", "--limit", "0"]);
        assert_eq!(keys["keys"].as_array().unwrap().len(), 250);
        redis.on_primaries(["client", "pause", "2000", "write"]);
        piton(&env, &redis, &["cache", "warm"]).ends(5);
        redis.on_primaries(["client", "unpause"]);
        for server in redis.servers.iter_mut().chain(&mut redis.sentinels) {
            server.kill();
        }
        for args in [&["cache", "warm"][..], &["cache", "keys"], &["cache", "audit"], &["cache", "invalidate", "user:"]] {
            piton(&env, &redis, args).ends(4);
        }
    }

    [standalone] async fn a_database_that_is_away_is_4_and_names_its_rung_redis(redis) {
        let env = TestEnvironment::new();
        let gone = [("DATABASE_URL", "postgres://postgres@127.0.0.1:1/nowhere")];
        piton_with(&env, &redis, &["cache", "warm"], &gone).ends(4).says(["127.0.0.1:1", "port: broken"]);
    }
}
