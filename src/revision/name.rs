//! What the name of a revision says: its timestamp, and its words.

/// The longest run of digits that is taken for a timestamp: more do not fit `u64`.
const MAX_DIGITS: usize = 18;

/// The name of a revision, taken apart: `m20240115_083000_add_phone` and
/// `20240115083000_add_phone` both are 20240115083000 and `add_phone`.
///
/// Any number may stand for the timestamp (`001_init`); a bare date (`20240115`, with hours or
/// minutes or not) is taken as that moment, so that it stands among full timestamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name<'a> {
    /// `YYYYMMDDhhmmss`, or a plain number. `None` where the name begins with neither.
    pub timestamp: Option<u64>,
    /// What follows the timestamp and its separator.
    pub rest: &'a str,
}

impl<'a> Name<'a> {
    /// Takes any id apart; one without a timestamp is all `rest`.
    pub fn parse(id: &'a str) -> Name<'a> {
        let bare = without_m(id);
        let digits = leading_digits(bare);
        if digits == 0 || digits > MAX_DIGITS {
            return Name {
                timestamp: None,
                rest: id,
            };
        }
        let (date, after) = bare.split_at(digits);
        let date: u64 = date.parse().expect("18 digits fit u64");
        if digits == 8
            && let Some(time) = after.strip_prefix('_')
            && leading_digits(time) == 6
        {
            let (time, after) = time.split_at(6);
            if after.is_empty() || after.starts_with('_') {
                let time: u64 = time.parse().expect("six digits fit u64");
                return Name {
                    timestamp: Some(date * 1_000_000 + time),
                    rest: without_separator(after),
                };
            }
        }
        Name {
            timestamp: Some(widen(date, digits)),
            rest: without_separator(after),
        }
    }

    /// The name in words: `add_phone` is "add phone".
    pub fn words(&self) -> String {
        let words: Vec<&str> = self
            .rest
            .split(['_', '-', ' '])
            .filter(|word| !word.is_empty())
            .collect();
        words.join(" ")
    }
}

/// `id` without the `m` that sea-orm-migration puts before a timestamp.
pub(super) fn without_m(id: &str) -> &str {
    match id.strip_prefix('m') {
        Some(bare) if bare.starts_with(|c: char| c.is_ascii_digit()) => bare,
        _ => id,
    }
}

/// How many ASCII digits `text` begins with.
pub(super) fn leading_digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn without_separator(text: &str) -> &str {
    text.strip_prefix(['_', '-']).unwrap_or(text)
}

/// A date of 8, 10 or 12 digits as the 14 digits of that moment; any other number as it is.
fn widen(number: u64, digits: usize) -> u64 {
    let scale = match digits {
        8 => 1_000_000,
        10 => 10_000,
        12 => 100,
        _ => return number,
    };
    let day = number * scale / 1_000_000;
    let (year, month, day) = (day / 10_000, day / 100 % 100, day % 100);
    let is_date =
        (1900..2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if is_date { number * scale } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_its_timestamp_and_its_words() {
        #[track_caller]
        fn check(id: &str, timestamp: Option<u64>, words: &str) {
            let name = Name::parse(id);
            assert_eq!((name.timestamp, name.words().as_str()), (timestamp, words));
        }
        check(
            "m20240115_083000_add_phone",
            Some(20240115083000),
            "add phone",
        );
        check(
            "20240115083000_add_phone",
            Some(20240115083000),
            "add phone",
        );
        check(
            "20240115083000-add-phone",
            Some(20240115083000),
            "add phone",
        );
        check("20240115_083000_x", Some(20240115083000), "x");
        check("20240115_0830001_x", Some(20240115000000), "0830001 x");
        check("20240115_x", Some(20240115000000), "x");
        check("202401150830_x", Some(20240115083000), "x");
        check("2024011508_x", Some(20240115080000), "x");
        check("99999999_x", Some(99999999), "x");
        check("001_init", Some(1), "init");
        check("20240115083000", Some(20240115083000), "");
        check("initial", None, "initial");
        check("migrate_all", None, "migrate all");
        check("1234567890123456789_x", None, "1234567890123456789 x");
        check("", None, "");
        check("m", None, "m");
        check("2024添加", Some(2024), "添加");
    }
}
