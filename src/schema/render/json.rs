//! The model as JSON, described by `docs/json/schema.schema.json`.

mod table;

use serde::Serialize;

use crate::schema::{
    Domain, EnumType, Extension, Name, ObjectText, Routine, Schema, Sequence, Trigger, View,
};
use table::{IndexDocument, TableDocument};

/// Whether a key says nothing and is left out.
fn is_false(truth: &bool) -> bool {
    !truth
}

/// A schema as it is written in JSON: keys that would say none, empty or false are left out.
#[derive(Debug, Serialize)]
pub struct SchemaDocument<'a> {
    namespaces: &'a [String],
    extensions: Vec<ExtensionDocument<'a>>,
    enums: Vec<EnumDocument<'a>>,
    domains: Vec<DomainDocument<'a>>,
    sequences: Vec<SequenceDocument<'a>>,
    tables: Vec<TableDocument<'a>>,
    views: Vec<ViewDocument<'a>>,
    routines: Vec<RoutineDocument<'a>>,
    triggers: Vec<TriggerDocument<'a>>,
    others: Vec<OtherDocument<'a>>,
    not_understood: &'a [String],
}

/// A name, with its namespace where that is not the default one.
#[derive(Debug, Serialize)]
struct NameDocument<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
    name: &'a str,
}

impl<'a> From<&'a Name> for NameDocument<'a> {
    fn from(name: &'a Name) -> Self {
        NameDocument {
            namespace: name.namespace.as_deref(),
            name: &name.name,
        }
    }
}

#[derive(Debug, Serialize)]
struct ExtensionDocument<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct EnumDocument<'a> {
    #[serde(flatten)]
    name: NameDocument<'a>,
    values: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct DomainDocument<'a> {
    #[serde(flatten)]
    name: NameDocument<'a>,
    #[serde(rename = "type")]
    data_type: &'a str,
    nullable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    collation: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checks: Vec<DomainCheckDocument<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct DomainCheckDocument<'a> {
    name: &'a str,
    expression: &'a str,
}

#[derive(Debug, Serialize)]
struct SequenceDocument<'a> {
    #[serde(flatten)]
    name: NameDocument<'a>,
    #[serde(rename = "type")]
    data_type: &'a str,
    options: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    owned_by: Option<OwnerDocument<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct OwnerDocument<'a> {
    table: NameDocument<'a>,
    column: &'a str,
}

#[derive(Debug, Serialize)]
struct ViewDocument<'a> {
    #[serde(flatten)]
    name: NameDocument<'a>,
    #[serde(skip_serializing_if = "is_false")]
    materialized: bool,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    columns: &'a [String],
    query: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reads: Vec<NameDocument<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    options: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    indexes: Vec<IndexDocument<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    column_comments: Vec<ColumnCommentDocument<'a>>,
}

#[derive(Debug, Serialize)]
struct ColumnCommentDocument<'a> {
    column: &'a str,
    comment: &'a str,
}

#[derive(Debug, Serialize)]
struct RoutineDocument<'a> {
    #[serde(flatten)]
    name: NameDocument<'a>,
    kind: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    arguments: &'a str,
    definition: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct TriggerDocument<'a> {
    name: &'a str,
    table: NameDocument<'a>,
    definition: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct OtherDocument<'a> {
    #[serde(flatten)]
    name: NameDocument<'a>,
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<NameDocument<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    arguments: Option<&'a str>,
    definition: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
}

/// Each item of a list as its document.
fn each<'a, T, D: From<&'a T>>(list: &'a [T]) -> Vec<D> {
    list.iter().map(D::from).collect()
}

impl<'a> From<&'a Schema> for SchemaDocument<'a> {
    fn from(schema: &'a Schema) -> Self {
        SchemaDocument {
            namespaces: &schema.namespaces,
            extensions: each(&schema.extensions),
            enums: each(&schema.enums),
            domains: each(&schema.domains),
            sequences: each(&schema.sequences),
            tables: each(&schema.tables),
            views: each(&schema.views),
            routines: each(&schema.routines),
            triggers: each(&schema.triggers),
            others: each(&schema.others),
            not_understood: &schema.not_understood,
        }
    }
}

impl<'a> From<&'a Extension> for ExtensionDocument<'a> {
    fn from(extension: &'a Extension) -> Self {
        ExtensionDocument {
            namespace: extension.namespace.as_deref(),
            name: &extension.name,
            version: extension.version.as_deref(),
        }
    }
}

impl<'a> From<&'a EnumType> for EnumDocument<'a> {
    fn from(kind: &'a EnumType) -> Self {
        EnumDocument {
            name: (&kind.name).into(),
            values: &kind.values,
            comment: kind.comment.as_deref(),
        }
    }
}

impl<'a> From<&'a Domain> for DomainDocument<'a> {
    fn from(domain: &'a Domain) -> Self {
        let checks = domain.checks.iter();
        DomainDocument {
            name: (&domain.name).into(),
            data_type: &domain.data_type,
            nullable: domain.nullable,
            default: domain.default.as_deref(),
            collation: domain.collation.as_deref(),
            checks: checks
                .map(|(name, expression)| DomainCheckDocument { name, expression })
                .collect(),
            comment: domain.comment.as_deref(),
        }
    }
}

impl<'a> From<&'a Sequence> for SequenceDocument<'a> {
    fn from(sequence: &'a Sequence) -> Self {
        let owner = sequence.owned_by.as_ref();
        SequenceDocument {
            name: (&sequence.name).into(),
            data_type: &sequence.data_type,
            options: &sequence.options,
            owned_by: owner.map(|(table, column)| OwnerDocument {
                table: table.into(),
                column,
            }),
            comment: sequence.comment.as_deref(),
        }
    }
}

impl<'a> From<&'a View> for ViewDocument<'a> {
    fn from(view: &'a View) -> Self {
        let comments = view.column_comments.iter();
        ViewDocument {
            name: (&view.name).into(),
            materialized: view.materialized,
            columns: &view.columns,
            query: &view.query,
            reads: each(&view.reads),
            options: &view.options,
            indexes: each(&view.indexes),
            comment: view.comment.as_deref(),
            column_comments: comments
                .map(|(column, comment)| ColumnCommentDocument { column, comment })
                .collect(),
        }
    }
}

impl<'a> From<&'a Routine> for RoutineDocument<'a> {
    fn from(routine: &'a Routine) -> Self {
        RoutineDocument {
            name: (&routine.name).into(),
            kind: if routine.procedure {
                "procedure"
            } else {
                "function"
            },
            arguments: &routine.arguments,
            definition: &routine.definition,
            comment: routine.comment.as_deref(),
        }
    }
}

impl<'a> From<&'a Trigger> for TriggerDocument<'a> {
    fn from(trigger: &'a Trigger) -> Self {
        TriggerDocument {
            name: &trigger.name,
            table: (&trigger.table).into(),
            definition: &trigger.definition,
            state: trigger.state.as_deref(),
            comment: trigger.comment.as_deref(),
        }
    }
}

impl<'a> From<&'a ObjectText> for OtherDocument<'a> {
    fn from(other: &'a ObjectText) -> Self {
        OtherDocument {
            name: (&other.name).into(),
            kind: &other.kind,
            table: other.table.as_ref().map(Into::into),
            arguments: other.arguments.as_deref(),
            definition: &other.definition,
            comment: other.comment.as_deref(),
        }
    }
}
