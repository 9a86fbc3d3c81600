//! Looking into the cache, auditing and emptying it.

use piton::cache::{Cache, CacheOptions, Entry, Key, Prefix, Registry};
use piton::redis::Connection;

use super::support::TestEnvironment;
use super::{document, piton, piton_with};

pub struct Profile(pub &'static str);

impl Key for Profile {
    type Value = serde_json::Value;
    const ENTRY: &'static str = "user:profile";
    fn id(&self) -> String {
        self.0.to_owned()
    }
}

pub fn cache_on(connection: &Connection) -> Cache {
    let prefix = Prefix {
        prefix: "user:",
        holds: "users",
        example: "user:profile:1",
        ttl_s: Some(3600),
    };
    let entry = Entry {
        name: "user:profile",
        version: 1,
        loader: None,
        is_warmed: false,
    };
    let registry = Registry::new(vec![prefix], vec![entry]).unwrap();
    Cache::new(connection, registry, CacheOptions::default())
}

pub async fn read(cache: &Cache, id: &'static str) -> Option<serde_json::Value> {
    let load = async || Ok::<_, std::io::Error>(Some(serde_json::json!({"name": "林小雨"})));
    cache.get_or_load(&Profile(id), load).await.unwrap()
}

async fn set(connection: &Connection, key: &str, value: &str) {
    connection
        .send(redis::cmd("SET").arg(key).arg(value))
        .await
        .unwrap();
}

async fn exists(connection: &Connection, key: &str) -> bool {
    let filled: i64 = connection.ask(redis::cmd("STRLEN").arg(key)).await.unwrap();
    filled > 0
}

crate::on_redis! {
    [standalone, cluster, sentinel] async fn keys_and_values_are_shown_and_removed(redis) {
        let env = TestEnvironment::new();
        let connection = redis.connect().await;
        let cache = cache_on(&connection);
        for id in ["1", "2", "用户", "a*b"] {
            read(&cache, id).await;
        }
        read(&cache, "1").await;
        cache.flush_counts().await.unwrap();
        set(&connection, "class:students:\u{1b}[31m7", "plain \u{1b}[31m").await;
        set(&connection, "unrelated", "x").await;

        let run = |args: &[&str]| piton(&env, &redis, args).hides(["\u{1b}[31m"]);
        run(&["cache", "keys"]).ok().says(["user:profile:用户", "unrelated", "for ever"]).hides(["piton:cache"]);
        let keys = document(&env, &redis, 0, "cache_keys", &["cache", "keys", "user:"]);
        assert_eq!(keys["keys"].as_array().unwrap().len(), 4);
        assert_eq!((&keys["keys"][0]["key"], &keys["more"]), (&"user:profile:1".into(), &false.into()));
        assert!((3200..=3600).contains(&keys["keys"][0]["ttl_s"].as_u64().unwrap()));
        let some = document(&env, &redis, 0, "cache_keys", &["cache", "keys", "user:", "--limit", "2"]);
        assert_eq!((some["keys"].as_array().unwrap().len(), &some["more"]), (2, &true.into()));
        let starred = document(&env, &redis, 0, "cache_keys", &["cache", "keys", "user:profile:a*"]);
        assert_eq!(starred["keys"].as_array().unwrap().len(), 1);
        run(&["cache", "keys", "nobody:"]).ok().says(["no keys"]);
        run(&["cache", "keys", "piton:"]).ok().says(["piton:cache:counters"]);

        run(&["cache", "get", "user:profile:1"]).ok().says(["\"name\": \"林小雨\"", "version 1"]);
        let value = document(&env, &redis, 0, "cache_get", &["cache", "get", "user:profile:1"]);
        assert_eq!(value["value"]["name"], "林小雨");
        run(&["cache", "get", "class:students:\u{1b}[31m7"]).ok().says(["plain", "not in the form"]);
        let plain = document(&env, &redis, 0, "cache_get", &["cache", "get", "unrelated"]);
        assert_eq!((&plain["value"], &plain["version"]), (&"x".into(), &serde_json::Value::Null));
        run(&["cache", "get", "user:profile:none"]).ends(1).says(["there is no value under \"user:profile:none\""]);

        run(&["cache", "stats"]).ok().says(["user:profile", "20.0 %", "analytics:", "1 key under no prefix", "memory"]);
        let stats = document(&env, &redis, 0, "cache_stats", &["cache", "stats"]);
        assert_eq!((&stats["entries"][0]["hits"], &stats["entries"][0]["misses"]), (&1.into(), &4.into()));
        assert_eq!((&stats["prefixes"][0]["keys"], &stats["unknown"]), (&4.into(), &1.into()));
        assert_eq!(stats["servers"].as_array().unwrap().len(), redis.primaries().len());

        run(&["cache", "invalidate", "user:profile:1", "--dry-run"]).ok().says(["1 value would be removed: user:profile:1"]);
        assert!(exists(&connection, "user:profile:1").await);
        run(&["cache", "invalidate", "user:profile:1", "user:profile:gone"]).ok().says(["nothing to do: user:profile:gone"]);
        assert!(!exists(&connection, "user:profile:1").await);
        run(&["cache", "get", "user:profile:1"]).ends(1).says(["invalidated a moment ago"]);
        run(&["cache", "invalidate", "user:profile"]).ok().says(["its values are below user:profile:"]);
        let counted = document(&env, &redis, 0, "cache_invalidate", &["cache", "invalidate", "user:profile:", "--dry-run"]);
        let removed = document(&env, &redis, 0, "cache_invalidate", &["cache", "invalidate", "user:profile:"]);
        assert_eq!(counted["values"], removed["values"]);
        assert!(!exists(&connection, "user:profile:用户").await);
        assert!(exists(&connection, "unrelated").await);
    }

    [standalone] async fn all_is_removed_in_one_pass_and_endless_keys_are_mended_together(redis) {
        let env = TestEnvironment::new();
        let connection = redis.connect().await;
        for key in ["user:1", "user:profile:2", "class:students:3", "analytics:daily:4", "stranger"] {
            set(&connection, key, "x").await;
        }
        let calls = |command: &str| {
            let said = redis.primaries()[0].cli(["info", "commandstats"]);
            let line = said.lines().find_map(|line| line.strip_prefix(&format!("cmdstat_{command}:calls=")).map(str::to_owned));
            line.and_then(|line| line.split(',').next()?.parse::<u32>().ok()).unwrap_or(0)
        };
        piton(&env, &redis, &["cache", "audit", "--fix"]).ends(6).says(["4 fixed"]);
        for key in ["user:1", "analytics:daily:4"] {
            let ttl: i64 = connection.ask(redis::cmd("TTL").arg(key)).await.unwrap();
            assert!(ttl > 0, "{key}: {ttl}");
        }
        let before = calls("scan");
        let removed = document(&env, &redis, 0, "cache_invalidate", &["cache", "invalidate", "--all"]);
        // The leases, then the values.
        assert_eq!(calls("scan") - before, 2);
        assert_eq!(removed["values"], 4);
        let of_users = removed["removed"].as_array().unwrap().iter().find(|one| one["what"] == "user:");
        assert_eq!(of_users.unwrap()["values"], 2);
        assert!(exists(&connection, "stranger").await);
    }

    [standalone, cluster, sentinel] async fn an_audit_names_what_is_wrong_and_mends_what_it_can(redis) {
        let env = TestEnvironment::new();
        let connection = redis.connect().await;
        read(&cache_on(&connection), "1").await;
        piton(&env, &redis, &["cache", "audit"]).ok().says(["1 key: nothing found"]);
        set(&connection, "analytics:daily:20241201", "for ever").await;
        set(&connection, "stranger", "x").await;
        let mut hash = redis::cmd("HSET");
        hash.arg("class:students:7").arg("a").arg("b");
        connection.send(&hash).await.unwrap();
        set(&connection, "grading:result:big", &"x".repeat(5000)).await;
        let found = |code, args: &[&str]| {
            let audit = document(&env, &redis, code, "cache_audit", args);
            let all = audit["findings"].as_array().unwrap().clone();
            let words: Vec<String> = all.iter().map(|one| {
                format!("{} {}{}", one["key"].as_str().unwrap(), one["finding"].as_str().unwrap(), if one["fixed"] == true { "!" } else { "" })
            }).collect();
            words
        };
        let all = [
            "analytics:daily:20241201 no_expiry",
            "class:students:7 wrong_type",
            "class:students:7 no_expiry",
            "grading:result:big no_expiry",
            "grading:result:big too_large",
            "stranger unknown",
        ];
        assert_eq!(found(6, &["cache", "audit", "--largest", "4KB"]), all);
        assert_eq!(found(6, &["cache", "audit", "--largest", "4KB", "--fix", "--dry-run"]), all);
        piton(&env, &redis, &["cache", "audit"]).ends(6).says(["never expires; its prefix gives it $TIME", "is a hash, not a string", "--fix mends it"]);
        assert_eq!(found(6, &["cache", "audit", "--fix"]), [
            "analytics:daily:20241201 no_expiry!",
            "class:students:7 wrong_type",
            "class:students:7 no_expiry!",
            "grading:result:big no_expiry!",
            "stranger unknown",
        ]);
        let ttl: i64 = connection.ask(redis::cmd("TTL").arg("analytics:daily:20241201")).await.unwrap();
        assert!((290..=300).contains(&ttl), "{ttl}");
        piton(&env, &redis, &["cache", "get", "class:students:7"]).ends(8).says(["the key class:students:7 is a hash, not a string"]);
        piton(&env, &redis, &["cache", "invalidate", "class:students:7", "stranger"]).ok();
        assert!(found(0, &["cache", "audit"]).is_empty());
    }

    [standalone, cluster] async fn everything_is_removed_but_sessions_and_strangers_redis(redis) {
        let env = TestEnvironment::new();
        let connection = redis.connect().await;
        let sessions = piton::session::Sessions::new(&connection, Default::default());
        let (token, _) = sessions.create("u", &Default::default()).await.unwrap();
        let mut keys: Vec<String> = (0..3000).map(|n| format!("user:profile:{n}")).collect();
        keys.push("analytics:daily:20241201".to_owned());
        let commands: Vec<redis::Cmd> = keys.iter().map(|key| {
            let mut command = redis::cmd("SET");
            command.arg(key).arg("x").arg("EX").arg(100);
            command
        }).collect();
        connection.send_owned(commands).await.unwrap();
        set(&connection, "stranger", "x").await;
        let production = [("ENVIRONMENT", "production"), ("DATABASE_TYPE", "json")];
        let all = ["cache", "invalidate", "--all"];
        piton_with(&env, &redis, &all, &production).ends(2).says(["nothing was done", "--yes answers it"]);
        piton_with(&env, &redis, &["cache", "invalidate", "--all", "--dry-run"], &production).ok().says(["3000 values would be removed below user:"]);
        assert!(exists(&connection, "user:profile:7").await);
        let removed = document(&env, &redis, 0, "cache_invalidate", &all);
        assert_eq!(removed["values"], 3001);
        assert!(exists(&connection, "stranger").await);
        sessions.touch(&token, None).await.unwrap();
        piton_with(&env, &redis, &["cache", "invalidate", "--all", "--yes"], &production).ok();
        for (what, says) in [("session:", "session revoke"), ("piton:lease:", "Piton's own"), ("user:*", "colon: user:"), ("", "--all")] {
            piton(&env, &redis, &["cache", "invalidate", what]).ends(2).says([says]);
        }
        piton(&env, &redis, &["cache", "invalidate"]).ends(2);
        sessions.touch(&token, None).await.unwrap();
    }
}
