//! PostgreSQL.

use piton::dialect::{Dialect, Scope, introspect};
use piton::schema::*;

use crate::scratch::{Scratch, assert_same, column, table};

async fn read() -> (Scratch, Schema) {
    let mut scratch = Scratch::postgres().await;
    scratch.run(include_str!("postgres.sql")).await;
    let schema = scratch.schema().await;
    (scratch, schema)
}

#[tokio::test]
async fn columns_say_all_that_they_are() {
    let (_scratch, schema) = read().await;
    let users = table(&schema, "users");
    assert_eq!(users.comment.as_deref(), Some("who writes; 谁"));
    assert_eq!(users.options, ["ENABLE ROW LEVEL SECURITY"]);
    let id = column(users, "id");
    let sequence = Name::new("users_id_seq");
    assert_eq!(id.identity, Some(Identity::Serial { sequence }));
    assert_eq!((id.default.as_deref(), id.nullable), (None, false));
    let name = column(users, "name");
    assert_eq!(name.data_type, "character varying(50)");
    assert_eq!(name.comment.as_deref(), Some("it's shown"));
    assert_eq!(column(users, "mail").data_type, "shop.citext");
    let feeling = column(users, "feeling");
    assert_eq!(feeling.data_type, "mood");
    assert_eq!(feeling.default.as_deref(), Some("'sad'::mood"));
    assert_eq!(column(users, "tags").data_type, "text[]");
    assert_eq!(column(users, "score").data_type, "double precision");
    let updated = column(users, "updated_at");
    assert_eq!(updated.data_type, "timestamp with time zone");
    assert_eq!(updated.default.as_deref(), Some("now()"));
    let full_name = column(users, "full_name");
    let expression = "((name)::text || '!'::text)".to_owned();
    let generated = Generated {
        expression,
        stored: true,
    };
    assert_eq!(full_name.generated, Some(generated));
    assert_eq!(full_name.default, None);
    let code = column(users, "code");
    assert_eq!(code.collation.as_deref(), Some("\"C\""));
    assert_eq!(code.options, ["STORAGE external", "STATISTICS 500"]);
    let items = table(&schema, "shop|items");
    let identity = Identity::Generated {
        always: false,
        options: Some("START WITH 1000 CACHE 10".to_owned()),
    };
    assert_eq!(column(items, "id").identity, Some(identity));
    assert_eq!(
        column(items, "size").default.as_deref(),
        Some("'M'::shop.size")
    );
    let options = "WITH (fillfactor=80, toast.autovacuum_enabled=false)";
    assert_eq!(items.options, [options]);
}

#[tokio::test]
async fn indexes_say_all_that_they_are() {
    let (_scratch, schema) = read().await;
    let users = table(&schema, "users");
    let [code, lower, tags] = users.indexes.as_slice() else {
        panic!("{:?}", users.indexes);
    };
    assert!(code.unique && code.valid && code.method.is_none());
    assert_eq!(code.parts[0].collation.as_deref(), Some("\"POSIX\""));
    let sum = "(score + (1)::double precision)".to_owned();
    assert_eq!(code.parts[1].key, IndexKey::Expression(sum));
    assert_eq!(code.include, ["born"]);
    assert_eq!(code.options, ["WITH (fillfactor=70)"]);
    let first = &lower.parts[0];
    assert_eq!(
        first.key,
        IndexKey::Expression("lower((name)::text)".into())
    );
    assert_eq!(first.operator_class.as_deref(), Some("text_pattern_ops"));
    let second = &lower.parts[1];
    assert_eq!(
        (second.order, second.nulls),
        (SortOrder::Descending, Some(Nulls::Last))
    );
    assert_eq!(
        lower.predicate.as_deref(),
        Some("(score > (0)::double precision)")
    );
    assert_eq!(tags.method.as_deref(), Some("gin"));
    assert_eq!(tags.comment.as_deref(), Some("finds tags"));
    assert_eq!(tags.parts, [IndexPart::column("tags")]);
}

#[tokio::test]
async fn constraints_belong_to_their_own_table_though_others_have_their_name() {
    let (_scratch, schema) = read().await;
    let users = table(&schema, "users");
    let key = users.primary_key.as_ref().unwrap();
    assert_eq!(key.name.as_deref(), Some("users_pkey"));
    assert_eq!(users.checks[0].comment.as_deref(), Some("old enough"));
    let items = table(&schema, "shop|items");
    let orders = table(&schema, "shop|orders");
    let key = &items.foreign_keys[0];
    assert_eq!(key.name.as_deref(), Some("same_name"));
    assert_eq!(
        (key.on_delete, key.on_update),
        (Action::SetNull, Action::Cascade)
    );
    assert_eq!(key.references, Name::new("users"));
    assert_eq!(key.referenced_columns, ["id"]);
    let deferred = Deferrable {
        initially_deferred: true,
    };
    assert_eq!(key.deferrable, Some(deferred));
    let key = &orders.foreign_keys[0];
    assert_eq!(key.name.as_deref(), Some("same_name"));
    assert!(key.not_valid && key.deferrable.is_none());
    assert_eq!(items.checks[0].expression, "(id > 0)");
    let checks: Vec<_> = orders
        .checks
        .iter()
        .map(|it| (it.expression.as_str(), it.no_inherit, it.not_valid))
        .collect();
    assert_eq!(checks, [("(b > 0)", false, true), ("(a > b)", true, false)]);
    let primary = orders.primary_key.as_ref().unwrap();
    assert_eq!(
        primary.columns,
        [IndexPart::column("b"), IndexPart::column("a")]
    );
    assert_eq!(primary.include, ["item"]);
    assert!(orders.uniques[0].nulls_not_distinct);
    assert!(orders.uniques[1].deferrable.is_some());
    assert!(
        orders.indexes.is_empty(),
        "those of constraints are implied"
    );
    let excluded = &orders.other_constraints[0].definition;
    assert_eq!(excluded, "EXCLUDE USING gist (item WITH =, during WITH &&)");
    let [partly, whole] = table(&schema, "shop|order_lines").foreign_keys.as_slice() else {
        panic!()
    };
    assert_eq!(partly.on_delete_columns, ["n"]);
    assert_eq!(partly.referenced_columns, ["b", "a"]);
    assert_eq!(
        (whole.match_kind, whole.on_delete),
        (MatchKind::Full, Action::Restrict)
    );
    assert_eq!(whole.columns, ["x", "y"]);
}

#[tokio::test]
async fn hostile_names_come_as_they_are() {
    let (_scratch, schema) = read().await;
    assert_eq!(schema.namespaces, ["shop", "账本 \"ledger\"; x"]);
    let order = table(&schema, "账本 \"ledger\"; x|Order; \"select\"");
    let names: Vec<_> = order.columns.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["group", "ОЧЕНЬ \"x\";", "有 空格"]);
    assert_eq!(order.columns[1].default.as_deref(), Some("'a;''b'::text"));
    assert_eq!(order.columns[2].data_type, "mood[]");
    assert_eq!(order.indexes[0].name, "idx \"; drop");
    assert_eq!(order.indexes[0].parts[1], IndexPart::column("ОЧЕНЬ \"x\";"));
}

#[tokio::test]
async fn partitions_and_children_do_not_repeat_what_they_inherit() {
    let (_scratch, schema) = read().await;
    let entries = table(&schema, "entries");
    let partitioning = entries.partitioning.as_ref().unwrap();
    assert_eq!(partitioning.clause, "RANGE (at)");
    assert_eq!(entries.indexes.len(), 1);
    assert_eq!(entries.foreign_keys.len(), 1);
    let rest = table(&schema, "entries_rest");
    let of = rest.partition_of.as_ref().unwrap();
    assert_eq!((&of.parent, of.bound.as_str()), (&entries.name, "DEFAULT"));
    assert!(rest.columns.iter().all(|column| column.inherited));
    let order = |it: &Table| {
        it.columns
            .iter()
            .map(|c| c.name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(order(rest), order(entries));
    assert!(rest.primary_key.is_none() && rest.indexes.is_empty());
    assert!(rest.foreign_keys.is_empty() && rest.inherits.is_empty());
    assert_eq!(table(&schema, "notes").foreign_keys.len(), 1);
    let child = table(&schema, "child");
    assert_eq!(child.inherits, [Name::new("parent")]);
    assert_eq!(child.options, ["UNLOGGED"]);
    assert!(child.checks.is_empty());
    let own: Vec<_> = child.columns.iter().map(|it| it.inherited).collect();
    assert_eq!(own, [true, true, false]);
}

#[tokio::test]
async fn types_sequences_and_views_are_read() {
    let (_scratch, schema) = read().await;
    assert_eq!(schema.enums[0].values, ["sad", "it's ok", "高兴"]);
    assert_eq!(schema.enums[0].comment.as_deref(), Some("how one feels"));
    let price = &schema.domains[0];
    assert_eq!(price.name, Name::within("shop", "price"));
    assert_eq!(
        (price.data_type.as_str(), price.nullable),
        ("numeric(10,2)", false)
    );
    assert_eq!(price.default.as_deref(), Some("0"));
    let check = ("positive".to_owned(), "(VALUE >= (0)::numeric)".to_owned());
    assert_eq!(price.checks, [check]);
    let [counter, ticket] = schema.sequences.as_slice() else {
        panic!("{:?}", schema.sequences)
    };
    let owner = (Name::new("numbered"), "own".to_owned());
    assert_eq!(counter.owned_by.as_ref(), Some(&owner));
    let options = "INCREMENT BY 5 MINVALUE 1 MAXVALUE 1000 START WITH 100 CACHE 1 CYCLE";
    assert_eq!(ticket.options, options);
    assert_eq!(ticket.data_type, "integer");
    let [names, totals, both] = schema.views.as_slice() else {
        panic!("{:?}", schema.views)
    };
    assert!(names.query.starts_with("SELECT users.id,") && !names.query.ends_with(';'));
    let comment = ("Name".to_owned(), "the name".to_owned());
    assert_eq!(names.column_comments, [comment]);
    assert!(totals.materialized && totals.indexes[0].unique);
    assert_eq!(both.options, ["security_barrier=true"]);
    let sources = [Name::new("names"), Name::within("shop", "items")];
    assert_eq!(both.reads, sources);
    let extensions: Vec<_> = schema
        .extensions
        .iter()
        .map(|it| (it.name.as_str(), it.namespace.as_deref()))
        .collect();
    assert_eq!(extensions, [("btree_gist", None), ("citext", Some("shop"))]);
    let twice: Vec<_> = schema
        .routines
        .iter()
        .filter(|it| it.name.name == "twice")
        .map(|it| it.arguments.as_str())
        .collect();
    assert_eq!(twice, ["integer", "text"]);
    assert_eq!(schema.routines.len(), 4, "an extension's are not ours");
    assert_eq!(schema.triggers[0].state.as_deref(), Some("DISABLE"));
    assert_eq!(
        schema.not_understood,
        ["text search configuration my_search"]
    );
}

#[tokio::test]
async fn what_is_kept_as_text_makes_itself_again() {
    let (mut scratch, schema) = read().await;
    for routine in &schema.routines {
        scratch.run(&routine.definition).await;
    }
    for trigger in &schema.triggers {
        let (name, table) = (quote(&trigger.name), quote_name(&trigger.table));
        let drop = format!("DROP TRIGGER {name} ON {table}");
        let state = trigger.state.as_deref().unwrap_or("ENABLE");
        let state = format!("ALTER TABLE {table} {state} TRIGGER {name}");
        scratch
            .run(&format!("{drop};{};{state}", trigger.definition))
            .await;
    }
    for object in &schema.others {
        if object.kind != "comment" {
            let on = object.table.as_ref().map(quote_name);
            let on = on.map_or(String::new(), |on| format!(" ON {on}"));
            let arguments = object.arguments.as_deref().unwrap_or_default();
            let name = quote_name(&object.name);
            // The row type is a column's.
            let drop = format!("DROP {} {name}{arguments}{on}", object.kind);
            if object.name.name != "address" {
                scratch.run(&drop).await;
                scratch.run(&object.definition).await;
            }
        }
    }
    assert_same(&scratch.schema().await, &schema);
}

fn quote(name: &str) -> String {
    Dialect::Postgres.quote(name)
}

fn quote_name(name: &Name) -> String {
    Dialect::Postgres.quote_name(name)
}

#[tokio::test]
async fn the_scope_leaves_out_tables_and_namespaces() {
    let (mut scratch, _) = read().await;
    let scope = Scope {
        namespaces: vec!["shop".into()],
        exclude: vec!["seaql_migrations".into(), "shop.items".into()],
    };
    let schema = introspect(&mut scratch.session, &scope).await.unwrap();
    let names: Vec<_> = schema.tables.iter().map(|it| it.name.to_string()).collect();
    assert_eq!(names, ["shop.order_lines", "shop.orders"]);
    let scope = Scope {
        exclude: vec!["users".into()],
        ..Scope::default()
    };
    let schema = introspect(&mut scratch.session, &scope).await.unwrap();
    assert!(schema.table(&Name::new("users")).is_none());
    assert!(schema.triggers.is_empty());
    assert!(schema.others.iter().all(|it| it.name.name != "users_stats"));
    assert!(schema.table(&Name::within("shop", "items")).is_some());
}

#[tokio::test]
async fn another_search_path_makes_another_default_namespace_and_is_kept() {
    let (mut scratch, _) = read().await;
    scratch
        .run("SET search_path = nowhere, shop, public; CREATE TEMP TABLE users (x int)")
        .await;
    let schema = scratch.schema().await;
    let items = table(&schema, "items");
    assert_eq!(column(items, "size").data_type, "size");
    assert_eq!(
        items.foreign_keys[0].references,
        Name::within("public", "users")
    );
    assert_eq!(
        column(table(&schema, "public|users"), "feeling").data_type,
        "public.mood"
    );
    assert!(!schema.namespaces.contains(&"public".to_owned()));
    let touch = schema.routines.iter().find(|it| it.name.name == "touch");
    let text = &touch.unwrap().definition;
    assert!(
        text.starts_with("CREATE OR REPLACE FUNCTION public.touch()"),
        "{text}"
    );
    let twice = schema.routines.iter().find(|it| it.name.name == "twice");
    let text = &twice.unwrap().definition;
    assert!(
        text.starts_with("CREATE OR REPLACE FUNCTION twice("),
        "{text}"
    );
    let rows = scratch.session.query("SHOW search_path").await.unwrap();
    assert_eq!(rows[0].text(0), Some("nowhere, shop, public"));
}

#[tokio::test]
async fn a_role_that_may_only_connect_reads_the_same() {
    let (mut scratch, schema) = read().await;
    let role = format!("{}_reader", scratch.name);
    let grants: String = schema
        .namespaces
        .iter()
        .map(|it| format!("GRANT USAGE ON SCHEMA {} TO {role};", quote(it)))
        .collect();
    scratch.run(&format!("CREATE ROLE {role}; {grants}")).await;
    scratch.run(&format!("SET ROLE {role}")).await;
    let read = scratch.schema().await;
    scratch.run("RESET ROLE").await;
    scratch
        .run(&format!("DROP OWNED BY {role}; DROP ROLE {role}"))
        .await;
    assert_same(&read, &schema);
}

#[tokio::test]
async fn an_index_that_was_never_finished_is_not_valid() {
    let mut scratch = Scratch::postgres().await;
    scratch
        .run("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)")
        .await;
    let failed = scratch
        .session
        .run("CREATE UNIQUE INDEX CONCURRENTLY broken ON t (a)")
        .await;
    assert!(failed.is_err());
    let schema = scratch.schema().await;
    assert!(!table(&schema, "t").indexes[0].valid);
}

#[tokio::test]
async fn collations_and_operator_classes_are_told_where_they_are_not_the_columns_own() {
    let mut scratch = Scratch::postgres().await;
    scratch
        .run(
            "CREATE EXTENSION pg_trgm;
             CREATE TABLE t (a text, c text COLLATE \"C\");
             CREATE INDEX one ON t (a COLLATE \"C\", c COLLATE \"default\", c);
             CREATE INDEX two ON t USING gist (a gist_trgm_ops (siglen = 32), a gist_trgm_ops)",
        )
        .await;
    let schema = scratch.schema().await;
    let [one, two] = table(&schema, "t").indexes.as_slice() else {
        panic!()
    };
    let collations: Vec<_> = one.parts.iter().map(|it| it.collation.as_deref()).collect();
    assert_eq!(collations, [Some("\"C\""), Some("\"default\""), None]);
    let classes: Vec<_> = two
        .parts
        .iter()
        .map(|it| it.operator_class.as_deref())
        .collect();
    assert_eq!(
        classes,
        [Some("gist_trgm_ops (siglen=32)"), Some("gist_trgm_ops")]
    );
}

#[tokio::test]
async fn a_sequence_that_is_not_plainly_serial_keeps_its_options() {
    let mut scratch = Scratch::postgres().await;
    scratch
        .run(
            "CREATE TABLE t (a serial, b bigserial, c serial);
             ALTER SEQUENCE t_b_seq INCREMENT BY 10;
             ALTER TABLE t ALTER c SET DEFAULT nextval('t_a_seq') + 1;
             ALTER TABLE t RENAME a TO z;
             ALTER SEQUENCE t_a_seq RENAME TO other",
        )
        .await;
    let schema = scratch.schema().await;
    let t = table(&schema, "t");
    let sequence = Name::new("other");
    assert_eq!(column(t, "z").identity, Some(Identity::Serial { sequence }));
    assert_eq!(column(t, "b").identity, None);
    let default = "nextval('t_b_seq'::regclass)";
    assert_eq!(column(t, "b").default.as_deref(), Some(default));
    let names: Vec<_> = schema
        .sequences
        .iter()
        .map(|it| it.name.to_string())
        .collect();
    assert_eq!(names, ["t_b_seq", "t_c_seq"]);
    assert!(schema.sequences.iter().all(|it| it.owned_by.is_some()));
}
