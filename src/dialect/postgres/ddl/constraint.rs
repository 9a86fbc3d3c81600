//! Keys, foreign keys and checks as PostgreSQL's statements.

use super::{PG, alter_table, comment, names};
use crate::dialect::ddl::{DdlError, parts};
use crate::schema::{Change, Check, ConstraintText, ForeignKey, Name, Op, PrimaryKey, Unique};

pub(super) fn constraint_comment(table: &Name, name: &str, text: Option<&str>) -> String {
    let what = format!("{} ON {}", PG.quote(name), PG.quote_name(table));
    comment("CONSTRAINT", &what, text)
}

/// What `ALTER TABLE … ADD` takes and `DROP CONSTRAINT` drops by its name.
pub(super) trait Constraint {
    fn name(&self) -> Option<&str>;
    fn comment(&self) -> Option<&str>;
    /// `CONSTRAINT "name" …`
    fn clause(&self) -> String;
    /// The change without dropping it, where there is such a one.
    fn in_place(&self, _to: &Self) -> Option<Vec<String>>
    where
        Self: Sized,
    {
        None
    }
}

/// The index behind a key: INCLUDE, storage and tablespace.
fn index_tail(include: &[String], options: &[String]) -> String {
    let mut text = String::new();
    if !include.is_empty() {
        text.push_str(&format!(" INCLUDE ({})", names(include)));
    }
    for option in options {
        match option.strip_prefix("TABLESPACE ") {
            Some(name) => text.push_str(&format!(" USING INDEX TABLESPACE {name}")),
            None => text.push_str(&format!(" {option}")),
        }
    }
    text
}

impl Constraint for PrimaryKey {
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }

    fn clause(&self) -> String {
        format!(
            "{}PRIMARY KEY ({}){}{}",
            parts::constraint(PG, self.name()),
            parts::index_parts(PG, &self.columns),
            index_tail(&self.include, &self.options),
            parts::deferrable(self.deferrable),
        )
    }
}

impl Constraint for Unique {
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }

    fn clause(&self) -> String {
        let nulls = if self.nulls_not_distinct {
            "NULLS NOT DISTINCT "
        } else {
            ""
        };
        format!(
            "{}UNIQUE {nulls}({}){}{}",
            parts::constraint(PG, self.name()),
            parts::index_parts(PG, &self.columns),
            index_tail(&self.include, &self.options),
            parts::deferrable(self.deferrable),
        )
    }
}

impl Constraint for ForeignKey {
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }

    fn clause(&self) -> String {
        format!(
            "{}{}{}{}",
            parts::constraint(PG, self.name()),
            parts::foreign_key(PG, self),
            if self.not_enforced {
                " NOT ENFORCED"
            } else {
                ""
            },
            if self.not_valid { " NOT VALID" } else { "" },
        )
    }

    fn in_place(&self, to: &Self) -> Option<Vec<String>> {
        let name = PG.quote(self.name()?);
        let mut like = to.clone();
        like.not_valid = self.not_valid;
        like.deferrable = self.deferrable;
        if like != *self || to.not_valid && !self.not_valid {
            return None;
        }
        let mut clauses = Vec::new();
        if self.deferrable != to.deferrable {
            let how = match to.deferrable {
                None => " NOT DEFERRABLE",
                some => parts::deferrable(some),
            };
            clauses.push(format!("ALTER CONSTRAINT {name}{how}"));
        }
        if self.not_valid && !to.not_valid {
            clauses.push(format!("VALIDATE CONSTRAINT {name}"));
        }
        Some(clauses)
    }
}

impl Constraint for Check {
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }

    fn clause(&self) -> String {
        format!(
            "{}CHECK ({}){}{}{}",
            parts::constraint(PG, self.name()),
            self.expression,
            if self.no_inherit { " NO INHERIT" } else { "" },
            if self.not_enforced {
                " NOT ENFORCED"
            } else {
                ""
            },
            if self.not_valid { " NOT VALID" } else { "" },
        )
    }

    fn in_place(&self, to: &Self) -> Option<Vec<String>> {
        let mut like = to.clone();
        like.not_valid = self.not_valid;
        if like != *self || !self.not_valid || to.not_valid {
            return None;
        }
        let name = PG.quote(self.name()?);
        Some(vec![format!("VALIDATE CONSTRAINT {name}")])
    }
}

impl Constraint for ConstraintText {
    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }

    fn clause(&self) -> String {
        format!("{}{}", parts::constraint(PG, self.name()), self.definition)
    }
}

pub(super) fn constraint<C: Constraint + Clone>(
    op: &Op,
    table: &Name,
    change: &Change<C>,
) -> Result<Vec<String>, DdlError> {
    let head = alter_table(table);
    let drop = |old: &C| match old.name() {
        Some(name) => Ok(format!("DROP CONSTRAINT {}", PG.quote(name))),
        None => Err(DdlError::Unnamed {
            dialect: PG,
            op: op.describe(),
        }),
    };
    let mut statements = match change {
        Change::Add(new) => parts::alter(&head, &[format!("ADD {}", new.clause())]),
        Change::Drop(old) => parts::alter(&head, &[drop(old)?]),
        Change::Alter { from, to } if from.clause() == to.clause() => Vec::new(),
        Change::Alter { from, to } => match from.in_place(to) {
            Some(clauses) => parts::alter(&head, &clauses),
            None => parts::alter(&head, &[drop(from)?, format!("ADD {}", to.clause())]),
        },
    };
    if let Some(new) = change.after()
        && let Some(name) = new.name()
    {
        let before = change.before().filter(|_| statements.is_empty());
        let before = before.and_then(Constraint::comment);
        if new.comment() != before {
            statements.push(constraint_comment(table, name, new.comment()));
        }
    }
    Ok(statements)
}

/// On the way back, a foreign key of rows that are there to a table whose rows do not come back: checked where it
/// holds, else left NOT VALID, with a warning. `None` for every other operation.
pub(crate) fn lenient(op: &Op, earlier: &[Op]) -> Option<Vec<String>> {
    let Op::ForeignKey {
        table,
        change: Change::Add(key),
    } = op
    else {
        return None;
    };
    let made = |name: &Name| {
        earlier.iter().any(|op| match op {
            Op::Table(change) => matches!(&**change, Change::Add(it) if it.name == *name),
            _ => false,
        })
    };
    let name = key
        .name
        .as_deref()
        .filter(|_| !key.not_valid && !key.not_enforced)?;
    if !made(&key.references) || made(table) {
        return None;
    }
    let (head, name) = (alter_table(table), PG.quote(name));
    let said = format!(
        "rows of {table} refer to rows of {} that did not come back: {name} holds for new rows alone",
        key.references
    );
    let said = PG.literal(&said.replace('%', "%%"));
    let mut statements = vec![
        format!("{head} ADD {} NOT VALID", key.clause()),
        format!(
            "DO $piton$\nBEGIN\n  {head} VALIDATE CONSTRAINT {name};\nEXCEPTION WHEN foreign_key_violation THEN\n  \
             RAISE WARNING {};\nEND\n$piton$",
            said.trim_start()
        ),
    ];
    if let Some(text) = key.comment() {
        let name = key.name.as_deref().unwrap_or_default();
        statements.push(constraint_comment(table, name, Some(text)));
    }
    Some(statements)
}
