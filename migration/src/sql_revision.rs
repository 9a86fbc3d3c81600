//! A SQL revision as one of sea-orm-migration's own.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// One file of `sql/`, in dbmate's format with named sections.
///
/// It does less than Piton, and says so where that matters:
/// - A section goes to the server in one piece. `DELIMITER` is the mysql client's word, not the server's. PostgreSQL
///   runs several statements as one transaction even under `transaction:false`, so there such a section should be one.
/// - SeaORM cannot tell MariaDB from MySQL: a section named `mariadb` is refused on either.
/// - Foreign keys are on or off as the connection has them, whatever `foreign_keys:` asks.
pub(crate) struct SqlRevision {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

impl MigrationName for SqlRevision {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for SqlRevision {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.run("up", manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.run("down", manager).await
    }

    /// sea-orm-migration asks once for both directions and all databases, and unless told otherwise uses a
    /// transaction on PostgreSQL alone; so PostgreSQL's sections decide.
    fn use_transaction(&self) -> Option<bool> {
        let without = |direction| {
            self.section(direction, DbBackend::Postgres)
                .is_ok_and(|section| !section.transactional)
        };
        (without("up") || without("down")).then_some(false)
    }
}

impl SqlRevision {
    async fn run(&self, direction: &str, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let section = self.section(direction, manager.get_database_backend())?;
        // MySQL calls an empty statement an error.
        if !section.sql.trim().is_empty() {
            let connection = manager.get_connection();
            connection.execute_unprepared(section.sql).await?;
        }
        Ok(())
    }

    /// The section for one direction on one database: the one that names it, else the one that names none.
    fn section(&self, direction: &str, backend: DbBackend) -> Result<Section<'static>, DbErr> {
        let refused = |why: String| DbErr::Migration(format!("{}: {why}", self.name));
        let (mut named, mut unnamed) = (None, None);
        for section in sections(self.text).map_err(refused)? {
            if section.direction != direction {
                continue;
            }
            if backend == DbBackend::MySql && section.databases.contains(&Database::MariaDb) {
                return Err(refused("`mariadb` cannot be told from `mysql` here".into()));
            }
            let place = if section.databases.is_empty() {
                &mut unnamed
            } else if section.databases.contains(&Database::Of(backend)) {
                &mut named
            } else {
                continue;
            };
            if place.replace(section).is_some() {
                return Err(refused(format!(
                    "two sections `{direction}` for {backend:?}"
                )));
            }
        }
        named
            .or(unnamed)
            .ok_or_else(|| refused(format!("no section `{direction}` for {backend:?}")))
    }
}

struct Section<'a> {
    direction: &'a str,
    databases: Vec<Database>,
    transactional: bool,
    sql: &'a str,
}

#[derive(PartialEq)]
enum Database {
    Of(DbBackend),
    MariaDb,
}

/// Takes a file apart at its `-- migrate:` lines, each section reaching to the next; an error says which word is
/// not understood.
fn sections(text: &str) -> Result<Vec<Section<'_>>, String> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        if let Some(words) = directive(line) {
            sections.push(section(words, &text[end..end])?);
        } else if let Some(section) = sections.last_mut() {
            section.sql = &text[start - section.sql.len()..end];
        }
        start = end;
    }
    Ok(sections)
}

/// What follows `migrate:` on a line that opens a section.
fn directive(line: &str) -> Option<&str> {
    let line = line.trim_start_matches('\u{feff}').strip_prefix("--")?;
    line.trim().strip_prefix("migrate:")
}

fn section<'a>(words: &'a str, sql: &'a str) -> Result<Section<'a>, String> {
    let mut words = words.split_whitespace();
    let mut section = Section {
        direction: words.next().unwrap_or_default(),
        databases: Vec::new(),
        transactional: true,
        sql,
    };
    if !["up", "down"].contains(&section.direction) {
        return Err(format!(
            "`migrate:{}` is neither up nor down",
            section.direction
        ));
    }
    for word in words {
        match word {
            "postgres" | "postgresql" | "pg" => {
                section.databases.push(Database::Of(DbBackend::Postgres));
            }
            "mysql" => section.databases.push(Database::Of(DbBackend::MySql)),
            "mariadb" => section.databases.push(Database::MariaDb),
            "sqlite" => section.databases.push(Database::Of(DbBackend::Sqlite)),
            "transaction:false" => section.transactional = false,
            "transaction:true" | "foreign_keys:on" | "foreign_keys:off" => {}
            unknown => return Err(format!("`{unknown}` is neither a database nor a mode")),
        }
    }
    Ok(section)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm_migration::sea_orm::DatabaseBackend::{MySql, Postgres, Sqlite};

    fn section(text: &'static str, direction: &str, backend: DbBackend) -> Result<String, String> {
        SqlRevision { name: "r", text }
            .section(direction, backend)
            .map(|section| section.sql.to_owned())
            .map_err(|refused| refused.to_string())
    }

    #[test]
    fn a_named_section_wins_over_the_unnamed_one() {
        let text =
            "-- why\n-- migrate:up\nA;\n-- note\n-- migrate:up mysql pg\nB;\n-- migrate:down\n";
        assert_eq!(section(text, "up", Sqlite).unwrap(), "A;\n-- note\n");
        assert_eq!(section(text, "up", MySql).unwrap(), "B;\n");
        assert_eq!(section(text, "up", Postgres).unwrap(), "B;\n");
        assert_eq!(section(text, "down", Postgres).unwrap(), "");
    }

    #[test]
    fn a_byte_order_mark_crlf_and_loose_spacing_change_nothing() {
        let text = "\u{feff}-- migrate:up\r\nA;\r\n  \r\n--migrate:down  sqlite \r\nB;";
        assert_eq!(section(text, "up", Sqlite).unwrap(), "A;\r\n  \r\n");
        assert_eq!(section(text, "down", Sqlite).unwrap(), "B;");
    }

    #[test]
    fn what_is_missing_double_or_unknown_is_refused() {
        let refusals = [
            ("-- migrate:up mysql\n", "no section `up` for Sqlite"),
            (
                "-- migrate:up\n-- migrate:up\n",
                "two sections `up` for Sqlite",
            ),
            (
                "-- migrate:up oracle\n",
                "`oracle` is neither a database nor a mode",
            ),
            ("-- migrate:upp\n", "`migrate:upp` is neither up nor down"),
        ];
        for (text, why) in refusals {
            let refused = section(text, "up", Sqlite).unwrap_err();
            assert!(refused.ends_with(why), "{refused}");
        }
    }

    #[test]
    fn a_section_for_mariadb_is_refused_on_mysql_alone() {
        let text = "-- migrate:up\nA;\n-- migrate:up mariadb\nB;\n";
        assert!(section(text, "up", MySql).unwrap_err().contains("mariadb"));
        assert_eq!(section(text, "up", Sqlite).unwrap(), "A;\n");
    }

    #[test]
    fn only_the_sections_of_postgres_can_ask_for_no_transaction() {
        let asked = |text| SqlRevision { name: "r", text }.use_transaction();
        assert_eq!(asked("-- migrate:up\n-- migrate:down\n"), None);
        assert_eq!(
            asked("-- migrate:up\n-- migrate:up mysql transaction:false\n"),
            None
        );
        assert_eq!(asked("-- migrate:up pg transaction:false\n"), Some(false));
        assert_eq!(
            asked("-- migrate:up\n-- migrate:down transaction:false\n"),
            Some(false)
        );
    }
}
