//! What stands beside tables: types, sequences, views, code.

use serde::{Deserialize, Serialize};

use super::Name;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Extension {
    pub name: String,
    pub namespace: Option<String>,
    pub version: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EnumType {
    pub name: Name,
    /// In their order.
    pub values: Vec<String>,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Domain {
    pub name: Name,
    pub data_type: String,
    pub nullable: bool,
    pub default: Option<String>,
    pub collation: Option<String>,
    /// Name and expression, without the brackets of `CHECK (…)`; after it ` NOT VALID` where it is not.
    pub checks: Vec<(String, String)>,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sequence {
    pub name: Name,
    pub data_type: String,
    /// Every option spelt out, in the server's normal form.
    ///
    /// PostgreSQL: `INCREMENT BY 1 MINVALUE 1 MAXVALUE 9 START WITH 1 CACHE 1 NO CYCLE`.
    pub options: String,
    /// The table and column that it goes with, where it is not simply the column's `serial` or identity.
    pub owned_by: Option<(Name, String)>,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct View {
    pub name: Name,
    pub materialized: bool,
    /// Where the text names them before the query (`CREATE VIEW v (a, b) AS`); empty otherwise.
    pub columns: Vec<String>,
    /// The query, as the server gives it back, without a closing `;`.
    pub query: String,
    /// The views and tables that it reads, so that views are made in an order that works.
    pub reads: Vec<Name>,
    /// What is not the default, each as its own SQL. PostgreSQL: what stands in `WITH (…)`
    /// (`security_barrier=true`, `check_option=local`), and for a materialised view `USING method` and
    /// `TABLESPACE name`. MySQL: `ALGORITHM=MERGE`, `SQL SECURITY INVOKER`, `WITH LOCAL CHECK OPTION`.
    pub options: Vec<String>,
    /// Of a materialised view.
    pub indexes: Vec<super::Index>,
    pub comment: Option<String>,
    /// Column and its comment.
    pub column_comments: Vec<(String, String)>,
}

/// A function or procedure, with the text that makes it again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Routine {
    pub name: Name,
    /// Tells overloads apart. PostgreSQL: the types of what goes in, without names.
    pub arguments: String,
    pub procedure: bool,
    pub definition: String,
    pub comment: Option<String>,
}

/// A trigger, with the text that makes it again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trigger {
    pub name: String,
    pub table: Name,
    pub definition: String,
    /// What `ALTER TABLE … TRIGGER name` says where it does not simply fire: `DISABLE`, `ENABLE REPLICA`,
    /// `ENABLE ALWAYS`.
    pub state: Option<String>,
    pub comment: Option<String>,
}

/// Anything else, kept as the server's own text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ObjectText {
    /// The words of the statement that drops it: `rule`, `policy`, `type`, `statistics`, `collation`,
    /// `aggregate`, `event`; or `comment`, for one on something that has no field for it.
    pub kind: String,
    pub name: Name,
    /// What it is on: `DROP POLICY name ON table`.
    pub table: Option<Name>,
    /// What follows the name in the statement that drops it: an aggregate's `(integer)`.
    pub arguments: Option<String>,
    pub definition: String,
    pub comment: Option<String>,
}
