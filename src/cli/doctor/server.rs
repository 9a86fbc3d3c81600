//! The ladder of a server: from its URL to the revisions.

use std::time::{Duration, Instant};

use super::report::{Breaks, Report};
use super::{Args, history};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::init::prove;
use crate::config::{Config, TlsReason};
use crate::database::{OpenError, Opened, Purpose, Target};
use crate::dialect::preflight::Refusal;
use crate::dialect::{DbError, DbErrorKind, Session};
use crate::health::ladder::{self, Address, Broken, Cause, Climb, Place, Rung, Service};

/// How long to wait before the way is walked once more, where there is time.
const PAUSE: Duration = Duration::from_millis(200);

pub(super) async fn climb(
    context: &Context,
    args: &Args,
    config: &Config,
    target: &Target,
    report: &mut Report,
) -> Result<(), Breaks> {
    let place = target.place().expect("a server has a place");
    report.holds(
        name(Rung::Url),
        format!("from {}", config.database.url.origin),
        None,
    );
    let began = Instant::now();
    let way = walk(&place, target.connect_timeout(), context.wait).await;
    for held in &way.held {
        report.holds(name(held.rung), held.seen.clone(), Some(held.took));
    }
    if let Some(broken) = &way.broken {
        return Err(lost_way(target, broken));
    }
    let left = context.wait.saturating_sub(began.elapsed());
    let target = &target.waiting(left);
    let started = Instant::now();
    let opening = Box::pin(target.open(Purpose::Look, None));
    let mut opened = match opening.await {
        Ok(opened) => opened,
        Err(error) => {
            let took = started.elapsed();
            let breaks = unopened(target, error).await.after(took);
            below(&place, breaks.rung, report);
            return Err(breaks);
        }
    };
    let climbing = inside(args, config, &place, &mut opened, started.elapsed(), report);
    climbing.await?;
    history::lock(target, &mut opened, report).await?;
    history::climb(context, config, &mut opened, report).await?;
    opened.close().await;
    Ok(())
}

/// The way to the server, as far as it can be walked without harm; again and again while `wait` lasts.
async fn walk(place: &Place, patience: Duration, wait: Duration) -> Climb {
    // Who greets counts those who say nothing, and in the end shuts them out.
    let up_to = if place.dialect.greets() {
        Rung::Host
    } else {
        Rung::Protocol
    };
    let began = Instant::now();
    loop {
        let wanted = Service::Database(place.dialect);
        let climb = ladder::climb(wanted, &place.address, up_to, patience / 2).await;
        let may_come = climb.broken.as_ref().is_some_and(|broken| {
            !matches!(broken.cause, Cause::Stranger { .. } | Cause::Socket { .. })
        });
        if !may_come || began.elapsed() + PAUSE >= wait {
            return climb;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The way broke before the server was asked anything.
fn lost_way(target: &Target, broken: &Broken) -> Breaks {
    let error = DbError::new(DbErrorKind::Unreachable, broken.cause.to_string());
    let failure = Failure::broken_off(target, &error, Some(broken)).about(target, false);
    Breaks::at(name(broken.rung), failure)
}

/// What the rungs are called here.
fn name(rung: Rung) -> &'static str {
    rung.name()
}

/// The rungs below the one that broke hold, though no time was taken of them.
fn below(place: &Place, broken: &str, report: &mut Report) {
    let lower = Rung::ALL
        .into_iter()
        .take_while(|rung| name(*rung) != broken)
        .filter(|rung| *rung != Rung::Tls || place.encrypted)
        .filter(|rung| *rung != Rung::Host || !matches!(place.address, Address::Socket(_)));
    for rung in lower.collect::<Vec<_>>() {
        if !report.has(name(rung)) {
            let says = match rung {
                Rung::Port => format!("{} answers", place.address),
                Rung::Protocol => place.dialect.title().to_owned(),
                Rung::Login => format!("as {}", place.user),
                Rung::Database => place.database.clone(),
                _ => String::new(),
            };
            report.holds(name(rung), says, None);
        }
    }
}

/// What the session itself shows: encryption, login, database, version, privileges.
async fn inside(
    args: &Args,
    config: &Config,
    place: &Place,
    opened: &mut Opened,
    took: Duration,
    report: &mut Report,
) -> Result<(), Breaks> {
    let session = opened.session();
    below(place, name(Rung::Tls), report);
    let encryption = session.encryption().await;
    let encryption = encryption.map_err(|error| Breaks::at(name(Rung::Tls), error))?;
    let says = encryption.map_or_else(
        || "none: in plain".to_owned(),
        |version| format!("encrypted with {version}"),
    );
    report.holds(name(Rung::Tls), says, None);
    report.holds(
        name(Rung::Login),
        format!("as {}", session.user()),
        Some(took),
    );
    report.holds(name(Rung::Database), place.database.clone(), None);
    session
        .supported()
        .map_err(|error| Breaks::at("version", error))?;
    let version = format!("{} {}", session.dialect().title(), session.version());
    report.holds("version", version, None);
    let started = Instant::now();
    let proves = !config.guarded() || args.prove;
    let privileged = privileges(session, proves).await;
    privileged
        .map_err(|failure| Breaks::at(name(Rung::Privileges), failure).after(started.elapsed()))?;
    let says = if proves {
        "may make and write tables; a temporary one was written and read"
    } else {
        "may make and write tables"
    };
    report.holds(name(Rung::Privileges), says, Some(started.elapsed()));
    Ok(())
}

async fn privileges(session: &mut Session, proves: bool) -> Result<(), Failure> {
    let patience = Duration::from_secs(5);
    let refusal: Option<Refusal> = match session.refusal(patience).await? {
        Some(refusal) => Some(refusal),
        None => session.restrained().await?,
    };
    if let Some(refusal) = refusal {
        return Err(refusal.into());
    }
    if proves {
        prove(session).await?;
    }
    Ok(())
}

/// A target that could not be opened: the rung, and what is told of it.
pub(super) async fn unopened(target: &Target, error: OpenError) -> Breaks {
    let error = match error {
        OpenError::Database(error) => error,
        other => return Breaks::at("content", other),
    };
    let broken = target.explain(&error).await;
    let rung = broken
        .as_ref()
        .map_or_else(|| likely(target, &error), |broken| name(broken.rung));
    let verified = target
        .url()
        .is_some_and(|url| url.tls().reason == TlsReason::Default);
    let failure = Failure::broken_off(target, &error, broken.as_ref()).about(target, verified);
    Breaks::at(rung, failure)
}

/// The rung of an error that named none, and where by now all looks well from outside.
fn likely(target: &Target, error: &DbError) -> &'static str {
    match error.kind {
        _ if target.url().is_none() => match error.kind {
            DbErrorKind::Corrupt => "content",
            DbErrorKind::DiskFull => "space",
            DbErrorKind::Busy => "lock",
            _ => "permission",
        },
        DbErrorKind::Unreachable | DbErrorKind::ConnectionLost => name(Rung::Port),
        DbErrorKind::Tls => name(Rung::Tls),
        DbErrorKind::NoSuchDatabase => name(Rung::Database),
        DbErrorKind::Privilege | DbErrorKind::ReadOnly => name(Rung::Privileges),
        _ => name(Rung::Login),
    }
}
