//! What stands beside tables: types, sequences, views, code.

use super::Name;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extension {
    pub name: String,
    pub namespace: Option<String>,
    pub version: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct EnumType {
    pub name: Name,
    /// In their order.
    pub values: Vec<String>,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Domain {
    pub name: Name,
    pub data_type: String,
    pub nullable: bool,
    pub default: Option<String>,
    pub collation: Option<String>,
    /// Name and the server's own text.
    pub checks: Vec<(String, String)>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sequence {
    pub name: Name,
    pub data_type: String,
    /// Every option spelt out, in the server's normal form.
    pub options: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    pub name: Name,
    pub materialized: bool,
    /// The query, as the server gives it back.
    pub query: String,
    /// The views and tables that it reads, so that views are made in an order that works.
    pub reads: Vec<Name>,
    pub options: Vec<String>,
    /// Of a materialised view.
    pub indexes: Vec<super::Index>,
    pub comment: Option<String>,
}

/// A function or procedure, with the text that makes it again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Routine {
    pub name: Name,
    /// Tells overloads apart.
    pub arguments: String,
    pub procedure: bool,
    pub definition: String,
}

/// A trigger, with the text that makes it again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trigger {
    pub name: String,
    pub table: Name,
    pub definition: String,
}

/// Anything else, kept as the server's own text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ObjectText {
    /// `rule`, `policy`, `event`…
    pub kind: String,
    pub name: Name,
    pub definition: String,
}
