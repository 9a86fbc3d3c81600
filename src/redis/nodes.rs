//! What each server says of itself.

use redis::FromRedisValue;

use super::connection::{Connection, understood};
use super::error::Error;
use super::info::Info;
use super::link::Node;

/// A server of those that stand together, as it says itself with `INFO`.
#[derive(Clone, Debug)]
pub struct NodeInfo {
    /// `host:port`; `None` for the one server that a connection leads to.
    pub address: Option<String>,
    /// What it says, or why it says nothing.
    pub info: Result<Info, Error>,
}

impl Connection {
    /// What [`INFO`](https://redis.io/commands/info/) says of every server: of a Cluster each primary and
    /// replica that its nodes know of, else of the one that answers. One that is away is named with its error.
    ///
    /// # Errors
    /// Where nobody says which servers there are.
    pub async fn nodes(&self) -> Result<Vec<NodeInfo>, Error> {
        let command = redis::cmd("INFO");
        let members = self.members().await?;
        if members.is_empty() {
            return Ok(vec![NodeInfo {
                address: None,
                info: Ok(Info::new(self.ask::<String>(&command).await?)),
            }]);
        }
        let asking = members.iter().map(|(node, connection)| async {
            let Node { host, port } = node;
            NodeInfo {
                address: Some(format!("{host}:{port}")),
                info: connection.ask::<String>(&command).await.map(Info::new),
            }
        });
        Ok(futures_util::future::join_all(asking).await)
    }

    /// A setting of the one server, or of the first of a Cluster; `None` where it has none of that name.
    ///
    /// # Errors
    /// See [`super::ErrorKind`]; `Privilege` where the user may not ask.
    pub async fn setting<T: FromRedisValue>(&self, name: &str) -> Result<Option<T>, Error> {
        let mut command = redis::cmd("CONFIG");
        command.arg("GET").arg(name);
        let first = self.primaries().await?.into_iter().next().flatten();
        let answer = self.send_to(first.as_ref(), &command).await?;
        let pairs: Vec<redis::Value> = match answer {
            redis::Value::Map(pairs) => pairs.into_iter().map(|(_, value)| value).collect(),
            other => understood::<Vec<redis::Value>>(other)?
                .into_iter()
                .skip(1)
                .collect(),
        };
        pairs.into_iter().next().map(understood).transpose()
    }
}
