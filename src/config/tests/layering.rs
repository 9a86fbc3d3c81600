//! Which layer speaks, and what it is called.

use std::path::{Path, PathBuf};

use super::Place;
use crate::config::{Config, ConfigError, Flags, Origin};

const EVERYTHING: &str = r#"environment = "staging"
schema = "desired.sql"
dialects = ["postgres", "mysql", "pg"]

[database]
type = "postgresql"
url = "postgresql://file.internal/db"
data_dir = "store"
pool_size = 5
max_overflow = 0
pool_timeout_s = 6
query_logging = true
query_timeout_s = 7

[revisions]
dir = "migrations"
builtin = false

[redis]
url = "redis://file:1/2"
cluster = true
sentinel = false
sentinel_master = "m"
nodes = ["n:1", "[::1]:2"]
ca_file = "ca.pem"
connect_timeout_ms = 100
answer_timeout_ms = 101
patience_s = 102
cache_ttl_s = 8
cache_absent_ttl_s = 103
cache_jitter_percent = 0
cache_eagerness_percent = 50
cache_answer_timeout_ms = 104
cache_lease_ms = 105
cache_wait_s = 106
memory_limit = "512MB"

[session]
expire_s = 9
absolute_s = 99
most_per_user = 3
revocation_log = true

[monitor]
connections_percent = 70

[backup]
dir = "kept"
keep_last = 1
keep_daily = 2
keep_weekly = 3

[monitor.advice]
hit_rate = "warm it"

[prune]
batch_size = 7
[[prune.rules]]
table = "logs"
column = "at"
older_than = "1y"
"#;

fn shown(config: &Config, key: &str) -> (String, String) {
    let entry = config
        .entries()
        .into_iter()
        .find(|entry| entry.key == key)
        .unwrap();
    (entry.value.unwrap_or_default(), entry.origin.to_string())
}

#[test]
fn nothing_given_is_the_documented_defaults() {
    let place = Place::new();
    let config = place.config();
    let values: Vec<_> = config
        .entries()
        .into_iter()
        .map(|entry| {
            assert_eq!(entry.origin, Origin::Default);
            format!("{} = {}", entry.key, entry.value.unwrap_or_default())
        })
        .collect();
    assert_eq!(
        values,
        [
            "environment = development",
            "schema = ",
            "dialects = ",
            "database.type = json",
            "database.url = ",
            "database.data_dir = data",
            "database.pool_size = 20",
            "database.max_overflow = 30",
            "database.pool_timeout_s = 30",
            "database.query_logging = false",
            "database.query_timeout_s = 30",
            "revisions.dir = ",
            "revisions.builtin = true",
            "backup.dir = backups",
            "backup.keep_last = 0",
            "backup.keep_daily = 0",
            "backup.keep_weekly = 0",
            "redis.url = ",
            "redis.cluster = false",
            "redis.sentinel = false",
            "redis.sentinel_master = ",
            "redis.nodes = ",
            "redis.ca_file = ",
            "redis.connect_timeout_ms = 5000",
            "redis.answer_timeout_ms = 5000",
            "redis.patience_s = 30",
            "redis.cache_ttl_s = 3600",
            "redis.cache_absent_ttl_s = 30",
            "redis.cache_jitter_percent = 10",
            "redis.cache_eagerness_percent = 100",
            "redis.cache_answer_timeout_ms = 250",
            "redis.cache_lease_ms = 3000",
            "redis.cache_wait_s = 30",
            "redis.memory_limit = 2GB",
            "session.expire_s = 86400",
            "session.absolute_s = 2592000",
            "session.most_per_user = ",
            "session.revocation_log = false",
            "prune.batch_size = 1000",
            "prune.pause_ms = 100",
            "prune.rules = ",
            "monitor.interval_s = 1",
            "monitor.sizes_interval_s = 60",
            "monitor.connections_percent = 80",
            "monitor.latency_ms = 1000",
            "monitor.redis_memory_percent = 85",
            "monitor.redis_clients_percent = 90",
            "monitor.hit_rate_percent = 80",
            "monitor.hit_rate_least_reads = 100",
            "monitor.sequence_percent = 80",
            "monitor.transaction_ms = ",
            "monitor.replication_lag_ms = ",
        ]
    );
    assert_eq!(config.database.max_connections(), 50);
    assert_eq!(*config.database.data_dir, place.dir.path().join("data"));
    assert_eq!(config.file, None);
}

#[test]
fn every_key_of_the_file_is_taken_with_its_line() {
    let place = Place::new().file("piton.toml", EVERYTHING);
    let config = place.config();
    let values: Vec<_> = config
        .entries()
        .into_iter()
        .map(|entry| format!("{} {}", entry.origin, entry.value.unwrap_or_default()))
        .collect();
    assert_eq!(
        values,
        [
            "piton.toml:1 staging",
            "piton.toml:2 desired.sql",
            "piton.toml:3 postgresql, mysql",
            "piton.toml:6 postgresql",
            "piton.toml:7 postgresql://file.internal/db",
            "piton.toml:8 store",
            "piton.toml:9 5",
            "piton.toml:10 0",
            "piton.toml:11 6",
            "piton.toml:12 true",
            "piton.toml:13 7",
            "piton.toml:16 migrations",
            "piton.toml:17 false",
            "piton.toml:48 kept",
            "piton.toml:49 1",
            "piton.toml:50 2",
            "piton.toml:51 3",
            "piton.toml:20 redis://file:1/2",
            "piton.toml:21 true",
            "piton.toml:22 false",
            "piton.toml:23 m",
            "piton.toml:24 n:1, [::1]:2",
            "piton.toml:25 ca.pem",
            "piton.toml:26 100",
            "piton.toml:27 101",
            "piton.toml:28 102",
            "piton.toml:29 8",
            "piton.toml:30 103",
            "piton.toml:31 0",
            "piton.toml:32 50",
            "piton.toml:33 104",
            "piton.toml:34 105",
            "piton.toml:35 106",
            "piton.toml:36 512MB",
            "piton.toml:39 9",
            "piton.toml:40 99",
            "piton.toml:41 3",
            "piton.toml:42 true",
            "piton.toml:57 7",
            "default 100",
            "piton.toml:58 logs.at older than 1y",
            "default 1",
            "default 60",
            "piton.toml:45 70",
            "default 1000",
            "default 85",
            "default 90",
            "default 80",
            "default 100",
            "default 80",
            "default ",
            "default ",
            "piton.toml:54 warm it",
        ]
    );
    assert_eq!(
        config.file.as_deref(),
        Some(&*place.dir.path().join("piton.toml"))
    );
    assert_eq!(
        config.monitor.value.number("connections_percent"),
        Some(70.0)
    );
    assert_eq!(config.prune.value.rules[0].table, "logs");
}

#[test]
fn each_layer_wins_over_those_below() {
    let mut place = Place::new().file("piton.toml", EVERYTHING);
    assert_eq!(
        shown(&place.config(), "session.expire_s"),
        ("9".into(), "piton.toml:39".into())
    );
    place = place.file(
        ".env",
        "# note\nexport SESSION_EXPIRE_SECONDS='10'\nENVIRONMENT=test\n",
    );
    assert_eq!(
        shown(&place.config(), "session.expire_s"),
        ("10".into(), ".env:2".into())
    );
    place = place.var("SESSION_EXPIRE_SECONDS", "11");
    assert_eq!(
        shown(&place.config(), "session.expire_s"),
        ("11".into(), "environment SESSION_EXPIRE_SECONDS".into())
    );
    let flags = Flags {
        environment: Some("prod".into()),
        ..Flags::default()
    };
    assert_eq!(
        shown(&place.load(&flags).unwrap(), "environment"),
        ("prod".into(), "flag --environment".into())
    );
}

#[test]
fn every_variable_is_read() {
    let place = [
        ("ENVIRONMENT", "qa"),
        ("DATABASE_TYPE", "pg"),
        ("DATABASE_URL", "postgres://h/db"),
        ("DATA_DIR", "d"),
        ("DB_POOL_SIZE", "1"),
        ("DB_MAX_OVERFLOW", "2"),
        ("DB_POOL_TIMEOUT", "3"),
        ("ENABLE_QUERY_LOGGING", "Yes"),
        ("QUERY_TIMEOUT", "4"),
        ("REDIS_URL", "rediss://r"),
        ("REDIS_CLUSTER", "on"),
        ("REDIS_SENTINEL", "0"),
        ("REDIS_SENTINEL_MASTER", "m"),
        ("REDIS_NODES", "n:1,m:2"),
        ("REDIS_CA_FILE", "ca.pem"),
        ("SESSION_ABSOLUTE_SECONDS", "7"),
        ("SESSIONS_PER_USER", "8"),
        ("SESSION_REVOCATION_LOG", "on"),
        ("CACHE_TTL", "5"),
        ("SESSION_EXPIRE_SECONDS", "6"),
        ("MEMORY_LIMIT", "1GiB"),
    ]
    .into_iter()
    .fold(Place::new(), |place, (name, value)| place.var(name, value));
    for entry in place.config().entries() {
        if let Some(env) = entry.env {
            assert_eq!(entry.origin, Origin::Env(env));
        }
    }
}

#[test]
fn an_empty_value_counts_as_not_given_but_an_empty_flag_is_an_error() {
    let place = Place::new()
        .var("DATABASE_URL", "  ")
        .file(".env", "DATABASE_URL=\nDATABASE_TYPE=\"\"\n")
        .file("piton.toml", "[database]\nurl = \"\"\n");
    let config = place.config();
    assert_eq!(config.database.url.value, None);
    assert_eq!(config.database.kind.origin, Origin::Default);
    let flags = Flags {
        url: Some(String::new()),
        ..Flags::default()
    };
    assert_eq!(
        place.load(&flags).unwrap_err().to_string(),
        "database.url (flag --url): is empty"
    );
}

#[test]
fn the_revisions_flag_takes_that_folder_alone() {
    let place = Place::new().file("piton.toml", "[revisions]\ndir = \"a\"\nbuiltin = true\n");
    let flags = Flags {
        revisions: Some("b".into()),
        ..Flags::default()
    };
    let config = place.load(&flags).unwrap();
    assert_eq!(
        config.revisions.dir.value.as_deref(),
        Some(&*place.dir.path().join("b"))
    );
    assert!(!*config.revisions.builtin);
    assert_eq!(config.revisions.builtin.origin, Origin::Flag("--revisions"));
}

#[test]
fn paths_start_from_where_they_are_written() {
    let place = Place::new().var("DATA_DIR", "here");
    std::fs::create_dir(place.dir.path().join("conf")).unwrap();
    let place = place.file(
        "conf/other.toml",
        "schema = \"s.sql\"\n[database]\nurl = \"sqlite:x.db\"\n",
    );
    let flags = Flags {
        config: Some("conf/other.toml".into()),
        ..Flags::default()
    };
    let config = place.load(&flags).unwrap();
    let dir = place.dir.path();
    assert_eq!(*config.database.data_dir, dir.join("here"));
    assert_eq!(
        config.schema.value.as_deref(),
        Some(&*dir.join("conf/s.sql"))
    );
    assert_eq!(config.schema.origin.to_string(), "conf/other.toml:1");
    let crate::config::Backend::Sqlite(at) = config.backend().unwrap() else {
        panic!()
    };
    assert_eq!(at.path, Some(dir.join("conf/x.db")));
    let absolute = Flags {
        data_dir: Some(PathBuf::from("/abs")),
        ..Flags::default()
    };
    assert_eq!(
        *place.load(&absolute).unwrap().database.data_dir,
        Path::new("/abs")
    );
}

#[test]
fn a_bad_value_names_its_origin() {
    for (place, expected) in [
        (
            Place::new().var("DB_POOL_SIZE", "many"),
            "DB_POOL_SIZE (environment DB_POOL_SIZE): `many` is not a whole number from 1 to 262143",
        ),
        (
            Place::new().file(".env", "\nENABLE_QUERY_LOGGING=maybe\n"),
            "ENABLE_QUERY_LOGGING (.env:2): `maybe` is not one of true, false, 1, 0, yes, no, on, off",
        ),
        (
            Place::new().file("piton.toml", "[database]\npool_size = \"3\"\n"),
            "DB_POOL_SIZE (piton.toml:2): the text `3` is not a whole number from 1 to 262143",
        ),
        (
            Place::new().file("piton.toml", "[database]\ntype = \"oracle\"\n"),
            "DATABASE_TYPE (piton.toml:2): `oracle` is not one of json, sqlite, postgresql, mysql",
        ),
        (
            Place::new().file("piton.toml", "[revisions]\nbuiltin = 1\n"),
            "revisions.builtin (piton.toml:2): 1 is not true or false",
        ),
        (
            Place::new().file("piton.toml", "schema = [1]\n"),
            "schema (piton.toml:1): this array is not a path in quotes",
        ),
        (
            Place::new().file("piton.toml", "dialects = [\"oracle\"]\n"),
            "dialects (piton.toml:1): `oracle` is not one of postgresql, mysql, mariadb, sqlite",
        ),
        (
            Place::new().var("DATABASE_URL", "oracle://h"),
            "DATABASE_URL (environment DATABASE_URL): the URL's scheme is not one of json:, sqlite:, postgresql://, mysql://",
        ),
        (
            Place::new().file(".env", "A=1\nB 2\n"),
            ".env:2:3: a name is followed by `=`",
        ),
    ] {
        assert_eq!(place.complaint(), expected);
    }
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_text_is_named() {
    use std::os::unix::ffi::OsStringExt;
    let mut place = Place::new();
    let bytes = std::ffi::OsString::from_vec(vec![0xff]);
    place.around.vars.insert("DATABASE_URL".into(), bytes);
    assert_eq!(
        place.complaint(),
        "DATABASE_URL (environment DATABASE_URL): is not UTF-8"
    );
}

#[test]
fn a_file_that_a_flag_names_must_be_there() {
    let place = Place::new();
    let flags = Flags {
        config: Some("gone.toml".into()),
        ..Flags::default()
    };
    let error = place.load(&flags).unwrap_err();
    assert!(
        matches!(&error, ConfigError::Unreadable { path, .. } if path == Path::new("gone.toml"))
    );
}

#[test]
fn only_the_working_directory_is_looked_into() {
    let place = Place::new().file("piton.toml", "environment = \"production\"\n");
    let below = place.dir.path().join("below");
    std::fs::create_dir(&below).unwrap();
    std::fs::create_dir(below.join(".env")).unwrap();
    let around = crate::config::Surroundings {
        dir: below,
        ..place.around.clone()
    };
    let config = Config::load(&Flags::default(), &around).unwrap();
    assert_eq!(config.environment.origin, Origin::Default);
}

#[test]
fn the_effective_type_is_shown_with_the_origin_that_chose_it() {
    let place = Place::new().var("DATABASE_URL", "mysql://h/db");
    assert_eq!(
        shown(&place.config(), "database.type"),
        ("mysql".into(), "environment DATABASE_URL".into())
    );
}
