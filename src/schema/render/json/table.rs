//! Tables in the JSON of the model.

use serde::Serialize;

use super::{NameDocument, each, is_false};
use crate::schema::{
    Action, Check, Column, ConstraintText, Deferrable, ForeignKey, Generated, Identity, Index,
    IndexKey, IndexPart, MatchKind, Nulls, PartitionOf, PrimaryKey, SortOrder, Table, Unique,
};

#[derive(Debug, Serialize)]
pub(super) struct TableDocument<'a> {
    #[serde(flatten)]
    name: NameDocument<'a>,
    columns: Vec<ColumnDocument<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    primary_key: Option<KeyDocument<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    uniques: Vec<KeyDocument<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    indexes: Vec<IndexDocument<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    foreign_keys: Vec<ForeignKeyDocument<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checks: Vec<CheckDocument<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    other_constraints: Vec<ConstraintDocument<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partition_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partition_of: Option<PartitionDocument<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inherits: Vec<NameDocument<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    options: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct ColumnDocument<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    data_type: &'a str,
    nullable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<IdentityDocument<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generated: Option<GeneratedDocument<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    collation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_update: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    options: &'a [String],
    #[serde(skip_serializing_if = "is_false")]
    inherited: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum IdentityDocument<'a> {
    Serial {
        sequence: NameDocument<'a>,
    },
    Generated {
        always: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        options: Option<&'a str>,
    },
    AutoIncrement,
}

#[derive(Debug, Serialize)]
struct GeneratedDocument<'a> {
    expression: &'a str,
    stored: bool,
}

/// A primary key or a unique constraint.
#[derive(Debug, Serialize)]
struct KeyDocument<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    columns: Vec<PartDocument<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    include: &'a [String],
    #[serde(skip_serializing_if = "is_false")]
    nulls_not_distinct: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    deferrable: Option<&'static str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    options: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
}

#[derive(Debug, Serialize)]
pub(super) struct IndexDocument<'a> {
    name: &'a str,
    unique: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'a str>,
    columns: Vec<PartDocument<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    include: &'a [String],
    #[serde(skip_serializing_if = "is_false")]
    nulls_not_distinct: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    predicate: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    options: &'a [String],
    #[serde(skip_serializing_if = "is_false")]
    invalid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
}

/// A column, or else an expression, of a key or an index.
#[derive(Debug, Serialize)]
struct PartDocument<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expression: Option<&'a str>,
    #[serde(skip_serializing_if = "is_false")]
    descending: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    nulls: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    collation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operator_class: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix: Option<u32>,
}

#[derive(Debug, Serialize)]
struct ForeignKeyDocument<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    columns: &'a [String],
    references: ReferenceDocument<'a>,
    on_update: &'static str,
    on_delete: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    on_delete_columns: &'a [String],
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    match_kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deferrable: Option<&'static str>,
    #[serde(skip_serializing_if = "is_false")]
    not_valid: bool,
    #[serde(skip_serializing_if = "is_false")]
    not_enforced: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct ReferenceDocument<'a> {
    #[serde(flatten)]
    name: NameDocument<'a>,
    columns: &'a [String],
}

#[derive(Debug, Serialize)]
struct CheckDocument<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    expression: &'a str,
    #[serde(skip_serializing_if = "is_false")]
    no_inherit: bool,
    #[serde(skip_serializing_if = "is_false")]
    not_valid: bool,
    #[serde(skip_serializing_if = "is_false")]
    not_enforced: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct ConstraintDocument<'a> {
    name: &'a str,
    definition: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct PartitionDocument<'a> {
    parent: NameDocument<'a>,
    bound: &'a str,
}

impl<'a> From<&'a Table> for TableDocument<'a> {
    fn from(table: &'a Table) -> Self {
        let partitioning = table.partitioning.as_ref();
        TableDocument {
            name: (&table.name).into(),
            columns: each(&table.columns),
            primary_key: table.primary_key.as_ref().map(Into::into),
            uniques: each(&table.uniques),
            indexes: each(&table.indexes),
            foreign_keys: each(&table.foreign_keys),
            checks: each(&table.checks),
            other_constraints: each(&table.other_constraints),
            partition_by: partitioning.map(|it| it.clause.as_str()),
            partition_of: table.partition_of.as_ref().map(Into::into),
            inherits: each(&table.inherits),
            options: &table.options,
            comment: table.comment.as_deref(),
        }
    }
}

impl<'a> From<&'a Column> for ColumnDocument<'a> {
    fn from(column: &'a Column) -> Self {
        let generated = |it: &'a Generated| GeneratedDocument {
            expression: &it.expression,
            stored: it.stored,
        };
        ColumnDocument {
            name: &column.name,
            data_type: &column.data_type,
            nullable: column.nullable,
            default: column.default.as_deref(),
            identity: column.identity.as_ref().map(Into::into),
            generated: column.generated.as_ref().map(generated),
            collation: column.collation.as_deref(),
            on_update: column.on_update.as_deref(),
            options: &column.options,
            inherited: column.inherited,
            comment: column.comment.as_deref(),
        }
    }
}

impl<'a> From<&'a Identity> for IdentityDocument<'a> {
    fn from(identity: &'a Identity) -> Self {
        match identity {
            Identity::Serial { sequence } => IdentityDocument::Serial {
                sequence: sequence.into(),
            },
            Identity::Generated { always, options } => IdentityDocument::Generated {
                always: *always,
                options: options.as_deref(),
            },
            Identity::AutoIncrement => IdentityDocument::AutoIncrement,
        }
    }
}

impl<'a> From<&'a PrimaryKey> for KeyDocument<'a> {
    fn from(key: &'a PrimaryKey) -> Self {
        KeyDocument {
            name: key.name.as_deref(),
            columns: each(&key.columns),
            include: &key.include,
            nulls_not_distinct: false,
            deferrable: key.deferrable.map(deferrable),
            options: &key.options,
            comment: key.comment.as_deref(),
        }
    }
}

impl<'a> From<&'a Unique> for KeyDocument<'a> {
    fn from(unique: &'a Unique) -> Self {
        KeyDocument {
            name: unique.name.as_deref(),
            columns: each(&unique.columns),
            include: &unique.include,
            nulls_not_distinct: unique.nulls_not_distinct,
            deferrable: unique.deferrable.map(deferrable),
            options: &unique.options,
            comment: unique.comment.as_deref(),
        }
    }
}

impl<'a> From<&'a Index> for IndexDocument<'a> {
    fn from(index: &'a Index) -> Self {
        IndexDocument {
            name: &index.name,
            unique: index.unique,
            method: index.method.as_deref(),
            columns: each(&index.parts),
            include: &index.include,
            nulls_not_distinct: index.nulls_not_distinct,
            predicate: index.predicate.as_deref(),
            options: &index.options,
            invalid: !index.valid,
            comment: index.comment.as_deref(),
        }
    }
}

impl<'a> From<&'a IndexPart> for PartDocument<'a> {
    fn from(part: &'a IndexPart) -> Self {
        let (column, expression) = match &part.key {
            IndexKey::Column(name) => (Some(name.as_str()), None),
            IndexKey::Expression(text) => (None, Some(text.as_str())),
        };
        PartDocument {
            column,
            expression,
            descending: part.order == SortOrder::Descending,
            nulls: part.nulls.map(|nulls| match nulls {
                Nulls::First => "first",
                Nulls::Last => "last",
            }),
            collation: part.collation.as_deref(),
            operator_class: part.operator_class.as_deref(),
            prefix: part.prefix,
        }
    }
}

impl<'a> From<&'a ForeignKey> for ForeignKeyDocument<'a> {
    fn from(key: &'a ForeignKey) -> Self {
        ForeignKeyDocument {
            name: key.name.as_deref(),
            columns: &key.columns,
            references: ReferenceDocument {
                name: (&key.references).into(),
                columns: &key.referenced_columns,
            },
            on_update: action(key.on_update),
            on_delete: action(key.on_delete),
            on_delete_columns: &key.on_delete_columns,
            match_kind: match key.match_kind {
                MatchKind::Simple => None,
                MatchKind::Full => Some("full"),
                MatchKind::Partial => Some("partial"),
            },
            deferrable: key.deferrable.map(deferrable),
            not_valid: key.not_valid,
            not_enforced: key.not_enforced,
            comment: key.comment.as_deref(),
        }
    }
}

fn action(action: Action) -> &'static str {
    match action {
        Action::NoAction => "no action",
        Action::Restrict => "restrict",
        Action::Cascade => "cascade",
        Action::SetNull => "set null",
        Action::SetDefault => "set default",
    }
}

fn deferrable(deferrable: Deferrable) -> &'static str {
    if deferrable.initially_deferred {
        "initially deferred"
    } else {
        "initially immediate"
    }
}

impl<'a> From<&'a Check> for CheckDocument<'a> {
    fn from(check: &'a Check) -> Self {
        CheckDocument {
            name: check.name.as_deref(),
            expression: &check.expression,
            no_inherit: check.no_inherit,
            not_valid: check.not_valid,
            not_enforced: check.not_enforced,
            comment: check.comment.as_deref(),
        }
    }
}

impl<'a> From<&'a ConstraintText> for ConstraintDocument<'a> {
    fn from(constraint: &'a ConstraintText) -> Self {
        ConstraintDocument {
            name: &constraint.name,
            definition: &constraint.definition,
            comment: constraint.comment.as_deref(),
        }
    }
}

impl<'a> From<&'a PartitionOf> for PartitionDocument<'a> {
    fn from(of: &'a PartitionOf) -> Self {
        PartitionDocument {
            parent: (&of.parent).into(),
            bound: &of.bound,
        }
    }
}
