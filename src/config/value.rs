//! Turning what was written into values: numbers, switches, sizes, paths, lists.

use std::path::PathBuf;

use super::masked::echo;

/// What somebody wrote, before it is understood.
#[derive(Clone)]
pub(super) enum Raw {
    /// From a flag or a variable.
    Text(String),
    /// From a flag that names a path, which need not be UTF-8.
    Path(PathBuf),
    /// From a flag that may be given more than once.
    List(Vec<String>),
    /// From `piton.toml`.
    Toml(toml::Value),
}

impl Raw {
    /// Whether it says nothing; such a value counts as not given.
    pub(super) fn is_blank(&self) -> bool {
        match self {
            Raw::Text(text) | Raw::Toml(toml::Value::String(text)) => text.trim().is_empty(),
            Raw::Path(path) => path.as_os_str().is_empty(),
            Raw::List(items) => items.is_empty(),
            Raw::Toml(_) => false,
        }
    }

    /// The complaint that a value of another type was wanted.
    fn not(&self, wanted: &str) -> String {
        match self {
            Raw::Text(text) => format!("{} is not {wanted}", echo(text)),
            Raw::Path(_) | Raw::List(_) => format!("the value is not {wanted}"),
            Raw::Toml(value) => match value {
                toml::Value::String(text) => format!("the text {} is not {wanted}", echo(text)),
                toml::Value::Integer(number) => format!("{number} is not {wanted}"),
                other => format!("this {} is not {wanted}", other.type_str()),
            },
        }
    }
}

/// Any text, without the blanks around it.
pub(super) fn text(raw: &Raw) -> Result<String, String> {
    match raw {
        Raw::Text(text) | Raw::Toml(toml::Value::String(text)) => Ok(text.trim().to_owned()),
        other => Err(other.not("text in quotes")),
    }
}

/// Text that is shown as it is, so that a URL, which may hold a password, is refused.
pub(super) fn name(raw: &Raw) -> Result<String, String> {
    let text = text(raw)?;
    if text.contains("://") {
        Err(STRAY_URL.to_owned())
    } else {
        Ok(text)
    }
}

const STRAY_URL: &str = "a URL does not belong here";

/// A path as it was written.
pub(super) fn path(raw: &Raw) -> Result<PathBuf, String> {
    let path = match raw {
        Raw::Path(path) => path.clone(),
        other => PathBuf::from(text(other).map_err(|_| other.not("a path in quotes"))?),
    };
    match path.to_str() {
        Some(text) if text.contains("://") => Err(STRAY_URL.to_owned()),
        Some(text) if text.contains('\0') => Err("a path cannot hold a NUL".to_owned()),
        _ => Ok(path),
    }
}

/// true, 1, yes, on; false, 0, no, off; in any case.
pub(super) fn boolean(raw: &Raw) -> Result<bool, String> {
    match raw {
        Raw::Toml(toml::Value::Boolean(value)) => Ok(*value),
        Raw::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(true),
            "false" | "0" | "no" | "off" => Ok(false),
            _ => Err(raw.not("one of true, false, 1, 0, yes, no, on, off")),
        },
        other => Err(other.not("true or false")),
    }
}

/// A whole number between `least` and `most`.
fn whole(raw: &Raw, least: u64, most: u64) -> Result<u64, String> {
    let wanted = || raw.not(&format!("a whole number from {least} to {most}"));
    let number = match raw {
        Raw::Text(text) => text.trim().parse::<u64>().map_err(|_| wanted())?,
        Raw::Toml(toml::Value::Integer(number)) => u64::try_from(*number).map_err(|_| wanted())?,
        _ => return Err(wanted()),
    };
    if (least..=most).contains(&number) {
        Ok(number)
    } else {
        Err(wanted())
    }
}

/// The most connections anybody may configure; PostgreSQL's own limit is 262143.
const MAX_CONNECTIONS: u64 = 262_143;

/// A number of connections, at least `least`.
pub(super) fn connections(raw: &Raw, least: u64) -> Result<u32, String> {
    let number = whole(raw, least, MAX_CONNECTIONS)?;
    Ok(u32::try_from(number).expect("bounded by MAX_CONNECTIONS"))
}

/// The longest time that can be configured: 68 years, what a server keeps in 31 bits of seconds.
const MAX_SECONDS: u64 = i32::MAX as u64;

/// Seconds, at least one.
pub(super) fn seconds(raw: &Raw) -> Result<u64, String> {
    whole(raw, 1, MAX_SECONDS)
}

/// Milliseconds, from one to an hour.
pub(super) fn milliseconds(raw: &Raw) -> Result<u64, String> {
    whole(raw, 1, 3_600_000)
}

/// A part in a hundred, which may be more than all of it.
pub(super) fn percent(raw: &Raw, most: u64) -> Result<u64, String> {
    whole(raw, 0, most)
}

/// Bytes: `2GB`, `512 MB`, `1GiB`, `1.5g`, or a bare number of bytes. As in Redis's and
/// PostgreSQL's own settings KB, MB, GB and TB are powers of 1024, and so are KiB, MiB, GiB, TiB.
pub(super) fn bytes(raw: &Raw) -> Result<u64, String> {
    let wanted = || raw.not("a size such as 2GB, 512MB, 1GiB or a number of bytes");
    match raw {
        Raw::Toml(toml::Value::Integer(number)) if *number > 0 => Ok(number.unsigned_abs()),
        Raw::Text(text) | Raw::Toml(toml::Value::String(text)) => size(text.trim())
            .filter(|&size| size > 0)
            .ok_or_else(wanted),
        _ => Err(wanted()),
    }
}

/// Bytes, as a flag gives them.
///
/// # Errors
/// Says what a size looks like.
pub fn bytes_of(text: &str) -> Result<u64, String> {
    bytes(&Raw::Text(text.to_owned()))
}

fn size(text: &str) -> Option<u64> {
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let shift = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        _ => return None,
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let scale = 10u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let digits: u128 = format!("{whole}{fraction}").parse().ok()?;
    let scaled = digits.checked_mul(1u128 << shift)?;
    u64::try_from(scaled / scale).ok()
}

/// Names: an array in `piton.toml`, a repeated flag, or one text with commas.
pub(super) fn names(raw: &Raw) -> Result<Vec<String>, String> {
    let wanted = || raw.not("a list of names");
    let items: Vec<String> = match raw {
        Raw::List(items) => items.clone(),
        Raw::Text(text) => text.split(',').map(str::to_owned).collect(),
        Raw::Toml(toml::Value::Array(items)) => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned).ok_or_else(wanted))
            .collect::<Result<_, _>>()?,
        _ => return Err(wanted()),
    };
    Ok(items
        .iter()
        .map(|item| item.trim().to_owned())
        .filter(|item| !item.is_empty())
        .collect())
}

/// Addresses such as `node-2:7000` or `[::1]:7000`.
pub(super) fn addresses(raw: &Raw) -> Result<Vec<(String, u16)>, String> {
    names(raw)?.iter().map(|item| address(item)).collect()
}

fn address(item: &str) -> Result<(String, u16), String> {
    // Whatever is no host and port may be a URL with its password.
    if item.contains(['@', '/', '?']) {
        return Err(STRAY_URL.to_owned());
    }
    let wrong = || format!("{} is not an address such as node-2:7000", echo(item));
    let (host, port) = item.rsplit_once(':').ok_or_else(wrong)?;
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let host = bare.unwrap_or(host);
    if host.is_empty() || bare.is_none() && host.contains(':') {
        return Err(wrong());
    }
    let port = port
        .parse()
        .ok()
        .filter(|port| *port != 0)
        .ok_or_else(wrong)?;
    Ok((host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_host_and_a_port_and_no_password() {
        let found = addresses(&written("a:1, [::1]:2")).unwrap();
        assert_eq!(found, [("a".to_owned(), 1), ("::1".to_owned(), 2)]);
        for wrong in ["a", "a:", ":1", "a:0", "a:65536", "::1:2", "a:b"] {
            assert!(addresses(&written(wrong)).is_err(), "{wrong}");
        }
        let stray = addresses(&written("redis://:hunter2@h:1")).unwrap_err();
        assert!(!stray.contains("hunter2"), "{stray}");
    }

    fn written(value: &str) -> Raw {
        Raw::Text(value.to_owned())
    }

    #[test]
    fn sizes_are_powers_of_1024() {
        for (input, expected) in [
            ("2GB", Some(2 << 30)),
            ("512MB", Some(512 << 20)),
            ("512 mb", Some(512 << 20)),
            ("1GiB", Some(1 << 30)),
            ("1.5g", Some(3 << 29)),
            ("4096", Some(4096)),
            ("10kb", Some(10240)),
            ("0", None),
            ("", None),
            ("GB", None),
            ("2XB", None),
            ("-1", None),
            ("1.2.3GB", None),
            ("99999999999999999999TB", None),
        ] {
            assert_eq!(bytes(&written(input)).ok(), expected, "{input}");
        }
        assert_eq!(
            bytes(&Raw::Toml(toml::Value::Integer(1024))).ok(),
            Some(1024)
        );
        assert_eq!(bytes(&Raw::Toml(toml::Value::Integer(-1))).ok(), None);
    }

    #[test]
    fn switches_are_understood_in_any_case() {
        for (input, expected) in [
            ("true", Some(true)),
            ("TRUE", Some(true)),
            ("1", Some(true)),
            ("Yes", Some(true)),
            ("on", Some(true)),
            ("False", Some(false)),
            ("0", Some(false)),
            ("no", Some(false)),
            ("OFF", Some(false)),
            ("maybe", None),
            ("2", None),
        ] {
            assert_eq!(boolean(&written(input)).ok(), expected, "{input}");
        }
    }

    #[test]
    fn numbers_stay_within_their_bounds() {
        assert_eq!(connections(&written(" 20 "), 1), Ok(20));
        assert_eq!(
            connections(&written("0"), 1).unwrap_err(),
            "`0` is not a whole number from 1 to 262143"
        );
        assert_eq!(
            seconds(&Raw::Toml(toml::Value::Float(1.5))).unwrap_err(),
            "this float is not a whole number from 1 to 2147483647"
        );
        assert!(seconds(&Raw::Toml(toml::Value::Integer(-3))).is_err());
    }

    #[test]
    fn a_url_that_strayed_into_another_key_is_refused_and_not_shown() {
        let raw = written("postgres://u:hunter2@h/db");
        for complaint in [
            path(&raw).unwrap_err(),
            name(&raw).unwrap_err(),
            boolean(&raw).unwrap_err(),
            seconds(&raw).unwrap_err(),
            bytes(&raw).unwrap_err(),
        ] {
            assert!(!complaint.contains("hunter2"), "{complaint}");
        }
    }
}
