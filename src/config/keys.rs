//! The keys that there are: their names in `piton.toml` and the environment, defaults and meaning.

/// One key of the configuration.
#[derive(Debug)]
pub(super) struct Key {
    /// Its dotted name in `piton.toml`.
    pub path: &'static str,
    /// Its variable.
    pub env: Option<&'static str>,
    /// Its default as `piton.toml` would spell it; `None` where there is none.
    pub default: Option<&'static str>,
    /// A value to show where there is no default.
    pub example: &'static str,
    /// What it means, in a line.
    pub meaning: &'static str,
}

macro_rules! keys {
    ($($name:ident: $path:literal, $env:expr, $default:expr, $example:literal, $meaning:literal;)+) => {
        $(pub(super) static $name: Key = Key {
            path: $path, env: $env, default: $default, example: $example, meaning: $meaning,
        };)+
        /// All of them, in the order in which they are shown.
        pub(super) static ALL: &[&Key] = &[$(&$name),+];
    };
}

keys! {
    ENVIRONMENT: "environment", Some("ENVIRONMENT"), Some(r#""development""#), "",
        "anything but development, dev, test and local arms the guards";
    SCHEMA: "schema", None, None, r#""schema.sql""#,
        "a .sql file that says what is desired, where there are no entities";
    DIALECTS: "dialects", None, None, r#"["postgresql", "mysql", "sqlite"]"#,
        "the databases that `create` writes sections for; the backend's own where none is named";
    DATABASE_TYPE: "database.type", Some("DATABASE_TYPE"), Some(r#""json""#), "",
        "one of json, sqlite, postgresql, mysql; a URL names it too";
    DATABASE_URL: "database.url", Some("DATABASE_URL"), None, r#""postgresql://app@localhost/app""#,
        "where the database is; keep passwords in the environment, not here";
    DATA_DIR: "database.data_dir", Some("DATA_DIR"), Some(r#""data""#), "",
        "the JSON store's directory";
    POOL_SIZE: "database.pool_size", Some("DB_POOL_SIZE"), Some("20"), "",
        "steady connections";
    MAX_OVERFLOW: "database.max_overflow", Some("DB_MAX_OVERFLOW"), Some("30"), "",
        "extra connections under load";
    POOL_TIMEOUT: "database.pool_timeout_s", Some("DB_POOL_TIMEOUT"), Some("30"), "",
        "seconds to wait for a connection";
    QUERY_LOGGING: "database.query_logging", Some("ENABLE_QUERY_LOGGING"), Some("false"), "",
        "every statement with its duration, to stderr";
    QUERY_TIMEOUT: "database.query_timeout_s", Some("QUERY_TIMEOUT"), Some("30"), "",
        "seconds that a statement of a looking command may take";
    REVISIONS_DIR: "revisions.dir", None, None, r#""migrations""#,
        "the folder of SQL revisions; a file in it wins over a built-in one of the same name";
    REVISIONS_BUILTIN: "revisions.builtin", None, Some("true"), "",
        "whether the built-in application's history and entities count";
    BACKUP_DIR: "backup.dir", None, Some(r#""backups""#), "",
        "where backups are kept";
    BACKUP_KEEP_LAST: "backup.keep_last", None, Some("0"), "",
        "how many of the newest backups `backup prune` keeps, where no flag says it";
    BACKUP_KEEP_DAILY: "backup.keep_daily", None, Some("0"), "",
        "of how many days it keeps the newest backup";
    BACKUP_KEEP_WEEKLY: "backup.keep_weekly", None, Some("0"), "",
        "of how many weeks it keeps the newest backup";
    REDIS_URL: "redis.url", Some("REDIS_URL"), None, r#""redis://localhost:6379/0""#,
        "where Redis is";
    REDIS_CLUSTER: "redis.cluster", Some("REDIS_CLUSTER"), Some("false"), "",
        "the URL names a node of a cluster";
    REDIS_SENTINEL: "redis.sentinel", Some("REDIS_SENTINEL"), Some("false"), "",
        "the URL names a sentinel";
    SENTINEL_MASTER: "redis.sentinel_master", Some("REDIS_SENTINEL_MASTER"), None, r#""mymaster""#,
        "the name by which the sentinels know the master";
    REDIS_NODES: "redis.nodes", Some("REDIS_NODES"), None, r#"["node-2:7000", "node-3:7000"]"#,
        "more nodes of the cluster, or more sentinels, should the URL's be away";
    REDIS_CA: "redis.ca_file", Some("REDIS_CA_FILE"), None, r#""ca.pem""#,
        "the authorities that rediss:// trusts instead of the system's: certificates in PEM";
    REDIS_CONNECT: "redis.connect_timeout_ms", None, Some("5000"), "",
        "milliseconds until a connection to Redis stands";
    REDIS_ANSWER: "redis.answer_timeout_ms", None, Some("5000"), "",
        "milliseconds until Redis answers";
    REDIS_PATIENCE: "redis.patience_s", None, Some("30"), "",
        "seconds that a command is sent again that did not run, as long as a failover takes";
    CACHE_TTL: "redis.cache_ttl_s", Some("CACHE_TTL"), Some("3600"), "",
        "seconds that a cached value lives, where its prefix names none";
    CACHE_ABSENT_TTL: "redis.cache_absent_ttl_s", None, Some("30"), "",
        "seconds that the cache remembers that the database has no such value";
    CACHE_JITTER: "redis.cache_jitter_percent", None, Some("10"), "",
        "the part of its life by which a cached value may expire earlier, each by another";
    CACHE_EAGERNESS: "redis.cache_eagerness_percent", None, Some("100"), "",
        "how eagerly a cached value that is asked for is loaded anew before it expires; 0 never does";
    CACHE_ANSWER: "redis.cache_answer_timeout_ms", None, Some("250"), "",
        "milliseconds until the database is asked instead of the cache";
    CACHE_LEASE: "redis.cache_lease_ms", None, Some("3000"), "",
        "milliseconds that a loader of a missing value which died keeps others waiting";
    CACHE_WAIT: "redis.cache_wait_s", None, Some("30"), "",
        "seconds to wait for another process's load before loading oneself";
    MEMORY_LIMIT: "redis.memory_limit", Some("MEMORY_LIMIT"), Some(r#""2GB""#), "",
        "what the monitor measures Redis against when the server has no maxmemory; KB, MB and GB are powers of 1024, a bare number is bytes";
    SESSION_EXPIRE: "session.expire_s", Some("SESSION_EXPIRE_SECONDS"), Some("86400"), "",
        "seconds that an idle session lives";
    SESSION_ABSOLUTE: "session.absolute_s", Some("SESSION_ABSOLUTE_SECONDS"), Some("2592000"), "",
        "seconds after which a session is over, used or not";
    SESSIONS_PER_USER: "session.most_per_user", Some("SESSIONS_PER_USER"), None, "5",
        "the most sessions of a user; of one more, the one unseen for longest leaves";
    REVOCATION_LOG: "session.revocation_log", Some("SESSION_REVOCATION_LOG"), Some("false"), "",
        "whether revocations are kept in the database too, so that a failover of Redis loses none";
    PRUNE_BATCH: "prune.batch_size", None, Some("1000"), "",
        "rows that one transaction of `prune` removes at most";
    PRUNE_PAUSE: "prune.pause_ms", None, Some("100"), "",
        "milliseconds between two of them, so that others get on";
    PRUNE_RULES: "prune.rules", None, None,
        r#"[{ table = "logs", column = "created_at", older_than = "1y" }]"#,
        "which rows are past their keeping time; one wins over a built-in one of its table";
}

/// Tables of `piton.toml` that other parts read, which know what may stand in them.
pub(super) const FREE_TABLES: [&str; 2] = ["monitor", "prune"];
