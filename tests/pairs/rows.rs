//! Rows that are put in before a change, and looked for after it.

use std::collections::HashMap;

use piton::dialect::{Dialect, Session};
use piton::schema::sample::sample_rows;
use piton::schema::{Change, Column, Name, Op, Schema};

/// So many for each table, the last ones of which are put in: checks ask for more than the first numbers.
const SAMPLES: usize = 14;
const KEPT: usize = 3;

/// What stands in one column, each value as text, sorted.
type Values = Vec<Option<String>>;

/// The columns of a database with what stands in them.
pub struct Rows {
    columns: HashMap<(Name, String), Values>,
    pub count: u64,
}

/// Puts a few rows into each table; one that the schema does not allow is left out.
pub async fn put_in(session: &mut Session, schema: &Schema) -> Result<u64, String> {
    let dialect = session.dialect();
    let postgres = dialect == Dialect::Postgres;
    let said = |error: piton::dialect::DbError| error.to_string();
    let mut count = 0;
    session.run("BEGIN").await.map_err(said)?;
    for of_table in sample_rows(schema, SAMPLES).chunks(SAMPLES) {
        for row in &of_table[SAMPLES - KEPT..] {
            let (columns, values): (Vec<_>, Vec<_>) = row
                .values
                .iter()
                .map(|(column, value)| (dialect.quote(column), dialect.literal(value)))
                .unzip();
            let table = dialect.quote_name(&row.table);
            let values = match (values.is_empty(), dialect) {
                (true, Dialect::Mysql | Dialect::Mariadb) => "() VALUES ()".to_owned(),
                (true, _) => "DEFAULT VALUES".to_owned(),
                _ => format!("({}) VALUES ({})", columns.join(", "), values.join(", ")),
            };
            if postgres {
                session.run("SAVEPOINT one").await.map_err(said)?;
            }
            match session.run(&format!("INSERT INTO {table} {values}")).await {
                Ok(_) => count += 1,
                Err(_) if postgres => {
                    session.run("ROLLBACK TO one").await.map_err(said)?;
                }
                Err(_) => {}
            }
        }
    }
    // What was put off till now may still be refused.
    match session.run("COMMIT").await {
        Ok(_) => Ok(count),
        Err(_) => {
            let _ = session.run("ROLLBACK").await;
            Ok(0)
        }
    }
}

impl Rows {
    pub async fn read(session: &mut Session, schema: &Schema) -> Result<Rows, String> {
        let dialect = session.dialect();
        let mut rows = Rows {
            columns: HashMap::new(),
            count: 0,
        };
        for table in &schema.tables {
            let stored = table.columns.iter().filter(|it| it.generated.is_none());
            let names: Vec<&str> = stored.map(|it| it.name.as_str()).collect();
            if names.is_empty() {
                continue;
            }
            let shown: Vec<String> = names
                .iter()
                .map(|name| match dialect {
                    Dialect::Postgres => format!("{}::text", dialect.quote(name)),
                    Dialect::Mysql | Dialect::Mariadb => format!("HEX({})", dialect.quote(name)),
                    Dialect::Sqlite => format!("quote({})", dialect.quote(name)),
                })
                .collect();
            let sql = format!(
                "SELECT {} FROM {}",
                shown.join(", "),
                dialect.quote_name(&table.name)
            );
            let found = session
                .query(&sql)
                .await
                .map_err(|it| format!("{it}: {sql}"))?;
            rows.count += found.len() as u64;
            for (at, name) in names.iter().enumerate() {
                let mut values: Values = found
                    .iter()
                    .map(|row| row.text(at).map(str::to_owned))
                    .collect();
                values.sort();
                rows.columns
                    .insert((table.name.clone(), (*name).to_owned()), values);
            }
        }
        Ok(rows)
    }

    /// Whether all is there after `ops` that they leave alone.
    pub fn survive(&self, ops: &[Op], after: &Rows) -> Result<(), String> {
        for ((table, column), values) in &self.columns {
            let Some((now_table, now_column)) = followed(table, column, ops) else {
                continue;
            };
            let now = after.columns.get(&(now_table, now_column));
            if now != Some(values) {
                return Err(format!(
                    "{table}.{column} held {values:?} and holds {now:?}"
                ));
            }
        }
        Ok(())
    }
}

/// What a column is called after `ops`; none where one of them changes what it holds.
fn followed(table: &Name, column: &str, ops: &[Op]) -> Option<(Name, String)> {
    let (mut table, mut column) = (table.clone(), column.to_owned());
    for op in ops {
        match op {
            Op::RenameTable { from, to } if *from == table => table = to.clone(),
            Op::RenameColumn {
                table: on,
                from,
                to,
            } if *on == table && *from == column => {
                column.clone_from(to);
            }
            Op::Table(change) => match &**change {
                Change::Drop(gone) if gone.name == table => return None,
                Change::Alter { from, to } if from.name == table => {
                    let kept = to.column(&column)?;
                    if from.column(&column).is_none_or(|it| !same(it, kept)) {
                        return None;
                    }
                }
                _ => {}
            },
            Op::Column {
                table: on, change, ..
            } if *on == table => match &**change {
                Change::Drop(gone) if gone.name == column => return None,
                Change::Alter { from, to } if from.name == column && !same(from, to) => {
                    return None;
                }
                _ => {}
            },
            _ => {}
        }
    }
    Some((table, column))
}

fn same(from: &Column, to: &Column) -> bool {
    from.data_type == to.data_type && to.generated.is_none() && from.collation == to.collation
}
