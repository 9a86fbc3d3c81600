//! Dates and times as text: the neutral spelling, SQLite's, and whatever else ISO 8601 allows, read alike.

use std::fmt::Write as _;

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike as _};

/// A date and time that was read, and whether it said its zone; it is in UTC then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) at: NaiveDateTime,
    pub(crate) zoned: bool,
}

/// `2024-12-01`, years 1 to 9999.
pub(crate) fn date(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let year = digits(&bytes[..4])?;
    if year == 0 {
        return None;
    }
    NaiveDate::from_ymd_opt(
        i32::try_from(year).ok()?,
        digits(&bytes[5..7])?,
        digits(&bytes[8..])?,
    )
}

/// `08:30`, `08:30:00`, `08:30:00.123456789`; no zone and no leap second.
pub(crate) fn time(text: &str) -> Option<NaiveTime> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let bytes = clock.as_bytes();
    let (hour, minute) = (digits(bytes.get(..2)?)?, digits(bytes.get(3..5)?)?);
    let second = match bytes.len() {
        5 if fraction == "0" => 0,
        8 if bytes[5] == b':' => digits(&bytes[6..])?,
        _ => return None,
    };
    if bytes[2] != b':' || fraction.is_empty() || fraction.len() > 9 {
        return None;
    }
    let scale = 10_u32.pow(9 - u32::try_from(fraction.len()).ok()?);
    let nanos = digits(fraction.as_bytes())? * scale;
    NaiveTime::from_hms_nano_opt(hour, minute, second, nanos)
}

/// A date, or a date and a time of day after a `T` or a blank, perhaps with a zone.
pub(crate) fn moment(text: &str) -> Option<Moment> {
    let day = date(text.get(..10)?)?;
    let rest = text.get(10..)?;
    if rest.is_empty() {
        return Some(Moment {
            at: day.and_time(NaiveTime::MIN),
            zoned: false,
        });
    }
    let rest = rest.strip_prefix(['T', ' '])?;
    let end = rest
        .find(|c: char| !matches!(c, '0'..='9' | ':' | '.'))
        .unwrap_or(rest.len());
    let at = day.and_time(time(&rest[..end])?);
    let zone = rest[end..].trim_start_matches(' ');
    let (zoned, offset_s) = match zone {
        "" => (false, 0),
        "Z" | "UTC" => (true, 0),
        _ => (true, offset(zone)?),
    };
    let at = at.checked_sub_signed(TimeDelta::seconds(offset_s))?;
    let in_range = (1..=9999).contains(&at.year());
    in_range.then_some(Moment { at, zoned })
}

/// `+08`, `+08:00`, `+0800`, in seconds.
fn offset(text: &str) -> Option<i64> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits_of = |part: &str| digits(part.as_bytes()).map(i64::from);
    let rest = &text[1..];
    let (hours, minutes) = match rest.len() {
        2 => (digits_of(rest)?, 0),
        4 => (digits_of(rest.get(..2)?)?, digits_of(rest.get(2..)?)?),
        5 if rest.as_bytes()[2] == b':' => (digits_of(rest.get(..2)?)?, digits_of(rest.get(3..)?)?),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0_u32, |value, byte| {
        byte.is_ascii_digit()
            .then(|| value * 10 + u32::from(byte - b'0'))
    })
}

/// How many digits the fraction of a second needs.
pub(crate) fn fraction_digits(at: NaiveTime) -> u8 {
    let mut nanos = at.nanosecond();
    let mut digits = 9;
    while digits > 0 && nanos.is_multiple_of(10) {
        nanos /= 10;
        digits -= 1;
    }
    digits
}

/// The same, with no more than `digits` digits of a second's fraction: what is beyond is cut off.
pub(crate) fn cut(at: NaiveTime, digits: u8) -> NaiveTime {
    let scale = 10_u32.pow(9 - u32::from(digits.min(9)));
    at.with_nanosecond(at.nanosecond() / scale * scale)
        .expect("smaller than it was")
}

/// `08:30:00`, `08:30:00.5`
pub(crate) fn neutral_time(at: NaiveTime) -> String {
    let mut out = String::with_capacity(18);
    push_time(at, fraction_digits(at), &mut out);
    out
}

/// `2024-12-01 08:30:00.5`
pub(crate) fn neutral(at: NaiveDateTime) -> String {
    let mut out = String::with_capacity(32);
    push_date(at.date(), &mut out);
    out.push(' ');
    push_time(at.time(), fraction_digits(at.time()), &mut out);
    out
}

/// As SeaORM writes it into SQLite: with a `T` and its zone where it has one, the fraction in threes.
pub(crate) fn rfc3339(moment: Moment) -> String {
    let (date, time) = (moment.at.date(), moment.at.time());
    let mut out = String::with_capacity(36);
    push_date(date, &mut out);
    out.push(if moment.zoned { 'T' } else { ' ' });
    push_time(time, fraction_digits(time).next_multiple_of(3), &mut out);
    if moment.zoned {
        out.push_str("+00:00");
    }
    out
}

// `format` of chrono reads its pattern anew for each value, which is most of what a table of moments costs.

fn push_date(date: NaiveDate, out: &mut String) {
    let (year, month, day) = (date.year(), date.month(), date.day());
    let _ = write!(out, "{year:04}-{month:02}-{day:02}");
}

/// With so many digits of a second's fraction.
fn push_time(at: NaiveTime, digits: u8, out: &mut String) {
    let (hour, minute, second) = (at.hour(), at.minute(), at.second());
    let _ = write!(out, "{hour:02}:{minute:02}:{second:02}");
    if digits > 0 {
        let _ = write!(out, ".{:09}", at.nanosecond());
        out.truncate(out.len() - usize::from(9 - digits));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_moment_are_one() {
        for text in [
            "2024-12-01 08:30:00.5+00",
            "2024-12-01T08:30:00.500Z",
            "2024-12-01T16:30:00.500000+08:00",
            "2024-12-01 08:30:00.5 +00:00",
            "2024-12-01 08:30:00.5 UTC",
            "2024-12-01T03:00:00.5-0530",
        ] {
            let read = moment(text).unwrap();
            assert!(read.zoned);
            assert_eq!(neutral(read.at), "2024-12-01 08:30:00.5", "{text}");
            assert_eq!(rfc3339(read), "2024-12-01T08:30:00.500+00:00");
        }
        for bad in [
            "0000-00-00 00:00:00",
            "2023-02-29",
            "2024-12-01T08:30:60",
            "2024-12-01T08:30:00+8",
            "10000-01-01 00:00:00",
            "infinity",
            "2024-12-01 08:30:00 BC",
            "0001-01-01 00:00:00+08:00",
        ] {
            assert_eq!(moment(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_spelling_is_chrono_s() {
        for text in [
            "0001-01-01 00:00:00",
            "2024-12-01 08:30:00.000000001",
            "9999-12-31 23:59:59.123456",
        ] {
            let at = moment(text).unwrap().at;
            assert_eq!(neutral(at), text);
            for zoned in [false, true] {
                let chronos = at
                    .and_utc()
                    .to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false);
                let wanted = match zoned {
                    true => chronos,
                    false => chronos.replace('T', " ").replace("+00:00", ""),
                };
                assert_eq!(rfc3339(Moment { at, zoned }), wanted);
            }
        }
    }

    #[test]
    fn the_fraction_is_as_long_as_it_must_be() {
        let at = time("01:02:03.120").unwrap();
        assert_eq!(neutral_time(at), "01:02:03.12");
        assert_eq!(neutral_time(cut(at, 1)), "01:02:03.1");
        assert_eq!(neutral_time(cut(at, 0)), "01:02:03");
    }
}
