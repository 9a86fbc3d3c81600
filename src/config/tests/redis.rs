//! How Redis's servers stand together, and what excludes what.

use std::time::Duration;

use super::Place;
use crate::redis::Topology;

fn refusal(place: &Place) -> String {
    place.config().redis_options().unwrap_err().to_string()
}

fn at(url: &str) -> Place {
    Place::new().var("REDIS_URL", url)
}

#[test]
fn the_switches_choose_the_topology() {
    let topology = |place: Place| place.config().redis_options().unwrap().topology().clone();
    assert_eq!(topology(at("redis://h/3")), Topology::Standalone);
    let cluster =
        at("redis://h").file("piton.toml", "[redis]\ncluster = true\nnodes = [\"n:1\"]\n");
    assert_eq!(topology(cluster), Topology::Cluster);
    let sentinel = at("redis://h/3")
        .var("REDIS_SENTINEL", "1")
        .var("REDIS_SENTINEL_MASTER", "grading");
    let master = "grading".to_owned();
    assert_eq!(topology(sentinel), Topology::Sentinel { master });
}

#[test]
fn what_excludes_each_other_is_named_with_both_origins() {
    assert_eq!(
        refusal(&Place::new()),
        "Redis is not configured: REDIS_URL is not set"
    );
    let both = at("redis://h")
        .var("REDIS_CLUSTER", "1")
        .file("piton.toml", "[redis]\nsentinel = true\n");
    assert_eq!(
        refusal(&both),
        "REDIS_CLUSTER (environment REDIS_CLUSTER) and REDIS_SENTINEL (piton.toml:2) exclude each other: drop one of them"
    );
    assert_eq!(
        refusal(&at("redis://h").var("REDIS_SENTINEL", "1")),
        "REDIS_SENTINEL is on (environment REDIS_SENTINEL), but redis.sentinel_master (default) does not name the master"
    );
    assert_eq!(
        refusal(&at("redis://h/2").var("REDIS_CLUSTER", "1")),
        "REDIS_CLUSTER (environment REDIS_CLUSTER) and a database's number in REDIS_URL (environment REDIS_URL) \
         exclude each other: drop one of them"
    );
    assert_eq!(
        refusal(&at("redis+unix:///run/r.sock").var("REDIS_CLUSTER", "1")),
        "REDIS_CLUSTER (environment REDIS_CLUSTER) and a socket (environment REDIS_URL) exclude each other: drop one of them"
    );
    // Whoever names authorities means TLS.
    assert_eq!(
        refusal(&at("redis://h").var("REDIS_CA_FILE", "ca.pem")),
        "redis.ca_file (environment REDIS_CA_FILE) and a URL of Redis without TLS (environment REDIS_URL) exclude each other: \
         drop one of them"
    );
    let gone = refusal(&at("rediss://h").var("REDIS_CA_FILE", "gone.pem"));
    assert!(gone.contains("gone.pem"), "{gone}");
}

#[test]
fn what_is_configured_of_cache_and_sessions_reaches_them() {
    let place = at("redis://h").file(
        "piton.toml",
        "[redis]\ncache_jitter_percent = 25\ncache_lease_ms = 70\n[session]\nabsolute_s = 9\nmost_per_user = 2\n",
    );
    let (cache, session) = (
        place.config().cache_options(),
        place.config().session_options(),
    );
    assert!((cache.jitter - 0.25).abs() < 1e-9 && (cache.eagerness - 1.0).abs() < 1e-9);
    assert_eq!(cache.lease, Duration::from_millis(70));
    assert_eq!(session.absolute, Duration::from_secs(9));
    assert_eq!(
        (session.idle, session.most_per_user),
        (Duration::from_secs(86_400), Some(2))
    );
}
