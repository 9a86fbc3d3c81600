//! What a statement demands of the rows that are there: read from its text, as far as it is plain.

pub(crate) mod bare;
#[cfg(test)]
mod tests;

use crate::dialect::Dialect;
use crate::dialect::types::scan::{self, Kind, Token};
use crate::schema::Name;
use bare::without_comments;

/// One demand. Columns and expressions are SQL already, quoted; what cannot be told is left out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Claim {
    pub table: Name,
    pub constraint: Option<String>,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    Unique {
        parts: Vec<String>,
        predicate: Option<String>,
        /// Whether NULL equals NULL.
        nulls_equal: bool,
    },
    ForeignKey {
        columns: Vec<String>,
        references: Name,
        /// Empty: the primary key.
        referenced: Vec<String>,
    },
    Check {
        expression: String,
    },
    NotNull {
        column: String,
    },
    Type {
        column: String,
        data_type: String,
        using: Option<String>,
    },
    /// The standing constraint is held to the rows.
    Validate,
    /// `DELETE FROM table [WHERE condition]`, and nothing more.
    Delete {
        condition: Option<String>,
    },
    /// Rows of `from` are put into `table`: the middle of SQLite's way to change a table.
    Copy {
        from: Name,
    },
    /// Rows come or change in a way that says nothing of those that stand.
    Write,
}

/// What one statement demands; nothing where it is not understood.
pub(crate) fn read(dialect: Dialect, sql: &str) -> Vec<Claim> {
    let backslashes = matches!(dialect.family(), Dialect::Mysql);
    let text = without_comments(sql, dialect);
    let tokens = scan::tokens(&text, backslashes);
    let reader = Reader {
        dialect,
        text: &text,
    };
    let word = |at: usize, word: &str| tokens.get(at).is_some_and(|it| it.is_word(word));
    if word(0, "CREATE") && word(1, "UNIQUE") {
        reader.index(&tokens).into_iter().collect()
    } else if word(0, "CREATE") {
        reader.create_table(&tokens).unwrap_or_default()
    } else if word(0, "ALTER") {
        reader.alter(&tokens).unwrap_or_default()
    } else if word(0, "DELETE") && word(1, "FROM") {
        reader.delete(&tokens).into_iter().collect()
    } else if word(0, "INSERT") || word(0, "UPDATE") || word(0, "REPLACE") {
        reader.write(&tokens).into_iter().collect()
    } else {
        Vec::new()
    }
}

/// An identifier as the database knows it: bare ones are in lower case on PostgreSQL.
fn folded(dialect: Dialect, word: &str) -> String {
    match dialect {
        Dialect::Postgres => word.to_lowercase(),
        _ => word.to_owned(),
    }
}

/// A perhaps qualified name at `at`, and where it ends.
pub(super) fn name(dialect: Dialect, tokens: &[Token<'_>], mut at: usize) -> Option<(Name, usize)> {
    let mut parts: Vec<String> = Vec::new();
    loop {
        let token = tokens.get(at)?;
        match token.kind {
            Kind::Name => parts.push(token.name()?),
            Kind::Word => parts.extend(
                token
                    .text
                    .split('.')
                    .filter(|piece| !piece.is_empty())
                    .map(|piece| folded(dialect, piece)),
            ),
            _ => return None,
        }
        at += 1;
        let dangling = token.kind == Kind::Word && token.text.ends_with('.');
        let dotted = tokens.get(at).is_some_and(|next| {
            next.kind == Kind::Word && next.text.starts_with('.') && next.start == token.end()
        });
        if !dangling && !dotted {
            break;
        }
    }
    let name = parts.pop()?;
    let namespace = parts.pop().filter(|_| dialect == Dialect::Postgres);
    Some((Name { namespace, name }, at))
}

struct Reader<'a> {
    dialect: Dialect,
    text: &'a str,
}

impl Reader<'_> {
    fn folded(&self, word: &str) -> String {
        folded(self.dialect, word)
    }

    fn name(&self, tokens: &[Token<'_>], at: usize) -> Option<(Name, usize)> {
        name(self.dialect, tokens, at)
    }

    /// One column or expression of a key.
    fn part(&self, item: &[Token<'_>]) -> Option<String> {
        let first = item.first()?;
        let second = item.get(1).filter(|it| it.kind == Kind::Group);
        match (first.kind, second) {
            (Kind::Group, _) => Some(first.text.to_owned()),
            (Kind::Word | Kind::Name, None) => {
                let (name, _) = self.name(item, 0)?;
                Some(self.dialect.quote(&name.name))
            }
            (Kind::Word | Kind::Name, Some(group)) => {
                let digits = group.inside();
                if self.dialect.family() == Dialect::Mysql && digits.parse::<u32>().is_ok() {
                    let (name, _) = self.name(item, 0)?;
                    let column = self.dialect.quote(&name.name);
                    return Some(format!("left({column}, {digits})"));
                }
                Some(format!("{}{}", first.text, group.text))
            }
            _ => None,
        }
    }

    fn parts(&self, group: &Token<'_>) -> Option<Vec<String>> {
        let tokens = scan::tokens(group.inside(), self.dialect.family() == Dialect::Mysql);
        scan::items(&tokens).map(|item| self.part(item)).collect()
    }

    fn text_after(&self, tokens: &[Token<'_>], at: usize) -> Option<String> {
        let rest = scan::covered(self.text, tokens.get(at..)?);
        (!rest.is_empty()).then(|| rest.to_owned())
    }

    /// `CREATE UNIQUE INDEX …`
    fn index(&self, tokens: &[Token<'_>]) -> Option<Claim> {
        let on = tokens.iter().position(|it| it.is_word("ON"))?;
        let named = tokens[..on]
            .last()
            .filter(|it| {
                !it.is_word("INDEX") && !it.is_word("CONCURRENTLY") && !it.is_word("EXISTS")
            })
            .and(on.checked_sub(1))
            .and_then(|at| self.last_name(&tokens[..=at]));
        let mut at = on + 1;
        at += usize::from(tokens.get(at)?.is_word("ONLY"));
        let (table, _) = self.name(tokens, at)?;
        let group = tokens[at..].iter().position(|it| it.kind == Kind::Group)? + at;
        let parts = self.parts(&tokens[group])?;
        let rest = &tokens[group + 1..];
        let predicate = rest
            .iter()
            .position(|it| it.is_word("WHERE"))
            .and_then(|at| self.text_after(rest, at + 1));
        Some(Claim {
            table,
            constraint: named,
            what: What::Unique {
                parts,
                predicate,
                nulls_equal: nulls_equal(rest),
            },
        })
    }

    fn last_name(&self, tokens: &[Token<'_>]) -> Option<String> {
        let token = tokens.last()?;
        match token.kind {
            Kind::Name => token.name(),
            Kind::Word => Some(self.folded(token.text.rsplit('.').next()?)),
            _ => None,
        }
    }

    fn create_table(&self, tokens: &[Token<'_>]) -> Option<Vec<Claim>> {
        let mut at = tokens.iter().position(|it| it.is_word("TABLE"))? + 1;
        if tokens.get(at)?.is_word("IF") {
            at += 3;
        }
        let (table, at) = self.name(tokens, at)?;
        let group = tokens.get(at).filter(|it| it.kind == Kind::Group)?;
        let inside = group.inside();
        let tokens = scan::tokens(inside, self.dialect.family() == Dialect::Mysql);
        let within = Reader {
            dialect: self.dialect,
            text: inside,
        };
        let mut claims = Vec::new();
        for item in scan::items(&tokens) {
            match within.constraint(&table, item) {
                Some(claim) => claims.push(claim),
                None => claims.extend(within.column_checks(&table, item)),
            }
        }
        Some(claims)
    }

    /// The checks that stand in a column's own definition.
    fn column_checks(&self, table: &Name, item: &[Token<'_>]) -> Vec<Claim> {
        let mut found = Vec::new();
        for (at, pair) in item.windows(2).enumerate() {
            if pair[0].is_word("CHECK") && pair[1].kind == Kind::Group {
                let constraint = at
                    .checked_sub(2)
                    .filter(|at| item[*at].is_word("CONSTRAINT"))
                    .and_then(|at| self.last_name(&item[..=at + 1]));
                found.push(Claim {
                    table: table.clone(),
                    constraint,
                    what: What::Check {
                        expression: pair[1].inside().to_owned(),
                    },
                });
            }
        }
        found
    }

    /// `[CONSTRAINT name] UNIQUE … | PRIMARY KEY … | FOREIGN KEY … | CHECK …`
    fn constraint(&self, table: &Name, item: &[Token<'_>]) -> Option<Claim> {
        let mut at = 0;
        let mut constraint = None;
        if item.first()?.is_word("CONSTRAINT") {
            at = 1;
            let unnamed = ["UNIQUE", "PRIMARY", "FOREIGN", "CHECK"];
            if !unnamed
                .iter()
                .any(|word| item.get(1).is_some_and(|it| it.is_word(word)))
            {
                let (name, end) = self.name(item, 1)?;
                (constraint, at) = (Some(name.name), end);
            }
        }
        let first = item.get(at)?;
        let group = item[at..].iter().position(|it| it.kind == Kind::Group)? + at;
        let what = if first.is_word("CHECK") {
            What::Check {
                expression: item[group].inside().to_owned(),
            }
        } else if first.is_word("UNIQUE") || first.is_word("PRIMARY") {
            if first.is_word("UNIQUE") && constraint.is_none() && group > at + 1 {
                let before = item[group - 1];
                let plain = ["KEY", "INDEX", "DISTINCT", "CLUSTERED"];
                if !plain.iter().any(|word| before.is_word(word)) {
                    constraint = self.last_name(&item[..group]);
                }
            }
            What::Unique {
                parts: self.parts(&item[group])?,
                predicate: None,
                nulls_equal: nulls_equal(item),
            }
        } else if first.is_word("FOREIGN") {
            let to = item.iter().position(|it| it.is_word("REFERENCES"))?;
            let (references, end) = self.name(item, to + 1)?;
            let referenced = match item.get(end).filter(|it| it.kind == Kind::Group) {
                Some(group) => self.parts(group)?,
                None => Vec::new(),
            };
            What::ForeignKey {
                columns: self.parts(&item[group])?,
                references,
                referenced,
            }
        } else {
            return None;
        };
        Some(Claim {
            table: table.clone(),
            constraint,
            what,
        })
    }

    /// `ALTER TABLE …`
    fn alter(&self, tokens: &[Token<'_>]) -> Option<Vec<Claim>> {
        let mut at = tokens.iter().position(|it| it.is_word("TABLE"))? + 1;
        if tokens.get(at)?.is_word("IF") {
            at += 2;
        }
        at += usize::from(tokens.get(at)?.is_word("ONLY"));
        let (table, at) = self.name(tokens, at)?;
        let rest = tokens.get(at..)?;
        Some(
            scan::items(rest)
                .flat_map(|action| self.action(&table, action))
                .collect(),
        )
    }

    fn action(&self, table: &Name, action: &[Token<'_>]) -> Vec<Claim> {
        let claim = |constraint, what| Claim {
            table: table.clone(),
            constraint,
            what,
        };
        let is = |at: usize, word: &str| action.get(at).is_some_and(|it| it.is_word(word));
        if is(0, "ADD") {
            return self.constraint(table, &action[1..]).into_iter().collect();
        }
        if is(0, "VALIDATE") && is(1, "CONSTRAINT") {
            let name = self.name(action, 2).map(|(name, _)| name.name);
            return vec![claim(name, What::Validate)];
        }
        if is(0, "ALTER") {
            let at = 1 + usize::from(is(1, "COLUMN"));
            let Some((column, at)) = self.name(action, at) else {
                return Vec::new();
            };
            let column = column.name;
            if is(at, "SET") && is(at + 1, "NOT") {
                return vec![claim(None, What::NotNull { column })];
            }
            let at = if is(at, "SET") { at + 2 } else { at };
            if !is(at, "TYPE") {
                return Vec::new();
            }
            let ends = |it: &Token<'_>| it.is_word("COLLATE") || it.is_word("USING");
            let end = (at + 1..action.len())
                .find(|i| ends(&action[*i]))
                .unwrap_or(action.len());
            let data_type = scan::covered(self.text, &action[at + 1..end]).to_owned();
            let using = action
                .iter()
                .position(|it| it.is_word("USING"))
                .and_then(|at| self.text_after(action, at + 1));
            return vec![claim(
                None,
                What::Type {
                    column,
                    data_type,
                    using,
                },
            )];
        }
        if is(0, "MODIFY") || is(0, "CHANGE") {
            return self.modify(table, action).unwrap_or_default();
        }
        Vec::new()
    }

    /// MySQL's `MODIFY [COLUMN] name type …` and `CHANGE [COLUMN] old new type …`.
    fn modify(&self, table: &Name, action: &[Token<'_>]) -> Option<Vec<Claim>> {
        let at = 1 + usize::from(action.get(1)?.is_word("COLUMN"));
        let (column, mut at) = self.name(action, at)?;
        if action.first()?.is_word("CHANGE") {
            (_, at) = self.name(action, at)?;
        }
        let ends = [
            "NOT",
            "NULL",
            "DEFAULT",
            "COMMENT",
            "AUTO_INCREMENT",
            "COLLATE",
            "CHARACTER",
            "CHARSET",
            "AFTER",
            "FIRST",
            "UNIQUE",
            "PRIMARY",
            "CHECK",
            "REFERENCES",
            "ON",
            "GENERATED",
            "AS",
            "INVISIBLE",
            "VISIBLE",
            "CONSTRAINT",
        ];
        let end = (at + 1..action.len())
            .find(|i| ends.iter().any(|word| action[*i].is_word(word)))
            .unwrap_or(action.len());
        let not_null = action
            .windows(2)
            .any(|pair| pair[0].is_word("NOT") && pair[1].is_word("NULL"));
        let mut found = Vec::new();
        if not_null {
            found.push(What::NotNull {
                column: column.name.clone(),
            });
        }
        found.push(What::Type {
            column: column.name,
            data_type: scan::covered(self.text, action.get(at..end)?).to_owned(),
            using: None,
        });
        Some(
            found
                .into_iter()
                .map(|what| Claim {
                    table: table.clone(),
                    constraint: None,
                    what,
                })
                .collect(),
        )
    }

    fn delete(&self, tokens: &[Token<'_>]) -> Option<Claim> {
        let (table, at) = self.name(tokens, 2)?;
        let condition = match tokens.get(at) {
            None => None,
            Some(token) if token.is_word("WHERE") => Some(self.text_after(tokens, at + 1)?),
            Some(_) => return None,
        };
        let more = ["RETURNING", "LIMIT", "ORDER"];
        if tokens[at..]
            .iter()
            .any(|it| more.iter().any(|word| it.is_word(word)))
        {
            return None;
        }
        Some(Claim {
            table,
            constraint: None,
            what: What::Delete { condition },
        })
    }

    fn write(&self, tokens: &[Token<'_>]) -> Option<Claim> {
        let into = tokens.iter().position(|it| it.is_word("INTO"));
        let at = into.map_or(1, |at| at + 1);
        let (table, at) = self.name(tokens, at)?;
        let selects = tokens[at..].iter().any(|it| it.is_word("SELECT"));
        let from = tokens[at..].iter().position(|it| it.is_word("FROM"));
        let what = match (selects, from) {
            (true, Some(from)) => What::Copy {
                from: self.name(tokens, at + from + 1)?.0,
            },
            _ => What::Write,
        };
        Some(Claim {
            table,
            constraint: None,
            what,
        })
    }
}

fn nulls_equal(tokens: &[Token<'_>]) -> bool {
    tokens
        .windows(3)
        .any(|it| it[0].is_word("NULLS") && it[1].is_word("NOT") && it[2].is_word("DISTINCT"))
}
