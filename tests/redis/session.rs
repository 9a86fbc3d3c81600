//! The life of sessions.

use std::time::Duration;

use piton::redis::Connection;
use piton::session::{Device, SessionOptions, Sessions};

pub fn sessions_on(connection: &Connection) -> Sessions {
    Sessions::new(connection, SessionOptions::default())
}

pub fn phone() -> Device {
    Device::new("手机", "192.0.2.7")
}

crate::on_redis! {
    [standalone, cluster, sentinel] async fn a_session_lives_from_login_to_logout(redis) {
        let connection = redis.connect().await;
        let sessions = sessions_on(&connection);
        let (token, made) = sessions.create("老师 {17}", &phone()).await.unwrap();
        assert_eq!((made.user.as_str(), made.device.as_str()), ("老师 {17}", "手机"));
        let touched = sessions.touch(&token, Some("192.0.2.8")).await.unwrap();
        assert_eq!(touched.address, "192.0.2.8");
        assert_eq!(sessions.touch(&token, None).await.unwrap().address, "192.0.2.8");
        let (new, rotated) = sessions.rotate(&token).await.unwrap();
        assert_eq!((rotated.created_ms, &rotated.user), (made.created_ms, &made.user));
        assert!(sessions.touch(&token, None).await.unwrap_err().is_none());
        assert!(sessions.rotate(&token).await.unwrap_err().is_none());
        let listed = sessions.list("老师 {17}").await.unwrap();
        assert_eq!(listed.iter().map(|one| &one.id).collect::<Vec<_>>(), [&new.id()]);
        assert_eq!(sessions.show(&new.id().short().parse().unwrap()).await.unwrap().id, new.id());
        let longer = Duration::from_secs(7 * 86_400);
        let extended = sessions.extend(&new, longer).await.unwrap();
        assert!(extended.expires_ms >= made.created_ms + 7 * 86_400_000);
        // Neither a touch nor another step shortens it.
        assert_eq!(sessions.touch(&new, None).await.unwrap().expires_ms, extended.expires_ms);
        let beyond = sessions.extend(&new, Duration::from_secs(400 * 86_400)).await.unwrap();
        assert_eq!(beyond.expires_ms, made.ends_ms);
        assert!(sessions.invalidate(&new).await.unwrap());
        assert!(!sessions.invalidate(&new).await.unwrap());
        assert!(sessions.touch(&new, None).await.unwrap_err().is_none());
        assert!(sessions.list("老师 {17}").await.unwrap().is_empty());
    }

    [standalone, cluster] async fn a_user_is_logged_out_everywhere_and_may_log_in_again(redis) {
        let sessions = sessions_on(&redis.connect().await);
        let mut tokens = Vec::new();
        for _ in 0..5 {
            tokens.push(sessions.create("u", &phone()).await.unwrap().0);
        }
        let (other, _) = sessions.create("another", &phone()).await.unwrap();
        assert_eq!(sessions.revoke_all("u").await.unwrap(), 5);
        assert_eq!(sessions.revoke_all("u").await.unwrap(), 0);
        for token in &tokens {
            assert!(sessions.touch(token, None).await.unwrap_err().is_none());
        }
        let (again, _) = sessions.create("u", &phone()).await.unwrap();
        sessions.touch(&again, None).await.unwrap();
        sessions.touch(&other, None).await.unwrap();
        let stats = sessions.stats().await.unwrap();
        assert_eq!((stats.living, stats.users, stats.over), (2, 2, 0));
    }

    [standalone] async fn of_too_many_sessions_the_one_unseen_for_longest_leaves_redis(redis) {
        let options = SessionOptions { most_per_user: Some(2), ..SessionOptions::default() };
        let sessions = Sessions::new(&redis.connect().await, options);
        let (first, _) = sessions.create("u", &phone()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
        let (second, _) = sessions.create("u", &phone()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
        sessions.touch(&first, None).await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
        let (third, _) = sessions.create("u", &phone()).await.unwrap();
        sessions.touch(&first, None).await.unwrap();
        assert!(sessions.touch(&second, None).await.unwrap_err().is_none());
        sessions.touch(&third, None).await.unwrap();
    }

    [standalone] async fn an_idle_session_leaves_redis_by_itself(redis) {
        let connection = redis.connect().await;
        let options = SessionOptions { idle: Duration::from_millis(300), ..SessionOptions::default() };
        let sessions = Sessions::new(&connection, options);
        let (token, _) = sessions.create("u", &phone()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(150)).await;
        sessions.touch(&token, None).await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        sessions.touch(&token, None).await.unwrap();
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert_eq!(redis.servers[0].cli(["--scan", "--pattern", "*:s:*"]), "");
        assert!(sessions.list("u").await.unwrap().is_empty());
        let cleaned = sessions.cleanup(|_| {}).await.unwrap();
        assert_eq!((cleaned.indexes, cleaned.removed, cleaned.living), (1, 1, 0));
        assert!(sessions.touch(&token, None).await.unwrap_err().is_none());
    }

    [standalone] async fn no_token_and_no_secret_is_kept_in_redis(redis) {
        let sessions = sessions_on(&redis.connect().await);
        let (token, _) = sessions.create("u", &phone()).await.unwrap();
        let secret = token.expose().split_once('.').unwrap().1;
        let server = &redis.servers[0];
        for key in server.cli(["--scan"]).lines() {
            let kind = server.cli(["type", key]);
            let held = match kind.as_str() {
                "hash" => server.cli(["hgetall", key]),
                _ => server.cli(["zrange", key, "0", "-1", "withscores"]),
            };
            assert!(!key.contains(secret) && !held.contains(secret), "{key}: {held}");
        }
    }
}
