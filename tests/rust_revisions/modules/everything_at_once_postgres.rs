//! everything at once postgres
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
            // drop view phones
            r#"SELECT /* owners and privileges, given back below */
  set_config('piton.kept', coalesce(json_agg(said ORDER BY place), '[]')::text, true)
FROM (VALUES
    ('VIEW', 'TABLE', '"phones"')) AS o(kind, word, name),
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
            r#"DROP VIEW "phones""#,
        ];
        execute(manager, statements).await?;
        manager
            .alter_table(
                Table::alter()
                    .table("students")
                    .rename_column("phone", "mobile")
                    .to_owned(),
            )
            .await?;
        let statements = &[
            // change column classes.title: not null, default ''::character varying
            r#"UPDATE "classes" SET "title" = ''::character varying WHERE "title" IS NULL"#,
            r#"ALTER TABLE "classes"
  ALTER COLUMN "title" SET DEFAULT ''::character varying,
  ALTER COLUMN "title" SET NOT NULL"#,
            // add unique constraint titles on classes(title)
            r#"ALTER TABLE "classes" ADD CONSTRAINT "titles" UNIQUE ("title")"#,
        ];
        execute(manager, statements).await?;
        manager
            .create_table(
                Table::create()
                    .table("letters")
                    .col(ColumnDef::new("id").integer().not_null().primary_key())
                    .col(ColumnDef::new("body").string_len(100))
                    .to_owned(),
            )
            .await?;
        let statements = &[
            // rename index by_phone on students to by_mobile
            r#"ALTER INDEX "by_phone" RENAME TO "by_mobile""#,
        ];
        execute(manager, statements).await?;
        manager
            .alter_table(
                Table::alter()
                    .table("students")
                    .add_column(ColumnDef::new("email").string_len(200))
                    .to_owned(),
            )
            .await?;
        let statements = &[
            // change column students.name: type character varying(100) -> character varying(200)
            r#"ALTER TABLE "students" ALTER COLUMN "name" TYPE character varying(200)"#,
            // change column students.mobile: not null
            r#"ALTER TABLE "students" ALTER COLUMN "mobile" SET NOT NULL"#,
            // add check has_at on students(((email)::text ~~ '%@%'::text))
            r#"ALTER TABLE "students" ADD CONSTRAINT "has_at" CHECK (((email)::text ~~ '%@%'::text))"#,
        ];
        execute(manager, statements).await?;
        manager
            .create_foreign_key(
                ForeignKey::create()
                    .name("of_class")
                    .from("students", "class_id")
                    .to("classes", "id")
                    .on_delete(ForeignKeyAction::SetNull)
                    .to_owned(),
            )
            .await?;
        let statements = &[
            // add view phones
            r#"CREATE VIEW "phones" AS
SELECT students.mobile
   FROM students"#,
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
            // drop view phones
            r#"SELECT /* owners and privileges, given back below */
  set_config('piton.kept', coalesce(json_agg(said ORDER BY place), '[]')::text, true)
FROM (VALUES
    ('VIEW', 'TABLE', '"phones"')) AS o(kind, word, name),
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
            r#"DROP VIEW "phones""#,
        ];
        execute(manager, statements).await?;
        manager
            .drop_foreign_key(
                ForeignKey::drop()
                    .name("of_class")
                    .table("students")
                    .to_owned(),
            )
            .await?;
        let statements = &[
            // drop check has_at on students(((email)::text ~~ '%@%'::text))
            r#"ALTER TABLE "students" DROP CONSTRAINT "has_at""#,
            // change column students.mobile: nullable
            r#"ALTER TABLE "students" ALTER COLUMN "mobile" DROP NOT NULL"#,
            // change column students.name: type character varying(200) -> character varying(100)
            r#"ALTER TABLE "students" ALTER COLUMN "name" TYPE character varying(100)"#,
        ];
        execute(manager, statements).await?;
        manager
            .alter_table(
                Table::alter()
                    .table("students")
                    .drop_column("email")
                    .to_owned(),
            )
            .await?;
        let statements = &[
            // rename index by_mobile on students to by_phone
            r#"ALTER INDEX "by_mobile" RENAME TO "by_phone""#,
        ];
        execute(manager, statements).await?;
        manager
            .drop_table(Table::drop().table("letters").to_owned())
            .await?;
        let statements = &[
            // drop unique constraint titles on classes(title)
            r#"ALTER TABLE "classes" DROP CONSTRAINT "titles""#,
            // change column classes.title: nullable, no default
            r#"ALTER TABLE "classes"
  ALTER COLUMN "title" DROP DEFAULT,
  ALTER COLUMN "title" DROP NOT NULL"#,
        ];
        execute(manager, statements).await?;
        manager
            .alter_table(
                Table::alter()
                    .table("students")
                    .rename_column("mobile", "phone")
                    .to_owned(),
            )
            .await?;
        let statements = &[
            // add view phones
            r#"CREATE VIEW "phones" AS
SELECT students.phone
   FROM students"#,
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
