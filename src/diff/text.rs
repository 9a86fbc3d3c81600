//! Names inside expressions and queries: found, and spelt anew where a rename is followed.

use std::collections::BTreeSet;

use crate::dialect::ddl::order_words;
use crate::dialect::diff::DiffRules;
use crate::dialect::types::scan::{self, Kind};

/// Every name in a text, in lower case too.
pub(super) fn names(text: &str) -> BTreeSet<String> {
    let mut found = order_words(text);
    let lower: Vec<String> = found.iter().map(|it| it.to_lowercase()).collect();
    found.extend(lower);
    found
}

/// Whether a text names `name`, whatever the case.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    // Most texts do not have it even as a part: no need to split those.
    let lower = name.to_lowercase();
    text.to_lowercase().contains(&lower) && names(text).contains(&lower)
}

/// `text` with the name `from` spelt `to`, bare or quoted, alone or in a qualified name.
pub(super) fn renamed(text: &str, from: &str, to: &str, rules: &DiffRules) -> String {
    let mut said = String::with_capacity(text.len());
    let mut done = 0;
    // What stands behind AS is the name of what comes out, or a type.
    let mut named = false;
    for token in scan::tokens(text, rules.backslashes) {
        said.push_str(&text[done..token.start]);
        done = token.end();
        if std::mem::replace(&mut named, token.is_word("AS")) && token.kind != Kind::Group {
            said.push_str(token.text);
            continue;
        }
        match token.kind {
            Kind::Group if token.text.len() > 1 => {
                let closed = token.text.ends_with(')');
                let end = token.text.len() - usize::from(closed);
                said.push('(');
                said.push_str(&renamed(&token.text[1..end], from, to, rules));
                said.push_str(&token.text[end..]);
            }
            // Quotes that the old name needed and the new one does not.
            Kind::Name
                if token.name().as_deref() == Some(from)
                    && !(rules.stands_bare)(from)
                    && (rules.stands_bare)(to) =>
            {
                said.push_str(to);
            }
            Kind::Name if token.name().as_deref() == Some(from) => {
                let mark = &token.text[..1];
                said.push_str(&format!(
                    "{mark}{}{mark}",
                    to.replace(mark, &mark.repeat(2))
                ));
            }
            Kind::Word => {
                let parts: Vec<String> = token
                    .text
                    .split('.')
                    .map(|part| {
                        if !part.is_empty() && part.eq_ignore_ascii_case(from) {
                            bare(to, rules)
                        } else {
                            part.to_owned()
                        }
                    })
                    .collect();
                said.push_str(&parts.join("."));
            }
            _ => said.push_str(token.text),
        }
    }
    said.push_str(&text[done..]);
    said
}

/// A query in which the column `from` has become `to`, where what comes out keeps its old name:
/// `SELECT t.phone` is then `SELECT t.mobile AS phone`.
pub(super) fn renamed_inside(query: &str, from: &str, to: &str, rules: &DiffRules) -> String {
    let query = renamed(query, from, to, rules);
    let tokens = scan::tokens(&query, rules.backslashes);
    let mut ends = Vec::new();
    let mut listing = false;
    // Where the item of the list that is being read begins.
    let mut item = 0;
    for at in 0..=tokens.len() {
        let token = tokens.get(at);
        let ends_list = token.is_none_or(|it| it.is_word("FROM"));
        if listing && (ends_list || token.is_some_and(|it| it.text == ",")) {
            let bare = tokens[item..at]
                .windows(2)
                .all(|it| it[0].end() == it[1].start);
            let last = tokens[item..at].last();
            if let Some(last) = last.filter(|it| bare && is_name(it, to)) {
                ends.push(last.end());
            }
            item = at + 1;
        }
        listing &= !ends_list;
        let opens = |it: &scan::Token<'_>| it.is_word("SELECT") || it.is_word("DISTINCT");
        if token.is_some_and(opens) {
            (listing, item) = (true, at + 1);
        }
    }
    let mut said = query.clone();
    for end in ends.into_iter().rev() {
        said.insert_str(end, &format!(" AS {}", bare(from, rules)));
    }
    said
}

/// Whether a token is a name, or ends a qualified one.
fn is_name(token: &scan::Token<'_>, name: &str) -> bool {
    match token.kind {
        Kind::Name => token.name().as_deref() == Some(name),
        Kind::Word => token.text.rsplit('.').next() == Some(name),
        _ => false,
    }
}

/// Whether `new` is `old` but for some of the names, which are spelt as `renames` have it.
pub(super) fn is_renamed(old: &str, new: &str, renames: &[(&str, &str)]) -> bool {
    let (old, new) = (words(old), words(new));
    old.len() == new.len()
        && old.iter().zip(&new).all(|(old, new)| {
            let is = |renamed: &&(&str, &str)| {
                old.eq_ignore_ascii_case(renamed.0) && new.eq_ignore_ascii_case(renamed.1)
            };
            old == new
                || old.eq_ignore_ascii_case(new) && !old.starts_with('\'')
                || renames.iter().any(|it| is(&it))
        })
}

/// Names without their quotes, strings with them, and every mark.
fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for token in scan::tokens(text, false) {
        match token.kind {
            Kind::Group => {
                found.push("(".to_owned());
                found.extend(words(token.inside()));
                found.push(")".to_owned());
            }
            Kind::Name => found.extend(token.name()),
            Kind::Word => {
                let mut parts = token.text.split('.');
                found.extend(parts.next().map(str::to_owned));
                for part in parts {
                    found.extend([".".to_owned(), part.to_owned()]);
                }
            }
            Kind::Literal | Kind::Mark => found.push(token.text.to_owned()),
        }
    }
    found.retain(|word| !word.is_empty());
    found
}

/// A name as it stands where the old one stood bare.
fn bare(name: &str, rules: &DiffRules) -> String {
    if (rules.stands_bare)(name) {
        return name.to_owned();
    }
    let quote = rules.quote;
    let twice = format!("{quote}{quote}");
    format!("{quote}{}{quote}", name.replace(quote, &twice))
}

/// Whether a text holds the string `'value'`.
pub(super) fn holds_literal(text: &str, value: &str) -> bool {
    text.contains(&format!("'{}'", value.replace('\'', "''")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Dialect;

    #[test]
    fn a_rename_is_followed_in_names_and_nowhere_else() {
        let rules = Dialect::Postgres.diff_rules();
        let said = renamed(
            r#"((phone)::text <> 'phone' AND t.phone > "phone" AND phones > 0)"#,
            "phone",
            "mobile",
            rules,
        );
        assert_eq!(
            said,
            r#"((mobile)::text <> 'phone' AND t.mobile > "mobile" AND phones > 0)"#
        );
        assert_eq!(renamed("(a > 0", "a", "B c", rules), "(\"B c\" > 0");
        assert_eq!(renamed("(a > 0)", "a", "select", rules), "(\"select\" > 0)");
        assert_eq!(renamed("(\"A\" > 0)", "A", "b", rules), "(b > 0)");
    }

    #[test]
    fn what_a_query_gives_keeps_its_name() {
        let rules = Dialect::Postgres.diff_rules();
        for (query, expected) in [
            (
                " SELECT t.id,\n    t.phone,\n    f(t.phone) AS x\n   FROM t WHERE t.phone = '';",
                " SELECT t.id,\n    t.mobile AS phone,\n    f(t.mobile) AS x\n   FROM t WHERE t.mobile = '';",
            ),
            (
                "SELECT DISTINCT phone FROM t UNION SELECT t.phone AS phone",
                "SELECT DISTINCT mobile AS phone FROM t UNION SELECT t.mobile AS phone",
            ),
            ("SELECT id FROM t", "SELECT id FROM t"),
        ] {
            assert_eq!(renamed_inside(query, "phone", "mobile", rules), expected);
        }
    }

    #[test]
    fn names_are_found_whatever_their_case() {
        assert!(mentions("(\"Phone\" > 0)", "phone"));
        assert!(mentions("f(x.PHONE)", "Phone"));
        assert!(!mentions("'phone'", "phone"));
    }
}
