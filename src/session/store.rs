//! The life of a session: created, touched and extended, rotated, expired or revoked.

use std::sync::Arc;
use std::time::Duration;

use redis::Value;

use super::log::{LogError, Revocation, RevocationLog, Revoked};
use super::replay::Replayed;
use super::script;
use super::token::{SessionId, Token, tag_of};
use crate::redis::{Connection, Error, ErrorKind, Script, random_name};

/// How sessions live.
#[derive(Clone, Debug)]
pub struct SessionOptions {
    /// A session that is not touched for so long is over.
    pub idle: Duration,
    /// A session is over after so long, touched or not.
    pub absolute: Duration,
    /// The most sessions of a user: of one more, the one that was not seen for longest leaves.
    pub most_per_user: Option<u32>,
    /// Milliseconds that the server's clock is moved forward by, for tests of what time does.
    pub clock_ahead_ms: u64,
}

impl Default for SessionOptions {
    fn default() -> SessionOptions {
        SessionOptions {
            idle: Duration::from_secs(86_400),
            absolute: Duration::from_secs(30 * 86_400),
            most_per_user: None,
            clock_ahead_ms: 0,
        }
    }
}

/// Where a session is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    name: String,
    address: String,
}

/// The longest text that is kept of a device, an address or a user, in bytes.
const LONGEST: usize = 512;

impl Device {
    /// What the client says of itself, and where it connects from. What is too long is cut off.
    pub fn new(name: &str, address: &str) -> Device {
        Device {
            name: cut(name).to_owned(),
            address: cut(address).to_owned(),
        }
    }
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST)]
}

/// A session that lives. Times are in milliseconds since 1970, by the server's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub user: String,
    pub device: String,
    pub address: String,
    pub created_ms: u64,
    pub seen_ms: u64,
    /// When it is over if nobody touches it.
    pub expires_ms: u64,
    /// When it is over in any case.
    pub ends_ms: u64,
    /// The user's, which ends with all of them.
    pub(super) epoch: String,
}

/// Why a step was not done.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// Expired, revoked, or never there: nobody is told which.
    #[error("no such session")]
    None,
    #[error("the user's name has {0} bytes, and at most {LONGEST} are kept")]
    LongName(usize),
    #[error("several sessions begin like that")]
    Ambiguous,
    #[error(transparent)]
    Redis(#[from] Error),
    /// What was to be revoked may still live.
    #[error("the revocation could not be kept in the database")]
    Log(#[source] LogError),
    /// The log could not be read or cleared away. What was revoked stays so.
    #[error("the log of revocations could not be used")]
    Unread(#[source] LogError),
}

/// The sessions of an application. Clones share what they know.
#[derive(Clone)]
pub struct Sessions {
    pub(super) connection: Connection,
    pub(super) options: SessionOptions,
    pub(super) log: Option<Arc<dyn RevocationLog>>,
    pub(super) replayed: Arc<Replayed>,
    /// What counts as revoked, whatever Redis says.
    pub(super) revoked: Arc<Revoked>,
}

/// The keys of a tag.
pub(super) fn session_prefix(tag: &str) -> String {
    format!("session:{{{tag}}}:s:")
}

fn keys(id: &SessionId) -> [(String, &'static str); 3] {
    let tag = id.tag();
    [
        (format!("{}{}", session_prefix(tag), id.hash()), "hash"),
        (format!("session:{{{tag}}}:epochs"), "hash"),
        (format!("session:{{{tag}}}:index"), "zset"),
    ]
}

fn whole_ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX >> 12)
}

/// A script's own arguments.
pub(super) type Arguments<'a> = &'a [&'a str];

impl Sessions {
    pub fn new(connection: &Connection, options: SessionOptions) -> Sessions {
        Sessions {
            connection: connection.clone(),
            options,
            log: None,
            replayed: Arc::default(),
            revoked: Arc::default(),
        }
    }

    /// Keeps every revocation in a log too, which is replayed to a new primary before a session is accepted there.
    #[must_use]
    pub fn with_log(mut self, log: Arc<dyn RevocationLog>) -> Sessions {
        self.log = Some(log);
        self
    }

    /// For who only looks: what a log has revoked counts as over, also where Redis has lost that and nobody has
    /// replayed it yet. Nothing is written.
    #[must_use]
    pub fn without(mut self, revoked: &[Revocation]) -> Sessions {
        self.revoked = Arc::new(Revoked::new(revoked));
        self
    }

    /// The same sessions with options of one's own.
    #[must_use]
    pub fn with_options(&self, options: SessionOptions) -> Sessions {
        Sessions {
            options,
            ..self.clone()
        }
    }

    pub fn options(&self) -> &SessionOptions {
        &self.options
    }

    /// A new session. The token is given out here and never again.
    ///
    /// # Errors
    /// Redis's.
    pub async fn create(
        &self,
        user: &str,
        device: &Device,
    ) -> Result<(Token, Session), SessionError> {
        if user.len() > LONGEST {
            return Err(SessionError::LongName(user.len()));
        }
        let SessionOptions { idle, absolute, .. } = self.options;
        let idle = whole_ms(idle.min(absolute)).to_string();
        let absolute = whole_ms(absolute).to_string();
        let most = self.options.most_per_user.unwrap_or_default().to_string();
        let epoch = random_name();
        loop {
            let token = Token::for_user(user);
            let id = token.id();
            let prefix = session_prefix(id.tag());
            let own: Arguments<'_> = &[
                id.hash(),
                user,
                &epoch,
                &idle,
                &absolute,
                &device.name,
                &device.address,
                &most,
                &prefix,
            ];
            let answer = self.step(&script::CREATE, &keys(&id), own).await?;
            // Nobody has ever seen two equal tokens; were it so, the session of the other must not be taken.
            if answer.0 == "created" {
                let session = session(id, answer.1)?;
                tracing::info!(target: "piton::session", user, "began");
                return Ok((token, session));
            }
        }
    }

    /// Accepts a token: the session goes on for its idle life from now, within its absolute one.
    ///
    /// # Errors
    /// [`SessionError::None`] where it is over; Redis's.
    pub async fn touch(
        &self,
        token: &Token,
        address: Option<&str>,
    ) -> Result<Session, SessionError> {
        let id = token.id();
        let own = [id.hash(), cut(address.unwrap_or_default())];
        let answer = self.step(&script::TOUCH, &keys(&id), &own).await?;
        one(id.clone(), answer)
    }

    /// Lets a session live for so long from now although nobody touches it, within its absolute life.
    ///
    /// # Errors
    /// As [`Sessions::touch`].
    pub async fn extend(&self, token: &Token, life: Duration) -> Result<Session, SessionError> {
        let id = token.id();
        let life = whole_ms(life).to_string();
        let answer = self
            .step(&script::EXTEND, &keys(&id), &[id.hash(), &life])
            .await?;
        one(id.clone(), answer)
    }

    /// Gives the session a new token, after a login or a change of rights. The old one is over.
    ///
    /// # Errors
    /// As [`Sessions::touch`].
    pub async fn rotate(&self, token: &Token) -> Result<(Token, Session), SessionError> {
        let old = token.id();
        let new = Token::with_tag(old.tag());
        let id = new.id();
        self.record(Revocation::session(&old)).await?;
        let [session, epochs, index] = keys(&old);
        let [next, ..] = keys(&id);
        let all = [session, epochs, index, next];
        let answer = self
            .step(&script::ROTATE, &all, &[old.hash(), id.hash()])
            .await?;
        Ok((new, one(id, answer)?))
    }

    /// Ends the session of a token: a logout. Whether it lived.
    ///
    /// # Errors
    /// Redis's or the log's; it may live then.
    pub async fn invalidate(&self, token: &Token) -> Result<bool, SessionError> {
        self.revoke(&token.id()).await
    }

    /// Ends a session, at once and for good. Whether it lived.
    ///
    /// # Errors
    /// Redis's or the log's; it may live then.
    pub async fn revoke(&self, id: &SessionId) -> Result<bool, SessionError> {
        let id = self.whole(id).await?;
        self.record(Revocation::session(&id)).await?;
        let answer = self.step(&script::REVOKE, &keys(&id), &[id.hash()]).await?;
        let lived = answer.0 == "revoked";
        tracing::info!(target: "piton::session", lived, "revoked one");
        Ok(lived)
    }

    /// Ends all sessions of a user that began until now, at once; what they leave behind is then removed in
    /// batches, and `removed` told how many it were. Gives how many lived in the index.
    ///
    /// # Errors
    /// Redis's or the log's; where they still live, it says [`SessionError::Log`] or an absence of Redis.
    pub async fn revoke_all_telling(
        &self,
        user: &str,
        mut removed: impl FnMut(u64),
    ) -> Result<u64, SessionError> {
        let tag = tag_of(user);
        let keys = keys(&SessionId::new(&tag, ""));
        loop {
            let (_, parts) = self.step(&script::EPOCH, &keys, &[user]).await?;
            let epoch: String =
                redis::from_redis_value(parts.into_iter().next().unwrap_or_default())
                    .map_err(|error| Error::unexpected(&error.to_string()))?;
            if epoch.is_empty() {
                break;
            }
            self.record(Revocation::user(&tag, user, &epoch)).await?;
            let answer = self
                .step(&script::REVOKE_ALL, &keys, &[user, &epoch])
                .await?;
            if answer.0 == "revoked" {
                break;
            }
        }
        tracing::info!(target: "piton::session", user, "revoked all");
        self.prune(&tag, &mut removed).await
    }

    /// As [`Sessions::revoke_all_telling`].
    ///
    /// # Errors
    /// Likewise.
    pub async fn revoke_all(&self, user: &str) -> Result<u64, SessionError> {
        self.revoke_all_telling(user, |_| {}).await
    }

    /// The session of an id, or of the beginning of one.
    ///
    /// # Errors
    /// [`SessionError::None`], [`SessionError::Ambiguous`]; Redis's.
    pub async fn show(&self, id: &SessionId) -> Result<Session, SessionError> {
        let id = self.whole(id).await?;
        let answer = self.step(&script::SHOW, &keys(&id), &[id.hash()]).await?;
        let session = one(id.clone(), answer)?;
        match self.revoked.has(&session) {
            true => Err(SessionError::None),
            false => Ok(session),
        }
    }

    /// The user's sessions that live, the one that was seen last first. No scan.
    ///
    /// # Errors
    /// Redis's.
    pub async fn list(&self, user: &str) -> Result<Vec<Session>, SessionError> {
        let mut all = self.of_tag(&tag_of(user)).await?;
        all.retain(|session| session.user == user);
        all.sort_by(|a, b| b.seen_ms.cmp(&a.seen_ms).then_with(|| a.id.cmp(&b.id)));
        Ok(all)
    }

    /// A whole id for the beginning of one.
    async fn whole(&self, id: &SessionId) -> Result<SessionId, SessionError> {
        if !id.is_part() {
            return Ok(id.clone());
        }
        let mut all = self.of_tag(id.tag()).await?;
        all.retain(|session| session.id.hash().starts_with(id.hash()));
        match all.as_slice() {
            [] => Err(SessionError::None),
            [one] => Ok(one.id.clone()),
            _ => Err(SessionError::Ambiguous),
        }
    }

    async fn record(&self, revocation: Revocation) -> Result<(), SessionError> {
        let Some(log) = &self.log else {
            return Ok(());
        };
        let life = self.options.absolute;
        log.record(&revocation, life)
            .await
            .map_err(SessionError::Log)
    }

    /// Runs a script; where the primary is not the one that the revocations were replayed to, they are first.
    pub(super) async fn step(
        &self,
        script: &Script,
        keys: &[(String, &'static str)],
        own: Arguments<'_>,
    ) -> Result<(String, Vec<Value>), SessionError> {
        let mut primary = match &self.log {
            None => String::new(),
            Some(_) => self.replayed.last(keys),
        };
        loop {
            let answer = self.run(script, keys, &primary, own).await?;
            if answer.0 != "primary" {
                return Ok(answer);
            }
            let id: String =
                redis::from_redis_value(answer.1.into_iter().next().unwrap_or_default())
                    .map_err(|error| Error::unexpected(&error.to_string()))?;
            self.see_to(&id, keys).await?;
            primary = id;
        }
    }

    pub(super) async fn run(
        &self,
        script: &Script,
        keys: &[(String, &'static str)],
        primary: &str,
        own: Arguments<'_>,
    ) -> Result<(String, Vec<Value>), Error> {
        let mut call = script
            .call(keys.to_vec())
            .arg(self.options.clock_ahead_ms)
            .arg(primary);
        for argument in own {
            call = call.arg(*argument);
        }
        let Value::Array(parts) = call.run(&self.connection).await? else {
            return Err(nonsense());
        };
        let mut parts = parts.into_iter();
        let word = parts.next().ok_or_else(nonsense)?;
        let word = redis::from_redis_value(word).map_err(|_| nonsense())?;
        Ok((word, parts.collect()))
    }
}

fn nonsense() -> Error {
    Error::unexpected("something else than a session")
}

fn one(id: SessionId, (word, parts): (String, Vec<Value>)) -> Result<Session, SessionError> {
    match word.as_str() {
        "session" => Ok(session(id, parts)?),
        _ => Err(SessionError::None),
    }
}

/// A session from what the scripts give.
pub(super) fn session(id: SessionId, parts: Vec<Value>) -> Result<Session, Error> {
    let fields = parts.into_iter().next().ok_or_else(nonsense)?;
    let fields: Vec<String> = redis::from_redis_value(fields).map_err(|_| nonsense())?;
    let [
        user,
        epoch,
        created,
        seen,
        _,
        expires,
        ends,
        device,
        address,
    ] = fields.as_slice()
    else {
        return Err(nonsense());
    };
    let ms = |text: &str| text.parse::<u64>().map_err(|_| nonsense());
    Ok(Session {
        id,
        user: user.clone(),
        device: device.clone(),
        address: address.clone(),
        created_ms: ms(created)?,
        seen_ms: ms(seen)?,
        expires_ms: ms(expires)?,
        ends_ms: ms(ends)?,
        epoch: epoch.clone(),
    })
}

impl SessionError {
    /// Whether the session is over, rather than Redis.
    pub fn is_none(&self) -> bool {
        matches!(self, SessionError::None)
    }

    /// Redis's kind of error, where it is Redis's.
    pub fn redis_kind(&self) -> Option<ErrorKind> {
        match self {
            SessionError::Redis(error) => Some(error.kind),
            _ => None,
        }
    }
}
