//! Students in a JSON store, as an application keeps them: what bench/store.py does, with the library.
//!
//! `bench_store make DIRECTORY COUNT`, `read DIRECTORY KEY`, `add DIRECTORY KEY`.

use std::path::Path;
use std::time::Duration;

use piton::json::{Access, Store};
use sea_orm::entity::prelude::*;
use sea_orm::{QuerySelect, Set, TransactionTrait};
use serde_json::json;

mod students {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "students")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        #[sea_orm(column_type = "String(StringLen::N(50))", unique)]
        pub student_id: String,
        #[sea_orm(column_type = "String(StringLen::N(100))")]
        pub name: String,
        #[sea_orm(column_type = "String(StringLen::N(100))")]
        pub class_id: Option<String>,
        pub class_name: Option<String>,
        pub email: Option<String>,
        pub phone: Option<String>,
        pub extra_metadata: Option<Json>,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const WRITE: Access = Access::Write {
    wait: Duration::from_secs(5),
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [command, directory, argument] = &arguments[..] else {
        return Err("usage: bench_store make|read|add DIRECTORY COUNT|KEY".into());
    };
    let directory = Path::new(directory);
    match command.as_str() {
        "make" => make(directory, argument.parse()?).await,
        "read" => read(directory, argument).await,
        "add" => add(directory, argument).await,
        other => Err(format!("no command {other}").into()),
    }
}

async fn make(directory: &Path, count: usize) -> Outcome<()> {
    let store = Store::open(directory, WRITE).await?;
    let db = store.connection();
    db.execute_unprepared(
        "CREATE TABLE students (
            id integer PRIMARY KEY AUTOINCREMENT,
            student_id varchar(50) NOT NULL UNIQUE,
            name varchar(100) NOT NULL,
            class_id varchar(100),
            class_name varchar(100),
            email varchar(200),
            phone varchar(50),
            extra_metadata jsonb_text,
            created_at timestamp_with_timezone_text NOT NULL,
            updated_at timestamp_with_timezone_text NOT NULL
        );
        CREATE INDEX students_class_id ON students (class_id)",
    )
    .await?;
    let transaction = db.begin().await?;
    for number in 0..count {
        let row = student(&format!("S{number:07}"), number);
        students::Entity::insert(row).exec(&transaction).await?;
    }
    transaction.commit().await?;
    store.commit().await?;
    Ok(())
}

async fn read(directory: &Path, key: &str) -> Outcome<()> {
    let store = Store::open(directory, Access::Read).await?;
    let found = students::Entity::find()
        .filter(students::Column::StudentId.eq(key))
        .limit(1)
        .one(store.connection())
        .await?;
    println!("{}", found.ok_or("no such student")?.name);
    Ok(())
}

async fn add(directory: &Path, key: &str) -> Outcome<()> {
    let store = Store::open(directory, WRITE).await?;
    let db = store.connection();
    let number = students::Entity::find().count(db).await?;
    let row = student(key, usize::try_from(number)?);
    students::Entity::insert(row).exec(db).await?;
    store.commit().await?;
    Ok(())
}

fn student(key: &str, number: usize) -> students::ActiveModel {
    let moment: DateTimeUtc = "2025-01-15T08:30:00Z".parse().expect("a valid moment");
    students::ActiveModel {
        student_id: Set(key.into()),
        name: Set(format!("学生 {number}")),
        class_id: Set(Some(format!("C{:03}", number % 200))),
        class_name: Set(Some(format!("Class {}", number % 200))),
        email: Set(Some(format!("student{number}@school.example"))),
        phone: Set(Some(format!("+86 138 {number:08}"))),
        extra_metadata: Set(Some(json!({"seat": number % 50, "tags": ["a", "b"]}))),
        created_at: Set(moment),
        updated_at: Set(moment),
        ..Default::default()
    }
}
