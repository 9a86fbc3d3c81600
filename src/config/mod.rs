//! Configuration: flags, environment, .env, piton.toml, defaults; each value with its origin.
