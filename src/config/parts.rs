//! Taking a URL apart as SQLAlchemy does, whose passwords may hold characters that RFC 3986 reserves.
//!
//! `url::Url` is not used: it ends the host at the first `#`, `/` or `?` of a password, so that
//! `//user:pa/ss@host` would name the host `user`.

use std::net::{Ipv4Addr, Ipv6Addr};

use percent_encoding::percent_decode_str;

use super::UrlError;

/// What stands after a scheme's `//`, decoded.
#[derive(Debug)]
pub(super) struct Parts {
    pub username: Option<String>,
    pub password: Option<String>,
    /// A name, an address without brackets, or the `/directory` of a socket.
    pub host: Option<String>,
    pub port: Option<u16>,
    pub path: Option<String>,
    pub query: Query,
}

/// Parameters in order, decoded.
pub(super) type Query = Vec<(String, String)>;

/// Takes `user:password@host:port/path?query` apart.
pub(super) fn split(rest: &str) -> Result<Parts, UrlError> {
    let (userinfo, after) = split_userinfo(rest);
    let authority_end = after.find(['/', '?']).unwrap_or(after.len());
    let (authority, after) = after.split_at(authority_end);
    let (path, query) = after.split_once('?').unwrap_or((after, ""));
    // An `@` that is left over belongs to a password that was cut in two: what follows it is the
    // real host, and what precedes it must not be shown.
    if path.contains('@') || (userinfo.is_some() && query.contains('@')) {
        return Err(UrlError::AtSign);
    }
    let (username, password) = match userinfo {
        None => (None, None),
        Some(info) => {
            let (user, password) = match info.split_once(':') {
                Some((user, password)) => (user, Some(password)),
                None => (info, None),
            };
            let password = password
                .map(|password| decode(password, "password"))
                .transpose()?;
            (
                Some(decode(user, "user")?).filter(|user| !user.is_empty()),
                password,
            )
        }
    };
    let (host, port) = split_host(authority)?;
    let path = decode(path.trim_start_matches('/'), "database")?;
    Ok(Parts {
        username,
        password,
        host,
        port,
        path: Some(path).filter(|path| !path.is_empty()),
        query: split_query(query)?,
    })
}

/// User and password, if there are any, and what follows their `@`.
fn split_userinfo(rest: &str) -> (Option<&str>, &str) {
    let authority_end = |from: usize| {
        rest[from..]
            .find(['/', '?'])
            .map_or(rest.len(), |n| from + n)
    };
    let user_end = rest.find([':', '@', '/', '?']).unwrap_or(rest.len());
    let has_password = rest[user_end..].starts_with(':');
    if !has_password && !rest[user_end..].starts_with('@') {
        return (None, rest);
    }
    let Some(first_at) = rest[user_end..].find('@').map(|at| user_end + at) else {
        return (None, rest);
    };
    // `host:5432/db?user=a@b`: a port, not the beginning of a password that holds a slash.
    let first_end = authority_end(user_end);
    if first_at > first_end
        && rest[user_end + 1..first_end]
            .bytes()
            .all(|b| b.is_ascii_digit())
    {
        return (None, rest);
    }
    // `user:p@ss@host`: the host begins after the last `@` before the path.
    let end = rest[first_at..]
        .find(['/', '?'])
        .map_or(rest.len(), |n| first_at + n);
    let last_at = rest[..end].rfind('@').unwrap_or(first_at);
    (Some(&rest[..last_at]), &rest[last_at + 1..])
}

fn split_host(authority: &str) -> Result<(Option<String>, Option<u16>), UrlError> {
    if let Some(bracketed) = authority.strip_prefix('[') {
        let (address, after) = bracketed.split_once(']').ok_or(UrlError::Host)?;
        let address: Ipv6Addr = address.parse().map_err(|_| UrlError::Host)?;
        let port = match after.strip_prefix(':') {
            Some(port) => parse_port(port)?,
            None if after.is_empty() => None,
            None => return Err(UrlError::Host),
        };
        return Ok((Some(address.to_string()), port));
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, parse_port(port)?),
        None => (authority, None),
    };
    Ok((parse_host(&decode(host, "host")?)?, port))
}

/// A host that is no IPv6 address in brackets; `None` where it is empty.
pub(super) fn parse_host(host: &str) -> Result<Option<String>, UrlError> {
    if host.is_empty() || host.starts_with('/') {
        return Ok(Some(host.to_owned()).filter(|host| !host.is_empty()));
    }
    if host.is_ascii() {
        let named = host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
        return if named {
            Ok(Some(host.to_owned()))
        } else {
            Err(UrlError::Host)
        };
    }
    match ::url::Host::parse(host) {
        // What is beside the foreign letters is held to the same rule.
        Ok(::url::Host::Domain(ascii)) if ascii.is_ascii() => parse_host(&ascii),
        _ => Err(UrlError::Host),
    }
}

/// A host that a parameter names: an address may stand there without brackets.
pub(super) fn parse_plain_host(host: &str) -> Result<Option<String>, UrlError> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if bare.parse::<Ipv6Addr>().is_ok() || bare.parse::<Ipv4Addr>().is_ok() {
        return Ok(Some(bare.to_owned()));
    }
    parse_host(host)
}

/// A port; an empty one is none.
pub(super) fn parse_port(port: &str) -> Result<Option<u16>, UrlError> {
    if port.is_empty() {
        return Ok(None);
    }
    match port.parse::<u16>() {
        Ok(number) if number > 0 && port.bytes().all(|b| b.is_ascii_digit()) => Ok(Some(number)),
        _ => Err(UrlError::Port),
    }
}

/// Takes apart what follows `sqlite:` or `json:`: the path, `None` for memory, and the parameters.
///
/// SQLAlchemy's `///relative` and `////absolute`, sqlx's and dbmate's `relative`, `/absolute` and
/// `//relative`.
pub(super) fn split_path(rest: &str) -> Result<(Option<String>, Query), UrlError> {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = match path.strip_prefix("//") {
        Some(after) => after.strip_prefix('/').unwrap_or(after),
        None => path,
    };
    let path = decode(path, "path")?;
    let path = path.trim_start_matches("file:");
    // Several slashes are one to the file system, and two would be read as the start of a URL.
    let path = match path.trim_start_matches('/') {
        rest if rest.len() == path.len() => path.to_owned(),
        rest => format!("/{rest}"),
    };
    let path = Some(path).filter(|path| !path.is_empty() && path != ":memory:");
    Ok((path, split_query(query)?))
}

fn split_query(query: &str) -> Result<Query, UrlError> {
    if percent_decode_str(query).any(|byte| byte == 0) {
        return Err(UrlError::Nul { part: "query" });
    }
    if percent_decode_str(query).decode_utf8().is_err() {
        return Err(UrlError::NotUtf8 { part: "query" });
    }
    Ok(::url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect())
}

fn decode(text: &str, part: &'static str) -> Result<String, UrlError> {
    let decoded = percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| UrlError::NotUtf8 { part })?;
    if decoded.contains('\0') {
        return Err(UrlError::Nul { part });
    }
    Ok(decoded.into_owned())
}
