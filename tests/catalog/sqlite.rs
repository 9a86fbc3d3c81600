//! SQLite.

use piton::dialect::{Scope, introspect};
use piton::schema::*;

use crate::scratch::{measured, sqlite, table};

#[tokio::test]
async fn dump() {
    let mut session = sqlite().await;
    session.run(include_str!("sqlite.sql")).await.unwrap();
    let (schema, count, took) = measured(&mut session).await;
    println!("{schema:#?} {count} {took:?}");
}
