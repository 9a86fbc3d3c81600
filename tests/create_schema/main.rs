//! What the entities say, made straight, is what the history makes; and a schema with everything in it can be made.

mod models;
mod reported;
#[path = "../../migration/tests/scratch/mod.rs"]
mod scratch;

use models::{mariadb_schema, name, postgres_schema, sqlite_schema};
use piton::dialect::{Dialect, ddl, types};
use piton::schema::{Change, Check, Column, Op, Schema};
use piton_entity::registry;
use piton_migration::Migrator;
use reported::reported;
use scratch::{Server, rows, with_database};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use sea_orm_migration::MigratorTrait;

#[tokio::test]
async fn the_entities_give_what_the_history_gives_on_postgres() {
    with_database(Server::Postgres, |db| compare(db, Dialect::Postgres)).await;
}

#[tokio::test]
async fn the_entities_give_what_the_history_gives_on_mariadb() {
    with_database(Server::MySql, |db| compare(db, Dialect::Mariadb)).await;
}

#[tokio::test]
async fn the_entities_give_what_the_history_gives_on_sqlite() {
    with_database(Server::Sqlite, |db| compare(db, Dialect::Sqlite)).await;
}

async fn compare(db: DatabaseConnection, dialect: Dialect) {
    Migrator::up(&db, None).await.unwrap();
    let migrated = reported(&db).await;
    Migrator::down(&db, None).await.unwrap();
    assert!(migrated.len() > 100, "the catalogue queries see the tables");

    let registry = registry(dialect.orm());
    let desired = types::desired(dialect, &registry.tables, &registry.indexes).unwrap();
    run(&db, &ddl::create(dialect, &desired).unwrap()).await;
    let made = reported(&db).await;
    for line in &migrated {
        assert!(made.contains(line), "only the history makes {line}");
    }
    for line in &made {
        assert!(migrated.contains(line), "only the entities make {line}");
    }
}

async fn run(db: &DatabaseConnection, statements: &[String]) {
    for statement in statements {
        if let Err(error) = db.execute_unprepared(statement).await {
            panic!("{error}\n{statement}");
        }
    }
}

#[tokio::test]
async fn a_schema_with_everything_can_be_made_on_postgres() {
    with_database(Server::Postgres, |db| async move {
        let mut schema = postgres_schema();
        schema = types::normalise(Dialect::Postgres, &schema, &types::ServerFacts::default());
        run(&db, &ddl::create(Dialect::Postgres, &schema).unwrap()).await;
        tear_down(&db, Dialect::Postgres, &schema).await;
    })
    .await;
}

/// The inverse of each operation of the creation, last first, leaves nothing.
async fn tear_down(db: &DatabaseConnection, dialect: Dialect, schema: &Schema) {
    let ops = ddl::creation(dialect, schema);
    let inverse: Vec<Op> = ops.iter().rev().map(Op::inverse).collect();
    let mut before = Schema::default();
    ops.iter().for_each(|op| op.apply(&mut before).unwrap());
    let rendered = ddl::script(dialect, &inverse, &before, ddl::Style::default()).unwrap();
    for group in rendered {
        run(db, &group.statements).await;
    }
    assert_eq!(reported(db).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_schema_with_everything_can_be_made_on_mariadb() {
    with_database(Server::MySql, |db| async move {
        let schema = mariadb_schema();
        let schema = types::normalise(Dialect::Mariadb, &schema, &types::ServerFacts::default());
        run(&db, &ddl::create(Dialect::Mariadb, &schema).unwrap()).await;
        tear_down(&db, Dialect::Mariadb, &schema).await;
    })
    .await;
}

#[tokio::test]
async fn a_schema_with_everything_can_be_made_on_sqlite() {
    with_database(Server::Sqlite, |db| async move {
        let schema = types::normalise(
            Dialect::Sqlite,
            &sqlite_schema(),
            &types::ServerFacts::default(),
        );
        run(&db, &ddl::create(Dialect::Sqlite, &schema).unwrap()).await;
        tear_down(&db, Dialect::Sqlite, &schema).await;
    })
    .await;
}

#[tokio::test]
async fn a_rebuild_keeps_rows_numbers_indexes_triggers_and_views() {
    with_database(Server::Sqlite, |db| async move {
        let before = types::normalise(
            Dialect::Sqlite,
            &sqlite_schema(),
            &types::ServerFacts::default(),
        );
        run(&db, &["PRAGMA foreign_keys = off".to_owned()]).await;
        run(&db, &ddl::create(Dialect::Sqlite, &before).unwrap()).await;
        let setup = [
            "INSERT INTO tree (parent, depth) VALUES (NULL, 5), (1, 6), (2, 7)",
            "INSERT INTO notes (id, body, tree) VALUES (1, 'a', 2)",
            "DELETE FROM tree WHERE id = 3",
        ];
        run(&db, &setup.map(str::to_owned)).await;
        let here = reported(&db).await;

        let depth = before
            .table(&name("tree"))
            .unwrap()
            .column("depth")
            .unwrap()
            .clone();
        let ops = vec![
            Op::Column {
                table: name("tree"),
                place: Default::default(),
                change: Box::new(Change::Alter {
                    from: depth.clone(),
                    to: Column {
                        data_type: "BIGINT".to_owned(),
                        ..depth
                    },
                }),
            },
            Op::Check {
                table: name("tree"),
                change: Change::Add(Check {
                    name: Some("not_too_deep".to_owned()),
                    expression: "depth < 100".to_owned(),
                    ..Check::default()
                }),
            },
        ];
        let rendered = ddl::script(Dialect::Sqlite, &ops, &before, ddl::Style::default()).unwrap();
        assert_eq!(rendered.len(), 1, "one rebuild serves both");
        run(&db, &rendered[0].statements).await;

        let count = |sql: &'static str| rows(&db, sql);
        assert_eq!(
            count("SELECT group_concat(id || ':' || depth) FROM tree").await,
            ["1:6,2:7"]
        );
        assert_eq!(count("SELECT id || body FROM notes").await, ["1a"]);
        run(&db, &["INSERT INTO a_view (id) VALUES (2)".to_owned()]).await;
        assert_eq!(
            count("SELECT id || ':' || parent || ':' || depth FROM tree WHERE id > 2").await,
            ["4:2:1"],
            "the trigger on the view, the trigger on the table and the numbering are all there"
        );
        assert_eq!(
            count("SELECT id || '' FROM a_view ORDER BY id").await,
            ["1", "2"]
        );
        let mut after = before.clone();
        ops.iter().for_each(|op| op.apply(&mut after).unwrap());
        let back: Vec<Op> = ops.iter().rev().map(Op::inverse).collect();
        for group in ddl::script(Dialect::Sqlite, &back, &after, ddl::Style::default()).unwrap() {
            run(&db, &group.statements).await;
        }
        assert_eq!(reported(&db).await, here);
    })
    .await;
}
