//! A crate's `lib.rs` with one revision more, and all else byte for byte as it was.

use std::ops::Range;

use super::super::name::{Name, leading_digits, without_m};

/// The text with `id` as a module and in the list of revisions; `None` where it has another shape than
///
/// - `mod m…;` lines and `rust_revisions! { m…, m…, }`, or
/// - `mod m…;` lines and `vec![Box::new(m…::Migration), …]` in `fn migrations()`.
pub(super) fn registered(text: &str, id: &str) -> Option<String> {
    let code = masked(text);
    let modules = modules(&code);
    if modules.iter().any(|(_, name)| name == id) {
        return Some(text.to_owned());
    }
    let (line, _) = modules.last()?;
    let (list, item) = list(&code, id)?;
    let mut inserts = vec![after_line(text, line, id)?];
    inserts.extend(append(text, &code, list, &item));
    // From the end on, so that earlier places stay where they are.
    inserts.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let mut edited = text.to_owned();
    for (at, new) in inserts {
        edited.insert_str(at, &new);
    }
    Some(edited)
}

/// The lines that declare revisions as modules, each with the module's name.
fn modules(code: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in code.split_inclusive('\n') {
        let range = start..start + line.len();
        start = range.end;
        let words = line.trim();
        let words = words.strip_prefix("pub ").unwrap_or(words);
        let words = words.strip_prefix("pub(crate) ").unwrap_or(words);
        let name = words
            .strip_prefix("mod ")
            .and_then(|rest| rest.strip_suffix(';'));
        if let Some(name) = name.map(str::trim).filter(|name| is_revision(name)) {
            found.push((range, name.to_owned()));
        }
    }
    found
}

fn is_revision(name: &str) -> bool {
    let bare = without_m(name);
    bare != name
        && leading_digits(bare) > 0
        && Name::parse(name).timestamp.is_some()
        && is_identifier(name)
}

fn is_identifier(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// The same line for another module, behind this one.
fn after_line(text: &str, line: &Range<usize>, id: &str) -> Option<(usize, String)> {
    let whole = &text[line.clone()];
    let ends = line_end(text, line.end);
    let before = whole.split("mod ").next()?;
    let new = format!("{before}mod {id};");
    Some(match whole.ends_with('\n') {
        true => (line.end, format!("{new}{ends}")),
        false => (line.end, format!("{ends}{new}")),
    })
}

/// The line end that is in use before this place.
fn line_end(text: &str, at: usize) -> &'static str {
    let before = &text[..at];
    let last = before.rfind('\n');
    match last {
        Some(last) if before[..last].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// The inside of the list of revisions, and what stands there for one of them.
fn list(code: &str, id: &str) -> Option<(Range<usize>, String)> {
    let in_macro = only(code, "rust_revisions!", |rest| {
        rest.trim_start().starts_with(['{', '(', '['])
    });
    if let Some(at) = in_macro {
        let inside = bracket(code, at)?;
        let all = items(&code[inside.clone()]).into_iter().all(is_identifier);
        return all.then(|| (inside, id.to_owned()));
    }
    let function = only(code, "fn migrations", |rest| {
        rest.trim_start().starts_with('(')
    })?;
    let opened = function + code[function..].find('{')?;
    let body = bracket(code, opened)?;
    let vector = only(&code[body.clone()], "vec!", |rest| {
        rest.trim_start().starts_with('[')
    })?;
    let inside = bracket(code, body.start + vector)?;
    let is_boxed = |item: &str| {
        let item: String = item.split_whitespace().collect();
        item.strip_prefix("Box::new(")
            .and_then(|rest| rest.strip_suffix("::Migration)"))
            .is_some_and(|path| path.split("::").all(is_identifier))
    };
    let all = items(&code[inside.clone()]).into_iter().all(is_boxed);
    all.then(|| (inside, format!("Box::new({id}::Migration)")))
}

/// Behind the only place where `word` stands and what follows is right.
fn only(code: &str, word: &str, is_right: impl Fn(&str) -> bool) -> Option<usize> {
    let mut found = code
        .match_indices(word)
        .map(|(at, _)| at + word.len())
        .filter(|at| is_right(&code[*at..]));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// What stands between the first bracket from `at` on and the one that closes it.
fn bracket(code: &str, at: usize) -> Option<Range<usize>> {
    let mut depth = 0;
    let mut start = None;
    for (offset, c) in code[at..].char_indices() {
        match c {
            '(' | '[' | '{' => {
                depth += 1;
                start.get_or_insert(at + offset + 1);
            }
            ')' | ']' | '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(start?..at + offset);
                }
            }
            _ => {}
        }
    }
    None
}

/// The items of a list: no comma stands inside one.
fn items(inside: &str) -> Vec<&str> {
    let items = inside.split(',').map(str::trim);
    items.filter(|item| !item.is_empty()).collect()
}

/// Appends to a list, as its last item stands there.
fn append(text: &str, code: &str, list: Range<usize>, item: &str) -> Vec<(usize, String)> {
    let inside = &code[list.clone()];
    let used = inside.trim_end();
    let end = list.start + used.len();
    if used.trim().is_empty() {
        // Nothing yet: behind a comment there it would be swallowed, so in front.
        return vec![(list.start, item.to_owned())];
    }
    let comma = if used.ends_with(',') { "" } else { "," };
    let last = code[..end].trim_end_matches(',').trim_end();
    let line = text[..last.len()].rfind('\n').map_or(0, |at| at + 1);
    if line <= list.start && !inside.contains('\n') {
        return vec![(end, format!("{comma} {item}"))];
    }
    let indent: String = text[line..]
        .chars()
        .take_while(|c| *c == ' ' || *c == '\t')
        .collect();
    // A comment behind the last item stays with it.
    let rest = &text[end..list.end];
    let to_line_end = rest.find('\n').map(|at| {
        let at = end + at;
        if text[..at].ends_with('\r') {
            at - 1
        } else {
            at
        }
    });
    match to_line_end {
        Some(at) => {
            let new = format!("{}{indent}{item},", line_end(text, at + 2));
            if at == end || comma.is_empty() {
                vec![(at, format!("{comma}{new}"))]
            } else {
                vec![(end, comma.to_owned()), (at, new)]
            }
        }
        None => vec![(end, format!("{comma} {item}"))],
    }
}

/// The text with every comment and literal blanked, byte for byte as long.
fn masked(text: &str) -> String {
    let mut code = text.as_bytes().to_vec();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let length = hidden(text, at).unwrap_or(0);
        for byte in &mut code[at..at + length] {
            if *byte != b'\n' && *byte != b'\r' {
                *byte = b' ';
            }
        }
        at += match length {
            0 => rest.chars().next().map_or(1, char::len_utf8),
            length => length,
        };
    }
    String::from_utf8(code).unwrap_or_else(|_| " ".repeat(text.len()))
}

/// How long the comment or literal is that begins here.
fn hidden(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    if rest.starts_with("//") {
        return Some(rest.find(['\n', '\r']).unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(block_comment(rest));
    }
    let is_inside_word = text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    if let Some(raw) = rest.strip_prefix('r').filter(|_| !is_inside_word) {
        let marks = raw.len() - raw.trim_start_matches('#').len();
        if raw[marks..].starts_with('"') {
            let close = format!("\"{}", "#".repeat(marks));
            let from = 2 + marks;
            let end = rest[from..].find(&close).map(|it| from + it + close.len());
            return Some(end.unwrap_or(rest.len()));
        }
    }
    if let Some(string) = rest.strip_prefix('"') {
        let mut escaped = false;
        for (offset, c) in string.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => return Some(offset + 2),
                _ => {}
            }
        }
        return Some(rest.len());
    }
    if let Some(character) = rest.strip_prefix('\'') {
        if let Some(escape) = character.strip_prefix('\\') {
            let skipped = escape.chars().next().map_or(0, char::len_utf8);
            return Some(2 + skipped + escape[skipped..].find('\'')? + 1);
        }
        // A lifetime has no closing mark.
        let first = character.chars().next()?.len_utf8();
        return character[first..].starts_with('\'').then_some(first + 2);
    }
    None
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}
