use super::*;
use crate::cache::Counts;
use crate::dialect::health::{Hidden, Replica, Sequence, Unseen, Vitals};
use crate::health::monitor::reading::{CacheReading, Rates, RedisReading};

fn reading(database: DatabaseReading, redis: Option<RedisReading>) -> Reading {
    Reading {
        at: chrono::DateTime::UNIX_EPOCH,
        database,
        redis,
    }
}

fn database() -> DatabaseReading {
    DatabaseReading {
        kind: "postgres".to_owned(),
        vitals: Vitals {
            connections: Some(Usage {
                used: 8,
                allowed: 10,
            }),
            oldest_statement_ms: Some(0.0),
            ..Vitals::default()
        },
        rates: Rates {
            mean_ms: Some(12.0),
            ..Rates::default()
        },
        ..DatabaseReading::default()
    }
}

fn state_of(reading: &Reading, kind: Kind) -> State {
    let all = figures(reading, &Settings::default());
    all.iter().find(|one| one.kind == kind).unwrap().state
}

#[test]
fn a_threshold_is_passed_above_it_and_not_at_it() {
    let mut at = database();
    assert_eq!(
        state_of(&reading(at.clone(), None), Kind::Connections),
        State::Fine
    );
    at.vitals.connections = Some(Usage {
        used: 81,
        allowed: 100,
    });
    at.vitals.oldest_statement_ms = Some(1_000.1);
    at.rates.mean_ms = Some(1_000.0);
    let reading = reading(at, None);
    let all = figures(&reading, &Settings::default());
    assert_eq!(state_of(&reading, Kind::Connections), State::Alarm);
    assert_eq!(state_of(&reading, Kind::OldestStatement), State::Alarm);
    assert_eq!(state_of(&reading, Kind::MeanStatement), State::Fine);
    assert_eq!(all[0].advice.as_deref(), Some(Kind::Connections.advice()));
    assert_eq!(all[0].detail, "81 of 100");
}

#[test]
fn what_is_not_seen_is_neither_fine_nor_zero() {
    let mut blind = database();
    blind.vitals.connections = None;
    blind.vitals.oldest_statement_ms = None;
    blind.rates.mean_ms = None;
    blind.vitals.unseen.push(Unseen {
        what: "statements of other roles",
        reason: Hidden::Privilege,
        why: "GRANT pg_monitor".to_owned(),
    });
    let all = figures(&reading(blind, None), &Settings::default());
    assert!(all.iter().all(|one| one.state == State::Unseen), "{all:#?}");
    assert!(all.iter().all(|one| one.value.is_none()));
    assert_eq!(all[1].detail, "GRANT pg_monitor");
}

#[test]
fn a_database_that_is_away_has_no_figures() {
    let mut away = database();
    away.away = Some(crate::health::monitor::reading::Away {
        since: chrono::DateTime::UNIX_EPOCH,
        reason: "gone".to_owned(),
    });
    assert!(figures(&reading(away, None), &Settings::default()).is_empty());
}

#[test]
fn the_fullest_sequence_is_shown_and_every_one_past_its_threshold() {
    let mut full = database();
    for (name, last) in [("a.id", 95), ("b.id", 81), ("c.id", 80)] {
        full.sizes.sequences.push(Sequence {
            name: name.to_owned(),
            last,
            most: 100,
        });
    }
    let all = figures(&reading(full.clone(), None), &Settings::default());
    let shown: Vec<(&str, State)> = all
        .iter()
        .filter(|one| one.kind == Kind::Sequence)
        .map(|one| (one.of.as_str(), one.state))
        .collect();
    assert_eq!(shown, [("a.id", State::Alarm), ("b.id", State::Alarm)]);
    full.sizes.sequences.drain(..2);
    let all = figures(&reading(full, None), &Settings::default());
    assert_eq!(all.last().unwrap().state, State::Fine);
}

fn redis(hits: u64, misses: u64) -> RedisReading {
    let counts = Counts {
        hits,
        misses,
        ..Counts::default()
    };
    RedisReading {
        nodes: vec![NodeReading {
            memory: Some(Usage {
                used: 86,
                allowed: 100,
            }),
            clients: Some(Usage {
                used: 90,
                allowed: 100,
            }),
            ..NodeReading::default()
        }],
        cache: Some(CacheReading {
            hit_rate: counts.hit_rate(),
            reads: hits + misses,
            ..CacheReading::default()
        }),
        ..RedisReading::default()
    }
}

#[test]
fn redis_and_the_cache_have_their_own() {
    let low = reading(database(), Some(redis(79, 21)));
    assert_eq!(state_of(&low, Kind::RedisMemory), State::Alarm);
    assert_eq!(state_of(&low, Kind::RedisClients), State::Fine);
    assert_eq!(state_of(&low, Kind::HitRate), State::Alarm);
    let well = reading(database(), Some(redis(80, 20)));
    assert_eq!(state_of(&well, Kind::HitRate), State::Fine);
}

#[test]
fn a_few_reads_are_no_reason_for_an_alarm() {
    let few = reading(database(), Some(redis(1, 9)));
    assert_eq!(state_of(&few, Kind::HitRate), State::Fine);
    let none = reading(database(), Some(redis(0, 0)));
    assert_eq!(state_of(&none, Kind::HitRate), State::Unseen);
}

#[test]
fn the_quiet_thresholds_alarm_where_they_are_set() {
    let settings = Settings::read(
        &"transaction_ms = 500\nreplication_lag_ms = 100"
            .parse()
            .unwrap(),
    )
    .unwrap();
    let mut late = database();
    late.vitals.longest_transaction_ms = Some(501.0);
    late.vitals.replicas.push(Replica {
        name: "standby".to_owned(),
        state: "streaming".to_owned(),
        lag_bytes: Some(9),
        lag_ms: Some(101.0),
        ..Replica::default()
    });
    let late = reading(late, None);
    let alarms = |settings: &Settings| {
        let all = figures(&late, settings).into_iter();
        all.filter(|one| one.state == State::Alarm).count()
    };
    assert_eq!(alarms(&settings), 2);
    assert_eq!(alarms(&Settings::default()), 0);
}

#[test]
fn a_replica_that_is_cut_off_is_an_alarm_whatever_its_threshold() {
    let mut cut_off = database();
    cut_off.vitals.follows = Some(Replica {
        name: "this server".to_owned(),
        state: "not streaming".to_owned(),
        cut_off: true,
        lag_ms: None,
        ..Replica::default()
    });
    let cut_off = reading(cut_off, None);
    assert_eq!(state_of(&cut_off, Kind::ReplicationLag), State::Alarm);
}

#[test]
fn replicas_of_one_name_are_told_apart() {
    let replica = |name: &str, address: &str| Replica {
        name: name.to_owned(),
        address: Some(address.to_owned()),
        ..Replica::default()
    };
    let mut vitals = Vitals::default();
    for (name, address) in [
        ("a", "10.0.0.1"),
        ("b", "10.0.0.2"),
        ("a", "10.0.0.3"),
        ("a", "10.0.0.3"),
    ] {
        vitals.replicas.push(replica(name, address));
    }
    let names: Vec<String> = replicas(&vitals)
        .into_iter()
        .map(|(_, name)| name)
        .collect();
    assert_eq!(
        names,
        ["a at 10.0.0.1", "b", "a at 10.0.0.3", "a at 10.0.0.3, 2"]
    );
}
