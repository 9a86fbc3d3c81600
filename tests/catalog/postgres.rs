//! PostgreSQL.

use piton::schema::*;

use crate::scratch::{Scratch, measured, table};

#[tokio::test]
async fn dump() {
    let mut scratch = Scratch::postgres().await;
    scratch.run(include_str!("postgres.sql")).await;
    let (schema, count, took) = measured(&mut scratch.session).await;
    println!("{schema:#?} {count} {took:?}");
}
