//! A place in the tokens of a statement, and the steps that every statement needs.

use super::token::{Token, joined};
use crate::schema::{IndexKey, IndexPart, SortOrder};

/// A place in the tokens of a statement.
pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    pub(super) tokens: &'t [Token<'t>],
    pub(super) at: usize,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, tokens: &'t [Token<'t>]) -> Self {
        Reader {
            text,
            tokens,
            at: 0,
        }
    }

    pub(super) fn peek(&self) -> Option<&'t Token<'t>> {
        self.tokens.get(self.at)
    }

    pub(super) fn next_is(&self, ahead: usize, keyword: &str) -> bool {
        self.tokens
            .get(self.at + ahead)
            .is_some_and(|token| token.is(keyword))
    }

    /// Steps over the keyword, if it is the next token.
    pub(super) fn word(&mut self, keyword: &str) -> bool {
        let found = self.next_is(0, keyword);
        self.at += usize::from(found);
        found
    }

    pub(super) fn words(&mut self, keywords: &[&str]) -> bool {
        let found = keywords
            .iter()
            .enumerate()
            .all(|(ahead, keyword)| self.next_is(ahead, keyword));
        if found {
            self.at += keywords.len();
        }
        found
    }

    pub(super) fn mark(&mut self, mark: u8) -> bool {
        let found = self.peek().is_some_and(|token| token.is_mark(mark));
        self.at += usize::from(found);
        found
    }

    pub(super) fn name(&mut self) -> Option<String> {
        let name = self.peek()?.name()?.into_owned();
        self.at += 1;
        Some(name)
    }

    /// `CREATE [between] kind [IF NOT EXISTS] [schema.]name`
    pub(super) fn head(&mut self, between: &[&str], kind: &str) -> Option<()> {
        self.word("CREATE").then_some(())?;
        for word in between {
            self.word(word);
        }
        self.word(kind).then_some(())?;
        self.words(&["IF", "NOT", "EXISTS"]);
        self.name()?;
        if self.mark(b'.') {
            self.name()?;
        }
        Some(())
    }

    /// The tokens up to the bracket that closes the one just stepped over, which is stepped over too.
    pub(super) fn within_brackets(&mut self) -> Option<&'t [Token<'t>]> {
        let start = self.at;
        let mut depth = 0;
        loop {
            let token = self.peek()?;
            self.at += 1;
            if token.is_mark(b'(') {
                depth += 1;
            } else if token.is_mark(b')') {
                if depth == 0 {
                    return Some(&self.tokens[start..self.at - 1]);
                }
                depth -= 1;
            }
        }
    }

    pub(super) fn expression(&mut self) -> Option<String> {
        self.mark(b'(').then_some(())?;
        let inner = self.within_brackets()?;
        Some(joined(self.text, inner))
    }

    /// `(a, b)`
    pub(super) fn names(&mut self) -> Option<Vec<String>> {
        self.mark(b'(').then_some(())?;
        let inner = self.within_brackets()?;
        Some(
            split_at_commas(inner)
                .filter_map(|item| item.first()?.name())
                .map(|name| name.into_owned())
                .collect(),
        )
    }

    /// `(a COLLATE x DESC, lower(b))`
    pub(super) fn parts(&mut self) -> Option<Vec<IndexPart>> {
        self.mark(b'(').then_some(())?;
        let inner = self.within_brackets()?;
        Some(
            split_at_commas(inner)
                .map(|item| part(self.text, item))
                .collect(),
        )
    }
}

/// `BINARY` is the default; the built-in names are written large.
pub(super) fn collation(name: &str) -> Option<String> {
    match name.to_ascii_uppercase().as_str() {
        "BINARY" => None,
        built_in @ ("NOCASE" | "RTRIM") => Some(built_in.to_owned()),
        _ => Some(name.to_owned()),
    }
}

pub(super) fn split_at_commas<'t>(
    tokens: &'t [Token<'t>],
) -> impl Iterator<Item = &'t [Token<'t>]> {
    let mut depth = 0_i32;
    tokens.split(move |token| {
        depth += i32::from(token.is_mark(b'(')) - i32::from(token.is_mark(b')'));
        depth == 0 && token.is_mark(b',')
    })
}

/// One entry of an index: an expression with its collation and order.
pub(super) fn part(text: &str, mut item: &[Token<'_>]) -> IndexPart {
    let mut part = IndexPart::column(String::new());
    if let [before @ .., last] = item
        && (last.is("ASC") || last.is("DESC"))
    {
        if last.is("DESC") {
            part.order = SortOrder::Descending;
        }
        item = before;
    }
    if let [before @ .., keyword, name] = item
        && keyword.is("COLLATE")
        && !before.is_empty()
    {
        // BINARY is said where the column's own is another: the caller knows.
        part.collation = name
            .name()
            .map(|name| collation(&name).unwrap_or_else(|| "BINARY".to_owned()));
        item = before;
    }
    let item = without_brackets(item);
    part.key = match item {
        [token] if token.name().is_some() => {
            IndexKey::Column(token.name().unwrap_or_default().into_owned())
        }
        _ => IndexKey::Expression(joined(text, item)),
    };
    part
}

/// The tokens without the pairs of brackets around the whole of them.
pub(super) fn without_brackets<'s, 't>(mut tokens: &'s [Token<'t>]) -> &'s [Token<'t>] {
    while let [open, inner @ .., close] = tokens
        && open.is_mark(b'(')
        && close.is_mark(b')')
        && is_balanced(inner)
    {
        tokens = inner;
    }
    tokens
}

/// Whether no bracket closes that was not opened before.
fn is_balanced(tokens: &[Token<'_>]) -> bool {
    let mut depth = 0_i32;
    tokens.iter().all(|token| {
        depth += i32::from(token.is_mark(b'(')) - i32::from(token.is_mark(b')'));
        depth >= 0
    })
}
