//! From what a server says and a statement demands to the rules that rows may break.

use super::{Breach, Broken, Claim, Kind, What, unfit};
use crate::schema::{Index, IndexKey, IndexPart, Name, Schema, Table};

/// A rule on a table that is there.
pub(super) struct Rule<'a> {
    pub table: &'a Table,
    pub constraint: Option<String>,
    pub demand: Demand,
}

pub(super) enum Demand {
    Unique {
        parts: Vec<String>,
        predicate: Option<String>,
        nulls_equal: bool,
    },
    /// A row of this key is there already.
    Taken {
        columns: Vec<String>,
        /// Where the key has one column, and the server names its value.
        value: Option<String>,
    },
    ForeignKey {
        columns: Vec<String>,
        references: Name,
        referenced: Vec<String>,
        /// Whether rows that stand may break it.
        standing: bool,
    },
    /// Rows refer to what a DELETE takes away.
    StillReferenced {
        columns: Vec<String>,
        references: Name,
        referenced: Vec<String>,
        condition: Option<String>,
    },
    Check {
        expression: String,
        standing: bool,
    },
    NotNull {
        column: String,
    },
    /// A column that the statement or one before it adds.
    NewColumn {
        column: String,
    },
    Type {
        column: String,
        data_type: String,
        /// True of the values that do not fit.
        unfit: Option<String>,
    },
}

/// The rules that may be broken, the likelier ones first.
pub(super) fn rules<'a>(kind: &Kind<'a>, breach: &Breach, claims: &[Claim]) -> Vec<Rule<'a>> {
    let of = |broken: fn(&What) -> bool| claims.iter().filter(move |claim| broken(&claim.what));
    match breach.broken {
        Broken::Unique => unique(kind, breach, claims),
        Broken::ForeignKey => foreign_key(kind, breach, claims),
        Broken::Check => check(kind, breach, claims),
        Broken::NotNull => not_null(kind, breach, claims).into_iter().collect(),
        Broken::Type => {
            let nulls = of(|what| matches!(what, What::NotNull { .. }));
            let nulls = nulls.filter_map(|claim| demanded(kind, breach, claims, claim));
            let types = of(|what| matches!(what, What::Type { .. }));
            let types = types.filter_map(|claim| demanded(kind, breach, claims, claim));
            let mut found: Vec<Rule<'a>> = nulls.chain(types).collect();
            if found.is_empty() {
                found.extend(copied_type(kind, breach, claims));
            }
            found
        }
    }
}

/// The table that a name stands for; of several of the name the default namespace's.
fn table<'a>(schema: &'a Schema, name: &Name, claims: &[Claim]) -> Option<&'a Table> {
    let same = |it: &&Table| it.name.name.eq_ignore_ascii_case(&name.name);
    let mut named = schema.tables.iter().filter(same);
    let found = schema
        .table(name)
        .or_else(|| named.clone().find(|it| it.name.namespace.is_none()))
        .or_else(|| match (named.next(), named.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        });
    // SQLite's way to change a table fills a new one from it.
    found.or_else(|| {
        let from = claims.iter().find_map(|claim| match &claim.what {
            What::Copy { from } if claim.table.name.eq_ignore_ascii_case(&name.name) => Some(from),
            _ => None,
        })?;
        table(schema, from, &[])
    })
}

/// The one claim that the server means: the one it names, or the only one.
fn meant<'c>(breach: &Breach, claims: &'c [Claim], is: fn(&What) -> bool) -> Option<&'c Claim> {
    let mut fitting = claims.iter().filter(|claim| is(&claim.what));
    let named = fitting.clone().find(|claim| {
        // SQLite names a check without a name by what it says.
        let said = match (&claim.constraint, &claim.what) {
            (None, What::Check { expression }) => Some(expression),
            (name, _) => name.as_ref(),
        };
        same_name(said.map(String::as_str), breach.constraint.as_deref())
    });
    named.or_else(|| match (fitting.next(), fitting.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    })
}

fn same_name(a: Option<&str>, b: Option<&str>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a.eq_ignore_ascii_case(b))
}

fn writes(claims: &[Claim]) -> bool {
    claims
        .iter()
        .any(|claim| matches!(claim.what, What::Write | What::Copy { .. }))
}

fn unique<'a>(kind: &Kind<'a>, breach: &Breach, claims: &[Claim]) -> Vec<Rule<'a>> {
    if let Some(claim) = meant(breach, claims, |what| matches!(what, What::Unique { .. })) {
        return demanded(kind, breach, claims, claim).into_iter().collect();
    }
    let name = breach
        .table
        .as_ref()
        .or_else(|| claims.first().map(|claim| &claim.table));
    let Some(on) = name.and_then(|name| table(kind.schema, name, claims)) else {
        return Vec::new();
    };
    let quoted = |columns: &[String]| columns.iter().map(|it| kind.dialect.quote(it)).collect();
    let standing = standing_key(on, breach.constraint.as_deref());
    let copies = name.is_some_and(|name| !on.name.name.eq_ignore_ascii_case(&name.name));
    let rule = |demand| {
        vec![Rule {
            table: on,
            constraint: breach.constraint.clone(),
            demand,
        }]
    };
    // A rule that stands is broken by what comes, not by what is there.
    if writes(claims) && !copies {
        let columns = match standing {
            Some(parts) => plain(&parts),
            None => breach.columns.clone(),
        };
        return rule(Demand::Taken {
            value: breach.value.clone().filter(|_| columns.len() == 1),
            columns,
        });
    }
    if breach.columns.is_empty() {
        return Vec::new();
    }
    rule(Demand::Unique {
        parts: quoted(&breach.columns),
        predicate: None,
        nulls_equal: false,
    })
}

fn plain(parts: &[IndexPart]) -> Vec<String> {
    parts.iter().map(ToString::to_string).collect()
}

/// The columns of a key that stands.
fn standing_key(on: &Table, name: Option<&str>) -> Option<Vec<IndexPart>> {
    let name = name?;
    let primary = on.primary_key.as_ref().filter(|key| {
        name.eq_ignore_ascii_case("PRIMARY") || same_name(key.name.as_deref(), Some(name))
    });
    let unique = || {
        on.uniques
            .iter()
            .find(|it| same_name(it.name.as_deref(), Some(name)))
    };
    let is_it = |it: &&Index| it.unique && it.name.eq_ignore_ascii_case(name);
    primary
        .map(|key| &key.columns)
        .or_else(|| unique().map(|it| &it.columns))
        .or_else(|| on.indexes.iter().find(is_it).map(|it| &it.parts))
        .cloned()
}

fn foreign_key<'a>(kind: &Kind<'a>, breach: &Breach, claims: &[Claim]) -> Vec<Rule<'a>> {
    let is_key: fn(&What) -> bool = |what| matches!(what, What::ForeignKey { .. });
    if let Some(claim) = meant(breach, claims, is_key) {
        return demanded(kind, breach, claims, claim).into_iter().collect();
    }
    let named = |on: &'a Table| {
        on.foreign_keys
            .iter()
            .find(|key| same_name(key.name.as_deref(), breach.constraint.as_deref()))
            .map(|key| (on, key))
    };
    let there = breach
        .table
        .as_ref()
        .and_then(|name| table(kind.schema, name, claims))
        .and_then(named)
        .or_else(|| kind.schema.tables.iter().find_map(named));
    let Some((on, key)) = there else {
        // MySQL's words hold the key itself.
        let told = breach.claim.as_ref();
        return told
            .and_then(|claim| demanded(kind, breach, claims, claim))
            .into_iter()
            .collect();
    };
    let quoted = |names: &[String]| names.iter().map(|it| kind.dialect.quote(it)).collect();
    let (columns, references) = (quoted(&key.columns), key.references.clone());
    let referenced = quoted(&key.referenced_columns);
    let deleted = claims.iter().find_map(|claim| match &claim.what {
        What::Delete { condition } => Some(condition.clone()),
        _ => None,
    });
    let demand = match deleted {
        Some(condition) => Demand::StillReferenced {
            columns,
            references,
            referenced,
            condition,
        },
        None => Demand::ForeignKey {
            columns,
            references,
            referenced,
            standing: !writes(claims),
        },
    };
    vec![Rule {
        table: on,
        constraint: key.name.clone(),
        demand,
    }]
}

fn check<'a>(kind: &Kind<'a>, breach: &Breach, claims: &[Claim]) -> Vec<Rule<'a>> {
    let is_check: fn(&What) -> bool = |what| matches!(what, What::Check { .. });
    if let Some(claim) = meant(breach, claims, is_check) {
        return demanded(kind, breach, claims, claim).into_iter().collect();
    }
    let named = |on: &'a Table| {
        on.checks
            .iter()
            .find(|check| same_name(check.name.as_deref(), breach.constraint.as_deref()))
            .map(|check| (on, check))
    };
    let first = claims.first().map(|claim| &claim.table);
    let on = breach.table.as_ref().or(first);
    let on = on.and_then(|name| table(kind.schema, name, claims));
    let Some((on, check)) = on.and_then(named) else {
        return Vec::new();
    };
    vec![Rule {
        table: on,
        constraint: check.name.clone(),
        demand: Demand::Check {
            expression: check.expression.clone(),
            standing: !writes(claims),
        },
    }]
}

fn not_null<'a>(kind: &Kind<'a>, breach: &Breach, claims: &[Claim]) -> Option<Rule<'a>> {
    let claimed = claims.iter().find_map(|claim| match &claim.what {
        What::NotNull { column } => Some((&claim.table, column)),
        _ => None,
    });
    let column = breach.columns.first().or(claimed.map(|it| it.1))?;
    let first = claims.first().map(|claim| &claim.table);
    let name = breach.table.as_ref().or(first)?;
    let on = table(kind.schema, name, claims)?;
    let demand = match on.column(column) {
        Some(_) => Demand::NotNull {
            column: column.clone(),
        },
        None => Demand::NewColumn {
            column: column.clone(),
        },
    };
    Some(Rule {
        table: on,
        constraint: None,
        demand,
    })
}

/// A claim as a rule on the table that stands.
fn demanded<'a>(
    kind: &Kind<'a>,
    breach: &Breach,
    claims: &[Claim],
    claim: &Claim,
) -> Option<Rule<'a>> {
    let on = table(kind.schema, &claim.table, claims)
        .or_else(|| table(kind.schema, breach.table.as_ref()?, claims))?;
    let demand = match &claim.what {
        What::Unique {
            parts,
            predicate,
            nulls_equal,
        } => Demand::Unique {
            parts: parts.clone(),
            predicate: predicate.clone(),
            nulls_equal: *nulls_equal,
        },
        What::ForeignKey {
            columns,
            references,
            referenced,
        } => {
            let parent = table(kind.schema, references, &[])?;
            let key = || {
                let key = parent.primary_key.as_ref()?;
                let names = key.columns.iter().map(ToString::to_string);
                Some(names.map(|it| kind.dialect.quote(&it)).collect::<Vec<_>>())
            };
            Demand::ForeignKey {
                columns: columns.clone(),
                references: parent.name.clone(),
                referenced: match referenced.is_empty() {
                    true => key()?,
                    false => referenced.clone(),
                },
                standing: true,
            }
        }
        What::Check { expression } => Demand::Check {
            expression: expression.clone(),
            standing: true,
        },
        What::NotNull { column } => Demand::NotNull {
            column: column.clone(),
        },
        What::Type {
            column,
            data_type,
            using,
        } => {
            let from = &on.column(column)?.data_type;
            let quoted = kind.dialect.quote(column);
            let (value, from) = match using {
                None => (quoted, from.as_str()),
                Some(using) => match using.rsplit_once("::") {
                    Some((value, _)) if value == column || value == quoted => {
                        (quoted, from.as_str())
                    }
                    Some((value, _)) => (format!("({value})::text"), "text"),
                    None => (String::new(), ""),
                },
            };
            Demand::Type {
                column: column.clone(),
                data_type: data_type.clone(),
                unfit: unfit(kind, &value, from, data_type).filter(|_| !value.is_empty()),
            }
        }
        What::Validate | What::Delete { .. } | What::Copy { .. } | What::Write => return None,
    };
    Some(Rule {
        table: on,
        constraint: claim
            .constraint
            .clone()
            .or_else(|| breach.constraint.clone()),
        demand,
    })
}

/// A column of a STRICT table that SQLite's rebuild fills.
fn copied_type<'a>(kind: &Kind<'a>, breach: &Breach, claims: &[Claim]) -> Option<Rule<'a>> {
    let on = table(kind.schema, breach.table.as_ref()?, claims)?;
    let column = breach.columns.first()?;
    let standing = on.column(column)?;
    let data_type = breach.value.as_deref()?;
    let value = kind.dialect.quote(column);
    Some(Rule {
        table: on,
        constraint: None,
        demand: Demand::Type {
            column: column.clone(),
            data_type: data_type.to_owned(),
            unfit: unfit(kind, &value, &standing.data_type, data_type),
        },
    })
}

/// What identifies a row: the primary key's columns, quoted; else what the database numbers rows by.
pub(super) fn key(kind: &Kind<'_>, on: &Table) -> Vec<(String, String)> {
    let plain = |part: &IndexPart| match &part.key {
        IndexKey::Column(name) => Some((name.clone(), kind.dialect.quote(name))),
        IndexKey::Expression(_) => None,
    };
    let key: Vec<_> = on
        .primary_key
        .iter()
        .flat_map(|key| key.columns.iter().filter_map(plain))
        .collect();
    if !key.is_empty() {
        return key;
    }
    match kind.dialect.row_number() {
        Some(name) => vec![(name.to_owned(), name.to_owned())],
        None => Vec::new(),
    }
}
