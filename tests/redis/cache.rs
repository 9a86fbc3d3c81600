//! Reading through the cache, invalidating, auditing, sweeping, warming.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use piton::cache::{self, *};
use piton::redis::Connection;
use sea_orm::{Database, DatabaseConnection, DbErr};
use tokio::sync::Notify;

pub struct Profile(pub &'static str);

impl Key for Profile {
    type Value = String;
    const ENTRY: &'static str = "user:profile";
    fn id(&self) -> String {
        self.0.to_owned()
    }
}

pub fn registry() -> Registry {
    let prefix = |prefix, ttl_s| Prefix {
        prefix,
        holds: "",
        example: "",
        ttl_s,
    };
    let entry = |name, loader: Option<Arc<dyn Loader>>| Entry {
        name,
        version: 1,
        loader,
        is_warmed: true,
    };
    Registry::new(
        vec![prefix("user:", Some(60)), prefix("class:", None)],
        vec![
            entry("user:profile", Some(Arc::new(Numbers))),
            entry("class:students", None),
        ],
    )
    .unwrap()
}

/// Values for the numbers from 0 on.
struct Numbers;

#[async_trait::async_trait]
impl Loader for Numbers {
    async fn popular(&self, _: &DatabaseConnection, most: u64) -> Result<Vec<String>, DbErr> {
        Ok((0..most).map(|n| n.to_string()).collect())
    }

    async fn load(&self, _: &DatabaseConnection, ids: &[String]) -> Result<Vec<Loaded>, DbErr> {
        let there = ids.iter().filter(|id| !id.ends_with('7'));
        Ok(there
            .map(|id| Loaded {
                id: id.clone(),
                json: format!("\"学生 {id}\""),
            })
            .collect())
    }
}

/// The same by one statement. Longer than a tombstone lives, where it says so, it waits with its thousandth value.
struct AtOnce {
    is_slow: bool,
}

#[async_trait::async_trait]
impl Loader for AtOnce {
    async fn popular(&self, db: &DatabaseConnection, most: u64) -> Result<Vec<String>, DbErr> {
        assert!(self.is_slow, "one statement was enough");
        Numbers.popular(db, most).await
    }

    async fn load(&self, db: &DatabaseConnection, ids: &[String]) -> Result<Vec<Loaded>, DbErr> {
        Numbers.load(db, ids).await
    }

    fn popular_values<'a>(
        &'a self,
        db: &'a DatabaseConnection,
        most: u64,
    ) -> Option<PopularValues<'a>> {
        let value = async move |n: u64| {
            if self.is_slow && n == 999 {
                tokio::time::sleep(Duration::from_millis(10_100)).await;
            }
            Ok(Numbers.load(db, &[n.to_string()]).await?.pop())
        };
        Some(Box::pin(stream::iter(0..most).then(value)))
    }
}

pub fn cache_on(connection: &Connection) -> Cache {
    Cache::new(connection, registry(), CacheOptions::default())
}

type Loaded0 = Result<Option<String>, std::io::Error>;

/// A loader that counts how often it is asked.
pub async fn counted(loads: &AtomicU32, value: Option<&str>) -> Loaded0 {
    loads.fetch_add(1, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(20)).await;
    Ok(value.map(ToOwned::to_owned))
}

crate::on_redis! {
    [standalone, cluster, sentinel] async fn a_value_is_loaded_once_and_again_after_an_invalidation(redis) {
        let cache = cache_on(&redis.connect().await);
        let loads = AtomicU32::new(0);
        let key = Profile("用户 {1}");
        for _ in 0..3 {
            let value = cache.get_or_load(&key, async || counted(&loads, Some("林小雨")).await).await.unwrap();
            assert_eq!(value.as_deref(), Some("林小雨"));
        }
        assert_eq!(loads.load(Ordering::SeqCst), 1);
        cache.invalidate(&key).await.unwrap();
        let value = cache.get_or_load(&key, async || counted(&loads, Some("林大雨")).await).await.unwrap();
        assert_eq!(value.as_deref(), Some("林大雨"));
        // That there is none is remembered too.
        for _ in 0..2 {
            let none = cache.get_or_load(&Profile("nobody"), async || counted(&loads, None).await).await;
            assert_eq!(none.unwrap(), None);
        }
        assert_eq!(loads.load(Ordering::SeqCst), 3);
        let counts = cache.counts()["user:profile"];
        assert_eq!((counts.hits, counts.misses, counts.loads), (3, 3, 3));
        cache.flush_counts().await.unwrap();
        let told = read_counters(&redis.connect().await).await.unwrap();
        assert_eq!(told["user:profile"], counts);
    }

    [standalone, cluster] async fn a_thousand_waiters_of_four_processes_load_once(redis) {
        // Four caches share nothing but Redis, as four processes would.
        let loads = Arc::new(AtomicU32::new(0));
        let mut waiting = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let cache = cache_on(&redis.connect().await);
            for _ in 0..250 {
                let (cache, loads) = (cache.clone(), Arc::clone(&loads));
                waiting.spawn(async move {
                    cache.get_or_load(&Profile("1"), async || counted(&loads, Some("v")).await).await.unwrap()
                });
            }
        }
        while let Some(value) = waiting.join_next().await {
            assert_eq!(value.unwrap().as_deref(), Some("v"));
        }
        assert_eq!(loads.load(Ordering::SeqCst), 1);
    }

    [standalone, cluster] async fn a_slow_reader_does_not_put_back_what_was_invalidated(redis) {
        let connection = redis.connect().await;
        let (reader, writer) = (cache_on(&connection), cache_on(&redis.connect().await));
        for whole_prefix in [false, true] {
            let (has_read, may_fill) = (Notify::new(), Notify::new());
            let slow = reader.get_or_load(&Profile("1"), async || {
                has_read.notify_one();
                may_fill.notified().await;
                Ok::<_, std::io::Error>(Some("old".to_owned()))
            });
            let writing = async {
                has_read.notified().await;
                if whole_prefix {
                    cache::sweep(&connection, &["user:"], false, |_| {}).await.unwrap();
                } else {
                    writer.invalidate(&Profile("1")).await.unwrap();
                }
                may_fill.notify_one();
            };
            let (old, ()) = tokio::join!(slow, writing);
            assert_eq!(old.unwrap().as_deref(), Some("old"));
            let loads = AtomicU32::new(0);
            let new = writer.get_or_load(&Profile("1"), async || counted(&loads, Some("new")).await).await;
            assert_eq!(new.unwrap().as_deref(), Some("new"));
            cache::sweep(&connection, &["user:"], false, |_| {}).await.unwrap();
        }
        assert_eq!(reader.counts()["user:profile"].overtaken, 2);
    }

    [standalone] async fn a_loader_that_dies_keeps_the_others_waiting_no_longer_than_its_lease_on_redis(redis) {
        let connection = redis.connect().await;
        let dying = cache_on(&connection);
        let key = Profile("1");
        let never = dying.get_or_load(&key, async || std::future::pending::<Loaded0>().await);
        assert!(tokio::time::timeout(Duration::from_millis(300), never).await.is_err());
        let started = std::time::Instant::now();
        let loads = AtomicU32::new(0);
        let value = cache_on(&redis.connect().await)
            .get_or_load(&key, async || counted(&loads, Some("v")).await).await;
        assert_eq!(value.unwrap().as_deref(), Some("v"));
        assert!(started.elapsed() < Duration::from_secs(5));
    }

    [standalone] async fn a_failed_load_is_told_to_all_who_wait_and_not_kept_in_redis(redis) {
        let cache = cache_on(&redis.connect().await);
        let failing = async || -> Loaded0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
            Err(std::io::Error::other("no database"))
        };
        let (a, b) = tokio::join!(
            cache.get_or_load(&Profile("1"), failing),
            cache.get_or_load(&Profile("1"), failing),
        );
        assert!(a.unwrap_err().to_string().contains("no database"));
        assert!(b.unwrap_err().to_string().contains("no database"));
        let loads = AtomicU32::new(0);
        let value = cache.get_or_load(&Profile("1"), async || counted(&loads, Some("v")).await).await;
        assert_eq!(value.unwrap().as_deref(), Some("v"));
    }

    [standalone] async fn a_value_that_is_dear_and_near_its_end_is_refreshed_by_one_on_redis(redis) {
        let options = CacheOptions { eagerness: 1e9, ..CacheOptions::default() };
        let cache = Cache::new(&redis.connect().await, registry(), options);
        let loads = AtomicU32::new(0);
        let read = async |value| cache.get_or_load(&Profile("1"), async || counted(&loads, value).await).await;
        read(Some("1")).await.unwrap();
        let (a, b) = tokio::join!(read(Some("2")), read(Some("2")));
        let mut both = [a.unwrap().unwrap(), b.unwrap().unwrap()];
        both.sort();
        assert_eq!(both, ["1", "2"], "one refreshes, the other is served what is there");
        assert_eq!(cache.counts()["user:profile"].refreshes, 1);
    }

    [standalone, cluster] async fn an_audit_finds_what_is_wrong_and_a_sweep_takes_only_its_prefix(redis) {
        let connection = redis.connect().await;
        let set = async |key: &str, seconds: u32| {
            let mut command = redis::cmd("SET");
            command.arg(key).arg("x");
            if seconds > 0 {
                command.arg("EX").arg(seconds);
            }
            connection.send(&command).await.unwrap();
        };
        for key in ["user:profile:1", "user:*[x]:1", "class:students:七班"] {
            set(key, 60).await;
        }
        set("user:forever", 0).await;
        set("stranger:1", 60).await;
        connection.send(redis::cmd("HSET").arg("class:hash").arg("a").arg("b")).await.unwrap();
        connection.send(redis::cmd("SET").arg("class:big").arg("x".repeat(5000)).arg("EX").arg(9)).await.unwrap();
        let rules = Rules { most_bytes: 4096 };
        let audit = cache::audit(&connection, &registry(), rules, |_| {}).await.unwrap();
        let found: Vec<String> = audit.findings.iter().map(|(key, what)| format!("{key} {what:?}")).collect();
        assert_eq!(audit.keys, 7);
        assert_eq!(found[0].split(" {").next().unwrap(), "class:big TooLarge");
        assert_eq!(found[1..], [
            "class:hash WrongType { kind: \"hash\" }",
            "class:hash NoExpiry { ttl_s: 3600 }",
            "stranger:1 Unknown",
            "user:forever NoExpiry { ttl_s: 60 }",
        ]);
        for seconds in [60, 6000] {
            let endless = [("user:forever".to_owned(), Duration::from_secs(seconds))];
            cache::give_expiry(&connection, &endless).await.unwrap();
            let ttl: i64 = connection.ask(redis::cmd("TTL").arg("user:forever")).await.unwrap();
            assert!((1..=60).contains(&ttl), "the first expiry stays: {ttl}");
        }
        let sweep = async |prefix: &str, dry_run| cache::sweep(&connection, &[prefix], dry_run, |_| {}).await.unwrap();
        assert_eq!(sweep("user:*", true).await, [1]);
        assert_eq!(sweep("user:*", false).await, [1]);
        assert_eq!(sweep("user:", false).await, [2]);
        assert_eq!(sweep("", true).await, [4]);
    }

    [standalone, cluster, sentinel] async fn what_is_missing_is_warmed_and_what_was_invalidated_is_not(redis) {
        let connection = redis.connect().await;
        let db = Database::connect("sqlite::memory:").await.unwrap();
        let cache = cache_on(&connection);
        cache.invalidate(&Profile("3")).await.unwrap();
        let registry = registry();
        let entry = registry.entry("user:profile").unwrap();
        let warmed = cache::warm(&connection, &db, &registry, entry, 5000, |_, _| {}).await.unwrap();
        assert_eq!((warmed.written, warmed.left, warmed.absent), (4499, 1, 500));
        let loads = AtomicU32::new(0);
        let read = async |id| cache.get_or_load(&Profile(id), async || counted(&loads, Some("db")).await).await;
        assert_eq!(read("4999").await.unwrap(), None.or(Some("学生 4999".to_owned())));
        assert_eq!(read("3").await.unwrap().as_deref(), Some("db"));
        assert_eq!(loads.load(Ordering::SeqCst), 1);
        let again = cache::warm(&connection, &db, &registry, entry, 5000, |_, _| {}).await.unwrap();
        assert_eq!((again.written, again.left), (0, 4500));
    }

    [standalone, cluster, sentinel] async fn what_one_statement_gives_is_warmed(redis) {
        let connection = redis.connect().await;
        warmed_at_once(&connection, false).await;
        let keys = |one: &&crate::support::redis::Server| one.cli(["--scan", "--pattern", "user:*"]).lines().count();
        assert_eq!(redis.primaries().iter().map(keys).sum::<usize>(), 4500);
    }

    [standalone] async fn what_one_slow_statement_gave_too_late_is_read_again(redis) {
        let connection = redis.connect().await;
        warmed_at_once(&connection, true).await;
    }
}

async fn warmed_at_once(connection: &Connection, is_slow: bool) {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    let registry = registry();
    let mut entry = registry.entry("user:profile").unwrap().clone();
    entry.loader = Some(Arc::new(AtOnce { is_slow }));
    let cache = cache_on(connection);
    cache.invalidate(&Profile("3")).await.unwrap();
    let warmed = cache::warm(connection, &db, &registry, &entry, 5000, |_, _| {});
    let warmed = warmed.await.unwrap();
    // The tombstone did not live as long as the statement ran.
    let (written, left) = if is_slow { (4500, 0) } else { (4499, 1) };
    assert_eq!(
        (warmed.written, warmed.left, warmed.absent),
        (written, left, 500)
    );
    let nobody = async || Loaded0::Ok(None);
    let read = cache.get_or_load(&Profile("4999"), nobody).await.unwrap();
    assert_eq!(read.as_deref(), Some("学生 4999"));
}
