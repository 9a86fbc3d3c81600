//! Cache and sessions against real servers: standalone, a Cluster, Sentinels.

#[path = "../support/mod.rs"]
mod support;

mod cache;
mod cache_faults;
mod doctor;
mod example;
mod life;
mod session;
mod session_faults;
mod tls;
