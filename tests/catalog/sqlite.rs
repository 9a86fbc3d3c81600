//! SQLite.

use std::collections::BTreeSet;

use piton::dialect::{Scope, Session, introspect};
use piton::schema::*;

use crate::scratch::{column, sqlite, table};

async fn read() -> (Session, Schema) {
    let mut session = sqlite().await;
    session.run(include_str!("sqlite.sql")).await.unwrap();
    let schema = introspect(&mut session, &Scope::default()).await.unwrap();
    (session, schema)
}

#[tokio::test]
async fn columns_say_all_that_they_are() {
    let (_session, schema) = read().await;
    let users = table(&schema, "users");
    let id = column(users, "id");
    assert_eq!(id.data_type, "INTEGER");
    assert_eq!(
        (&id.identity, id.nullable),
        (&Some(Identity::AutoIncrement), false)
    );
    let name = column(users, "name");
    assert_eq!(name.data_type, "VARCHAR(50)");
    assert_eq!(name.collation.as_deref(), Some("NOCASE"));
    assert_eq!(name.options, ["ON CONFLICT IGNORE"]);
    assert_eq!(column(users, "mood").data_type, r#""my ""type""""#);
    let defaults = [
        ("score", "-1.5e3"),
        ("mood", "'it''s; ok'"),
        ("updated_at", "strftime('%Y', 'now')"),
        ("made_at", "CURRENT_TIMESTAMP"),
        ("odd", "'word'"),
        ("flag", "TRUE"),
    ];
    for (name, expected) in defaults {
        assert_eq!(
            column(users, name).default.as_deref(),
            Some(expected),
            "{name}"
        );
    }
    let generated = |name: &str| column(users, name).generated.clone().unwrap();
    assert_eq!(generated("shout").expression, "upper(name) || '!'");
    assert!(generated("shout").stored && !generated("initial").stored);
    let items = table(&schema, "items");
    assert!(!column(items, "id").nullable && column(items, "id").identity.is_none());
    let made: Vec<_> = table(&schema, "made")
        .columns
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    assert_eq!(made, ["id", "the name", "extra, really"]);
}

#[tokio::test]
async fn constraints_belong_to_their_own_table_though_others_have_their_name() {
    let (_session, schema) = read().await;
    let users = table(&schema, "users");
    assert_eq!(users.uniques[0].name.as_deref(), Some("one_mail"));
    assert_eq!(users.uniques[0].options, ["ON CONFLICT REPLACE"]);
    assert_eq!(
        users.checks[0].expression,
        "born < '2020-01-01' AND born <> ')'"
    );
    let items = table(&schema, "items");
    let [unnamed, named] = items.foreign_keys.as_slice() else {
        panic!("{:?}", items.foreign_keys)
    };
    assert_eq!(
        (unnamed.match_kind, unnamed.deferrable),
        (MatchKind::Full, None)
    );
    assert_eq!(unnamed.referenced_columns, ["y", "x"]);
    assert_eq!(named.references, Name::new("users"));
    assert_eq!(named.referenced_columns, ["id"]);
    assert_eq!(
        (named.on_delete, named.on_update),
        (Action::SetNull, Action::Cascade)
    );
    assert!(named.deferrable.unwrap().initially_deferred);
    let pair = &items.uniques[0].columns;
    assert_eq!(pair[0].collation.as_deref(), Some("RTRIM"));
    assert_eq!(
        (&pair[1].key, pair[1].order),
        (&IndexKey::Column("b".into()), SortOrder::Descending)
    );
    assert_eq!(items.checks[0].expression, "a > 0 AND (b IN (1, 2))");
    let pairs = table(&schema, "pairs");
    assert_eq!(pairs.options, ["WITHOUT ROWID", "STRICT"]);
    let key = pairs.primary_key.as_ref().unwrap();
    assert_eq!(
        (key.name.as_deref(), key.columns[0].order),
        (Some("pk"), SortOrder::Descending)
    );
    assert_eq!(pairs.foreign_keys[0].name, named.name);
    assert_eq!(pairs.foreign_keys[0].referenced_columns, ["id"]);
    assert_eq!(
        table(&schema, "made").foreign_keys[0].on_delete,
        Action::Restrict
    );
}

#[tokio::test]
async fn indexes_views_and_triggers_are_read() {
    let (_session, schema) = read().await;
    let [index] = table(&schema, "users").indexes.as_slice() else {
        panic!()
    };
    assert!(index.unique);
    assert_eq!(
        index.parts[0].key,
        IndexKey::Expression("lower(name)".into())
    );
    assert_eq!(index.parts[0].order, SortOrder::Descending);
    assert_eq!(index.parts[1], IndexPart::column("mail"));
    assert_eq!(index.parts[2].collation.as_deref(), Some("BINARY"));
    assert_eq!(index.predicate.as_deref(), Some("score > 0"));
    let order = table(&schema, "Order; \"select\"");
    assert_eq!(order.indexes[0].name, "idx \"; drop");
    let names: Vec<_> = order.columns.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["group", "有 空格", "single", "ОЧЕНЬ \"x\";"]);
    let [later, named] = schema.views.as_slice() else {
        panic!()
    };
    assert_eq!(named.columns, ["n", "the id"]);
    assert_eq!(named.query, "SELECT name, id FROM users WHERE name <> ';'");
    assert_eq!(later.reads, [Name::new("items"), Name::new("names")]);
    let triggers: Vec<_> = schema
        .triggers
        .iter()
        .map(|it| it.table.name.as_str())
        .collect();
    assert_eq!(triggers, ["names", "users"]);
    let others: Vec<_> = schema
        .others
        .iter()
        .map(|it| it.name.name.as_str())
        .collect();
    assert_eq!(
        others,
        ["search"],
        "what belongs to a virtual table is not there"
    );
    assert!(schema.not_understood.is_empty());
}

/// What the text says is what SQLite itself understood.
#[tokio::test]
async fn the_pragmas_agree_on_every_key() {
    let (mut session, schema) = read().await;
    let sql =
        "SELECT m.name, f.\"from\", f.\"table\", f.on_update, f.on_delete FROM sqlite_schema m,
               pragma_foreign_key_list(m.name) f WHERE m.type = 'table'";
    let rows = session.query(sql).await.unwrap();
    let told: BTreeSet<_> = rows
        .iter()
        .map(|row| {
            let cell = |at| row.text_or_empty(at).to_lowercase();
            (cell(0), cell(1), cell(2), cell(3), cell(4))
        })
        .collect();
    let word = |action: Action| match action {
        Action::NoAction => "no action",
        Action::Restrict => "restrict",
        Action::Cascade => "cascade",
        Action::SetNull => "set null",
        Action::SetDefault => "set default",
    };
    let mut read = BTreeSet::new();
    for table in &schema.tables {
        for key in &table.foreign_keys {
            for column in &key.columns {
                read.insert((
                    table.name.name.to_lowercase(),
                    column.to_lowercase(),
                    key.references.name.to_lowercase(),
                    word(key.on_update).to_owned(),
                    word(key.on_delete).to_owned(),
                ));
            }
        }
    }
    assert_eq!(read, told);
    let sql = "SELECT m.name, l.origin, group_concat(x.name || ' ' || x.\"desc\" || ' ' || x.coll, ',' ORDER BY x.seqno)
               FROM sqlite_schema m, pragma_index_list(m.name) l, pragma_index_xinfo(l.name) x
               WHERE m.type = 'table' AND x.key = 1 AND l.origin = 'u' GROUP BY m.name, l.name";
    let rows = session.query(sql).await.unwrap();
    let told: BTreeSet<_> = rows
        .iter()
        .map(|row| {
            (
                row.text_or_empty(0).to_owned(),
                row.text_or_empty(2).replace("rtrim", "RTRIM"),
            )
        })
        .collect();
    let mut read = BTreeSet::new();
    for table in &schema.tables {
        for unique in &table.uniques {
            let parts = unique.columns.iter().map(|part| {
                let IndexKey::Column(name) = &part.key else {
                    panic!()
                };
                let own = column(table, name).collation.clone();
                let collation = part.collation.clone().or(own);
                let order = u8::from(part.order == SortOrder::Descending);
                format!("{name} {order} {}", collation.unwrap_or("BINARY".into()))
            });
            let parts: Vec<_> = parts.collect();
            read.insert((table.name.name.clone(), parts.join(",")));
        }
    }
    assert_eq!(read, told);
}

#[tokio::test]
async fn the_scope_leaves_out_tables_with_what_is_theirs() {
    let (mut session, _) = read().await;
    let scope = Scope {
        exclude: vec!["seaql_migrations".into()],
        ..Scope::default()
    };
    let schema = introspect(&mut session, &scope).await.unwrap();
    assert!(schema.table(&Name::new("seaql_migrations")).is_none());
    assert!(schema.not_understood.is_empty());
}
