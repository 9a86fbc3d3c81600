//! Looking at sessions and ending them.

use piton::session::{Device, SessionOptions, Sessions};

use super::support::TestEnvironment;
use super::{document, piton, piton_with};

fn phone() -> Device {
    Device::new("手机 \u{1b}[31m", "192.0.2.7")
}

crate::on_redis! {
    [standalone, cluster, sentinel] async fn sessions_are_listed_shown_and_ended(redis) {
        let env = TestEnvironment::new();
        let sessions = Sessions::new(&redis.connect().await, SessionOptions::default());
        let (one, first) = sessions.create("老师 17", &phone()).await.unwrap();
        let (two, second) = sessions.create("老师 17", &Device::default()).await.unwrap();
        let (other, _) = sessions.create("t-18", &phone()).await.unwrap();
        sessions.touch(&one, Some("192.0.2.8")).await.unwrap();
        let secrets = [&one, &two, &other].map(|token| token.expose().split_once('.').unwrap().1.to_owned());
        let run = |args: &[&str]| {
            let output = piton(&env, &redis, args).hides([&secrets[0], &secrets[1], &secrets[2]]);
            output.hides(["\u{1b}[31m"])
        };

        let listed = run(&["session", "list", "老师 17"]).ok();
        let lines: Vec<&str> = listed.stdout.lines().collect();
        assert_eq!(lines.len(), 3, "{lines:#?}");
        assert!(lines[0].trim_start().starts_with("id "), "{lines:#?}");
        assert!(lines[1..].iter().any(|line| line.trim_start().starts_with(&second.id.short()) && line.contains(" - ")));
        let found = document(&env, &redis, 0, "session_list", &["session", "list", "老师 17"]);
        let ids: Vec<&str> = found["sessions"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), 2);
        assert!(ids.contains(&first.id.to_string().as_str()));
        run(&["session", "list", "nobody"]).ok().says(["\"nobody\" has no sessions"]);

        run(&["session", "show", &first.id.short()]).ok().says([&first.id.to_string(), "老师 17", "192.0.2.8"]);
        let shown = document(&env, &redis, 0, "session_show", &["session", "show", &first.id.to_string()]);
        assert_eq!(shown["session"]["address"], "192.0.2.8");
        let stats = document(&env, &redis, 0, "session_stats", &["session", "stats"]);
        assert_eq!((&stats["living"], &stats["users"], &stats["most_of_a_user"]), (&3.into(), &2.into(), &2.into()));

        run(&["session", "revoke", &first.id.short(), "--dry-run"]).ok().says(["would be revoked"]);
        sessions.touch(&one, None).await.unwrap();
        run(&["session", "revoke", &first.id.short()]).ok().says(["revoked"]);
        assert!(sessions.touch(&one, None).await.unwrap_err().is_none());
        let again = document(&env, &redis, 0, "session_revoke", &["session", "revoke", &first.id.to_string()]);
        assert_eq!((&again["revoked"], &again["logged"]), (&false.into(), &false.into()));
        run(&["session", "revoke", &first.id.short()]).ends(1).says(["no such session"]);
        run(&["session", "show", &first.id.to_string()]).ends(1).says(["no such session"]);

        let counted = document(&env, &redis, 0, "session_revoke_all", &["session", "revoke-all", "老师 17", "--dry-run"]);
        assert_eq!((&counted["revoked"], &counted["dry_run"]), (&1.into(), &true.into()));
        run(&["session", "revoke-all", "老师 17"]).ok().says(["1 session of \"老师 17\" revoked"]);
        assert!(sessions.touch(&two, None).await.unwrap_err().is_none());
        sessions.touch(&other, None).await.unwrap();
        let nothing = document(&env, &redis, 0, "session_revoke_all", &["session", "revoke-all", "老师 17"]);
        assert_eq!(nothing["revoked"], 0);
        let counted = document(&env, &redis, 0, "session_cleanup", &["session", "cleanup", "--dry-run"]);
        assert_eq!((&counted["removed"], &counted["living"]), (&0.into(), &1.into()));
        run(&["session", "cleanup"]).ok().says(["0 sessions that are over cleared away, 1 lives"]);
        document(&env, &redis, 0, "session_cleanup", &["session", "cleanup"]);
    }

    [standalone] async fn a_user_of_production_is_logged_out_everywhere_only_when_that_is_confirmed_redis(redis) {
        let env = TestEnvironment::new();
        let sessions = Sessions::new(&redis.connect().await, SessionOptions::default());
        let (token, session) = sessions.create("t-17", &phone()).await.unwrap();
        let production = [("ENVIRONMENT", "production"), ("DATABASE_TYPE", "json")];
        let run = |args: &[&str]| piton_with(&env, &redis, args, &production);
        run(&["session", "revoke-all", "t-17"]).ends(2).says(["--yes answers it", "nothing was done"]);
        sessions.touch(&token, None).await.unwrap();
        run(&["session", "revoke-all", "t-17", "--yes"]).ok();
        assert!(sessions.touch(&token, None).await.unwrap_err().is_none());
        // One session is ended without a question.
        let (token, _) = sessions.create("t-17", &phone()).await.unwrap();
        run(&["session", "revoke", &token.id().to_string()]).ok();
        assert!(sessions.touch(&token, None).await.unwrap_err().is_none());
        drop(session);
    }

    [standalone] async fn what_is_left_of_expired_sessions_is_cleared_away_redis(redis) {
        let env = TestEnvironment::new();
        let options = SessionOptions { idle: std::time::Duration::from_millis(1), ..SessionOptions::default() };
        let sessions = Sessions::new(&redis.connect().await, options);
        for _ in 0..3 {
            sessions.create("t-17", &phone()).await.unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        // Each login clears what was over before it.
        let counted = document(&env, &redis, 0, "session_stats", &["session", "stats"]);
        assert_eq!((&counted["living"], &counted["over"]), (&0.into(), &1.into()));
        let cleaned = document(&env, &redis, 0, "session_cleanup", &["session", "cleanup"]);
        assert_eq!((&cleaned["removed"], &cleaned["living"]), (&1.into(), &0.into()));
    }
}
