//! How old a row has to be: `3mo`, `90d`, `1y`.

use std::str::FromStr;

/// A span of calendar months and seconds. Months are those of the server's calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Age {
    pub months: u32,
    pub seconds: u64,
}

/// A text that is no age.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no age: it is a number and a unit out of h, d, w, mo and y, such as 3mo or 90d, of at most 100 years"
)]
pub struct AgeError(pub String);

impl FromStr for Age {
    type Err = AgeError;

    fn from_str(text: &str) -> Result<Self, AgeError> {
        let wrong = || AgeError(text.to_owned());
        let trimmed = text.trim();
        let split = trimmed
            .find(|c: char| !c.is_ascii_digit())
            .ok_or_else(wrong)?;
        let (number, unit) = trimmed.split_at(split);
        let number: u32 = number.parse().map_err(|_| wrong())?;
        let seconds = |each: u64| Age {
            months: 0,
            seconds: u64::from(number) * each,
        };
        let months = |each: u32| {
            Ok(Age {
                months: number.checked_mul(each).ok_or_else(wrong)?,
                seconds: 0,
            })
        };
        let age = match unit.trim() {
            "h" => seconds(3_600),
            "d" => seconds(86_400),
            "w" => seconds(7 * 86_400),
            "mo" => months(1)?,
            "y" => months(12)?,
            _ => return Err(wrong()),
        };
        // A slip would remove everything, and what lies before our era is written as if it came after.
        let too_far = age.months > 1_200 || age.seconds > 36_525 * 86_400;
        if number == 0 || too_far {
            return Err(wrong());
        }
        Ok(age)
    }
}

impl std::fmt::Display for Age {
    /// In the largest unit that tells it whole.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.months, self.seconds) {
            (months, 0) if months % 12 == 0 => write!(f, "{}y", months / 12),
            (months, 0) => write!(f, "{months}mo"),
            (_, seconds) if seconds % 86_400 == 0 => write!(f, "{}d", seconds / 86_400),
            (_, seconds) => write!(f, "{}h", seconds / 3_600),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_a_number_and_a_unit() {
        let age = |text: &str| text.parse::<Age>().map(|age| (age.months, age.seconds));
        assert_eq!(age("3mo"), Ok((3, 0)));
        assert_eq!(age("1y"), Ok((12, 0)));
        assert_eq!(age(" 2 w "), Ok((0, 1_209_600)));
        assert_eq!(age("36h"), Ok((0, 129_600)));
        for text in [
            "",
            "3",
            "mo",
            "0d",
            "3m",
            "-1d",
            "1.5d",
            "99999999999d",
            "101y",
            "36526d",
            "3 months",
        ] {
            assert!(age(text).is_err(), "{text}");
        }
    }
}
