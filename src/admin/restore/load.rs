//! The rows: chunk by chunk, each in one transaction with the note that it is in.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::path::Path;

use bytes::Bytes;
use futures_util::future::try_join_all;
use tokio::task::JoinHandle;

use super::contents::{Contents, Piece, Rows};
use super::run::{Event, Order};
use super::state::{self, State};
use crate::admin::backup::{BackupError, read_chunk};
use crate::dialect::rows::{Chunk, RowTable, WriteOptions};
use crate::dialect::{DbError, Session};
use crate::schema::Name;

/// Where each table of the backup goes.
pub(super) type Targets = BTreeMap<Name, RowTable>;

/// Writes every piece that is not in yet; returns how many rows those are.
pub(super) async fn load(
    session: &mut Session,
    contents: &mut Contents,
    targets: &Targets,
    order: &Order<'_>,
) -> Result<u64, BackupError> {
    let done = state::done(session).await?;
    let pieces: VecDeque<Piece> = contents
        .pieces()
        .into_iter()
        .filter(|piece| targets.contains_key(&piece.read_as.name) && !done.contains(&piece.id))
        .collect();
    (order.listener)(Event::Rows {
        pieces: pieces.len(),
        done: done.len(),
    });
    let rows = pieces.iter().map(|piece| piece.rows).sum();
    match &mut contents.rows {
        Rows::Database { session: from, .. } => {
            session.prepare_writing().await?;
            for piece in pieces {
                stopped(order)?;
                let target = &targets[&piece.read_as.name];
                whole_table(from, session, &piece, target).await?;
                told(order, &piece);
            }
        }
        Rows::Chunks(dir) => chunks(session, dir, pieces, targets, order).await?,
    }
    Ok(rows)
}

fn stopped(order: &Order<'_>) -> Result<(), BackupError> {
    match order.stop.requested() {
        Some(signal) => Err(BackupError::Stopped(signal)),
        None => Ok(()),
    }
}

fn told(order: &Order<'_>, piece: &Piece) {
    (order.listener)(Event::Piece {
        table: &piece.read_as.name,
        rows: piece.rows,
    });
}

async fn chunks(
    session: &mut Session,
    dir: &Path,
    pieces: VecDeque<Piece>,
    targets: &Targets,
    order: &Order<'_>,
) -> Result<(), BackupError> {
    let dialect = session.dialect();
    // Where a table has its keys already, writers of one table would wait for each other.
    let wanted = match dialect.after_rows().keys {
        true => order.connections.min(pieces.len()).max(1),
        false => 1,
    };
    let waiting = RefCell::new(pieces);
    let mut others = Vec::new();
    if dialect.server_words().is_some() {
        for _ in 0..wanted {
            match Session::connect(session.endpoint(), order.connect_timeout).await {
                Ok(other) => others.push(other),
                Err(_) if !others.is_empty() => break,
                Err(error) => return Err(error.into()),
            }
        }
    }
    let work = async |session: &mut Session| {
        session.prepare_writing().await?;
        for statement in session.dialect().loading_settings() {
            session.run(statement).await?;
        }
        let mut next = unpacking(dir, &waiting);
        while let Some((piece, unpacked)) = next.take() {
            stopped(order)?;
            let bytes = unpacked
                .await
                .map_err(|error| BackupError::io("read", dir)(std::io::Error::other(error)))??;
            // The next one is unpacked while the server takes this one.
            next = unpacking(dir, &waiting);
            let target = &targets[&piece.read_as.name];
            one_chunk(session, &piece, target, bytes).await?;
            told(order, &piece);
        }
        Ok::<(), BackupError>(())
    };
    let sessions: Vec<&mut Session> = match others.is_empty() {
        true => vec![session],
        false => others.iter_mut().collect(),
    };
    let result = try_join_all(sessions.into_iter().map(work)).await;
    for other in others {
        other.close().await;
    }
    result.map(drop)
}

type Unpacked = JoinHandle<Result<Vec<u8>, BackupError>>;

fn unpacking(dir: &Path, waiting: &RefCell<VecDeque<Piece>>) -> Option<(Piece, Unpacked)> {
    let piece = waiting.borrow_mut().pop_front()?;
    let chunk = piece.chunk.clone()?;
    let dir = dir.to_owned();
    let unpacked = tokio::task::spawn_blocking(move || read_chunk(&dir, &chunk));
    Some((piece, unpacked))
}

async fn one_chunk(
    session: &mut Session,
    piece: &Piece,
    target: &RowTable,
    bytes: Vec<u8>,
) -> Result<(), BackupError> {
    let chunk = Chunk {
        bytes: Bytes::from(bytes),
        rows: piece.rows,
    };
    let begin = session.dialect().begin();
    session.run(begin).await?;
    let result = async {
        let options = WriteOptions::default();
        let mut writer = session.write_rows(&piece.read_as, target, &options).await?;
        writer.write(chunk).await?;
        Ok::<_, BackupError>(writer.finish().await?.rows)
    };
    let result = result.await;
    commit(session, piece, result).await
}

/// A table from a database that is open.
async fn whole_table(
    from: &mut Session,
    session: &mut Session,
    piece: &Piece,
    target: &RowTable,
) -> Result<(), BackupError> {
    let begin = session.dialect().begin();
    session.run(begin).await?;
    let result = async {
        let options = WriteOptions::default();
        let mut reader = from.read_rows(&piece.read_as).await?;
        let mut writer = session.write_rows(&piece.read_as, target, &options).await?;
        while let Some(chunk) = reader.next().await? {
            writer.write(chunk).await?;
        }
        Ok::<_, BackupError>(writer.finish().await?.rows)
    };
    let result = result.await;
    commit(session, piece, result).await
}

async fn commit(
    session: &mut Session,
    piece: &Piece,
    written: Result<u64, BackupError>,
) -> Result<(), BackupError> {
    let ended = match written {
        Ok(rows) if rows == piece.rows => {
            let note = state::piece_is_in(session, &piece.id);
            async {
                session.run(&note).await?;
                session.run("COMMIT").await?;
                Ok::<(), DbError>(())
            }
            .await
            .map_err(BackupError::from)
        }
        Ok(rows) => Err(BackupError::Counted {
            table: piece.read_as.name.clone(),
            expected: piece.rows,
            found: rows,
        }),
        Err(error) => Err(error),
    };
    if ended.is_err() {
        // Where this fails the connection is gone, and the transaction with it.
        drop(session.run("ROLLBACK").await);
    }
    ended
}

/// Where the rows of the backup's tables go: to the table of the same name, or to the one of which a partition was
/// a part.
pub(super) fn targets(
    contents: &Contents,
    state: &State,
    now: &crate::schema::Schema,
    dialect: crate::dialect::Dialect,
) -> Targets {
    let mut targets = Targets::new();
    for table in &contents.tables {
        let Some(there) = super::run::counterpart(&contents.schema, &table.name, now) else {
            continue;
        };
        if state.filled.contains(&there.name) {
            targets.insert(table.name.clone(), RowTable::of(dialect, now, there));
        }
    }
    targets
}
