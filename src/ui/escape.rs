//! Text from elsewhere, made safe for a terminal.

/// Escapes what a terminal would obey or what would hide text: control characters, line and
/// paragraph separators, and the marks that turn the direction of writing. Line breaks stay where
/// `multiline` says so.
pub fn escape(text: &str, multiline: bool) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\t' if multiline => safe.push(character),
            '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{2028}'
            | '\u{2029}' => safe.extend(character.escape_unicode()),
            _ if character.is_control() => safe.extend(character.escape_default()),
            _ => safe.push(character),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn a_terminal_is_never_given_orders() {
        assert_eq!(escape("a\u{1b}[2Jb", false), "a\\u{1b}[2Jb");
        assert_eq!(escape("one\ntwo\r", true), "one\ntwo\\r");
        assert_eq!(escape("one\ntwo", false), "one\\ntwo");
        assert_eq!(
            escape("添加\u{202e}新字段 🎉", false),
            "添加\\u{202e}新字段 🎉"
        );
    }
}
