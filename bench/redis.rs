//! What the cache and sessions cost beside a bare GET through the same client, and a thousand who wait for one value.
//!
//! `bench_redis URL ROUNDS` prints a JSON object; times are in microseconds a request, one after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use piton::cache::{Cache, CacheOptions, Entry, Key, Prefix, Registry};
use piton::redis::{Connection, Options, Topology};
use piton::session::{Device, SessionOptions, Sessions};
use redis::aio::MultiplexedConnection;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Requests of each kind in a round; the kinds take turns.
const REQUESTS: u32 = 2000;
const WAITERS: usize = 1000;

struct Profile(&'static str);

impl Key for Profile {
    type Value = serde_json::Value;
    const ENTRY: &'static str = "user:profile";
    fn id(&self) -> String {
        self.0.to_owned()
    }
}

fn profile() -> serde_json::Value {
    serde_json::json!({
        "student_id": "s-1001", "name": "林小雨", "class_id": "7b", "class_name": "Class 7b",
        "email": "lin.xiaoyu@school.example.org", "phone": null, "extra_metadata": null,
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, rounds] = &arguments[..] else {
        return Err("usage: bench_redis URL ROUNDS".into());
    };
    let connection = Connection::open(Options::new([url], Topology::Standalone)).await?;
    let prefix = Prefix {
        prefix: "user:",
        holds: "user data",
        example: "user:profile:12345",
        ttl_s: Some(3600),
    };
    let entry = Entry {
        name: Profile::ENTRY,
        version: 1,
        loader: None,
        is_warmed: false,
    };
    let registry = Registry::new(vec![prefix], vec![entry])?;
    let cache = Cache::new(&connection, registry, CacheOptions::default());
    let sessions = Sessions::new(&connection, SessionOptions::default());
    let (token, _) = sessions
        .create("t-17", &Device::new("bench", "127.0.0.1"))
        .await?;
    let load = async || Ok::<_, std::io::Error>(Some(profile()));
    cache.get_or_load(&Profile("hot"), load).await?;
    // The client under both, without anything of Piton around it.
    let mut bare = redis::Client::open(url.as_str())?
        .get_multiplexed_async_connection()
        .await?;

    let (mut gets, mut hits, mut touches) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds.parse::<usize>()? {
        // Each round begins with another kind.
        for kind in 0..3 {
            let started = Instant::now();
            match (kind + round) % 3 {
                0 => {
                    for _ in 0..REQUESTS {
                        get(&mut bare).await?;
                    }
                    gets.push(started.elapsed());
                }
                1 => {
                    for _ in 0..REQUESTS {
                        let load = async || Err(std::io::Error::other("it is there"));
                        cache.get_or_load(&Profile("hot"), load).await?;
                    }
                    hits.push(started.elapsed());
                }
                _ => {
                    for _ in 0..REQUESTS {
                        sessions.touch(&token, None).await?;
                    }
                    touches.push(started.elapsed());
                }
            }
        }
    }
    let (loads, waited) = stampede(&cache).await;
    let document = serde_json::json!({
        "get_us": each(gets), "hit_us": each(hits), "touch_us": each(touches),
        "waiters": WAITERS, "loads": loads, "waited_ms": waited.as_secs_f64() * 1000.0,
    });
    println!("{document}");
    Ok(())
}

/// A bare GET, its value taken in as bytes.
async fn get(bare: &mut MultiplexedConnection) -> redis::RedisResult<Vec<u8>> {
    redis::cmd("GET")
        .arg("user:profile:hot")
        .query_async(bare)
        .await
}

/// Microseconds of one request, in each round.
fn each(rounds: Vec<Duration>) -> Vec<f64> {
    let each = rounds.iter();
    each.map(|round| round.as_secs_f64() * 1e6 / f64::from(REQUESTS))
        .collect()
}

/// Everybody asks for one value that is missing and takes 50 ms to load.
async fn stampede(cache: &Cache) -> (u32, Duration) {
    let loads = Arc::new(AtomicU32::new(0));
    let started = Instant::now();
    let asking = (0..WAITERS).map(|_| {
        let (cache, loads) = (cache.clone(), Arc::clone(&loads));
        tokio::spawn(async move {
            let load = async || {
                loads.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(50)).await;
                Ok::<_, std::io::Error>(Some(profile()))
            };
            let found = cache.get_or_load(&Profile("missing"), load).await;
            assert!(
                found.is_ok_and(|value| value.is_some()),
                "everybody gets it"
            );
        })
    });
    for one in asking.collect::<Vec<_>>() {
        one.await.expect("it got the value");
    }
    (loads.load(Ordering::SeqCst), started.elapsed())
}
