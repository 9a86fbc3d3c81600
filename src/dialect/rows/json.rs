//! JSON compared by value: one spelling for each, and what a database that keeps values would change.

use std::fmt::Write as _;

use super::number::{Number, exact_double};

/// Arrays and objects inside one another, at most.
const DEEPEST: usize = 1_000;

/// What a document has in it that some databases cannot keep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traits {
    /// A key twice in one object: of which the last stays.
    pub(crate) repeated_key: bool,
    /// `\u0000`.
    pub(crate) nul: bool,
    /// Half of a surrogate pair.
    pub(crate) half_pair: bool,
    /// A number that neither 64 bits nor a double say exactly.
    pub(crate) long_number: bool,
}

/// A document read: its one spelling, and what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Document {
    /// Keys sorted, numbers by value, no blanks.
    pub(crate) canonical: String,
    pub(crate) traits: Traits,
}

/// Reads a JSON text.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn read(text: &str) -> Result<Document, &'static str> {
    let mut reader = Reader {
        text,
        at: 0,
        traits: Traits::default(),
    };
    let canonical = reader.value(0)?;
    reader.blanks();
    match reader.at == text.len() {
        true => Ok(Document {
            canonical,
            traits: reader.traits,
        }),
        false => Err("something follows the JSON"),
    }
}

const BROKEN: &str = "no JSON";

struct Reader<'a> {
    text: &'a str,
    at: usize,
    traits: Traits,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        self.blanks();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: usize) -> Result<String, &'static str> {
        if depth > DEEPEST {
            return Err("JSON that is nested too deeply");
        }
        self.blanks();
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<String, &'static str> {
        let rest = &self.text[self.at..];
        let word = ["true", "false", "null"]
            .into_iter()
            .find(|word| rest.starts_with(word))
            .ok_or(BROKEN)?;
        self.at += word.len();
        Ok(word.to_owned())
    }

    fn object(&mut self, depth: usize) -> Result<String, &'static str> {
        self.at += 1;
        let mut entries: Vec<(String, String)> = Vec::new();
        if !self.take(b'}') {
            loop {
                self.blanks();
                if self.peek() != Some(b'"') {
                    return Err(BROKEN);
                }
                let key = self.string()?;
                if !self.take(b':') {
                    return Err(BROKEN);
                }
                entries.push((key, self.value(depth + 1)?));
                if self.take(b'}') {
                    break;
                }
                if !self.take(b',') {
                    return Err(BROKEN);
                }
            }
        }
        // Stable: the last of two equal keys is still the last.
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        let before = entries.len();
        entries.reverse();
        entries.dedup_by(|a, b| a.0 == b.0);
        entries.reverse();
        self.traits.repeated_key |= entries.len() < before;
        let mut out = String::from("{");
        for (at, (key, value)) in entries.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let _ = write!(out, "{comma}{key}:{value}");
        }
        out.push('}');
        Ok(out)
    }

    fn array(&mut self, depth: usize) -> Result<String, &'static str> {
        self.at += 1;
        let mut out = String::from("[");
        if !self.take(b']') {
            loop {
                out.push_str(&self.value(depth + 1)?);
                if self.take(b']') {
                    break;
                }
                if !self.take(b',') {
                    return Err(BROKEN);
                }
                out.push(',');
            }
        }
        out.push(']');
        Ok(out)
    }

    fn number(&mut self) -> Result<String, &'static str> {
        let rest = &self.text[self.at..];
        let end = rest
            .find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'))
            .unwrap_or(rest.len());
        let text = &rest[..end];
        let digits = text.strip_prefix('-').unwrap_or(text);
        let whole = digits.find(|c: char| !c.is_ascii_digit());
        let whole = &digits[..whole.unwrap_or(digits.len())];
        // JSON has no `.5`, `1.` or `01`.
        let odd_point = digits.contains(".e") || digits.contains(".E") || digits.ends_with('.');
        if whole.is_empty() || odd_point || whole.len() > 1 && whole.starts_with('0') {
            return Err(BROKEN);
        }
        let number = Number::read(text).ok_or(BROKEN)?;
        let fits = text.parse::<i64>().is_ok()
            || text.parse::<u64>().is_ok()
            || exact_double(text).is_some();
        self.traits.long_number |= !fits;
        self.at += end;
        Ok(number.canonical())
    }

    /// A string with its quotes, each character spelt in one way.
    fn string(&mut self) -> Result<String, &'static str> {
        self.at += 1;
        let mut out = String::from("\"");
        loop {
            let rest = &self.text[self.at..];
            let stop = rest
                .bytes()
                .position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))
                .ok_or(BROKEN)?;
            out.push_str(&rest[..stop]);
            self.at += stop + 1;
            match rest.as_bytes()[stop] {
                b'"' => break,
                b'\\' => self.escape(&mut out)?,
                _ => return Err(BROKEN),
            }
        }
        out.push('"');
        Ok(out)
    }

    fn escape(&mut self, out: &mut String) -> Result<(), &'static str> {
        let letter = self.peek().ok_or(BROKEN)?;
        self.at += 1;
        let plain = match letter {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(out),
            _ => return Err(BROKEN),
        };
        spell(plain, out);
        Ok(())
    }

    fn unicode(&mut self, out: &mut String) -> Result<(), &'static str> {
        let first = self.hex()?;
        self.traits.nul |= first == 0;
        if !(0xd800..0xe000).contains(&first) {
            spell(char::from_u32(first).ok_or(BROKEN)?, out);
            return Ok(());
        }
        let low = self.text[self.at..].starts_with("\\u");
        if first < 0xdc00 && low {
            let before = self.at;
            self.at += 2;
            let second = self.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                let point = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                spell(char::from_u32(point).ok_or(BROKEN)?, out);
                return Ok(());
            }
            self.at = before;
        }
        self.traits.half_pair = true;
        let _ = write!(out, "\\u{first:04x}");
        Ok(())
    }

    fn hex(&mut self) -> Result<u32, &'static str> {
        let text = self.text.get(self.at..self.at + 4).ok_or(BROKEN)?;
        self.at += 4;
        match text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            true => u32::from_str_radix(text, 16).map_err(|_| BROKEN),
            false => Err(BROKEN),
        }
    }
}

fn spell(character: char, out: &mut String) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\0'..='\u{1f}' => {
            let _ = write!(out, "\\u{:04x}", u32::from(character));
        }
        _ => out.push(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_document_are_one() {
        let one = read(r#"{"b": [1.0, "\u00e9\n"], "a": null, "c": 1e2}"#).unwrap();
        let other = read("{\"a\":null,\"c\":100,\"b\":[1,\"é\\u000a\"]}").unwrap();
        assert_eq!(one.canonical, other.canonical);
        assert_eq!(one.traits, Traits::default());
        assert_ne!(read("[1]").unwrap(), read("[\"1\"]").unwrap());
    }

    #[test]
    fn what_a_database_of_values_would_change_is_seen() {
        let traits = |text| read(text).unwrap().traits;
        assert!(traits(r#"{"a": 1, "\u0061": 2}"#).repeated_key);
        assert!(traits(r#""\u0000""#).nul);
        assert!(traits(r#""\ud800x""#).half_pair);
        assert!(!traits(r#""\ud83d\ude00""#).half_pair);
        assert!(traits("0.1234567890123456789").long_number);
        assert!(!traits("18446744073709551615").long_number);
        assert!(traits("18446744073709551617").long_number);
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for bad in [
            "",
            "{",
            "[1,]",
            "01",
            "1.",
            ".5",
            "nul",
            "\"a",
            "\"\\x\"",
            "1 2",
            "{\"a\" 1}",
            "+1",
            "\"\u{1}\"",
            "{1:2}",
            "1e",
            "\"\\u12\"",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert!(read(&"[".repeat(5_000)).is_err());
    }
}
