//! A value of one column made a value of another: the same value, or a reason why it cannot be.

use std::borrow::Cow;

use super::kind::{Kind, RowColumn};
use super::number::{Number, exact_double, is_plain_integer};
use super::text::{Class, Field, bytes_of};
use super::{json, time};
use crate::dialect::Dialect;

/// How values are carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Fractions of a second that the target has no digits for are cut off, where it was asked for.
    pub cut_fractions: bool,
}

/// The way from one column into another.
#[derive(Clone, Debug)]
pub(crate) struct Fit {
    from: Kind,
    /// What the values are in the target: its column's kind, or the source's where that takes anything.
    pub(crate) to: Kind,
    source: Dialect,
    target: Dialect,
    rules: Rules,
}

type Fitted<'a> = Result<Field<'a>, String>;

impl Fit {
    /// # Errors
    /// Why no value of the one column could be in the other.
    pub(crate) fn between(
        source: Dialect,
        from: &RowColumn,
        target: Dialect,
        to: &RowColumn,
        rules: Rules,
    ) -> Result<Fit, String> {
        let kind = match &to.kind {
            Kind::Any => &from.kind,
            kind => kind,
        };
        if !compatible(&from.kind, kind, source.family() == target.family()) {
            return Err(format!(
                "{} is not carried into {}",
                from.kind.title(),
                to.kind.title()
            ));
        }
        Ok(Fit {
            from: from.kind.clone(),
            to: kind.clone(),
            source,
            target,
            rules,
        })
    }

    /// Whether every value of the one column is one of the other, in the same words.
    pub(crate) fn is_same(&self) -> bool {
        self.source.family() == self.target.family() && self.from == self.to
    }

    /// # Errors
    /// Why the value cannot be in the target, to be said after its column's name.
    pub(crate) fn value<'a>(&self, field: Field<'a>) -> Fitted<'a> {
        match field {
            Field::Null => Ok(Field::Null),
            Field::Stored(..) if self.target == Dialect::Sqlite => Ok(field),
            Field::Stored(class, value) => self.stored(class, value),
            Field::Value(_) if self.is_same() => Ok(field),
            Field::Value(value) => self.convert(&self.from, value),
        }
    }

    /// A value of SQLite's that is not in its column's usual form, elsewhere.
    fn stored<'a>(&self, class: Class, value: Cow<'a, [u8]>) -> Fitted<'a> {
        let from = match class {
            Class::Integer => Kind::Int {
                bits: 64,
                signed: true,
            },
            Class::Real => Kind::Float8,
            Class::Text | Class::TextBytes => TEXT,
            Class::Blob => {
                let from = Kind::Bytes {
                    limit: None,
                    fixed: false,
                };
                let hex = format!("\\x{}", hex::encode(&value));
                return self.convert(&from, Cow::Owned(hex.into_bytes()));
            }
        };
        if !compatible(&from, &self.to, false) {
            return Err(format!(
                "holds {} where there should be {}",
                class.title(),
                self.to.title()
            ));
        }
        self.convert(&from, value)
    }

    fn convert<'a>(&self, from: &Kind, value: Cow<'a, [u8]>) -> Fitted<'a> {
        let text = match std::str::from_utf8(&value) {
            Ok(text) => text,
            Err(_) => return Err("is not UTF-8".to_owned()),
        };
        let made = match &self.to {
            Kind::Bool => boolean(text),
            Kind::Int { bits, signed } => integer(from, text, *bits, *signed),
            Kind::Decimal { size } => self.decimal(text, *size),
            Kind::Float4 => self.float4(from, text),
            Kind::Float8 => self.float8(from, text),
            Kind::Text { limit, fixed } => self.text(from, text, *limit, *fixed),
            Kind::Bytes { limit, fixed } => bytes(from, text, *limit, *fixed),
            Kind::Date => self.date(text),
            Kind::Time { digits } => self.time(text, *digits),
            Kind::Timestamp { digits } => self.moment(from, text, *digits, false),
            Kind::TimestampTz { digits } => self.moment(from, text, *digits, true),
            Kind::Json { binary } => self.json(text, *binary).map(|()| None),
            Kind::Uuid => uuid(from, text),
            Kind::Array(_) | Kind::Any | Kind::Other(_) => self.no_nul(text).map(|()| None),
        }?;
        Ok(Field::Value(match made {
            Some(made) => Cow::Owned(made.into_bytes()),
            None => value,
        }))
    }

    fn no_nul(&self, text: &str) -> Result<(), String> {
        let refused = self.target == Dialect::Postgres && text.contains('\0');
        match refused {
            true => Err("has a NUL in its text".to_owned()),
            false => Ok(()),
        }
    }

    fn decimal(&self, text: &str, size: Option<(u32, u32)>) -> Made {
        let Some(number) = Number::read(text) else {
            let special = matches!(text, "NaN" | "Infinity" | "-Infinity");
            // With a precision PostgreSQL takes NaN alone.
            let held =
                special && self.target == Dialect::Postgres && (size.is_none() || text == "NaN");
            return if held {
                Ok(None)
            } else {
                Err(no(text, &self.to))
            };
        };
        if self.target == Dialect::Sqlite {
            // A whole number of 64 bits is kept as such, all else as a double.
            let whole = is_plain_integer(text.as_bytes()) && text.parse::<i64>().is_ok();
            return match whole || exact_double(text).is_some() {
                true => Ok(None),
                false => Err(format!("{} would be changed by a double", shown(text))),
            };
        }
        if let Some((precision, scale)) = size {
            let (before, after) = number.places();
            if after > i64::from(scale) || before > i64::from(precision) - i64::from(scale) {
                return Err(no(text, &self.to));
            }
        }
        match text.contains(['e', 'E']) {
            true => number.plain().map(Some).ok_or_else(|| no(text, &self.to)),
            false => Ok(None),
        }
    }

    /// Whether a value that is no number may be kept as a float.
    fn special(&self, text: &str) -> Made {
        let held = match self.target {
            Dialect::Postgres => true,
            // SQLite makes NULL of NaN.
            Dialect::Sqlite => text != "NaN",
            Dialect::Mysql | Dialect::Mariadb => false,
        };
        match held && matches!(text, "NaN" | "Infinity" | "-Infinity") {
            true => Ok(None),
            false => Err(no(text, &self.to)),
        }
    }

    fn float8(&self, from: &Kind, text: &str) -> Made {
        let Some(number) = Number::read(text) else {
            return self.special(text);
        };
        match from {
            Kind::Float8 => Ok(None),
            Kind::Float4 => {
                let single: f32 = text.parse().map_err(|_| no(text, &self.to))?;
                Ok(Some(format!("{:?}", f64::from(single))))
            }
            _ => match exact_double(&number.canonical()) {
                Some(_) => Ok(None),
                None => Err(format!("{} would be changed by a double", shown(text))),
            },
        }
    }

    fn float4(&self, from: &Kind, text: &str) -> Made {
        let Some(number) = Number::read(text) else {
            return self.special(text);
        };
        if *from == Kind::Float4 {
            return Ok(None);
        }
        let single: f32 = text.parse().map_err(|_| no(text, &self.to))?;
        let same = match from {
            Kind::Float8 => text.parse() == Ok(f64::from(single)),
            _ => Number::read(&format!("{single:?}")).as_ref() == Some(&number),
        };
        match same && single.is_finite() {
            true => Ok(Some(format!("{single:?}"))),
            false => Err(format!("{} would be changed by a float", shown(text))),
        }
    }

    fn text(&self, from: &Kind, text: &str, limit: Option<u64>, fixed: bool) -> Made {
        let mut made = match from {
            Kind::Bool => Some(if text == "t" { "true" } else { "false" }.to_owned()),
            Kind::TimestampTz { .. } | Kind::Timestamp { .. } if self.target == Dialect::Sqlite => {
                let moment = time::moment(text).ok_or_else(|| no(text, &self.to))?;
                // In MySQL's `datetime` moments are kept, in UTC.
                let zoned = moment.zoned
                    || matches!(from, Kind::TimestampTz { .. })
                    || self.source.family() == Dialect::Mysql;
                Some(time::rfc3339(time::Moment { zoned, ..moment }))
            }
            Kind::Text { fixed: true, .. } if !fixed => Some(text.trim_end_matches(' ').to_owned()),
            _ => None,
        };
        let kept = made.as_deref().unwrap_or(text);
        self.no_nul(kept)?;
        let from_fixed = matches!(from, Kind::Text { fixed: true, .. });
        if fixed && !from_fixed && kept.ends_with(' ') {
            return Err("ends in blanks, which mean nothing there".to_owned());
        }
        if let Some(limit) = limit {
            let counted = if fixed {
                kept.trim_end_matches(' ')
            } else {
                kept
            };
            let length = counted.chars().count() as u64;
            if length > limit {
                return Err(format!("has {length} characters, where {limit} fit"));
            }
            if fixed && counted.len() < kept.len() {
                made = Some(counted.to_owned());
            }
        }
        Ok(made)
    }

    fn date(&self, text: &str) -> Made {
        let same = self.source.family() == self.target.family() && self.from == Kind::Date;
        match same || time::date(text).is_some() {
            true => Ok(None),
            false => Err(no(text, &self.to)),
        }
    }

    fn time(&self, text: &str, digits: u8) -> Made {
        let same = self.source.family() == self.target.family() && self.from == self.to;
        // The end of a day, which PostgreSQL and MySQL know.
        if same || text == "24:00:00" && self.target != Dialect::Sqlite {
            return Ok(None);
        }
        let at = time::time(text).ok_or_else(|| no(text, &self.to))?;
        Ok(Some(time::neutral_time(self.cut(at, text, digits)?)))
    }

    fn cut(
        &self,
        at: chrono::NaiveTime,
        text: &str,
        digits: u8,
    ) -> Result<chrono::NaiveTime, String> {
        match time::fraction_digits(at) > digits {
            true if self.rules.cut_fractions => Ok(time::cut(at, digits)),
            true => Err(format!(
                "{} has more than {digits} digits of a second",
                shown(text)
            )),
            false => Ok(at),
        }
    }

    fn moment(&self, from: &Kind, text: &str, digits: u8, zoned: bool) -> Made {
        let alike = std::mem::discriminant(from) == std::mem::discriminant(&self.to);
        if self.source.family() == self.target.family() && *from == self.to {
            return Ok(None);
        }
        let Some(moment) = time::moment(text) else {
            let special =
                self.target == Dialect::Postgres && self.source == Dialect::Postgres && alike;
            return if special {
                Ok(None)
            } else {
                Err(no(text, &self.to))
            };
        };
        let at = moment
            .at
            .date()
            .and_time(self.cut(moment.at.time(), text, digits)?);
        if zoned && self.target.family() == Dialect::Mysql {
            // A `timestamp` of MySQL's counts seconds from 1970.
            let seconds = at.and_utc().timestamp();
            if !(1..=i64::from(i32::MAX)).contains(&seconds) {
                return Err(no(text, &self.to));
            }
        }
        let zone = if zoned { "+00" } else { "" };
        Ok(Some(format!("{}{zone}", time::neutral(at))))
    }

    fn json(&self, text: &str, binary: bool) -> Result<(), String> {
        self.no_nul(text)?;
        let document = json::read(text).map_err(|reason| format!("is {reason}"))?;
        if !binary {
            return Ok(());
        }
        let traits = document.traits;
        let reason = if traits.repeated_key {
            "has a key twice in one object of its JSON"
        } else if traits.nul {
            "has \\u0000 in its JSON"
        } else if traits.half_pair {
            "has half a surrogate pair in its JSON"
        } else if traits.long_number && self.target != Dialect::Postgres {
            "has a number in its JSON that a double would change"
        } else {
            return Ok(());
        };
        Err(reason.to_owned())
    }
}

/// The new text; `None` where the old one is right.
type Made = Result<Option<String>, String>;

const TEXT: Kind = Kind::Text {
    limit: None,
    fixed: false,
};

fn no(text: &str, kind: &Kind) -> String {
    format!("{} is not {}", shown(text), kind.title())
}

/// The beginning of a value, for messages.
fn shown(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

fn boolean(text: &str) -> Made {
    match text {
        "t" | "f" => Ok(None),
        "1" | "true" => Ok(Some("t".to_owned())),
        "0" | "false" => Ok(Some("f".to_owned())),
        _ => Err(no(text, &Kind::Bool)),
    }
}

fn integer(from: &Kind, text: &str, bits: u8, signed: bool) -> Made {
    let kind = Kind::Int { bits, signed };
    let whole = match (from, text) {
        (Kind::Bool, "t") => 1,
        (Kind::Bool, "f") => 0,
        // `0042` is text and no number.
        (Kind::Text { .. }, _) if !is_plain_integer(text.as_bytes()) => {
            return Err(no(text, &kind));
        }
        _ => match text.parse::<i64>() {
            Ok(whole) => i128::from(whole),
            Err(_) => Number::read(text)
                .and_then(|number| number.whole())
                .ok_or_else(|| no(text, &kind))?,
        },
    };
    let (least, most) = match signed {
        true => (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1),
        false => (0, (1_i128 << bits) - 1),
    };
    if whole < least || whole > most {
        return Err(no(text, &kind));
    }
    match is_plain_integer(text.as_bytes()) {
        true => Ok(None),
        false => Ok(Some(whole.to_string())),
    }
}

fn bytes(from: &Kind, text: &str, limit: Option<u64>, fixed: bool) -> Made {
    let made = match from {
        Kind::Uuid => Some(format!("\\x{}", text.replace('-', ""))),
        _ => None,
    };
    let length = (made.as_deref().unwrap_or(text).len().saturating_sub(2) / 2) as u64;
    match limit {
        Some(limit) if length > limit => Err(format!("has {length} bytes, where {limit} fit")),
        Some(limit) if fixed && length != limit => {
            Err(format!("has {length} bytes, where {limit} must be"))
        }
        _ => Ok(made),
    }
}

fn uuid(from: &Kind, text: &str) -> Made {
    let hex = match from {
        Kind::Bytes { .. } => bytes_of(text.as_bytes())
            .map(hex::encode)
            .unwrap_or_default(),
        _ => text
            .trim_matches(['{', '}'])
            .replace('-', "")
            .to_ascii_lowercase(),
    };
    if hex.len() != 32 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(no(text, &Kind::Uuid));
    }
    Ok(Some(format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )))
}

/// Whether any value of the one kind can be of the other.
fn compatible(from: &Kind, to: &Kind, same_family: bool) -> bool {
    let is_number = |kind: &Kind| {
        matches!(
            kind,
            Kind::Bool | Kind::Int { .. } | Kind::Decimal { .. } | Kind::Float4 | Kind::Float8
        )
    };
    let is_moment = |kind: &Kind| matches!(kind, Kind::Timestamp { .. } | Kind::TimestampTz { .. });
    match (from, to) {
        (Kind::Any, _) => true,
        (Kind::Array(a), Kind::Array(b)) => same_family && compatible(a, b, same_family),
        (Kind::Array(_), _) | (_, Kind::Array(_)) => false,
        (Kind::Other(a), Kind::Other(b)) => same_family && a == b,
        (Kind::Bytes { .. }, Kind::Bytes { .. } | Kind::Uuid) => true,
        (Kind::Bytes { .. }, _) => false,
        (Kind::Uuid, Kind::Bytes { .. }) => true,
        (_, Kind::Bytes { .. }) => false,
        (_, Kind::Text { .. }) | (Kind::Text { .. }, _) => true,
        _ if is_number(from) => is_number(to),
        _ if is_moment(from) => is_moment(to),
        _ => std::mem::discriminant(from) == std::mem::discriminant(to),
    }
}

#[cfg(test)]
#[path = "fit/tests.rs"]
mod tests;
