//! The entities that were written read and write rows.

use sea_orm::prelude::*;
use sea_orm::{ActiveValue::Set, Database, DatabaseConnection, EntityTrait, QueryFilter};

use crate::support::TestEnvironment;
use crate::{mariadb, postgres, sqlite};

/// Runs `work` on the loaded database.
fn with_rows<W: Future<Output = ()>>(
    env: &TestEnvironment,
    work: impl FnOnce(DatabaseConnection) -> W,
) {
    crate::load(env);
    let url = match env.backend() {
        crate::Backend::Sqlite => format!("sqlite://{}", env.path("test.db").display()),
        _ => env.url().to_owned(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let db = Database::connect(url).await.unwrap();
        work(db.clone()).await;
        db.close().await.unwrap();
    });
}

/// A person, a thread and a post: names in Chinese, keywords, keys in a circle.
macro_rules! forum {
    ($of:ident, $db:expr) => {{
        let db = &$db;
        let person = $of::yong_hu::ActiveModel {
            名字: Set("小明".to_owned()),
            ..Default::default()
        };
        let person = person.insert(db).await.unwrap();
        assert_eq!(person.r#type, "reader");
        let thread = $of::threads::ActiveModel {
            author: Set(person.编号),
            title: Set("第一".to_owned()),
            ..Default::default()
        };
        let thread = thread.insert(db).await.unwrap();
        let post = $of::posts::ActiveModel {
            thread: Set(thread.id),
            author: Set(person.编号),
            body: Set("a b".to_owned()),
            ..Default::default()
        };
        let post = post.insert(db).await.unwrap();
        let (found, its) = $of::posts::Entity::find()
            .filter($of::posts::Column::Body.eq("a b"))
            .find_also_related($of::threads::Entity)
            .one(db)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found, post);
        assert_eq!(its.unwrap().title, "第一");
    }};
}

/// A customer whose defaults are the database's.
macro_rules! customer {
    ($of:ident, $db:expr $(, $more:ident: $value:expr)?) => {{
        let customer = $of::customers::ActiveModel {
            email: Set("a@b.cn".to_owned()),
            name: Set("小明".to_owned()),
            $($more: $value,)?
            ..Default::default()
        };
        let customer = customer.insert(&$db).await.unwrap();
        assert!(customer.is_active);
        customer
    }};
}

on! {
    [postgres]
    fn rows_of_postgres_live_in_entities(env) {
        with_rows(env, |db| async move {
            use postgres::sea_orm_active_enums::OrderStatus;
            forum!(postgres, db);
            let post = postgres::posts::Entity::find().one(&db).await.unwrap().unwrap();
            assert_eq!(post.words.as_deref(), Some("'a':1 'b':2"), "a type that goes as text");

            let customer = customer!(postgres, db);
            assert_eq!(customer.numbers, Some(vec![1, 2]));
            let mut changed: postgres::customers::ActiveModel = customer.into();
            changed.tags = Set(vec!["x".to_owned(), "y, z".to_owned()]);
            changed.words = Set(Some(vec!["w".to_owned()]));
            changed.limits = Set(Some(vec!["1.50".parse().unwrap()]));
            changed.keys = Set(Some(vec![Uuid::nil()]));
            let customer = changed.update(&db).await.unwrap();
            assert_eq!(customer.tags, ["x", "y, z"]);

            let order = postgres::orders::ActiveModel {
                customer_id: Set(customer.id),
                status: Set(OrderStatus::InTransit),
                earlier: Set(Some(vec![OrderStatus::New, OrderStatus::已退款])),
                ..Default::default()
            };
            let order = order.insert(&db).await.unwrap();
            assert_eq!(order.number, 1000, "the sequence numbers it");
            assert_eq!(order.status, OrderStatus::InTransit);
            let product = postgres::products::ActiveModel {
                sku: Set("12345678".to_owned()),
                title: Set("a rope".to_owned()),
                price: Set("10.00".parse().unwrap()),
                ..Default::default()
            };
            product.insert(&db).await.unwrap();
            let line = postgres::order_lines::ActiveModel {
                order_id: Set(order.id),
                line: Set(1),
                product_sku: Set("12345678".to_owned()),
                price: Set("9.99".to_owned()),
                ..Default::default()
            };
            let line = line.insert(&db).await.unwrap();
            assert_eq!((line.quantity, line.price.as_str()), (1, "9.99"), "a domain goes as text");
            let found = postgres::orders::Entity::find_by_id(order.id).one(&db).await.unwrap();
            assert_eq!(found, Some(order));
        });
    }

    [mysql]
    fn rows_of_mysql_live_in_entities(env) {
        with_rows(env, |db| async move {
            use mariadb::sea_orm_active_enums::OrdersStatus;
            forum!(mariadb, db);
            let customer = customer!(mariadb, db);
            let order = mariadb::orders::ActiveModel {
                customer_id: Set(customer.id),
                status: Set(OrdersStatus::已退款),
                flags: Set(5),
                placed_at: Set("2025-01-02T03:04:05.678".parse().unwrap()),
                ..Default::default()
            };
            let order = order.insert(&db).await.unwrap();
            assert_eq!(order.wishes.as_deref(), Some("gift"));
            let found = mariadb::orders::Entity::find_by_id(order.id).one(&db).await.unwrap().unwrap();
            assert_eq!(found.status, OrdersStatus::已退款);
            assert_eq!((found.flags, found.placed_at), (5, order.placed_at));
        });
    }

    [sqlite]
    fn rows_of_sqlite_live_in_entities(env) {
        with_rows(env, |db| async move {
            forum!(sqlite, db);
            // The driver reads no whole number as a fraction, and NUMERIC keeps it whole.
            let customer = customer!(sqlite, db, credit: Set(0.5));
            let order = sqlite::orders::ActiveModel {
                customer_id: Set(customer.id),
                placed_at: Set("2025-01-02T03:04:05.678".parse().unwrap()),
                ..Default::default()
            };
            let order = order.insert(&db).await.unwrap();
            assert_eq!(order.status, "new");
        });
    }
}
