//! The ladder of what lies in files: a JSON store or a SQLite file.

use std::io::Error;
use std::path::Path;
use std::time::Instant;

use super::report::{Breaks, Report};
use super::{history, server};
use crate::cli::context::{Context, words};
use crate::cli::failure::Failure;
use crate::config::{Backend, Config};
use crate::database::{Opened, Purpose, Target};
use crate::dialect::{DbError, DbErrorKind};
use crate::health::place::{self, Access};
use crate::ui::{bytes, escape};

/// Less room than that is none.
const LEAST_ROOM: u64 = 1 << 20;
/// A larger file is not gone through: that would take minutes.
const MOST_GONE_THROUGH: u64 = 256 << 20;

pub(super) async fn climb(
    context: &Context,
    config: &Config,
    target: &Target,
    report: &mut Report,
) -> Result<(), Breaks> {
    there(target)?;
    let (path, is_store) = match target.backend() {
        Backend::Json { dir } => (Some(dir.as_path()), true),
        Backend::Sqlite(at) => (at.path.as_deref(), false),
        Backend::Postgresql(_) | Backend::Mysql(_) => (None, false),
    };
    if let Some(path) = path {
        files(path, is_store, report)?;
    }
    let started = Instant::now();
    let opening = Box::pin(target.open(Purpose::Look, None));
    let mut opened = match opening.await {
        Ok(opened) => opened,
        Err(error) => {
            return Err(server::unopened(target, error)
                .await
                .after(started.elapsed()));
        }
    };
    content(&mut opened, path, is_store, started, report).await?;
    history::lock(target, &mut opened, report).await?;
    history::climb(context, config, &mut opened, report).await?;
    opened.close().await;
    Ok(())
}

/// Breaks where there is no file, or no store in the directory: whoever asks would be told of an empty database.
pub(super) fn there(target: &Target) -> Result<(), Breaks> {
    let (rung, path) = match target.backend() {
        Backend::Json { dir } => ("directory", Some(dir)),
        Backend::Sqlite(at) => ("file", at.path.as_ref()),
        Backend::Postgresql(_) | Backend::Mysql(_) => return Ok(()),
    };
    let shown = |path: &Path| escape(&path.display().to_string(), false);
    let failure = match (target.missing(), path) {
        (Some(path), _) => Failure::files(format!("{} is not there", shown(path))),
        // Another kind of thing, or what cannot be read, is told by what comes after.
        (None, Some(dir))
            if rung == "directory"
                && dir.is_dir()
                && std::fs::read_dir(dir).is_ok_and(|mut files| files.next().is_none()) =>
        {
            Failure::files(format!("there is no store in {}", shown(dir)))
        }
        _ => return Ok(()),
    };
    let failure = match rung {
        "directory" => failure.hint("piton init makes it, piton upgrade makes it with its tables"),
        _ => failure.hint("piton upgrade makes it with its tables"),
    };
    Err(Breaks::at(
        rung,
        failure.hint("is it another place? DATA_DIR and DATABASE_URL name it; piton config shows where they come from"),
    ))
}

/// The place itself: it is there, may be read and written, and has room.
fn files(path: &Path, is_store: bool, report: &mut Report) -> Result<(), Breaks> {
    let rung = if is_store { "directory" } else { "file" };
    let shown = path.display();
    if path.is_dir() != is_store {
        let wanted = if is_store {
            "no directory"
        } else {
            "a directory"
        };
        let failure = Failure::config(format!("{} is {wanted}", escape(&shown.to_string(), false)))
            .hint("another place: DATA_DIR for a JSON store, --url sqlite:///FILE for SQLite");
        return Err(Breaks::at(rung, failure));
    }
    let size = place::size(path).map_err(|error| denied("read", path, &error))?;
    report.holds(rung, bytes(size), None);
    let around = if is_store {
        path
    } else {
        path.parent()
            .filter(|dir| !dir.as_os_str().is_empty())
            .unwrap_or(Path::new("."))
    };
    for (path, access, verb) in [
        (path, Access::Read, "read"),
        (path, Access::Write, "write"),
        // What SQLite and the store keep beside it.
        (around, Access::Write, "make files in"),
    ] {
        place::may(path, access).map_err(|error| denied(verb, path, &error))?;
    }
    report.holds("permission", "may be read and written", None);
    let Some(room) = place::room(path) else {
        return Ok(());
    };
    let says = format!("{} left", bytes(room));
    if room < LEAST_ROOM {
        let failure = Failure::files(format!(
            "the disk of {} is full: {says}",
            escape(&shown.to_string(), false)
        ))
        .hint(format!(
            "make room: df -h {}",
            escape(&shown.to_string(), false)
        ));
        return Err(Breaks::at("space", failure));
    }
    if room < size {
        report.notes(
            "space",
            format!("{says}: not enough to write all anew"),
            None,
        );
    } else {
        report.holds("space", says, None);
    }
    Ok(())
}

fn denied(verb: &str, path: &Path, error: &Error) -> Breaks {
    let shown = escape(&path.display().to_string(), false);
    let failure = Failure::files(format!("this user may not {verb} {shown}: {error}"))
        .hint(format!("whose is it, and who is this? ls -ld {shown}; id"));
    Breaks::at("permission", failure)
}

/// What is in the files is what it should be.
async fn content(
    opened: &mut Opened,
    path: Option<&Path>,
    is_store: bool,
    started: Instant,
    report: &mut Report,
) -> Result<(), Breaks> {
    if is_store {
        let noticed: Vec<String> = opened.notices().iter().map(words).collect();
        let took = Some(started.elapsed());
        if noticed.is_empty() {
            report.holds("content", "every file is as the manifest says", took);
        }
        for notice in noticed {
            report.notes("content", notice, took);
        }
        return Ok(());
    }
    let size = path.map_or(0, |path| place::size(path).unwrap_or_default());
    if size > MOST_GONE_THROUGH {
        let says = format!(
            "{} are too much to go through: sqlite3 FILE 'PRAGMA integrity_check' does",
            bytes(size)
        );
        report.notes("content", says, Some(started.elapsed()));
        return Ok(());
    }
    let checked = opened.session().query("PRAGMA quick_check(1)").await;
    let rows = checked.map_err(|error| Breaks::at("content", error).after(started.elapsed()))?;
    let said = rows.first().map_or("ok", |row| row.text_or_empty(0));
    if said != "ok" {
        let damaged = DbError::new(
            DbErrorKind::Corrupt,
            format!("the database is damaged: {said}"),
        );
        return Err(Breaks::at("content", damaged).after(started.elapsed()));
    }
    report.holds("content", "sound", Some(started.elapsed()));
    Ok(())
}
