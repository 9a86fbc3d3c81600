//! Rust as it is written: chains of calls broken where rustfmt would, literals that stay readable.

/// The widest chain and the widest arguments that rustfmt leaves on one line, and its widest line.
const CHAIN: usize = 60;
const LINE: usize = 100;
const STEP: usize = 4;

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Code {
    Text(String),
    Chain(String, Vec<Link>),
}

/// `.name(…)`, or `.await?`, which has no arguments.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Link {
    name: String,
    arguments: Option<Vec<Code>>,
}

impl Code {
    /// The head of a chain: `Table::create()`.
    pub fn head(head: impl Into<String>) -> Code {
        Code::Chain(head.into(), Vec::new())
    }

    pub fn text(text: impl Into<String>) -> Code {
        Code::Text(text.into())
    }

    /// A string as an argument.
    pub fn string(text: &str) -> Code {
        Code::Text(string(text))
    }

    #[must_use]
    pub fn call(self, name: &str, arguments: impl IntoIterator<Item = Code>) -> Code {
        self.link(name, Some(arguments.into_iter().collect()))
    }

    /// What follows is not called: `.await?`.
    #[must_use]
    pub fn then(self, name: &str) -> Code {
        self.link(name, None)
    }

    fn link(self, name: &str, arguments: Option<Vec<Code>>) -> Code {
        let (head, mut links) = match self {
            Code::Text(head) => (head, Vec::new()),
            Code::Chain(head, links) => (head, links),
        };
        links.push(Link {
            name: name.to_owned(),
            arguments,
        });
        Code::Chain(head, links)
    }

    fn one_line(&self) -> String {
        match self {
            Code::Text(text) => text.clone(),
            Code::Chain(head, links) => {
                let links = links.iter().map(|link| match &link.arguments {
                    None => format!(".{}", link.name),
                    Some(arguments) => format!(".{}({})", link.name, listed(arguments)),
                });
                format!("{head}{}", links.collect::<String>())
            }
        }
    }

    /// The expression at an indentation, which the first line has already.
    pub fn written(&self, indent: usize) -> String {
        let line = self.one_line();
        let Code::Chain(head, links) = self else {
            return line;
        };
        let fits = line.chars().count() <= CHAIN && !line.contains('\n') || links.is_empty();
        if fits {
            return line;
        }
        let inner = indent + STEP;
        let mut text = head.clone();
        for link in links {
            text.push_str(&format!("\n{}.{}", " ".repeat(inner), link.name));
            let Some(arguments) = &link.arguments else {
                continue;
            };
            let line = listed(arguments);
            let width = line.chars().count();
            let fits = width <= CHAIN && inner + link.name.len() + width + 3 <= LINE;
            if fits && !line.contains('\n') || arguments.is_empty() {
                text.push_str(&format!("({line})"));
                continue;
            }
            text.push_str("(\n");
            for argument in arguments {
                let written = argument.written(inner + STEP);
                text.push_str(&format!("{}{written},\n", " ".repeat(inner + STEP)));
            }
            text.push_str(&format!("{})", " ".repeat(inner)));
        }
        text
    }
}

fn listed(arguments: &[Code]) -> String {
    let lines: Vec<String> = arguments.iter().map(Code::one_line).collect();
    lines.join(", ")
}

/// A string literal, raw where that reads better: what stands in it is what the server gets.
pub(super) fn string(text: &str) -> String {
    let plain = |c: char| c == '\n' || c == '\t' || !c.is_control() && !is_hidden(c);
    if !text.chars().all(plain) {
        // Rust takes no bare carriage return in a raw string, and warns of what turns the reading direction.
        return escaped(text);
    }
    if !text.contains(['"', '\\']) {
        return format!("\"{text}\"");
    }
    if !text.contains('"') {
        return format!("r\"{text}\"");
    }
    let mut marks = String::from("#");
    while text.contains(&format!("\"{marks}")) {
        marks.push('#');
    }
    format!("r{marks}\"{text}\"{marks}")
}

fn escaped(text: &str) -> String {
    let mut written = String::from("\"");
    for character in text.chars() {
        if is_hidden(character) {
            written.extend(character.escape_unicode());
        } else {
            written.extend(character.escape_debug());
        }
    }
    written.push('"');
    written
}

/// What changes the order in which text is shown.
fn is_hidden(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

/// A line of a comment: what ends a line or hides in it becomes a blank.
pub(super) fn comment(text: &str) -> String {
    let visible = |c: char| {
        let ends = c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
        if ends || is_hidden(c) { ' ' } else { c }
    };
    let line: String = text.chars().map(visible).collect();
    line.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_raw_only_where_that_helps() {
        assert_eq!(string("a b"), "\"a b\"");
        assert_eq!(string(r"a\b"), r#"r"a\b""#);
        assert_eq!(string("say \"x\""), "r#\"say \"x\"\"#");
        assert_eq!(string("\"#"), "r##\"\"#\"##");
        assert_eq!(string("a\rb\"\u{202e}"), r#""a\rb\"\u{202e}""#);
        assert_eq!(string("two\nlines"), "\"two\nlines\"");
    }

    #[test]
    fn a_long_chain_is_broken_at_each_call() {
        let table = Code::head("Table::create()")
            .call("table", [Code::string("notes")])
            .call(
                "col",
                [Code::head("ColumnDef::new(\"title\")")
                    .call("string_len", [Code::text("50")])
                    .call("not_null", [])],
            )
            .call("to_owned", []);
        let code = Code::head("manager")
            .call("create_table", [table])
            .then("await?");
        assert_eq!(
            code.written(8),
            "manager
            .create_table(
                Table::create()
                    .table(\"notes\")
                    .col(ColumnDef::new(\"title\").string_len(50).not_null())
                    .to_owned(),
            )
            .await?"
        );
    }
}
