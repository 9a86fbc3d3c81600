//! What is known of keys: type, time to live, size.

use redis::Value;

use crate::redis::{Connection, Error};

/// How long a key still lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeToLive {
    Ms(u64),
    Forever,
}

/// A key, as it is.
#[derive(Clone, Debug)]
pub struct Facts {
    pub key: Vec<u8>,
    /// `string`, `hash`, `zset`, …
    pub kind: String,
    pub ttl: TimeToLive,
    /// What it takes in the server's memory.
    pub bytes: u64,
}

impl Facts {
    /// The key as text; what is no UTF-8 is replaced.
    pub fn name(&self) -> String {
        String::from_utf8_lossy(&self.key).into_owned()
    }
}

/// Asks for what is known of keys; who is gone meanwhile is left out.
///
/// # Errors
/// As [`Connection::send`].
pub async fn facts(connection: &Connection, keys: Vec<Vec<u8>>) -> Result<Vec<Facts>, Error> {
    let mut commands = Vec::with_capacity(keys.len() * 3);
    for key in &keys {
        let key = key.as_slice();
        let mut kind = redis::cmd("TYPE");
        kind.arg(key);
        let mut ttl = redis::cmd("PTTL");
        ttl.arg(key);
        let mut memory = redis::cmd("MEMORY");
        memory.arg("USAGE").arg(key);
        commands.extend([kind, ttl, memory]);
    }
    let answers = connection.send_owned(commands).await?;
    let mut found = Vec::with_capacity(keys.len());
    for (key, answer) in keys.into_iter().zip(answers.chunks(3)) {
        let [Value::SimpleString(kind), Value::Int(ttl), memory] = answer else {
            return Err(Error::unexpected(
                "something else than a key's type and life",
            ));
        };
        let Value::Int(bytes) = memory else { continue };
        let ttl = match *ttl {
            -1 => TimeToLive::Forever,
            ms => match u64::try_from(ms) {
                Ok(ms) => TimeToLive::Ms(ms),
                Err(_) => continue,
            },
        };
        found.push(Facts {
            key,
            kind: kind.clone(),
            ttl,
            bytes: u64::try_from(*bytes).unwrap_or_default(),
        });
    }
    Ok(found)
}
