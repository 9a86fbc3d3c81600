//! Owners and privileges on PostgreSQL.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;

use crate::dialect::rights::{Change, DefaultRights, Grant, ObjectRights, Rights};
use crate::dialect::{DbError, Dialect, Session};

/// A list of privileges as JSON.
const GRANTS: &str = "SELECT coalesce(json_agg(json_build_object('grantor', pg_get_userbyid(e.grantor), \
    'grantee', CASE WHEN e.grantee <> 0 THEN pg_get_userbyid(e.grantee) END, 'privilege', e.privilege_type, \
    'column', e.attname, 'grantable', e.is_grantable)), '[]'::json)";

/// What is not said is what PostgreSQL gives by itself, so that two lists can be compared.
fn objects() -> String {
    format!(
        "WITH place AS (SELECT oid, nspname, nullif(nspname, current_schema()) AS namespace, nspowner, nspacl, \
           CASE WHEN nspname = current_schema() THEN '' ELSE quote_ident(nspname) || '.' END AS prefix \
           FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'), \
         every AS ( \
           SELECT 'pg_class'::regclass AS class, c.oid, CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, \
             CASE WHEN t.oid IS NOT NULL THEN NULL ELSE CASE c.relkind WHEN 'v' THEN 'VIEW' \
               WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END END AS alter, \
             p.prefix || quote_ident(c.relname) AS name, \
             CASE WHEN c.relkind IN ('r', 'p', 'f') THEN json_build_object('namespace', p.namespace, 'name', c.relname) \
               WHEN t.oid IS NOT NULL THEN json_build_object('namespace', nullif(tn.nspname, current_schema()), 'name', t.relname) \
               END AS part_of, \
             c.relowner AS owner, \
             coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\", c.relowner)) AS acl \
           FROM pg_class c JOIN place p ON p.oid = c.relnamespace \
           LEFT JOIN pg_depend d ON c.relkind = 'S' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid \
             AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i') \
           LEFT JOIN pg_class t ON t.oid = d.refobjid LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace \
           WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') \
           UNION ALL SELECT 'pg_proc'::regclass, f.oid, 'ROUTINE', 'ROUTINE', \
             p.prefix || quote_ident(f.proname) || '(' || pg_get_function_identity_arguments(f.oid) || ')', NULL, \
             f.proowner, coalesce(f.proacl, acldefault('f', f.proowner)) \
           FROM pg_proc f JOIN place p ON p.oid = f.pronamespace \
           UNION ALL SELECT 'pg_type'::regclass, y.oid, 'TYPE', 'TYPE', p.prefix || quote_ident(y.typname), NULL, \
             y.typowner, coalesce(y.typacl, acldefault('T', y.typowner)) \
           FROM pg_type y JOIN place p ON p.oid = y.typnamespace LEFT JOIN pg_class c ON c.oid = y.typrelid \
           WHERE y.typtype IN ('e', 'd', 'r') OR y.typtype = 'c' AND c.relkind = 'c' \
           UNION ALL SELECT 'pg_namespace'::regclass, oid, 'SCHEMA', 'SCHEMA', quote_ident(nspname), NULL, nspowner, \
             coalesce(nspacl, acldefault('n', nspowner)) FROM place) \
         SELECT json_build_object('kind', o.kind, 'alter', o.alter, 'name', o.name, 'table', o.part_of, \
           'owner', pg_get_userbyid(o.owner), 'grants', ({GRANTS} FROM ( \
             SELECT a.*, NULL::name AS attname FROM aclexplode(o.acl) a \
             UNION ALL SELECT a.*, c.attname FROM pg_attribute c, aclexplode(c.attacl) a \
               WHERE o.class = 'pg_class'::regclass AND c.attrelid = o.oid AND c.attnum > 0 AND NOT c.attisdropped) e))::text \
         FROM every o WHERE NOT EXISTS (SELECT FROM pg_depend x \
           WHERE x.classid = o.class AND x.objid = o.oid AND x.objsubid = 0 AND x.deptype = 'e') \
         ORDER BY o.kind, o.name"
    )
}

fn defaults() -> String {
    format!(
        "SELECT json_build_object('role', pg_get_userbyid(d.defaclrole), 'namespace', n.nspname, \
           'kind', CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'ROUTINES' \
             WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END, \
           'grants', ({GRANTS} FROM (SELECT a.*, NULL::name AS attname FROM aclexplode(d.defaclacl) a) e), \
           'unsaid', CASE WHEN n.oid IS NOT NULL THEN '[]'::json ELSE ({GRANTS} FROM (SELECT a.*, NULL::name AS attname \
             FROM aclexplode(acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole)) a) e) \
             END)::text \
         FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace \
         ORDER BY 1"
    )
}

pub(crate) async fn read(session: &mut Session) -> Result<Rights, DbError> {
    Ok(Rights {
        objects: parsed::<ObjectRights>(session, &objects()).await?,
        defaults: parsed::<DefaultRights>(session, &defaults()).await?,
    })
}

async fn parsed<T: DeserializeOwned>(session: &mut Session, sql: &str) -> Result<Vec<T>, DbError> {
    let rows = session.query(sql).await?;
    let texts = rows.iter().filter_map(|row| row.text(0));
    Ok(texts
        .map(|text| serde_json::from_str(text).expect("our own query made it"))
        .collect())
}

pub(crate) async fn roles(session: &mut Session) -> Result<BTreeSet<String>, DbError> {
    let rows = session.query("SELECT rolname FROM pg_roles").await?;
    let names = rows.iter().filter_map(|row| row.text(0));
    Ok(names.map(str::to_owned).collect())
}

/// GRANT or REVOKE of one privilege on what is named.
pub(crate) fn change(change: Change, grant: &Grant, on: &str) -> String {
    let quote = |name: &str| Dialect::Postgres.quote(name);
    let column = grant.column.as_deref().map(quote);
    let column = column.map_or_else(String::new, |column| format!(" ({column})"));
    let what = format!("{}{column} ON {on}", grant.privilege);
    let role = grant.grantee.as_deref().map(quote);
    let role = role.unwrap_or_else(|| "PUBLIC".to_owned());
    match (change, grant.grantable) {
        (Change::Grant, true) => format!("GRANT {what} TO {role} WITH GRANT OPTION"),
        (Change::Grant, false) => format!("GRANT {what} TO {role}"),
        (Change::Revoke, _) => format!("REVOKE {what} FROM {role} CASCADE"),
        (Change::RevokeGrantOption, _) => {
            format!("REVOKE GRANT OPTION FOR {what} FROM {role} CASCADE")
        }
    }
}
