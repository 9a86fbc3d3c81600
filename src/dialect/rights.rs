//! Owners and privileges of what is in a database, where the database itself keeps its roles.

use serde::{Deserialize, Serialize};

use super::{DbError, Dialect, Session, postgres};
use crate::schema::Name;

/// Who owns what, and who may do what with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rights {
    pub objects: Vec<ObjectRights>,
    /// What is granted on what is yet to be made.
    pub defaults: Vec<DefaultRights>,
}

/// Of one thing in the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectRights {
    /// What GRANT calls it.
    pub kind: String,
    /// What ALTER … OWNER calls it; `None` where it has the owner of its table.
    pub alter: Option<String>,
    /// As it stands in a statement: quoted, with its arguments where it has some.
    pub name: String,
    /// The table that it is, or is a part of.
    pub table: Option<Name>,
    pub owner: String,
    pub grants: Vec<Grant>,
}

/// Of what a role makes later, in one namespace or in all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultRights {
    pub role: String,
    pub namespace: Option<String>,
    /// In the plural, as ALTER DEFAULT PRIVILEGES has it.
    pub kind: String,
    pub grants: Vec<Grant>,
    /// What holds where nothing was said.
    pub unsaid: Vec<Grant>,
}

/// One privilege of one role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    pub grantor: String,
    /// `None`: everybody.
    pub grantee: Option<String>,
    pub privilege: String,
    pub column: Option<String>,
    /// Whether it may be granted on.
    pub grantable: bool,
}

impl Rights {
    /// Leaves only what is of tables, and of these.
    pub fn only_of(&mut self, is_one: impl Fn(&Name) -> bool) {
        self.objects
            .retain(|it| it.table.as_ref().is_some_and(&is_one));
        self.defaults.clear();
    }

    pub fn is_empty(&self) -> bool {
        self.objects.is_empty() && self.defaults.is_empty()
    }
}

impl Session {
    /// Owners and privileges; none where the server's accounts are no part of a database.
    ///
    /// # Errors
    /// What the server says.
    pub async fn rights(&mut self) -> Result<Rights, DbError> {
        match self.dialect() {
            Dialect::Postgres => postgres::rights::read(self).await,
            Dialect::Mysql | Dialect::Mariadb | Dialect::Sqlite => Ok(Rights::default()),
        }
    }

    /// The roles that there are.
    ///
    /// # Errors
    /// What the server says.
    pub async fn roles(&mut self) -> Result<std::collections::BTreeSet<String>, DbError> {
        match self.dialect() {
            Dialect::Postgres => postgres::rights::roles(self).await,
            Dialect::Mysql | Dialect::Mariadb | Dialect::Sqlite => Ok(Default::default()),
        }
    }
}

/// A change of a privilege.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Grant,
    Revoke,
    RevokeGrantOption,
}

impl ObjectRights {
    /// The statement that gives it another owner; `None` where it follows its table.
    pub fn owned_by(&self, role: &str) -> Option<String> {
        let kind = self.alter.as_ref()?;
        let role = Dialect::Postgres.quote(role);
        Some(format!("ALTER {kind} {} OWNER TO {role}", self.name))
    }

    pub fn change(&self, change: Change, grant: &Grant) -> String {
        postgres::rights::change(change, grant, &format!("{} {}", self.kind, self.name))
    }
}

impl DefaultRights {
    pub fn change(&self, change: Change, grant: &Grant) -> String {
        let quote = |name: &str| Dialect::Postgres.quote(name);
        let within = self.namespace.as_deref().map(quote);
        let within = within.map_or_else(String::new, |name| format!(" IN SCHEMA {name}"));
        format!(
            "ALTER DEFAULT PRIVILEGES FOR ROLE {}{within} {}",
            quote(&self.role),
            postgres::rights::change(change, grant, &self.kind)
        )
    }
}
