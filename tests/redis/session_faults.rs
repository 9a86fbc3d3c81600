//! Sessions under faults: what is revoked stays revoked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use piton::redis::{Connection, ErrorKind, Limits, Options, Topology};
use piton::session::{SessionError, SqlLog, Token};
use sea_orm::Database;

use super::session::{phone, sessions_on};
use super::support::fault;
use super::support::redis::MASTER;
use super::support::wait_until;

#[track_caller]
fn kind(error: SessionError) -> ErrorKind {
    error.redis_kind().unwrap_or_else(|| panic!("{error:?}"))
}

/// So many in a thorough run, else a part of it.
fn thoroughly(all: usize, part: usize) -> usize {
    match std::env::var_os("PITON_TEST_THOROUGH") {
        Some(_) => all,
        None => part,
    }
}

crate::on_redis! {
    [standalone, cluster, sentinel] async fn away_and_slow_are_told_apart(redis) {
        let _case = fault::case(53, "redis");
        let limits = Limits { answer: Duration::from_millis(500), patience: Duration::from_secs(1), ..Limits::default() };
        let sessions = sessions_on(&redis.connect_with(limits).await);
        let (token, _) = sessions.create("u", &phone()).await.unwrap();
        redis.on_primaries(["client", "pause", "2000", "all"]);
        assert_eq!(kind(sessions.touch(&token, None).await.unwrap_err()), ErrorKind::Timeout);
        tokio::time::sleep(Duration::from_millis(2200)).await;
        sessions.touch(&token, None).await.unwrap();
        for server in redis.servers.iter_mut().chain(&mut redis.sentinels) {
            server.kill();
        }
        let error = kind(sessions.touch(&token, None).await.unwrap_err());
        assert!(matches!(error, ErrorKind::Unreachable | ErrorKind::Lost), "{error:?}");
        let error = Connection::open(redis.options()).await.map(|_| ()).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unreachable, "{error}");
    }

    [sentinel] async fn a_primary_that_is_down_is_told_from_a_name_that_nobody_knows(redis) {
        let _case = fault::case(54, "redis");
        let limits = Limits { connect: Duration::from_secs(1), ..Limits::default() };
        let unknown = Topology::Sentinel { master: "nobody".to_owned() };
        let error = Connection::open(Options::new([redis.url()], unknown).limits(limits)).await.err().unwrap();
        assert_eq!(error.kind, ErrorKind::Topology, "{error}");
        for server in &mut redis.servers {
            server.kill();
        }
        wait_until("a Sentinel sees that the primary is down", || {
            redis.sentinels[0].cli(["sentinel", "master", MASTER]).contains("s_down")
        });
        let error = Connection::open(redis.options().limits(limits)).await.err().unwrap();
        assert_eq!(error.kind, ErrorKind::NotReady, "{error}");
        assert!(error.message.contains("have not made another one yet"), "{error}");
    }

    [standalone, cluster, sentinel] async fn without_memory_nobody_logs_in_and_everybody_can_be_logged_out(redis) {
        let _case = fault::case(54, "redis");
        let sessions = sessions_on(&redis.connect().await);
        let (one, _) = sessions.create("u", &phone()).await.unwrap();
        let (two, _) = sessions.create("u", &phone()).await.unwrap();
        redis.on_primaries(["config", "set", "maxmemory", "1"]);
        assert_eq!(kind(sessions.create("u", &phone()).await.unwrap_err()), ErrorKind::OutOfMemory);
        assert!(sessions.revoke(&one.id()).await.unwrap());
        assert_eq!(sessions.revoke_all("u").await.unwrap(), 1);
        redis.on_primaries(["config", "set", "maxmemory", "0"]);
        for token in [one, two] {
            assert!(sessions.touch(&token, None).await.unwrap_err().is_none());
        }
    }

    [standalone, cluster, sentinel] async fn a_key_of_the_wrong_type_is_named_and_left_alone(redis) {
        let _case = fault::case(55, "redis");
        let connection = redis.connect().await;
        let sessions = sessions_on(&connection);
        let (token, session) = sessions.create("u", &phone()).await.unwrap();
        let tag = &session.id.to_string()[..8];
        let key = format!("session:{{{tag}}}:index");
        connection.send(redis::cmd("DEL").arg(&key)).await.unwrap();
        connection.send(redis::cmd("SET").arg(&key).arg("mine")).await.unwrap();
        match sessions.touch(&token, None).await.unwrap_err() {
            SessionError::Redis(error) => {
                assert_eq!((error.kind, error.key.as_deref()), (ErrorKind::WrongType, Some(key.as_str())));
            }
            error => panic!("{error:?}"),
        }
        let kept: String = connection.ask(redis::cmd("GET").arg(&key)).await.unwrap();
        assert_eq!(kept, "mine");
    }

    [standalone, cluster, sentinel] async fn a_flushed_script_cache_is_filled_again(redis) {
        let _case = fault::case(55, "redis");
        let sessions = sessions_on(&redis.connect().await);
        let (token, _) = sessions.create("u", &phone()).await.unwrap();
        for _ in 0..3 {
            redis.on_primaries(["script", "flush"]);
            sessions.touch(&token, None).await.unwrap();
        }
    }

    [standalone, cluster, sentinel] async fn a_touch_that_races_a_revoke_brings_nothing_back(redis) {
        let rounds = thoroughly(100, 20);
        let _case = fault::case(56, "redis").cases(u64::try_from(rounds * 100).unwrap());
        let touching = sessions_on(&redis.connect().await);
        let revoking = sessions_on(&redis.connect().await);
        // Ten thousand races in a thorough run, many at a time.
        for round in 0..rounds {
            let races = (0..100).map(|n| {
                let (touching, revoking) = (touching.clone(), revoking.clone());
                async move {
                    let user = format!("u{round}-{n}");
                    let (token, session) = touching.create(&user, &phone()).await.unwrap();
                    let touch = async {
                        for _ in 0..3 {
                            drop(touching.touch(&token, None).await);
                        }
                    };
                    let (revoked, ()) = tokio::join!(revoking.revoke(&session.id), touch);
                    assert!(revoked.unwrap());
                    assert!(touching.touch(&token, None).await.unwrap_err().is_none());
                    assert!(touching.list(&user).await.unwrap().is_empty());
                }
            });
            futures_util::future::join_all(races).await;
        }
        for server in redis.primaries() {
            assert_eq!(server.cli(["--scan", "--pattern", "*:s:*"]), "");
        }
    }

    [standalone, cluster] async fn a_hundred_thousand_sessions_end_at_once_and_hold_nobody_up(redis) {
        let _case = fault::case(56, "redis");
        // One user's are in one place on a Cluster too.
        let count = match redis.topology() {
            Topology::Cluster => thoroughly(100_000, 20_000),
            _ => 100_000,
        };
        let sessions = sessions_on(&redis.connect().await);
        let mut tokens: Vec<Token> = Vec::with_capacity(count);
        while tokens.len() < count {
            let device = phone();
            let making = (0..1000).map(|_| sessions.create("u", &device));
            let made = futures_util::future::try_join_all(making).await.unwrap();
            tokens.extend(made.into_iter().map(|(token, _)| token));
        }
        let other = sessions_on(&redis.connect().await);
        let done = Arc::new(AtomicBool::new(false));
        let watching = tokio::spawn({
            let (done, tag) = (Arc::clone(&done), tokens[0].clone());
            async move {
                let mut longest = Duration::ZERO;
                while !done.load(Ordering::SeqCst) {
                    let started = Instant::now();
                    drop(other.touch(&tag, None).await);
                    longest = longest.max(started.elapsed());
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                longest
            }
        });
        assert!(sessions.revoke_all("u").await.unwrap() as usize >= count - count / 100);
        done.store(true, Ordering::SeqCst);
        let longest = watching.await.unwrap();
        assert!(longest < Duration::from_millis(500), "somebody waited {longest:?}");
        for batch in tokens.chunks(1000) {
            let touching = batch.iter().map(|token| sessions.touch(token, None));
            for touched in futures_util::future::join_all(touching).await {
                assert!(touched.unwrap_err().is_none());
            }
        }
        let left = redis.primaries().iter().map(|one| one.cli(["--scan", "--pattern", "*:s:*"])).collect::<String>();
        assert_eq!(left, "");
    }

    [cluster, sentinel] async fn a_failover_under_load_loses_no_revocation_with_the_log(redis) {
        let _case = fault::case(54, "redis");
        let db = Database::connect("sqlite::memory:").await.unwrap();
        let log = Arc::new(SqlLog::open(&db).await.unwrap());
        let limits = Limits { answer: Duration::from_secs(2), ..Limits::default() };
        let sessions = sessions_on(&redis.connect_with(limits).await).with_log(log);
        let mut tokens = Vec::new();
        for n in 0..3000 {
            tokens.push(sessions.create(&format!("u{n}"), &phone()).await.unwrap().0);
        }
        redis.wait_for_replicas();
        let doomed = redis.primaries().last().unwrap().port();
        let on = |port: u16| redis.servers.iter().find(|one| one.port() == port).unwrap();
        let said = on(doomed).cli(["info", "replication"]);
        let replica = said.lines().find_map(|line| line.strip_prefix("slave0:ip=127.0.0.1,port="));
        let replica: u16 = replica.and_then(|rest| rest.split(',').next()).unwrap().parse().unwrap();
        // Its replicas hear nothing more of it: whoever is connected stays, nobody else comes in.
        on(doomed).cli(["config", "set", "requirepass", "nobody knows"]);
        on(doomed).cli(["-a", "nobody knows", "client", "kill", "type", "replica"]);
        let there = on(replica).cli(["dbsize"]);
        // Revocations go on while the primary dies.
        let revoked: Arc<std::sync::Mutex<Vec<Token>>> = Arc::default();
        let working = tokio::spawn({
            let (sessions, revoked) = (sessions.clone(), Arc::clone(&revoked));
            async move {
                for token in tokens {
                    if sessions.invalidate(&token).await.is_ok() {
                        revoked.lock().unwrap().push(token);
                    }
                }
            }
        });
        while revoked.lock().unwrap().len() < 500 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(on(replica).cli(["dbsize"]), there, "the replica knows of no revocation");
        let before = revoked.lock().unwrap().len();
        redis.servers.iter_mut().find(|one| one.port() == doomed).unwrap().kill();
        tokio::time::timeout(Duration::from_secs(100), working).await.unwrap().unwrap();
        let revoked = std::mem::take(&mut *revoked.lock().unwrap());
        assert!(before > 0 && revoked.len() > before, "{before} of {} before the failover", revoked.len());
        // A second process too, which has never seen the first primary.
        let fresh = sessions_on(&redis.connect().await).with_log(Arc::new(SqlLog::open(&db).await.unwrap()));
        for sessions in [&sessions, &fresh] {
            for token in &revoked {
                assert!(sessions.touch(token, None).await.unwrap_err().is_none());
            }
        }
        let (token, _) = sessions.create("after", &phone()).await.unwrap();
        sessions.touch(&token, None).await.unwrap();
    }

    [sentinel] async fn a_replica_that_was_the_primary_is_left_for_the_new_one(redis) {
        let _case = fault::case(54, "redis");
        let sessions = sessions_on(&redis.connect().await);
        let (token, _) = sessions.create("u", &phone()).await.unwrap();
        redis.wait_for_replicas();
        let was = redis.primaries()[0].port();
        redis.sentinels[0].cli(["sentinel", "failover", MASTER]);
        let give_up = Instant::now() + Duration::from_secs(30);
        while redis.primaries().iter().any(|one| one.port() == was) {
            assert!(Instant::now() < give_up);
            sessions.touch(&token, None).await.unwrap();
        }
        // It answers READONLY now.
        sessions.touch(&token, None).await.unwrap();
        assert_eq!(redis.topology(), &Topology::Sentinel { master: MASTER.to_owned() });
    }

    [cluster] async fn slots_on_the_move_are_followed(redis) {
        let _case = fault::case(54, "redis");
        let sessions = sessions_on(&redis.connect().await);
        let mut tokens = Vec::new();
        for n in 0..500 {
            tokens.push(sessions.create(&format!("u{n}"), &phone()).await.unwrap().0);
        }
        let primaries = redis.primaries();
        let id = |n: usize| primaries[n].cli(["cluster", "myid"]);
        let mut moving = std::process::Command::new("redis-cli")
            .args(["--cluster", "reshard", &format!("127.0.0.1:{}", primaries[0].port())])
            .args(["--cluster-from", &id(0), "--cluster-to", &id(1), "--cluster-slots", "3000", "--cluster-yes"])
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let mut rounds = 0;
        loop {
            let ended = moving.try_wait().unwrap();
            for token in &tokens {
                sessions.touch(token, None).await.unwrap();
            }
            rounds += 1;
            if let Some(status) = ended {
                assert!(status.success());
                break;
            }
        }
        assert!(rounds > 1, "nothing was asked while slots moved");
    }
}
