//! A database that is emptied again and again, which is much faster than a new one each time.

use piton::dialect::{DbError, Dialect, Session};

use crate::scratch::{Scratch, sqlite};

/// Where one case after another is run.
pub trait Place {
    async fn emptied(&mut self) -> &mut Session;
}

/// Drops what is in a PostgreSQL database, whatever its schemas are called.
const EMPTY: &str = "SET client_min_messages = error; SET synchronous_commit = off;
DO $$
DECLARE
  found name;
BEGIN
  FOR found IN SELECT nspname FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', found);
  END LOOP;
END
$$;
CREATE SCHEMA public";

impl Place for Scratch {
    async fn emptied(&mut self) -> &mut Session {
        let name = &self.name;
        let sql = match self.session.dialect() {
            Dialect::Postgres => EMPTY.to_owned(),
            _ => format!(
                "DROP DATABASE {name}; CREATE DATABASE {name} CHARACTER SET utf8mb4 \
                 COLLATE utf8mb4_general_ci; USE {name}"
            ),
        };
        self.run(&sql).await;
        &mut self.session
    }
}

/// SQLite's databases in memory cost nothing: there is a new one each time.
#[derive(Default)]
pub struct Memory(Option<Session>);

impl Place for Memory {
    async fn emptied(&mut self) -> &mut Session {
        let mut session = sqlite().await;
        session.run("PRAGMA foreign_keys = OFF").await.unwrap();
        self.0.insert(session)
    }
}

/// Runs statements in their order; says which one failed.
pub async fn run<'a>(
    session: &mut Session,
    statements: impl IntoIterator<Item = &'a String>,
) -> Result<(), (DbError, String)> {
    for statement in statements {
        if let Err(error) = session.run(statement).await {
            return Err((error, statement.clone()));
        }
    }
    Ok(())
}

/// Runs each part in a transaction of its own, where the database has them for this.
pub async fn run_parts(
    session: &mut Session,
    parts: &[Vec<String>],
) -> Result<(), (DbError, String)> {
    let transactional = !matches!(session.dialect(), Dialect::Mysql | Dialect::Mariadb);
    for part in parts {
        if !transactional {
            run(session, part).await?;
            continue;
        }
        run(session, &["BEGIN".to_owned()]).await?;
        if let Err(failed) = run(session, part).await {
            run(session, &["ROLLBACK".to_owned()]).await?;
            return Err(failed);
        }
        run(session, &["COMMIT".to_owned()]).await?;
    }
    Ok(())
}
