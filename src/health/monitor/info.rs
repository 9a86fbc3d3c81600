//! What `INFO` says of one server of Redis's: <https://redis.io/docs/latest/commands/info/>.

use super::rates::share;
use super::reading::NodeReading;
use crate::dialect::health::{Replica, Usage};
use crate::redis::Info;

/// Reads it. `memory_limit` is what counts where the server has no limit of its own, and
/// `most_clients` where it does not tell its limit.
pub(super) fn read(
    name: &str,
    info: &Info,
    memory_limit: u64,
    most_clients: Option<u64>,
) -> NodeReading {
    let said = |field: &str| info.field(field);
    let count = |field: &str| info.number(field);
    let own_limit = count("maxmemory").filter(|limit| *limit > 0);
    let memory = count("used_memory").map(|used| Usage {
        used,
        allowed: own_limit.unwrap_or(memory_limit),
    });
    let clients = count("connected_clients").zip(count("maxclients").or(most_clients));
    let (hits, misses) = (count("keyspace_hits"), count("keyspace_misses"));
    let is_follower = said("role") == Some("slave");
    NodeReading {
        name: name.to_owned(),
        version: said("valkey_version")
            .or(said("redis_version"))
            .map(str::to_owned),
        role: said("role").unwrap_or_default().to_owned(),
        memory,
        memory_limit_is_ours: own_limit.is_none(),
        clients: clients.map(|(used, allowed)| Usage { used, allowed }),
        blocked_clients: count("blocked_clients"),
        rejected_connections: count("rejected_connections"),
        fragmentation: said("mem_fragmentation_ratio").and_then(|text| text.parse().ok()),
        keys: info
            .fields()
            .filter(|(field, _)| field.strip_prefix("db").is_some_and(is_number))
            .filter_map(|(_, value)| part(value, "keys")?.parse::<u64>().ok())
            .sum(),
        evicted_keys: count("evicted_keys"),
        expired_keys: count("expired_keys"),
        hits,
        misses,
        commands: count("total_commands_processed"),
        hit_rate: hits
            .zip(misses)
            .and_then(|(hits, misses)| share(hits, hits + misses)),
        replicas: replicas(info),
        follows: is_follower.then(|| follows(info)),
        save_failed: said("rdb_last_bgsave_status") == Some("err")
            || said("aof_last_write_status") == Some("err"),
        ..NodeReading::default()
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The value of `name` in `ip=…,port=…,state=…`.
fn part<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    value
        .split(',')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

fn replicas(info: &Info) -> Vec<Replica> {
    let offset = info.number("master_repl_offset");
    info.fields()
        .filter(|(field, _)| field.strip_prefix("slave").is_some_and(is_number))
        .map(|(_, value)| {
            let theirs = part(value, "offset").and_then(|text| text.parse::<u64>().ok());
            Replica {
                name: format!(
                    "{}:{}",
                    part(value, "ip").unwrap_or("?"),
                    part(value, "port").unwrap_or("?")
                ),
                address: None,
                state: part(value, "state").unwrap_or("not told").to_owned(),
                cut_off: false,
                lag_bytes: offset
                    .zip(theirs)
                    .map(|(ours, theirs)| ours.saturating_sub(theirs)),
                // Whole seconds since its last word, which it says each second.
                lag_ms: part(value, "lag")
                    .and_then(|text| text.parse::<f64>().ok())
                    .filter(|seconds| *seconds >= 0.0)
                    .map(|seconds| (seconds - 1.0).max(0.0) * 1000.0),
            }
        })
        .collect()
}

fn follows(info: &Info) -> Replica {
    let said = |field: &str| info.field(field).unwrap_or_default();
    Replica {
        name: format!("{}:{}", said("master_host"), said("master_port")),
        address: None,
        cut_off: said("master_link_status") != "up",
        state: match said("master_link_status") {
            "up" => "streaming".to_owned(),
            other => format!("link {other}"),
        },
        lag_bytes: None,
        lag_ms: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRIMARY: &str = "# Server\r\nredis_version:7.0.15\r\n# Clients\r\nconnected_clients:9\r\nmaxclients:10\r\n\
        blocked_clients:1\r\n# Memory\r\nused_memory:900\r\nmaxmemory:1000\r\nmem_fragmentation_ratio:1.42\r\n\
        # Stats\r\nkeyspace_hits:3\r\nkeyspace_misses:1\r\nevicted_keys:7\r\ntotal_commands_processed:99\r\n\
        # Replication\r\nrole:master\r\nslave0:ip=10.0.0.2,port=6380,state=online,offset=90,lag=3\r\n\
        master_repl_offset:100\r\n# Persistence\r\nrdb_last_bgsave_status:err\r\n\
        # Keyspace\r\ndb0:keys=5,expires=0,avg_ttl=0\r\ndb3:keys=2,expires=0,avg_ttl=0\r\n";

    #[test]
    fn a_primary_s_words_are_understood() {
        let node = read("redis", &Info::new(PRIMARY), 5_000, None);
        assert_eq!(
            node.memory,
            Some(Usage {
                used: 900,
                allowed: 1_000
            })
        );
        assert!(!node.memory_limit_is_ours);
        assert_eq!(
            node.clients,
            Some(Usage {
                used: 9,
                allowed: 10
            })
        );
        assert_eq!((node.keys, node.evicted_keys), (7, Some(7)));
        assert_eq!(node.hit_rate, Some(0.75));
        assert_eq!(node.fragmentation, Some(1.42));
        assert!(node.save_failed);
        assert_eq!(node.replicas[0].name, "10.0.0.2:6380");
        assert_eq!(node.replicas[0].lag_bytes, Some(10));
        assert_eq!(node.replicas[0].lag_ms, Some(2_000.0));
    }

    #[test]
    fn a_replica_names_whom_it_follows_and_a_server_without_limit_has_ours() {
        let text = "role:slave\nmaster_host:h\nmaster_port:1\nmaster_link_status:down\nused_memory:1\nmaxmemory:0\n\
                    connected_clients:2\n";
        let node = read("a", &Info::new(text), 5_000, Some(50));
        let follows = node.follows.unwrap();
        assert_eq!(
            (follows.name.as_str(), follows.state.as_str()),
            ("h:1", "link down")
        );
        assert!(node.memory_limit_is_ours);
        assert_eq!(node.memory.unwrap().allowed, 5_000);
        assert_eq!(node.clients.unwrap().allowed, 50);
        assert_eq!(
            read("a", &Info::new("connected_clients:2"), 1, None).clients,
            None
        );
    }
}
