//! Looking through all keys without holding anybody up.

use std::collections::VecDeque;

use redis::Value;

use super::connection::{Connection, understood};
use super::error::Error;
use super::link::Node;

/// How many keys the server looks at for one answer.
const AT_A_TIME: usize = 1000;

/// All keys that a pattern fits, node by node, in batches. A key that is there all the while is met at least once.
pub struct Scan {
    connection: Connection,
    pattern: String,
    nodes: VecDeque<Option<Node>>,
    cursor: u64,
    ended: bool,
}

impl Connection {
    /// Looks for the keys that a pattern fits, on every primary.
    ///
    /// # Errors
    /// Where the nodes cannot be learnt.
    pub async fn scan(&self, pattern: impl Into<String>) -> Result<Scan, Error> {
        Ok(Scan {
            connection: self.clone(),
            pattern: pattern.into(),
            nodes: self.primaries().await?.into(),
            cursor: 0,
            ended: false,
        })
    }

    /// Removes keys; the server frees their memory beside its other work. Gives how many there were.
    ///
    /// # Errors
    /// As [`Connection::send`].
    pub async fn unlink(&self, keys: &[Vec<u8>]) -> Result<u64, Error> {
        let mut removed = 0;
        for batch in keys.chunks(AT_A_TIME / 2) {
            let mut command = redis::cmd("UNLINK");
            for key in batch {
                command.arg(key.as_slice());
            }
            removed += self.ask::<u64>(&command).await?;
        }
        Ok(removed)
    }
}

impl Scan {
    /// The next keys, perhaps none; `None` at the end.
    ///
    /// # Errors
    /// As [`Connection::send`]; the scan is at its end then.
    pub async fn next(&mut self) -> Result<Option<Vec<Vec<u8>>>, Error> {
        if self.ended {
            return Ok(None);
        }
        let Some(node) = self.nodes.front() else {
            return Ok(None);
        };
        let mut command = redis::cmd("SCAN");
        command.arg(self.cursor).arg("MATCH").arg(&self.pattern);
        command.arg("COUNT").arg(AT_A_TIME);
        let answer: Result<Value, Error> = self.connection.send_to(node.as_ref(), &command).await;
        let (cursor, keys): (u64, Vec<Vec<u8>>) = match answer.and_then(understood) {
            Ok(found) => found,
            Err(error) => {
                self.ended = true;
                return Err(error);
            }
        };
        self.cursor = cursor;
        if cursor == 0 {
            self.nodes.pop_front();
        }
        Ok(Some(keys))
    }
}

/// A pattern that fits every key that begins so, whatever characters it is made of.
pub fn pattern_of_prefix(prefix: &str) -> String {
    let mut pattern = String::with_capacity(prefix.len() + 1);
    for character in prefix.chars() {
        if matches!(character, '*' | '?' | '[' | ']' | '^' | '-' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('*');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_pattern_would_obey_is_escaped() {
        assert_eq!(pattern_of_prefix("a*[b]?\\:"), "a\\*\\[b\\]\\?\\\\:*");
        assert_eq!(pattern_of_prefix("用户:"), "用户:*");
        assert_eq!(pattern_of_prefix(""), "*");
    }
}
