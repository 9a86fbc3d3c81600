//! Lua that runs on the server as one step.

use redis::{Cmd, FromRedisValue};

use super::connection::{Connection, understood};
use super::error::{Error, ErrorKind};

/// A script: its text, and the hash by which the server knows it after the first time.
pub struct Script {
    text: &'static str,
    hash: String,
}

/// A script with its keys, all of one slot, and its arguments.
pub struct Call<'a> {
    script: &'a Script,
    keys: Vec<(String, &'static str)>,
    arguments: Vec<Vec<u8>>,
}

impl Script {
    pub fn new(text: &'static str) -> Script {
        Script {
            text,
            hash: redis::Script::new(text).get_hash().to_owned(),
        }
    }

    /// The script with its keys, each with the type that it has: `string`, `hash`, `zset`.
    pub fn keys<const N: usize>(&self, keys: [(String, &'static str); N]) -> Call<'_> {
        self.call(keys.into())
    }

    /// As [`Script::keys`].
    pub fn call(&self, keys: Vec<(String, &'static str)>) -> Call<'_> {
        Call {
            script: self,
            keys,
            arguments: Vec::new(),
        }
    }
}

impl Call<'_> {
    #[must_use]
    pub fn arg(mut self, argument: impl redis::ToRedisArgs) -> Self {
        self.arguments.extend(argument.to_redis_args());
        self
    }

    /// Runs it: by its hash, and where the server does not know that (any more), with its text.
    ///
    /// # Errors
    /// As [`Connection::send`]; a key of the wrong type is named.
    pub async fn run<T: FromRedisValue>(&self, connection: &Connection) -> Result<T, Error> {
        let by_hash = self.command("EVALSHA", &self.script.hash);
        let answer = match connection.send(&by_hash).await {
            Err(error) if error.code.as_deref() == Some("NOSCRIPT") => {
                let by_text = self.command("EVAL", self.script.text);
                connection.send(&by_text).await
            }
            answer => answer,
        };
        match answer {
            Ok(answer) => understood(answer),
            Err(error) if error.kind == ErrorKind::WrongType => {
                Err(self.which_key(connection, error).await)
            }
            Err(error) => Err(error),
        }
    }

    fn command(&self, name: &str, script: &str) -> Cmd {
        let mut command = redis::cmd(name);
        command.arg(script).arg(self.keys.len());
        for (key, _) in &self.keys {
            command.arg(key);
        }
        for argument in &self.arguments {
            command.arg(argument.as_slice());
        }
        command
    }

    /// Redis does not say which of the keys it was.
    async fn which_key(&self, connection: &Connection, error: Error) -> Error {
        for (key, wanted) in &self.keys {
            let found: Result<String, _> = connection.ask(redis::cmd("TYPE").arg(key)).await;
            match found {
                Ok(found) if found != "none" && found != *wanted => {
                    let mut error = error.about(key);
                    error.message = format!("the key {key} is a {found}, not a {wanted}");
                    return error;
                }
                _ => {}
            }
        }
        error
    }
}
