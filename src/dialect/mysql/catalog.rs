//! Reading a database.

use crate::dialect::{CatalogError, Scope, Session};
use crate::schema::Schema;

pub(crate) async fn read(_: &mut Session, _: &Scope) -> Result<Schema, CatalogError> {
    Ok(Schema::default())
}
