//! The life of sessions against a model, step by step, with time moved.
//!
//! Time passes by `clock_ahead_ms`, which the scripts add to the server's own clock: they decide by that
//! clock, and Redis's expiry of the keys comes only after what they decide.

use std::cell::RefCell;
use std::time::Duration;

use piton::redis::Connection;
use piton::session::{Device, SessionOptions, Sessions, Token};
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use tokio::runtime::Runtime;

use super::support::redis::Redis;

const IDLE_S: u64 = 1000;
const ABSOLUTE_S: u64 = 5000;
const USERS: usize = 3;

#[derive(Clone, Debug)]
pub enum Step {
    Create { user: usize },
    Touch { nth: usize },
    Extend { nth: usize, seconds: u64 },
    Rotate { nth: usize },
    Revoke { nth: usize },
    RevokeAll { user: usize },
    Cleanup,
    Wait { seconds: u64 },
}

/// A session as it should be; seconds since the beginning.
#[derive(Clone, Debug)]
struct Modelled {
    user: usize,
    expires: u64,
    ends: u64,
    revoked: bool,
}

/// Every token that was ever given out, in its order; a rotated one is revoked, its successor a new one.
#[derive(Clone, Debug, Default)]
pub struct Model {
    now: u64,
    sessions: Vec<Modelled>,
}

impl Model {
    fn lives(&self, nth: usize) -> bool {
        self.sessions
            .get(nth)
            .is_some_and(|one| !one.revoked && self.now < one.expires)
    }

    fn of(&self, user: usize) -> usize {
        (0..self.sessions.len())
            .filter(|n| self.sessions[*n].user == user && self.lives(*n))
            .count()
    }
}

impl ReferenceStateMachine for Model {
    type State = Model;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Model> {
        Just(Model::default()).boxed()
    }

    fn transitions(state: &Model) -> BoxedStrategy<Step> {
        let any = 0..state.sessions.len().max(1);
        prop_oneof![
            4 => (0..USERS).prop_map(|user| Step::Create { user }),
            6 => any.clone().prop_map(|nth| Step::Touch { nth }),
            1 => (any.clone(), 1..2 * ABSOLUTE_S).prop_map(|(nth, seconds)| Step::Extend { nth, seconds }),
            2 => any.clone().prop_map(|nth| Step::Rotate { nth }),
            2 => any.prop_map(|nth| Step::Revoke { nth }),
            1 => (0..USERS).prop_map(|user| Step::RevokeAll { user }),
            1 => Just(Step::Cleanup),
            3 => (1..IDLE_S * 3 / 2).prop_map(|seconds| Step::Wait { seconds }),
        ]
        .boxed()
    }

    fn preconditions(state: &Model, step: &Step) -> bool {
        match step {
            Step::Touch { nth }
            | Step::Extend { nth, .. }
            | Step::Rotate { nth }
            | Step::Revoke { nth } => *nth < state.sessions.len(),
            _ => true,
        }
    }

    fn apply(mut state: Model, step: &Step) -> Model {
        let now = state.now;
        match step {
            Step::Create { user } => state.sessions.push(Modelled {
                user: *user,
                expires: now + IDLE_S,
                ends: now + ABSOLUTE_S,
                revoked: false,
            }),
            Step::Touch { nth } | Step::Extend { nth, .. } if state.lives(*nth) => {
                let life = if let Step::Extend { seconds, .. } = step {
                    *seconds
                } else {
                    IDLE_S
                };
                let one = &mut state.sessions[*nth];
                one.expires = one.expires.max((now + life).min(one.ends));
            }
            Step::Rotate { nth } if state.lives(*nth) => {
                let new = state.sessions[*nth].clone();
                state.sessions[*nth].revoked = true;
                state.sessions.push(new);
            }
            Step::Revoke { nth } => state.sessions[*nth].revoked = true,
            Step::RevokeAll { user } => {
                for one in state.sessions.iter_mut().filter(|one| one.user == *user) {
                    one.revoked = true;
                }
            }
            Step::Wait { seconds } => state.now += seconds,
            _ => {}
        }
        state
    }
}

thread_local! {
    static SERVER: RefCell<Option<(Redis, Runtime)>> = const { RefCell::new(None) };
}

pub struct Real {
    runtime: Runtime,
    sessions: Sessions,
    tokens: Vec<Token>,
    prefix: String,
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

impl Real {
    fn at(&self, now: u64) -> Sessions {
        let options = SessionOptions {
            clock_ahead_ms: now * 1000,
            ..self.sessions.options().clone()
        };
        self.sessions.with_options(options)
    }

    fn user(&self, user: usize) -> String {
        format!("{}-{user}", self.prefix)
    }
}

impl StateMachineTest for Real {
    type SystemUnderTest = Real;
    type Reference = Model;

    fn init_test(_: &Model) -> Real {
        let options = SERVER.with(|server| {
            let mut server = server.borrow_mut();
            let (redis, _) = server.get_or_insert_with(|| (Redis::standalone(), runtime()));
            redis.options()
        });
        let runtime = runtime();
        let connection = runtime.block_on(Connection::open(options)).unwrap();
        let options = SessionOptions {
            idle: Duration::from_secs(IDLE_S),
            absolute: Duration::from_secs(ABSOLUTE_S),
            ..SessionOptions::default()
        };
        Real {
            sessions: Sessions::new(&connection, options),
            runtime,
            tokens: Vec::new(),
            prefix: super::support::unique_name(),
        }
    }

    fn apply(mut real: Real, model: &Model, step: Step) -> Real {
        // The model has made the step; only waiting changes its time.
        let sessions = real.at(model.now);
        match step {
            Step::Create { user } => {
                let user = real.user(user);
                let made = real
                    .runtime
                    .block_on(sessions.create(&user, &Device::default()))
                    .unwrap();
                real.tokens.push(made.0);
            }
            Step::Touch { nth } => {
                let touched = real
                    .runtime
                    .block_on(sessions.touch(&real.tokens[nth], None));
                assert_eq!(touched.is_ok(), model.lives(nth), "{touched:?}");
            }
            Step::Extend { nth, seconds } => {
                let life = Duration::from_secs(seconds);
                let extended = real
                    .runtime
                    .block_on(sessions.extend(&real.tokens[nth], life));
                assert_eq!(extended.is_ok(), model.lives(nth), "{extended:?}");
            }
            Step::Rotate { nth } => {
                let rotated = real.runtime.block_on(sessions.rotate(&real.tokens[nth]));
                assert_eq!(
                    rotated.is_ok(),
                    model.sessions.len() > real.tokens.len(),
                    "{rotated:?}"
                );
                real.tokens.extend(rotated.ok().map(|(token, _)| token));
            }
            Step::Revoke { nth } => {
                real.runtime
                    .block_on(sessions.invalidate(&real.tokens[nth]))
                    .unwrap();
            }
            Step::RevokeAll { user } => {
                real.runtime
                    .block_on(sessions.revoke_all(&real.user(user)))
                    .unwrap();
            }
            Step::Cleanup => {
                real.runtime.block_on(sessions.cleanup(|_| {})).unwrap();
            }
            Step::Wait { .. } => {}
        }
        real
    }

    fn check_invariants(real: &Real, model: &Model) {
        let sessions = real.at(model.now);
        for user in 0..USERS {
            let listed = real
                .runtime
                .block_on(sessions.list(&real.user(user)))
                .unwrap();
            assert_eq!(listed.len(), model.of(user), "user {user}: {listed:?}");
        }
        for (nth, token) in real.tokens.iter().enumerate() {
            let shown = real.runtime.block_on(sessions.show(&token.id()));
            assert_eq!(shown.is_ok(), model.lives(nth), "session {nth}: {shown:?}");
            // The server's clock goes on by itself, by less than two seconds in a case.
            if let Ok(shown) = shown {
                let left = (shown.expires_ms - shown.seen_ms) / 1000;
                assert!(left <= ABSOLUTE_S);
            }
        }
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sessions_on_redis_live_and_die_as_the_model_says(sequential 1..60 => Real);
}
