//! MySQL and MariaDB: what there is at hand.

use piton::schema::*;

use crate::scratch::{Scratch, assert_same, column, table};

async fn read() -> (Scratch, Schema) {
    let mut scratch = Scratch::mysql().await;
    scratch.run(include_str!("mysql.sql")).await;
    let schema = scratch.schema().await;
    (scratch, schema)
}

#[tokio::test]
async fn columns_say_all_that_they_are() {
    let (_scratch, schema) = read().await;
    let users = table(&schema, "users");
    assert_eq!(users.comment.as_deref(), Some("who writes; 谁"));
    assert!(users.options.is_empty());
    let id = column(users, "id");
    assert_eq!(id.identity, Some(Identity::AutoIncrement));
    assert_eq!(id.comment.as_deref(), Some("the key"));
    let defaults = [
        ("name", r"'it''s; \\ ok'"),
        ("mood", "'sad'"),
        ("big", "0"),
        ("price", "0.00"),
        ("bits", "b'101'"),
        ("code", "uuid()"),
        ("created_at", "current_timestamp(6)"),
    ];
    for (name, expected) in defaults {
        assert_eq!(
            column(users, name).default.as_deref(),
            Some(expected),
            "{name}"
        );
    }
    assert_eq!(column(users, "mail").default, None);
    assert_eq!(
        column(users, "mood").data_type,
        "enum('sad','it''s ok','高兴')"
    );
    assert_eq!(column(users, "big").data_type, "bigint(20) unsigned");
    let mail = column(users, "mail");
    assert_eq!(mail.collation.as_deref(), Some("latin1_swedish_ci"));
    assert_eq!(column(users, "name").collation, None);
    let updated = column(users, "updated_at");
    assert_eq!(updated.on_update.as_deref(), Some("current_timestamp()"));
    let generated = |name: &str| column(users, name).generated.clone().unwrap();
    assert_eq!(generated("shout").expression, "concat(`name`,'!')");
    assert!(generated("shout").stored && !generated("initial").stored);
    assert_eq!(column(users, "hidden").options, ["INVISIBLE"]);
    let json = column(users, "data");
    assert_eq!(
        (json.data_type.as_str(), json.collation.as_deref()),
        ("longtext", Some("utf8mb4_bin"))
    );
    let check = users
        .checks
        .iter()
        .find(|it| it.name.as_deref() == Some("data"));
    assert_eq!(check.unwrap().expression, "json_valid(`data`)");
}

#[tokio::test]
async fn indexes_say_all_that_they_are() {
    let (_scratch, schema) = read().await;
    let users = table(&schema, "users");
    let index = |name: &str| users.indexes.iter().find(|it| it.name == name).unwrap();
    assert_eq!(users.indexes.len(), 5);
    let body = index("by_body");
    assert_eq!(body.parts[0].prefix, Some(20));
    assert_eq!(body.parts[1].order, SortOrder::Descending);
    assert_eq!(body.comment.as_deref(), Some("begins"));
    assert!(index("one_mail").unique && index("name").unique && !body.unique);
    assert_eq!(index("words").method.as_deref(), Some("FULLTEXT"));
    assert_eq!(index("places").method.as_deref(), Some("SPATIAL"));
    assert_eq!(index("places").parts, [IndexPart::column("place")]);
    assert!(users.uniques.is_empty());
    assert_eq!(users.primary_key.as_ref().unwrap().name, None);
}

#[tokio::test]
async fn constraints_belong_to_their_own_table_though_others_have_their_name() {
    let (_scratch, schema) = read().await;
    let users = table(&schema, "users");
    let items = table(&schema, "items");
    assert_eq!(users.checks[0].expression, "`price` > 0 and `name` <> ')'");
    assert_eq!(items.checks[0].expression, "`a` > 0");
    assert_eq!(items.checks[0].name, users.checks[0].name);
    let key = &items.foreign_keys[0];
    assert_eq!(
        (key.on_delete, key.on_update),
        (Action::SetNull, Action::Cascade)
    );
    let primary = items.primary_key.as_ref().unwrap();
    assert_eq!(
        primary.columns,
        [IndexPart::column("b"), IndexPart::column("a")]
    );
    let options = [
        "DEFAULT COLLATE=latin1_swedish_ci",
        "ROW_FORMAT=COMPRESSED",
        "KEY_BLOCK_SIZE=8",
    ];
    assert_eq!(items.options, options);
    let lines = table(&schema, "order_lines");
    let key = &lines.foreign_keys[0];
    assert_eq!(key.columns, ["x", "y"]);
    assert_eq!(key.referenced_columns, ["b", "a"]);
    assert_eq!(lines.checks[0].expression, "`note` <> ''");
}

#[tokio::test]
async fn hostile_names_come_as_they_are() {
    let (_scratch, schema) = read().await;
    let order = table(&schema, "Order; `select`");
    let names: Vec<_> = order.columns.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["group", "ОЧЕНЬ `x`;", "有 空格"]);
    assert_eq!(order.columns[1].default.as_deref(), Some("'a;''b'"));
    assert_eq!(order.indexes[0].name, "idx `; drop");
    assert_eq!(order.indexes[0].parts[1].prefix, Some(5));
}

#[tokio::test]
async fn what_is_kept_as_text_makes_itself_again() {
    let (mut scratch, schema) = read().await;
    assert_eq!(schema.views.len(), 2);
    for view in &schema.views {
        let name = &view.name.name;
        let (after, before): (Vec<_>, Vec<_>) = view
            .options
            .iter()
            .partition(|it| it.ends_with("CHECK OPTION"));
        let join = |words: Vec<&String>| words.into_iter().cloned().collect::<Vec<_>>().join(" ");
        let (before, after) = (join(before), join(after));
        scratch.run(&format!("DROP VIEW `{name}`")).await;
        scratch
            .run(&format!(
                "CREATE {before} VIEW `{name}` AS {} {after}",
                view.query
            ))
            .await;
    }
    for trigger in &schema.triggers {
        scratch
            .run(&format!("DROP TRIGGER `{}`", trigger.name))
            .await;
    }
    for trigger in &schema.triggers {
        scratch.run(&trigger.definition).await;
    }
    for routine in &schema.routines {
        let kind = if routine.procedure {
            "PROCEDURE"
        } else {
            "FUNCTION"
        };
        scratch
            .run(&format!("DROP {kind} `{}`", routine.name))
            .await;
        scratch.run(&routine.definition).await;
    }
    for object in &schema.others {
        scratch
            .run(&format!("DROP {} `{}`", object.kind, object.name))
            .await;
        scratch.run(&object.definition).await;
    }
    let sequence = &schema.sequences[0];
    scratch
        .run(&format!("DROP SEQUENCE {}", sequence.name))
        .await;
    scratch
        .run(&format!(
            "CREATE SEQUENCE {} {}",
            sequence.name, sequence.options
        ))
        .await;
    let partitioned = ["logs", "listed", "hashed"];
    for name in partitioned {
        let clause = &table(&schema, name).partitioning.as_ref().unwrap().clause;
        scratch
            .run(&format!("ALTER TABLE {name} REMOVE PARTITIONING"))
            .await;
        scratch.run(&format!("ALTER TABLE {name} {clause}")).await;
    }
    assert_same(&scratch.schema().await, &schema);
}

#[tokio::test]
async fn a_user_who_may_only_look_reads_tables_and_keys() {
    let (mut scratch, schema) = read().await;
    let user = format!("{}_reader", scratch.name);
    let database = scratch.name.clone();
    scratch
        .run(&format!(
            "CREATE USER {user}@localhost IDENTIFIED BY 'looks';
             CREATE USER {user}@'127.0.0.1' IDENTIFIED BY 'looks';
             GRANT SELECT ON {database}.* TO {user}@localhost;
             GRANT SELECT ON {database}.* TO {user}@'127.0.0.1'"
        ))
        .await;
    let mut session = scratch.as_user(&user).await;
    let read = piton::dialect::introspect(&mut session, &Default::default()).await;
    session.close().await;
    scratch
        .run(&format!("DROP USER {user}@localhost, {user}@'127.0.0.1'"))
        .await;
    let read = read.unwrap();
    assert_same(&read.tables, &schema.tables);
    assert_eq!(read.sequences, schema.sequences);
}
