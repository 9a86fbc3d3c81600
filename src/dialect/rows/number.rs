//! Numbers as decimal text: compared by value, never through a double.

/// A number as its digits and where the point is: `digits * 10^exponent`, without zeros on either side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Number<'a> {
    pub(crate) negative: bool,
    digits: std::borrow::Cow<'a, str>,
    pub(crate) exponent: i64,
}

impl<'a> Number<'a> {
    /// Reads `-12.50`, `1e+20`, `.5`; `None` for all else, NaN and infinity too.
    pub(crate) fn read(text: &'a str) -> Option<Number<'a>> {
        let (negative, rest) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (mantissa, exponent) = match rest.find(['e', 'E']) {
            Some(at) => (&rest[..at], rest[at + 1..].parse::<i64>().ok()?),
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let mut exponent = exponent - i64::try_from(fraction.len()).ok()?;
        let joined: std::borrow::Cow<'a, str> = match fraction.trim_end_matches('0') {
            "" => {
                exponent += i64::try_from(fraction.len()).ok()?;
                whole.trim_start_matches('0').into()
            }
            kept => {
                exponent += i64::try_from(fraction.len() - kept.len()).ok()?;
                match whole.trim_start_matches('0') {
                    "" => kept.trim_start_matches('0').into(),
                    whole => format!("{whole}{kept}").into(),
                }
            }
        };
        let trimmed = joined.trim_end_matches('0').len();
        exponent += i64::try_from(joined.len() - trimmed).ok()?;
        let digits: std::borrow::Cow<'a, str> = match joined {
            std::borrow::Cow::Borrowed(text) => text[..trimmed].into(),
            std::borrow::Cow::Owned(mut text) => {
                text.truncate(trimmed);
                text.into()
            }
        };
        if digits.is_empty() {
            return Some(Number {
                negative: false,
                digits,
                exponent: 0,
            });
        }
        Some(Number {
            negative,
            digits,
            exponent,
        })
    }

    /// How many digits stand before the point, and how many after it.
    pub(crate) fn places(&self) -> (i64, i64) {
        let count = i64::try_from(self.digits.len()).unwrap_or(i64::MAX);
        ((count + self.exponent).max(0), (-self.exponent).max(0))
    }

    /// The number, where it is whole.
    pub(crate) fn whole(&self) -> Option<i128> {
        if self.exponent < 0 || self.places().0 > 38 {
            return None;
        }
        let power = 10_i128.checked_pow(u32::try_from(self.exponent).ok()?)?;
        let digits = match self.digits.is_empty() {
            true => 0,
            false => self.digits.parse::<i128>().ok()?,
        };
        let value = digits.checked_mul(power)?;
        Some(if self.negative { -value } else { value })
    }

    /// One spelling for each value; whole numbers of a common size as they are written everywhere.
    pub(crate) fn canonical(&self) -> String {
        let sign = if self.negative { "-" } else { "" };
        match (self.digits.is_empty(), self.exponent) {
            (true, _) => "0".to_owned(),
            (_, exponent @ 0..=40) => {
                let zeros = "0".repeat(usize::try_from(exponent).unwrap_or_default());
                format!("{sign}{}{zeros}", self.digits)
            }
            (_, exponent) => format!("{sign}{}e{exponent}", self.digits),
        }
    }

    /// The number without an exponent; `None` where that would be too long to be meant.
    pub(crate) fn plain(&self) -> Option<String> {
        let sign = if self.negative { "-" } else { "" };
        let (before, after) = self.places();
        if self.digits.is_empty() {
            return Some("0".to_owned());
        }
        if before.max(after) > 20_000 {
            return None;
        }
        let count = i64::try_from(self.digits.len()).ok()?;
        let zeros = |n: i64| "0".repeat(usize::try_from(n.max(0)).unwrap_or_default());
        Some(if self.exponent >= 0 {
            format!("{sign}{}{}", self.digits, zeros(self.exponent))
        } else if before > 0 {
            let at = usize::try_from(before).ok()?;
            format!("{sign}{}.{}", &self.digits[..at], &self.digits[at..])
        } else {
            format!("{sign}0.{}{}", zeros(after - count), self.digits)
        })
    }
}

/// The double that says exactly this number in its shortest form; `None` where there is none.
pub(crate) fn exact_double(text: &str) -> Option<f64> {
    let number = Number::read(text)?;
    let double: f64 = text.parse().ok()?;
    let shortest = format!("{double:?}");
    (double.is_finite() && Number::read(&shortest)? == number).then_some(double)
}

/// Whether text is a whole number as everybody writes it: no sign but a minus, no zeros in front.
pub(crate) fn is_plain_integer(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    match digits {
        [b'0'] => digits.len() == text.len(),
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_value_are_one() {
        for (text, canonical) in [
            ("0", "0"),
            ("-0.00", "0"),
            ("1.10", "11e-1"),
            ("1.1", "11e-1"),
            ("100", "100"),
            ("1e2", "100"),
            ("1E+2", "100"),
            ("-0.0050", "-5e-3"),
            (
                "123456789012345678901234567890",
                "123456789012345678901234567890",
            ),
            (".5", "5e-1"),
        ] {
            assert_eq!(Number::read(text).unwrap().canonical(), canonical, "{text}");
        }
        for bad in ["", "-", "NaN", "Infinity", "1x", "e5", ".", "1e"] {
            assert_eq!(Number::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_double_says_only_what_it_can() {
        assert_eq!(exact_double("0.1"), Some(0.1));
        assert_eq!(exact_double("12.50"), Some(12.5));
        assert_eq!(exact_double("9007199254740993"), None);
        assert_eq!(exact_double("0.12345678901234567890"), None);
    }

    #[test]
    fn a_number_without_its_exponent() {
        for (text, plain) in [
            ("1e3", "1000"),
            ("12.5e-4", "0.00125"),
            ("-1234.50", "-1234.5"),
        ] {
            assert_eq!(Number::read(text).unwrap().plain().as_deref(), Some(plain));
        }
    }
}
