//! Tokens, which are given out once, and ids, which say nothing of them.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::redis::random_bytes;

/// What a client shows to be let in: `<tag>.<secret>`, the secret being 256 bits from the system's
/// generator. It is stored nowhere; `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// What a session is known by: `<tag>-<SHA-256 of the secret>`. Knowing it lets nobody in.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId {
    tag: String,
    hash: String,
}

/// A text that is no session's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// A dot instead of the dash: somebody pasted the token.
    #[error(
        "that is a token, which nobody but its owner should have; a session is named by its id"
    )]
    Token,
    #[error("an id is 8 hexadecimal digits, a dash, and 8 to 64 more")]
    Form,
}

/// 32 bits of the user's SHA-256: what the keys of a user's sessions share, and with it their slot.
pub(super) fn tag_of(user: &str) -> String {
    hex::encode(&Sha256::digest(user.as_bytes())[..4])
}

impl Token {
    pub(super) fn for_user(user: &str) -> Token {
        Token::with_tag(&tag_of(user))
    }

    pub(super) fn with_tag(tag: &str) -> Token {
        let secret = URL_SAFE_NO_PAD.encode(random_bytes::<32>());
        Token(format!("{tag}.{secret}"))
    }

    /// Reads what a client shows; `None` where it has not the form of a token.
    pub fn parse(text: &str) -> Option<Token> {
        let (tag, secret) = text.split_once('.')?;
        let is_token = is_hex(tag)
            && tag.len() == 8
            && URL_SAFE_NO_PAD
                .decode(secret)
                .is_ok_and(|bytes| bytes.len() == 32);
        is_token.then(|| Token(text.to_owned()))
    }

    /// The token itself, for the client that it belongs to.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The id of its session.
    pub fn id(&self) -> SessionId {
        let (tag, secret) = self.0.split_once('.').expect("a token has a dot");
        SessionId {
            tag: tag.to_owned(),
            hash: hex::encode(Sha256::digest(secret.as_bytes())),
        }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(***)")
    }
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

impl SessionId {
    pub(super) fn new(tag: &str, hash: &str) -> SessionId {
        SessionId {
            tag: tag.to_owned(),
            hash: hash.to_owned(),
        }
    }

    pub(super) fn tag(&self) -> &str {
        &self.tag
    }

    pub(super) fn hash(&self) -> &str {
        &self.hash
    }

    /// Whether it is only the beginning of one.
    pub fn is_part(&self) -> bool {
        self.hash.len() < 64
    }

    /// As much of it as tells a user's sessions apart.
    pub fn short(&self) -> String {
        format!("{}-{}", self.tag, &self.hash[..self.hash.len().min(12)])
    }
}

impl FromStr for SessionId {
    type Err = IdError;

    /// A whole id, or its beginning with at least 8 digits behind the dash.
    fn from_str(text: &str) -> Result<SessionId, IdError> {
        if text.contains('.') {
            return Err(IdError::Token);
        }
        let (tag, hash) = text.split_once('-').ok_or(IdError::Form)?;
        let fits = tag.len() == 8 && (8..=64).contains(&hash.len()) && is_hex(tag) && is_hex(hash);
        fits.then(|| SessionId::new(tag, hash)).ok_or(IdError::Form)
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.tag, self.hash)
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_shown_nowhere_and_its_id_says_nothing_of_it() {
        let token = Token::for_user("t-17");
        let secret = token.expose().split_once('.').unwrap().1.to_owned();
        assert_eq!(secret.len(), 43);
        assert!(!format!("{token:?} {} {:?}", token.id(), token.id()).contains(&secret));
        assert_eq!(Token::parse(token.expose()), Some(token.clone()));
        assert_ne!(Token::for_user("t-17"), token);
        assert_eq!(Token::for_user("t-17").id().tag(), token.id().tag());
    }

    #[test]
    fn what_is_no_token_is_not_taken_for_one() {
        for text in [
            "",
            ".",
            "abc",
            "0123abcd.",
            "0123abcd.short",
            "0123ABCD.x",
            "{}.{}",
        ] {
            assert!(Token::parse(text).is_none(), "{text}");
        }
        let extra = format!("{}A", Token::for_user("u").expose());
        assert!(Token::parse(&extra).is_none());
    }

    #[test]
    fn an_id_may_be_shortened_and_a_token_is_refused() {
        let token = Token::for_user("u");
        let id = token.id();
        assert_eq!(id.to_string().parse(), Ok(id.clone()));
        assert!(id.short().parse::<SessionId>().unwrap().is_part());
        assert_eq!(token.expose().parse::<SessionId>(), Err(IdError::Token));
        assert_eq!("0123abcd-123".parse::<SessionId>(), Err(IdError::Form));
    }
}
