//! MySQL and MariaDB: what there is at hand.

use piton::schema::*;

use crate::scratch::{Scratch, measured, table};

#[tokio::test]
async fn dump() {
    let mut scratch = Scratch::mysql().await;
    scratch.run(include_str!("mysql.sql")).await;
    let (schema, count, took) = measured(&mut scratch.session).await;
    println!("{schema:#?} {count} {took:?}");
}
