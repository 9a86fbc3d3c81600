//! What sea-query says is spelt as the server gives it back: its own statement and ours make the same table.

use piton::dialect::{Dialect, Scope, Session, introspect, types};
use piton::schema::{Name, Schema};
use sea_orm::sea_query::{
    Alias, ColumnDef, ColumnType, Expr, ExprTrait as _, ForeignKey, ForeignKeyAction, Index,
    IndexOrder, IntoIden as _, MysqlQueryBuilder, PgInterval, PostgresQueryBuilder,
    SqliteQueryBuilder, StringLen, Table, TableCreateStatement,
};

use crate::scratch::{Scratch, sqlite};
use crate::{assert_same, made};

fn every_type() -> Vec<ColumnType> {
    use ColumnType as T;
    vec![
        T::Char(None),
        T::Char(Some(3)),
        T::String(StringLen::None),
        T::String(StringLen::N(50)),
        T::Text,
        T::Blob,
        T::TinyInteger,
        T::SmallInteger,
        T::Integer,
        T::BigInteger,
        T::TinyUnsigned,
        T::SmallUnsigned,
        T::Unsigned,
        T::BigUnsigned,
        T::Float,
        T::Double,
        T::Decimal(None),
        T::Decimal(Some((10, 2))),
        T::DateTime,
        T::Timestamp,
        T::TimestampWithTimeZone,
        T::Time,
        T::Date,
        T::Year,
        T::Interval(None, None),
        T::Interval(Some(PgInterval::YearToMonth), None),
        T::Interval(Some(PgInterval::DayToSecond), Some(3)),
        T::Binary(16),
        T::VarBinary(StringLen::N(20)),
        T::VarBinary(StringLen::None),
        T::Bit(None),
        T::Bit(Some(3)),
        T::VarBit(5),
        T::Boolean,
        T::Money(None),
        T::Json,
        T::JsonBinary,
        T::Uuid,
        T::Custom(Alias::new("VARCHAR(7)").into_iden()),
        T::Custom(Alias::new("decimal(5)").into_iden()),
        T::Enum {
            name: Alias::new("mood").into_iden(),
            variants: vec![
                Alias::new("calm").into_iden(),
                Alias::new("loud").into_iden(),
            ],
        },
        T::Array(std::sync::Arc::new(T::Integer)),
        T::Array(std::sync::Arc::new(T::String(StringLen::N(9)))),
        T::Cidr,
        T::Inet,
        T::MacAddr,
    ]
}

/// A table for each type that the dialect has.
fn tables_of_types(dialect: Dialect) -> Vec<TableCreateStatement> {
    let all = every_type().into_iter().enumerate().map(|(at, kind)| {
        let mut column = ColumnDef::new_with_type(Alias::new("c"), kind);
        Table::create()
            .table(Alias::new(format!("t{at}")))
            .col(column.null())
            .take()
    });
    let (taken, refused): (Vec<_>, Vec<_>) =
        all.partition(|it| types::table_of(dialect, it).is_ok());
    assert!(
        taken.len() >= 31 && refused.len() <= 13,
        "{dialect}: {} refused",
        refused.len()
    );
    taken
}

/// Defaults, keys, names that the server chooses, checks, generated columns.
fn tables_with_all_else(dialect: Dialect) -> Vec<TableCreateStatement> {
    let column = |name: &str| ColumnDef::new(Alias::new(name));
    let mut teacher = Table::create();
    teacher
        .table(Alias::new("teacher"))
        .col(
            column("id")
                .integer()
                .not_null()
                .auto_increment()
                .primary_key(),
        )
        .col(column("email").string_len(200).unique_key())
        .col(
            column("status")
                .string_len(20)
                .not_null()
                .default("it's new"),
        )
        .col(column("count").integer().not_null().default(0))
        .col(column("big").big_integer().default(5_000_000_000_i64))
        .col(column("low").integer().default(-4))
        .col(column("score").double().not_null().default(0.0))
        .col(column("half").double().default(1.5))
        .col(column("active").boolean().not_null().default(true))
        .col(column("price").decimal_len(10, 2).default(0))
        .col(
            column("seen")
                .date_time()
                .default(Expr::current_timestamp()),
        )
        .col(column("day").date().default("2020-01-02"))
        .col(
            column("twice")
                .integer()
                .generated(Expr::col(Alias::new("count")).mul(2), true),
        )
        .col(
            column("level")
                .integer()
                .check(Expr::col(Alias::new("level")).gt(0)),
        )
        .check(Expr::col(Alias::new("count")).lt(Expr::col(Alias::new("low"))));
    let mut lesson = Table::create();
    lesson
        .table(Alias::new("lesson"))
        .col(column("teacher").integer().not_null())
        .col(column("room").integer().not_null())
        .col(column("other").integer())
        .primary_key(
            Index::create()
                .name("pk-lesson")
                .col(Alias::new("teacher"))
                .col(Alias::new("room")),
        )
        .foreign_key(
            ForeignKey::create()
                .from(Alias::new("lesson"), Alias::new("teacher"))
                .to(Alias::new("teacher"), Alias::new("id"))
                .on_delete(ForeignKeyAction::Cascade),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk-lesson-other")
                .from(Alias::new("lesson"), Alias::new("other"))
                .to(Alias::new("teacher"), Alias::new("id")),
        )
        .index(
            Index::create()
                .unique()
                .name("uq-lesson")
                .col(Alias::new("room"))
                .col(Alias::new("other")),
        );
    if dialect == Dialect::Mariadb {
        teacher.engine("InnoDB").comment("who teaches");
    }
    vec![teacher.take(), lesson.take()]
}

fn sql(dialect: Dialect, statement: &TableCreateStatement) -> String {
    match dialect {
        Dialect::Postgres => statement.to_string(PostgresQueryBuilder),
        Dialect::Mysql | Dialect::Mariadb => statement.to_string(MysqlQueryBuilder),
        Dialect::Sqlite => statement.to_string(SqliteQueryBuilder),
    }
}

/// A UTC timestamp is spelt otherwise than sea-query spells it, on purpose; expressions as the server will.
fn comparable(dialect: Dialect, schema: &Schema, like: &Schema) -> Schema {
    let utc = every_type()
        .iter()
        .position(|it| *it == ColumnType::TimestampWithTimeZone);
    let utc = utc.map(|at| format!("t{at}"));
    let utc = &utc.as_deref();
    let mut schema = schema.clone();
    for table in &mut schema.tables {
        let same = like.table(&table.name).unwrap();
        for (column, same) in table.columns.iter_mut().zip(&same.columns) {
            if *utc == Some(table.name.name.as_str()) && dialect != Dialect::Postgres {
                column.data_type.clone_from(&same.data_type);
            }
            if let (Some(own), Some(other)) = (&mut column.generated, &same.generated) {
                own.expression.clone_from(&other.expression);
            }
        }
        assert_eq!(table.checks.len(), same.checks.len());
        for (check, same) in table.checks.iter_mut().zip(&same.checks) {
            check.expression.clone_from(&same.expression);
        }
    }
    schema
}

async fn compare(theirs: &mut Session, ours: &mut Session, dialect: Dialect) {
    let mut statements = tables_of_types(dialect);
    statements.extend(tables_with_all_else(dialect));
    let indexes = [Index::create()
        .name("by room")
        .table(Alias::new("lesson"))
        .col((Alias::new("room"), IndexOrder::Desc))
        .col(Alias::new("other"))
        .take()];
    let desired = types::desired(dialect, &statements, &indexes).unwrap();
    let found = made(ours, &desired).await.unwrap();
    let mut expected = comparable(dialect, &desired, &found);
    assert_same(&expected, &found);

    for found in &desired.enums {
        let values: Vec<String> = found.values.iter().map(|it| dialect.literal(it)).collect();
        theirs
            .run(&format!(
                "CREATE TYPE {} AS ENUM ({})",
                dialect.quote_name(&found.name),
                values.join(", ")
            ))
            .await
            .unwrap();
    }
    for statement in &statements {
        // sea-query writes what PostgreSQL's `money` does not take.
        theirs.run(&sql(dialect, statement)).await.unwrap();
    }
    theirs
        .run(&format!(
            "CREATE INDEX {} ON lesson (room DESC, other)",
            dialect.quote("by room")
        ))
        .await
        .unwrap();
    let found = introspect(theirs, &Scope::default()).await.unwrap();
    expected = comparable(dialect, &expected, &found);
    assert_same(&expected, &found);
    assert!(found.table(&Name::new("lesson")).is_some());
}

#[tokio::test]
async fn our_tables_are_those_of_sea_query_on_postgres() {
    let (mut a, mut b) = (Scratch::postgres().await, Scratch::postgres().await);
    compare(&mut a.session, &mut b.session, Dialect::Postgres).await;
}

#[tokio::test]
async fn our_tables_are_those_of_sea_query_on_mariadb() {
    let (mut a, mut b) = (Scratch::mysql().await, Scratch::mysql().await);
    compare(&mut a.session, &mut b.session, Dialect::Mariadb).await;
}

#[tokio::test]
async fn our_tables_are_those_of_sea_query_on_sqlite() {
    compare(&mut sqlite().await, &mut sqlite().await, Dialect::Sqlite).await;
}
