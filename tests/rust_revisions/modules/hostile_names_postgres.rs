//! hostile names postgres
//!
//! Review before applying.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        require_backend(manager)?;
        let statements = &[
            // drop view a view; of
            r#"SELECT /* owners and privileges, given back below */
  set_config('piton.kept', coalesce(json_agg(said ORDER BY place), '[]')::text, true)
FROM (VALUES
    ('VIEW', 'TABLE', '"a view; of"')) AS o(kind, word, name),
  LATERAL (
    SELECT relowner, relacl, '' FROM pg_class
      WHERE oid = to_regclass(CASE word WHEN 'TABLE' THEN name END)
    UNION ALL SELECT relowner, attacl, ' (' || quote_ident(attname) || ')'
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND attacl IS NOT NULL
      WHERE c.oid = to_regclass(CASE word WHEN 'TABLE' THEN name END)
  ) AS a(owner, acl, part),
  LATERAL (
    SELECT 1, format('ALTER %s %s OWNER TO %s', kind, name, owner::regrole)
      WHERE part = '' AND owner <> current_user::regrole
    UNION ALL SELECT 2, format('REVOKE ALL ON %s %s FROM PUBLIC, %s', word, name, owner::regrole)
      WHERE part = '' AND acl IS NOT NULL
    UNION ALL SELECT 3, format('GRANT %s%s ON %s %s TO %s%s', privilege_type, part, word, name,
      CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
      CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) FROM aclexplode(acl)
  ) AS s(place, said)"#,
            r#"DROP VIEW "a view; of""#,
            // drop foreign key f;k on group(to) -> Select "it's"; `drop`
            r#"ALTER TABLE "group" DROP CONSTRAINT "f;k""#,
            // rename column group.to to to "them"
            r#"ALTER TABLE "group" RENAME COLUMN "to" TO "to ""them""""#,
            // rename index i;a on Select "it's"; `drop` to i;b"c
            r#"ALTER INDEX "i;a" RENAME TO "i;b""c""#,
            // change column Select "it's"; `drop`.UPPER lower: not null, default 5
            r#"UPDATE "Select ""it's""; `drop`" SET "UPPER lower" = 5 WHERE "UPPER lower" IS NULL"#,
            r#"ALTER TABLE "Select ""it's""; `drop`"
  ALTER COLUMN "UPPER lower" SET DEFAULT 5,
  ALTER COLUMN "UPPER lower" SET NOT NULL"#,
            // change check per%cent 'q' on Select "it's"; `drop`(("UPPER lower" > 2))
            r#"ALTER TABLE "Select ""it's""; `drop`"
  DROP CONSTRAINT "per%cent 'q'",
  ADD CONSTRAINT "per%cent 'q'" CHECK (("UPPER lower" > 2))"#,
            // add foreign key f;k on group(to "them") -> Select "it's"; `drop`
            r#"ALTER TABLE "group" ADD CONSTRAINT "f;k" FOREIGN KEY ("to ""them""") REFERENCES "Select ""it's""; `drop`" ("order") ON DELETE CASCADE"#,
            // add view a view; of
            r#"CREATE VIEW "a view; of" AS
SELECT "Select ""it's""; `drop`"."学生 ""x""; --",
    "Select ""it's""; `drop`"."UPPER lower"
   FROM "Select ""it's""; `drop`"
  WHERE ("Select ""it's""; `drop`"."UPPER lower" > 2)"#,
            "DO $piton$
DECLARE
  said text;
BEGIN
  FOR said IN SELECT json_array_elements_text(current_setting('piton.kept')::json) LOOP
    BEGIN
      EXECUTE said;
    EXCEPTION WHEN undefined_column THEN NULL;
    END;
  END LOOP;
END
$piton$",
        ];
        execute(manager, statements).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        require_backend(manager)?;
        let statements = &[
            // drop view a view; of
            r#"SELECT /* owners and privileges, given back below */
  set_config('piton.kept', coalesce(json_agg(said ORDER BY place), '[]')::text, true)
FROM (VALUES
    ('VIEW', 'TABLE', '"a view; of"')) AS o(kind, word, name),
  LATERAL (
    SELECT relowner, relacl, '' FROM pg_class
      WHERE oid = to_regclass(CASE word WHEN 'TABLE' THEN name END)
    UNION ALL SELECT relowner, attacl, ' (' || quote_ident(attname) || ')'
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND attacl IS NOT NULL
      WHERE c.oid = to_regclass(CASE word WHEN 'TABLE' THEN name END)
  ) AS a(owner, acl, part),
  LATERAL (
    SELECT 1, format('ALTER %s %s OWNER TO %s', kind, name, owner::regrole)
      WHERE part = '' AND owner <> current_user::regrole
    UNION ALL SELECT 2, format('REVOKE ALL ON %s %s FROM PUBLIC, %s', word, name, owner::regrole)
      WHERE part = '' AND acl IS NOT NULL
    UNION ALL SELECT 3, format('GRANT %s%s ON %s %s TO %s%s', privilege_type, part, word, name,
      CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
      CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) FROM aclexplode(acl)
  ) AS s(place, said)"#,
            r#"DROP VIEW "a view; of""#,
            // drop foreign key f;k on group(to "them") -> Select "it's"; `drop`
            r#"ALTER TABLE "group" DROP CONSTRAINT "f;k""#,
            // change check per%cent 'q' on Select "it's"; `drop`(("UPPER lower" > 1))
            r#"ALTER TABLE "Select ""it's""; `drop`"
  DROP CONSTRAINT "per%cent 'q'",
  ADD CONSTRAINT "per%cent 'q'" CHECK (("UPPER lower" > 1))"#,
            // change column Select "it's"; `drop`.UPPER lower: nullable, no default
            r#"ALTER TABLE "Select ""it's""; `drop`"
  ALTER COLUMN "UPPER lower" DROP DEFAULT,
  ALTER COLUMN "UPPER lower" DROP NOT NULL"#,
            // rename index i;b"c on Select "it's"; `drop` to i;a
            r#"ALTER INDEX "i;b""c" RENAME TO "i;a""#,
            // rename column group.to "them" to to
            r#"ALTER TABLE "group" RENAME COLUMN "to ""them""" TO "to""#,
            // add foreign key f;k on group(to) -> Select "it's"; `drop`
            r#"ALTER TABLE "group" ADD CONSTRAINT "f;k" FOREIGN KEY ("to") REFERENCES "Select ""it's""; `drop`" ("order")"#,
            // add view a view; of
            r#"CREATE VIEW "a view; of" AS
SELECT "Select ""it's""; `drop`"."学生 ""x""; --",
    "Select ""it's""; `drop`"."UPPER lower"
   FROM "Select ""it's""; `drop`"
  WHERE ("Select ""it's""; `drop`"."UPPER lower" > 1)"#,
            "DO $piton$
DECLARE
  said text;
BEGIN
  FOR said IN SELECT json_array_elements_text(current_setting('piton.kept')::json) LOOP
    BEGIN
      EXECUTE said;
    EXCEPTION WHEN undefined_column THEN NULL;
    END;
  END LOOP;
END
$piton$",
        ];
        execute(manager, statements).await?;
        Ok(())
    }
}

/// Refuses a database that nothing is written for here.
fn require_backend(manager: &SchemaManager) -> Result<(), DbErr> {
    match manager.get_database_backend() {
        DbBackend::Postgres => Ok(()),
        other => Err(DbErr::Migration(format!(
            "{} has nothing for {other:?}",
            Migration.name()
        ))),
    }
}

async fn execute(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    for statement in statements {
        connection.execute_unprepared(statement).await?;
    }
    Ok(())
}
