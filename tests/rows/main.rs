//! Rows between any two databases: each value comes out as it went in, or is refused by its name.

#[path = "../support/mod.rs"]
mod support;

mod values;

use std::path::Path;
use std::time::Duration;

use piton::config::DatabaseUrl;
use piton::database::{Opened, Purpose, Target};
use piton::dialect::rows::{Checksum, Chunk, RowTable, RowsError, WriteOptions, Written};
use piton::dialect::{Scope, introspect};
use support::{Backend, TestEnvironment};

/// One table of one database, open.
struct Side {
    opened: Opened,
    table: RowTable,
}

impl Side {
    async fn open(env: &TestEnvironment, name: &str) -> Side {
        let mut opened = open(env.url(), env.dir()).await;
        let session = opened.session();
        session.prepare_reading().await.unwrap();
        session.prepare_writing().await.unwrap();
        // One flush for all; on PostgreSQL a row that is refused would end the transaction.
        if env.backend() != Backend::Postgres {
            session.run("BEGIN").await.unwrap();
        }
        Side::make(opened, env, name).await
    }

    /// The table, made in a database that is open.
    async fn make(mut opened: Opened, env: &TestEnvironment, name: &str) -> Side {
        let session = opened.session();
        let sql = values::create(env.backend(), name);
        session.run(&sql).await.unwrap();
        let schema = introspect(session, &Scope::default()).await.unwrap();
        let mut tables = schema.tables.iter();
        let table = tables.find(|table| table.name.name == name).unwrap();
        let table = RowTable::of(session.dialect(), &schema, table);
        Side { opened, table }
    }

    async fn read(&mut self) -> Vec<Chunk> {
        let mut reader = self.opened.session().read_rows(&self.table).await.unwrap();
        let mut chunks = Vec::new();
        while let Some(chunk) = reader.next().await.unwrap() {
            assert_eq!(Chunk::of(chunk.bytes.clone()), chunk);
            chunks.push(chunk);
        }
        chunks
    }

    async fn checksum(&mut self) -> Checksum {
        let mut sum = Checksum::default();
        for chunk in self.read().await {
            sum.add(&self.table, &chunk).unwrap();
        }
        sum
    }

    async fn write(
        &mut self,
        source: &RowTable,
        chunks: impl IntoIterator<Item = Chunk>,
    ) -> Result<Written, RowsError> {
        let options = WriteOptions {
            checksum: true,
            ..WriteOptions::default()
        };
        let session = self.opened.session();
        let mut writer = session.write_rows(source, &self.table, &options).await?;
        for chunk in chunks {
            writer.write(chunk).await?;
        }
        writer.finish().await
    }

    /// Takes a row away again.
    async fn remove(&mut self, id: u64) {
        let table = &self.table.name.name;
        let sql = format!("DELETE FROM {table} WHERE id = {id}");
        assert_eq!(self.opened.session().run(&sql).await.unwrap(), 1, "{sql}");
    }
}

async fn open(url: &str, dir: &Path) -> Opened {
    let url = DatabaseUrl::parse(url).unwrap();
    let second = Duration::from_secs(30);
    let target = Target::new(
        piton::config::Backend::from_url(&url, dir),
        second,
        Duration::ZERO,
        second,
    );
    target
        .open(Purpose::Work { wait: second }, None)
        .await
        .unwrap()
}

/// Which row was refused, where the refusal names it and a column of it.
fn refused(error: &RowsError, table: &str) -> u64 {
    let text = error.to_string();
    let named = match error {
        RowsError::Value { key, column, .. } => !column.is_empty() && key.starts_with("id = "),
        RowsError::Refused { place, .. } => place.contains("column \"") && place.contains("(id = "),
        _ => false,
    };
    assert!(named && text.contains(table), "a row is not named: {text}");
    let (_, id) = text.split_once("id = ").unwrap();
    let end = id.find(|c: char| !c.is_ascii_digit()).unwrap_or(id.len());
    id[..end].parse().unwrap()
}

fn there_and_back(one: &TestEnvironment, other: &TestEnvironment) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut here = Side::open(one, "here").await;
        let neutral = values::table();
        let mut taken = 0;
        for row in values::rows() {
            // PostgreSQL's own rows, as which these are given, have no NUL.
            if one.backend() == Backend::Postgres && row.contains(&0) {
                continue;
            }
            match here.write(&neutral, [Chunk::of(row)]).await {
                Ok(_) => taken += 1,
                Err(error) => drop(refused(&error, "here")),
            }
        }
        assert!(taken > 40, "only {taken} rows could be kept at all");
        let mut there = Side::open(other, "there").await;
        let source = here.table.clone();
        // Row by row first, to learn which it refuses.
        let mut refusals = 0;
        for chunk in here.read().await {
            for row in chunk.bytes.split_inclusive(|byte| *byte == b'\n') {
                if let Err(error) = there.write(&source, [Chunk::of(row.to_vec())]).await {
                    here.remove(refused(&error, "there")).await;
                    refusals += 1;
                }
            }
        }
        assert!(
            refusals < taken / 2,
            "{refusals} of {taken} rows were refused"
        );
        // Then all at once.
        there
            .opened
            .session()
            .run("DELETE FROM there")
            .await
            .unwrap();
        let chunks = here.read().await;
        let written = there.write(&source, chunks).await.unwrap();
        let sum = written.checksum.unwrap();
        assert_eq!(
            there.checksum().await,
            sum,
            "what was written is not what is there"
        );
        let first = here.checksum().await;
        if one.backend() == other.backend() {
            assert_eq!(there.checksum().await, first);
        }
        let mut back = Side::make(here.opened, one, "back").await;
        let source = there.table.clone();
        let chunks = there.read().await;
        back.write(&source, chunks).await.unwrap();
        assert_eq!(back.checksum().await, first, "there and back");
        for side in [there, back] {
            side.opened.close().await;
        }
    });
}

macro_rules! pairs {
    ($($name:ident: $one:ident $other:ident,)+) => {$(
        #[test]
        fn $name() {
            let (Some(one), Some(other)) = (TestEnvironment::$one(), TestEnvironment::$other()) else {
                return;
            };
            there_and_back(&one, &other);
        }
    )+};
}

pairs! {
    json_to_sqlite_and_back: json sqlite,
    json_to_postgres_and_back: json postgres,
    json_to_mysql_and_back: json mysql,
    sqlite_to_sqlite_and_back: sqlite sqlite,
    sqlite_to_postgres_and_back: sqlite postgres,
    sqlite_to_mysql_and_back: sqlite mysql,
    postgres_to_json_and_back: postgres json,
    postgres_to_sqlite_and_back: postgres sqlite,
    postgres_to_postgres_and_back: postgres postgres,
    postgres_to_mysql_and_back: postgres mysql,
    mysql_to_json_and_back: mysql json,
    mysql_to_sqlite_and_back: mysql sqlite,
    mysql_to_postgres_and_back: mysql postgres,
    mysql_to_mysql_and_back: mysql mysql,
}
