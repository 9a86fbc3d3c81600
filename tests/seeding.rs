//! `piton seed`, and `piton copy --from legacy:FILE`.

#![cfg(feature = "app")]

mod support;

use support::{Backend, TestEnvironment};

on! {
    [json, sqlite, postgres, mysql]
    fn generated_rows_agree_with_one_another(env) {
        env.piton(["upgrade"]).ok();
        let document = env.piton(["seed", "--json"]).ok().document();
        assert_eq!(document["tables"].as_array().unwrap().len(), 10, "{document:#}");
        env.piton(["seed"]).ends(3).says(["has rows already"]);
        if env.backend() == Backend::Json {
            assert_eq!(env.database().json_rows("students").len(), 60);
            return;
        }
        assert_eq!(env.value("SELECT count(*) FROM students"), "60");
        let wrong = env.value(
            "SELECT count(*) FROM grading_statistics s WHERE abs(s.total_score - \
             (SELECT sum(r.score) FROM grading_results r WHERE r.task_id = s.task_id)) > 0.001",
        );
        assert_eq!(wrong, "0");
        // The next row gets a number of its own.
        env.sql("INSERT INTO grading_tasks (student_id) VALUES ('S0001001')");
    }

    [json, sqlite, postgres, mysql]
    fn a_file_s_rows_go_in_or_none_of_them(env) {
        env.piton(["upgrade"]).ok();
        env.write("students.csv", "student_id,name,email\nS1,王小明,\nS2,Ada,ada@example.org\n");
        env.piton(["seed", "students.csv"]).ok().says(["2 rows"]);
        env.write(
            "more.json",
            r#"{"students": [{"student_id": "S3", "name": "Zoë", "extra_metadata": {"seat": [1]}}],
                "grading_tasks": [{"student_id": "S9", "total_questions": 3}]}"#,
        );
        env.piton(["seed", "more.json"]).ends(10).says(["refer to nothing in students"]);
        env.write("bad.csv", "student_id,name\nS4\n");
        env.piton(["seed", "bad.csv", "-t", "students"]).ends(1).says(["line"]);
        env.piton(["seed", "bad.csv"]).ends(2).says(["no table bad"]);
        env.write("wrong.json", r#"[{"student_id": "S5", "name": "x", "total": 1}]"#);
        env.piton(["seed", "wrong.json", "-t", "students"]).ends(10).says(["\"total\""]);
        if env.backend() != Backend::Json {
            assert_eq!(env.value("SELECT count(*) FROM students"), "2");
        }
    }

    [json, sqlite, postgres, mysql]
    fn the_old_platform_s_file_of_users_is_taken_in(env) {
        env.write(
            "user_data.json",
            r#"{"王小明": {"password": "secret", "email": "w@example.org", "created_at": "2024-03-01 08:00:00",
                "records": [{"timestamp": "2024-03-02T09:30:00", "content": "答案", "files": ["a.pdf"],
                             "settings": {"mode": "strict"}, "processing_info": {"s": 1.5}}]},
                "ada": {"password": "secret", "created_at": "2024-03-03", "records": []}}"#,
        );
        env.write("wrong.json", r#"{"ada": {"created_at": "yesterday"}}"#);
        let wrong = env.piton(["copy", "--from", "legacy:wrong.json", "--to", env.url()]).ends(10);
        wrong.says(["students", "created_at", "yesterday", "nothing was put in"]);
        for flags in [&["-t", "students"][..], &["--upsert"], &["--follow-schema"], &["--cut-fractions"]] {
            let mut args = vec!["copy", "--from", "legacy:user_data.json", "--to", env.url()];
            args.extend(flags);
            env.piton(args).ends(2).says(["as a whole", "does not go with it"]);
        }
        let output = env.piton(["copy", "--from", "legacy:user_data.json", "--to", env.url()]).ok();
        let output = output.says(["passwords were dropped (2 of them)"]);
        output.hides(["secret"]);
        let again = env.piton(["copy", "--from", "legacy:user_data.json", "--to", env.url()]).ends(3);
        again.says(["has rows already", "nothing was put in"]).hides(["drop_tables"]);
        if env.backend() == Backend::Json {
            let rows = env.database().json_rows("assignment_submissions");
            assert_eq!(rows[0]["evaluations"], "答案");
            assert_eq!(rows[0]["submitted_at"], "2024-03-02T09:30:00+00:00");
            return;
        }
        assert_eq!(env.value("SELECT count(*) FROM students WHERE class_id = 'legacy'"), "2");
        assert_eq!(env.value("SELECT student_id FROM assignment_submissions"), "王小明");
    }
}

#[test]
fn the_same_seed_gives_the_same_rows_and_production_gets_none() {
    let (one, other) = (TestEnvironment::new(), TestEnvironment::new());
    for env in [&one, &other] {
        env.piton(["upgrade"]).ok();
        env.piton(["seed", "--rng-seed", "42"]).ok();
    }
    for table in [
        "students",
        "assignment_submissions",
        "grading_results",
        "class_evaluations",
    ] {
        let file = format!("data/{table}.json");
        assert_eq!(one.read(&file), other.read(&file), "{table}");
    }
    let mut guarded = one.command(["seed"]);
    guarded.env("ENVIRONMENT", "production");
    one.output_of(guarded).ends(2).says(["for development"]);
}
