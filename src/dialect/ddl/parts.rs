//! Pieces of statements that the dialects write alike.

use crate::dialect::Dialect;
use crate::schema::{
    Action, Deferrable, ForeignKey, IndexKey, IndexPart, MatchKind, Nulls, SortOrder,
};

/// `"a", "b"`
pub(crate) fn names<S: AsRef<str>>(dialect: Dialect, names: &[S]) -> String {
    let quoted: Vec<String> = names
        .iter()
        .map(|name| dialect.quote(name.as_ref()))
        .collect();
    quoted.join(", ")
}

/// `head (`, a line for each of `lines`, `)` and `tail`.
pub(crate) fn block(head: &str, lines: &[String], tail: &str) -> String {
    let lines: Vec<String> = lines.iter().map(|line| format!("  {line}")).collect();
    format!("{head} (\n{}\n){tail}", lines.join(",\n"))
}

/// `ALTER TABLE t ADD …`, the clauses each on a line of its own where there are several.
pub(crate) fn alter(head: &str, clauses: &[String]) -> Vec<String> {
    match clauses {
        [] => Vec::new(),
        [only] => vec![format!("{head} {only}")],
        several => vec![format!("{head}\n  {}", several.join(",\n  "))],
    }
}

/// What an index or key is on: `"a", lower("b") DESC`.
pub(crate) fn index_parts(dialect: Dialect, parts: &[IndexPart]) -> String {
    let written: Vec<String> = parts.iter().map(|part| index_part(dialect, part)).collect();
    written.join(", ")
}

fn index_part(dialect: Dialect, part: &IndexPart) -> String {
    let mut text = match &part.key {
        IndexKey::Column(name) => dialect.quote(name),
        IndexKey::Expression(expression) => format!("({expression})"),
    };
    if let Some(prefix) = part.prefix {
        text.push_str(&format!("({prefix})"));
    }
    if let Some(collation) = &part.collation {
        text.push_str(&format!(" COLLATE {collation}"));
    }
    if let Some(class) = &part.operator_class {
        text.push_str(&format!(" {class}"));
    }
    if part.order == SortOrder::Descending {
        text.push_str(" DESC");
    }
    match part.nulls {
        Some(Nulls::First) => text.push_str(" NULLS FIRST"),
        Some(Nulls::Last) => text.push_str(" NULLS LAST"),
        None => {}
    }
    text
}

/// `FOREIGN KEY ("a") REFERENCES "t" ("b") ON DELETE CASCADE`, without the constraint's name.
pub(crate) fn foreign_key(dialect: Dialect, key: &ForeignKey) -> String {
    let mut text = format!(
        "FOREIGN KEY ({}) REFERENCES {}",
        names(dialect, &key.columns),
        dialect.quote_name(&key.references),
    );
    if !key.referenced_columns.is_empty() {
        text.push_str(&format!(" ({})", names(dialect, &key.referenced_columns)));
    }
    match key.match_kind {
        MatchKind::Simple => {}
        MatchKind::Full => text.push_str(" MATCH FULL"),
        MatchKind::Partial => text.push_str(" MATCH PARTIAL"),
    }
    if let Some(action) = action(key.on_update) {
        text.push_str(&format!(" ON UPDATE {action}"));
    }
    if let Some(action) = action(key.on_delete) {
        text.push_str(&format!(" ON DELETE {action}"));
        if !key.on_delete_columns.is_empty() {
            text.push_str(&format!(" ({})", names(dialect, &key.on_delete_columns)));
        }
    }
    text.push_str(deferrable(key.deferrable));
    text
}

fn action(action: Action) -> Option<&'static str> {
    match action {
        Action::NoAction => None,
        Action::Restrict => Some("RESTRICT"),
        Action::Cascade => Some("CASCADE"),
        Action::SetNull => Some("SET NULL"),
        Action::SetDefault => Some("SET DEFAULT"),
    }
}

pub(crate) fn deferrable(deferrable: Option<Deferrable>) -> &'static str {
    match deferrable {
        None => "",
        Some(Deferrable {
            initially_deferred: false,
        }) => " DEFERRABLE",
        Some(Deferrable {
            initially_deferred: true,
        }) => " DEFERRABLE INITIALLY DEFERRED",
    }
}

/// `CONSTRAINT "n" `, or nothing for what has no name.
pub(crate) fn constraint(dialect: Dialect, name: Option<&str>) -> String {
    name.map_or(String::new(), |name| {
        format!("CONSTRAINT {} ", dialect.quote(name))
    })
}

/// Pieces with a space before each.
pub(crate) fn tail<S: AsRef<str>>(pieces: &[S]) -> String {
    pieces
        .iter()
        .map(|piece| format!(" {}", piece.as_ref()))
        .collect()
}
