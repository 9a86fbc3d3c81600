//! Redis away, slow, full, failing over: the cache does not hurt.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use piton::cache::{Cache, CircuitState};
use piton::redis::{Error, ErrorKind};

use super::cache::{Profile, cache_on, counted};
use super::support::fault;

async fn read(cache: &Cache, loads: &AtomicU32) -> Option<String> {
    let load = async || counted(loads, Some("database")).await;
    cache.get_or_load(&Profile("1"), load).await.unwrap()
}

async fn closes(cache: &Cache, loads: &AtomicU32) {
    let give_up = Instant::now() + Duration::from_secs(60);
    while cache.circuit() != CircuitState::Closed {
        assert!(Instant::now() < give_up, "the circuit stays open");
        read(cache, loads).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

crate::on_redis! {
    [standalone, cluster, sentinel] async fn with_redis_away_reads_fall_through_until_it_is_back(redis) {
        let _case = fault::case(53, "redis");
        let cache = cache_on(&redis.connect().await);
        let loads = AtomicU32::new(0);
        read(&cache, &loads).await;
        for server in &mut redis.servers {
            server.kill();
        }
        for n in 0..30 {
            assert_eq!(read(&cache, &loads).await.as_deref(), Some("database"), "read {n}");
        }
        assert!(loads.load(Ordering::SeqCst) >= 30);
        assert_ne!(cache.circuit(), CircuitState::Closed);
        assert!(cache.circuit_opened() >= 1);
        let started = Instant::now();
        read(&cache, &loads).await;
        assert!(started.elapsed() < Duration::from_secs(1), "an open circuit costs nothing");
        // What Redis did not hear of is owed to it.
        let error = cache.invalidate(&Profile("1")).await.unwrap_err();
        assert!(error.is_absence(), "{error:?}");
        for server in &mut redis.servers {
            server.restart();
        }
        closes(&cache, &loads).await;
    }

    [standalone, cluster, sentinel] async fn a_slow_redis_costs_a_moment_and_then_nothing(redis) {
        let _case = fault::case(53, "redis");
        let cache = cache_on(&redis.connect().await);
        let loads = AtomicU32::new(0);
        read(&cache, &loads).await;
        redis.on_primaries(["client", "pause", "2400", "all"]);
        let started = Instant::now();
        for _ in 0..20 {
            assert_eq!(read(&cache, &loads).await.as_deref(), Some("database"));
        }
        // Five failures of a quarter of a second, and the circuit is open.
        assert!(started.elapsed() < Duration::from_millis(2300), "{:?}", started.elapsed());
        assert_ne!(cache.circuit(), CircuitState::Closed);
        closes(&cache, &loads).await;
        let before = loads.load(Ordering::SeqCst);
        read(&cache, &loads).await;
        read(&cache, &loads).await;
        assert!(loads.load(Ordering::SeqCst) <= before + 1);
    }

    [standalone] async fn an_invalidation_that_redis_missed_is_made_up_for(redis) {
        let _case = fault::case(53, "redis");
        let cache = cache_on(&redis.connect().await);
        let loads = AtomicU32::new(0);
        read(&cache, &loads).await;
        // Stopped, not killed: what it keeps is there when it goes on.
        redis.servers[0].signal("STOP");
        assert_eq!(cache.invalidate(&Profile("1")).await.unwrap_err().kind, ErrorKind::Timeout);
        redis.servers[0].signal("CONT");
        tokio::time::sleep(Duration::from_millis(300)).await;
        let load = async || Ok::<_, Error>(Some("new".to_owned()));
        assert_eq!(cache.get_or_load(&Profile("1"), load).await.unwrap().as_deref(), Some("new"));
    }

    [standalone, cluster] async fn a_full_redis_serves_what_it_has_and_still_invalidates(redis) {
        let _case = fault::case(54, "redis");
        let cache = cache_on(&redis.connect().await);
        let loads = AtomicU32::new(0);
        read(&cache, &loads).await;
        redis.on_primaries(["config", "set", "maxmemory", "1"]);
        read(&cache, &loads).await;
        assert_eq!(loads.load(Ordering::SeqCst), 1, "what is there is served");
        cache.invalidate(&Profile("1")).await.unwrap();
        read(&cache, &loads).await;
        read(&cache, &loads).await;
        assert_eq!(loads.load(Ordering::SeqCst), 3, "nothing can be kept");
        assert_eq!(cache.circuit(), CircuitState::Closed);
        redis.on_primaries(["config", "set", "maxmemory", "0"]);
    }

    [standalone, cluster, sentinel] async fn a_value_of_a_wrong_type_is_passed_over_and_scripts_are_reloaded(redis) {
        let _case = fault::case(55, "redis");
        let connection = redis.connect().await;
        let cache = cache_on(&connection);
        let loads = AtomicU32::new(0);
        connection.send(redis::cmd("HSET").arg("user:profile:1").arg("a").arg("b")).await.unwrap();
        assert_eq!(read(&cache, &loads).await.as_deref(), Some("database"));
        let kind: String = connection.ask(redis::cmd("TYPE").arg("user:profile:1")).await.unwrap();
        assert_eq!(kind, "hash", "it is not removed");
        connection.send(redis::cmd("DEL").arg("user:profile:1")).await.unwrap();
        for _ in 0..2 {
            redis.on_primaries(["script", "flush"]);
            read(&cache, &loads).await;
            redis.on_primaries(["script", "flush"]);
            cache.invalidate(&Profile("1")).await.unwrap();
        }
        assert_eq!(loads.load(Ordering::SeqCst), 3);
    }
}
