//! Where Redis is, how its servers stand together, and how long to wait for them.

use std::fmt;
use std::time::Duration;

use super::link::Node;

/// How the servers stand together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Topology {
    /// One server; its replicas are nobody's business here.
    Standalone,
    /// The nodes are those of a Cluster.
    Cluster,
    /// The nodes are Sentinels, which know the primary by this name.
    Sentinel { master: String },
}

/// Where Redis is.
#[derive(Clone)]
pub struct Options {
    /// URLs as the `redis` crate reads them, passwords included.
    pub(super) nodes: Vec<String>,
    pub(super) topology: Topology,
    pub(super) limits: Limits,
    /// The authorities that `rediss://` trusts instead of the system's, in PEM.
    pub(super) authorities: Option<Vec<u8>>,
    /// Another server than the one that the URL names, with the same login.
    pub(super) elsewhere: Option<Node>,
}

/// How long a command may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Until a connection stands.
    pub connect: Duration,
    /// Until the answer is there.
    pub answer: Duration,
    /// How long a command is tried again that surely did not run, or that was lost with its connection:
    /// as long as a failover takes.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(5),
            patience: Duration::from_secs(30),
        }
    }
}

impl Limits {
    /// For who has another way: no second attempt, and no long wait.
    pub fn brief(answer: Duration) -> Limits {
        Limits {
            connect: answer,
            answer,
            patience: Duration::ZERO,
        }
    }
}

impl Options {
    /// The nodes to begin with: the server, some node of the Cluster, or some of the Sentinels. The others
    /// are learnt from them.
    pub fn new<T: Into<String>>(nodes: impl IntoIterator<Item = T>, topology: Topology) -> Options {
        Options {
            nodes: nodes.into_iter().map(Into::into).collect(),
            topology,
            limits: Limits::default(),
            authorities: None,
            elsewhere: None,
        }
    }

    /// Certificates in PEM: the authorities that `rediss://` trusts instead of the system's.
    #[must_use]
    pub fn authorities(mut self, pem: impl Into<Vec<u8>>) -> Options {
        self.authorities = Some(pem.into());
        self
    }

    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Options {
        self.limits = limits;
        self
    }

    /// How long a command may take.
    pub fn limits_of(&self) -> Limits {
        self.limits
    }

    /// Whether more than one node was named.
    pub fn names_several(&self) -> bool {
        self.nodes.len() > 1
    }

    pub fn topology(&self) -> &Topology {
        &self.topology
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("nodes", &self.nodes.len())
            .field("topology", &self.topology)
            .field("limits", &self.limits)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        let options = Options::new(["redis://:hunter2@h/0"], Topology::Standalone);
        assert!(!format!("{options:?}").contains("hunter2"));
    }
}
