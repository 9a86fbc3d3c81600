//! Where names are looked up: the version, the namespaces and which of them is the default one.

use serde::Deserialize;

use crate::dialect::catalog::json;
use crate::dialect::{CatalogError, Row, Scope};
use crate::schema::{Extension, Name};

/// What the first query tells; the others are made from it.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub version: i64,
    /// `search_path` as it was.
    pub path: String,
    /// `jit` as it was.
    pub jit: String,
    pub default: Option<String>,
    pub namespaces: Vec<Namespace>,
    /// The object numbers of the namespaces, as a list for `IN (…)`.
    pub oids: String,
    pub extensions: Vec<Extension>,
}

/// A namespace that is in the scope.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub(super) struct Namespace {
    pub oid: String,
    pub name: String,
    pub comment: Option<String>,
    /// Whether an extension brought it.
    pub extension: bool,
}

#[derive(Debug, Default, Deserialize)]
struct ExtensionRow {
    name: String,
    namespace: String,
    version: String,
}

impl Place {
    /// From the one row of `queries::PLACE`.
    pub(super) fn new(row: &Row, scope: &Scope) -> Result<Self, CatalogError> {
        let path = row.text_or_empty(0).to_owned();
        let existing: Vec<Namespace> = json("namespaces", row, 3)?;
        let known: Vec<&str> = existing.iter().map(|n| n.name.as_str()).collect();
        let default = default_namespace(&path, row.text_or_empty(1), &known);
        let namespaces: Vec<Namespace> = existing
            .into_iter()
            .filter(|namespace| !namespace.extension)
            .filter(|namespace| {
                scope.namespaces.is_empty() || scope.namespaces.contains(&namespace.name)
            })
            .collect();
        let oids: Vec<&str> = namespaces.iter().map(|n| n.oid.as_str()).collect();
        let oids = if oids.is_empty() {
            "0".to_owned()
        } else {
            oids.join(", ")
        };
        let extensions: Vec<ExtensionRow> = json("extensions", row, 5)?;
        let mut place = Place {
            version: row.integer(2).unwrap_or_default(),
            path,
            jit: row.text_or_empty(4).to_owned(),
            default,
            namespaces,
            oids,
            extensions: Vec::new(),
        };
        place.extensions = extensions
            .into_iter()
            .map(|extension| Extension {
                namespace: place
                    .name(&extension.namespace, "")
                    .namespace
                    .filter(|namespace| namespace != "pg_catalog"),
                name: extension.name,
                version: Some(extension.version),
            })
            .collect();
        Ok(place)
    }

    /// A name as the model has it: bare in the default namespace.
    pub(super) fn name(&self, namespace: &str, name: &str) -> Name {
        Name {
            namespace: (self.default.as_deref() != Some(namespace)).then(|| namespace.to_owned()),
            name: name.to_owned(),
        }
    }
}

/// The first namespace of `path` that exists, found without asking whether the role may use it.
fn default_namespace(path: &str, user: &str, existing: &[&str]) -> Option<String> {
    entries(path)
        .into_iter()
        .map(|entry| {
            if entry == "$user" {
                user.to_owned()
            } else {
                entry
            }
        })
        .find(|entry| existing.contains(&entry.as_str()))
}

/// The names in a `search_path`: `"$user", public`.
fn entries(path: &str) -> Vec<String> {
    let mut entries = Vec::new();
    let mut rest = path.trim_start();
    while !rest.is_empty() {
        let mut entry = String::new();
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut characters = quoted.char_indices().peekable();
            let mut end = quoted.len();
            while let Some((at, character)) = characters.next() {
                if character != '"' {
                    entry.push(character);
                } else if characters.next_if(|(_, next)| *next == '"').is_some() {
                    entry.push('"');
                } else {
                    end = at + 1;
                    break;
                }
            }
            rest = &quoted[end..];
            rest = rest.find(',').map_or("", |comma| &rest[comma + 1..]);
        } else {
            let (bare, after) = rest.split_once(',').unwrap_or((rest, ""));
            entry.push_str(&bare.trim().to_lowercase());
            rest = after;
        }
        entries.push(entry);
        rest = rest.trim_start();
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_namespace_is_the_first_of_the_path_that_exists() {
        let cases = [
            (r#""$user", public"#, "ada", vec!["public"], Some("public")),
            (
                r#""$user", public"#,
                "ada",
                vec!["ada", "public"],
                Some("ada"),
            ),
            (
                r#""a ""b"", c", Public"#,
                "ada",
                vec![r#"a "b", c"#],
                Some(r#"a "b", c"#),
            ),
            ("nowhere,PUBLIC", "ada", vec!["public"], Some("public")),
            ("", "ada", vec!["public"], None),
            ("\"\"", "ada", vec!["public"], None),
        ];
        for (path, user, existing, expected) in cases {
            let found = default_namespace(path, user, &existing);
            assert_eq!(found.as_deref(), expected, "{path}");
        }
    }
}
