//! The same readings for Prometheus, over HTTP.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ACCEPT, ALLOW, CONTENT_TYPE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream, lookup_host};
use tokio::sync::{Semaphore, watch};

use super::super::context::Context;
use super::super::failure::Failure;
use super::ticks;
use crate::health::monitor::exposition::{Format, render};
use crate::health::monitor::{Figure, Reading, Settings, Watcher, figures};
use crate::ui::{dim, escape};

/// The last reading, and when it was there.
struct Latest {
    reading: Reading,
    figures: Vec<Figure>,
    at: Instant,
}

type Shared = watch::Receiver<Option<Arc<Latest>>>;

/// So many clients at once; who comes then waits.
const MOST_AT_ONCE: usize = 128;

/// How long a client may take to say what he wants, the first time and after each answer: a connection that says nothing
/// takes another's place.
const REQUEST: Duration = Duration::from_secs(3);

/// How long a client may keep its connection, and how long what it is still being told may take then.
const CONNECTION: Duration = Duration::from_secs(120);
const LAST_ANSWER: Duration = Duration::from_secs(15);

/// How long the first scrape waits for the first reading.
const FIRST: Duration = Duration::from_secs(9);

pub(super) async fn run(
    context: &Context,
    address: &str,
    mut watcher: Watcher<'_>,
    settings: &Settings,
    pace: Duration,
) -> Result<u8, Failure> {
    let listener = bind(address).await?;
    let at = listener
        .local_addr()
        .map_err(|error| Failure::files(format!("cannot listen: {error}")))?;
    let ui = &context.ui;
    ui.note(
        dim()
            .apply_to(format!(
                "http://{at}/metrics, every {}",
                crate::ui::duration(pace)
            ))
            .to_string(),
    );
    if !at.ip().is_loopback() {
        ui.warn("whoever reaches that address can read the names of tables and the first words of errors");
    }
    let (sender, latest) = watch::channel(None);
    let reading = async {
        let mut ticks = ticks(pace);
        let mut away = false;
        loop {
            ticks.tick().await;
            let reading = watcher.read().await;
            if reading.all_here() == away {
                away = !away;
                tell(context, &reading);
            }
            let figures = figures(&reading, settings);
            let at = Instant::now();
            drop(sender.send(Some(Arc::new(Latest {
                reading,
                figures,
                at,
            }))));
        }
    };
    let stopped = tokio::select! {
        signal = context.stop.wait() => signal,
        never = serve(listener, latest, pace) => match never {},
        never = reading => match never {},
    };
    watcher.close().await;
    Err(Failure::stopped(stopped))
}

/// Says that something is away, or that all is here again.
fn tell(context: &Context, reading: &Reading) {
    let redis = reading.redis.iter();
    let away = redis.filter_map(|redis| redis.away.as_ref().map(|away| (&redis.target, away)));
    let database = &reading.database;
    let away: Vec<String> = database
        .away
        .iter()
        .map(|away| (&database.target, away))
        .chain(away)
        .map(|(target, away)| {
            format!(
                "{} is away: {}",
                escape(target, false),
                escape(&away.reason, false)
            )
        })
        .collect();
    if reading.all_here() {
        context.ui.note("all that is watched answers again");
    }
    for line in away {
        context.ui.warn(line);
    }
}

/// `127.0.0.1:9187`, `[::1]:9187`, `localhost:9187`, or a port of this machine's own.
async fn bind(address: &str) -> Result<TcpListener, Failure> {
    let wrong = |why: String| {
        Failure::usage(format!("--listen {}: {why}", escape(address, false)))
            .hint("an address and a port, such as 127.0.0.1:9187")
    };
    let full = match address.trim_start_matches(':').parse::<u16>() {
        Ok(port) => format!("127.0.0.1:{port}"),
        Err(_) => address.to_owned(),
    };
    let found: Vec<SocketAddr> = lookup_host(&full)
        .await
        .map_err(|error| wrong(error.to_string()))?
        .collect();
    let mut refused = wrong("no such address".to_owned());
    for at in found {
        match TcpListener::bind(at).await {
            Ok(listener) => return Ok(listener),
            Err(error) => refused = Failure::not_listening(&at, &error),
        }
    }
    Err(refused)
}

async fn serve(listener: TcpListener, latest: Shared, pace: Duration) -> Infallible {
    let room = Arc::new(Semaphore::new(MOST_AT_ONCE));
    loop {
        let place = room.clone().acquire_owned().await;
        match listener.accept().await {
            Ok((stream, _)) => {
                let latest = latest.clone();
                tokio::spawn(async move {
                    answer(stream, latest, pace).await;
                    drop(place);
                });
            }
            // Out of file descriptors, or the client is gone already.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn answer(stream: TcpStream, latest: Shared, pace: Duration) {
    let service = service_fn(move |request: Request<Incoming>| {
        let latest = latest.clone();
        async move { Ok::<_, Infallible>(page(&request, latest, pace).await) }
    });
    let mut connection = std::pin::pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(REQUEST)
            .serve_connection(TokioIo::new(stream), service)
    );
    // A client that hangs up in the middle is his own affair.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = tokio::time::sleep(CONNECTION) => connection.as_mut().graceful_shutdown(),
    }
    drop(tokio::time::timeout(LAST_ANSWER, connection).await);
}

async fn page(
    request: &Request<Incoming>,
    mut latest: Shared,
    pace: Duration,
) -> Response<Full<Bytes>> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
        response
            .headers_mut()
            .insert(ALLOW, hyper::header::HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    match request.uri().path() {
        "/metrics" => {
            let first = latest.wait_for(Option::is_some);
            let read = match tokio::time::timeout(FIRST, first).await {
                Ok(Ok(read)) => read.clone(),
                _ => None,
            };
            let Some(read) = read else {
                return plain(StatusCode::SERVICE_UNAVAILABLE, "nothing was read yet\n");
            };
            let accept = request.headers().get(ACCEPT);
            let accept = accept.and_then(|it| it.to_str().ok()).unwrap_or_default();
            let format = Format::accepted(accept);
            let text = render(&read.reading, &read.figures, format);
            response(StatusCode::OK, format.content_type(), text)
        }
        "/healthz" => {
            // Whether the monitor itself goes on; what it sees is in the metrics.
            let age = latest.borrow().as_ref().map(|read| read.at.elapsed());
            if age.is_some_and(|age| age < pace + Duration::from_secs(15)) {
                plain(StatusCode::OK, "ok\n")
            } else {
                plain(StatusCode::SERVICE_UNAVAILABLE, "no reading lately\n")
            }
        }
        "/" => response(
            StatusCode::OK,
            "text/html; charset=utf-8",
            "<!doctype html><title>piton monitor</title><p><a href=\"/metrics\">metrics</a>, \
             <a href=\"/healthz\">healthz</a>\n"
                .to_owned(),
        ),
        _ => plain(StatusCode::NOT_FOUND, "there is /metrics and /healthz\n"),
    }
}

fn plain(status: StatusCode, text: &str) -> Response<Full<Bytes>> {
    response(status, "text/plain; charset=utf-8", text.to_owned())
}

fn response(status: StatusCode, kind: &'static str, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(kind));
    response
}
