//! Text that is safe to show: control characters escaped, nothing that may hold a secret.

use std::fmt::{self, Write};

/// Shows text with its control and text-direction characters escaped, so that it cannot drive a terminal.
pub(super) struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if c.is_control() || is_direction(c) {
                write!(f, "{}", c.escape_unicode())?;
            } else {
                f.write_char(c)?;
            }
        }
        Ok(())
    }
}

/// Characters that reorder what follows them on screen (Unicode UAX #9), and line separators.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The longest text of a user's that an error repeats.
const MAX_ECHO_CHARS: usize = 40;

/// Repeats what somebody wrote where that helps, and only says "the value" where it might be a
/// URL, and so hold a password, that strayed into another key.
pub(super) fn echo(text: &str) -> String {
    echo_or(text, "the value")
}

/// Repeats what somebody wrote, or says `otherwise` where it might be a URL.
pub(super) fn echo_or(text: &str, otherwise: &str) -> String {
    let plain = text.chars().count() <= MAX_ECHO_CHARS && !text.contains([':', '@', '\n']);
    if plain {
        format!("`{}`", Escaped(text))
    } else {
        otherwise.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_direction_characters_are_escaped() {
        assert_eq!(
            Escaped("a\u{1b}[31mb\u{202e}c").to_string(),
            "a\\u{1b}[31mb\\u{202e}c"
        );
        assert_eq!(Escaped("数据 ok").to_string(), "数据 ok");
    }

    #[test]
    fn what_may_be_a_url_is_not_repeated() {
        assert_eq!(echo("tru"), "`tru`");
        assert_eq!(echo("postgres://u:hunter2@h/db"), "the value");
        assert_eq!(echo("hunter2@h"), "the value");
    }
}
