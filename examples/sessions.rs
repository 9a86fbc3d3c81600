//! A web application whose users see their devices and log any of them out, with sessions in Redis.
//!
//! ```sh
//! REDIS_URL=redis://localhost:6379/0 cargo run --example sessions -- 127.0.0.1:3000
//! curl -i -d user=t-17 -A Laptop http://127.0.0.1:3000/login          # a token, as a cookie
//! curl -d user=t-17 -A Phone -c phone.txt http://127.0.0.1:3000/login
//! curl -b phone.txt http://127.0.0.1:3000/devices                      # both
//! curl -b phone.txt -X DELETE http://127.0.0.1:3000/devices/ID         # the laptop is out with its next request
//! ```
//!
//! Whoever names a user is let in: where the passwords are is another matter. Needs nothing of Piton's command line.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, State};
use axum::http::header::{COOKIE, SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Form, Json, Router};
use piton::config::{Config, Flags, Surroundings};
use piton::redis::Connection;
use piton::session::{Device, Session, SessionError, SessionId, Sessions, Token};
use serde::{Deserialize, Serialize};

const NAME: &str = "session";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1);
    let address = address.unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    // What `piton config` shows: the environment, `.env`, `piton.toml`, defaults.
    let config = Config::load(&Flags::default(), &Surroundings::of_process()?)?;
    let connection = Connection::open(config.redis_options()?).await?;
    let mut sessions = Sessions::new(&connection, config.session_options());
    if config.session.revocation_log.value {
        // No failover of Redis brings back what is in the application's own database.
        let database = Arc::new(piton::open(&config).await?);
        sessions = sessions.with_log(Arc::new(database.revocation_log().await?));
    }
    let listener = tokio::net::TcpListener::bind(&address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, application(sessions)).await?;
    Ok(())
}

/// The application's routes.
pub fn application(sessions: Sessions) -> Router {
    Router::new()
        .route("/login", post(login))
        .route("/logout", post(logout))
        .route("/logout-everywhere", post(logout_everywhere))
        .route("/me", get(me))
        .route("/devices", get(devices))
        .route("/devices/{id}", delete(log_out_device))
        .with_state(sessions)
}

#[derive(Deserialize)]
struct Login {
    user: String,
}

async fn login(
    State(sessions): State<Sessions>,
    headers: HeaderMap,
    Form(login): Form<Login>,
) -> Result<Response, Refusal> {
    let agent = headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok());
    // A server behind a proxy takes the address from what the proxy says.
    let device = Device::new(agent.unwrap_or_default(), "");
    let (token, session) = sessions.create(&login.user, &device).await?;
    // `Secure` too, wherever this is not a machine of one's own.
    let cookie = format!(
        "{NAME}={}; Path=/; HttpOnly; SameSite=Strict",
        token.expose()
    );
    let shown = Json(Shown::of(&session, &session));
    Ok((AppendHeaders([(SET_COOKIE, cookie)]), shown).into_response())
}

async fn me(Current { session, .. }: Current) -> Json<Shown> {
    Json(Shown::of(&session, &session))
}

async fn devices(
    State(sessions): State<Sessions>,
    Current { session, .. }: Current,
) -> Result<Json<Vec<Shown>>, Refusal> {
    let all = sessions.list(&session.user).await?;
    Ok(Json(
        all.iter().map(|one| Shown::of(one, &session)).collect(),
    ))
}

async fn log_out_device(
    State(sessions): State<Sessions>,
    Current { session, .. }: Current,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    let id: SessionId = id.parse().map_err(|_| Refusal::NoSuchDevice)?;
    // An id lets nobody in, but nobody ends another's session either.
    match sessions.show(&id).await {
        Ok(found) if found.user == session.user => {}
        Ok(_) | Err(SessionError::None | SessionError::Ambiguous) => {
            return Err(Refusal::NoSuchDevice);
        }
        Err(error) => return Err(error.into()),
    }
    sessions.revoke(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn logout(
    State(sessions): State<Sessions>,
    Current { token, .. }: Current,
) -> Result<StatusCode, Refusal> {
    sessions.invalidate(&token).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn logout_everywhere(
    State(sessions): State<Sessions>,
    Current { session, .. }: Current,
) -> Result<StatusCode, Refusal> {
    sessions.revoke_all(&session.user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whose request this is: each one touches its session, which lives on from now.
struct Current {
    token: Token,
    session: Session,
}

impl FromRequestParts<Sessions> for Current {
    type Rejection = Refusal;

    async fn from_request_parts(
        parts: &mut Parts,
        sessions: &Sessions,
    ) -> Result<Current, Refusal> {
        let cookies = parts.headers.get_all(COOKIE).iter();
        let mut cookies = cookies
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'));
        let token = cookies.find_map(|cookie| {
            let value = cookie.trim().strip_prefix(NAME)?.strip_prefix('=')?;
            Token::parse(value)
        });
        let token = token.ok_or(Refusal::NotLoggedIn)?;
        let session = sessions.touch(&token, None).await?;
        Ok(Current { token, session })
    }
}

/// A session as its user may see it.
#[derive(Serialize)]
struct Shown {
    id: String,
    user: String,
    device: String,
    seen_ms: u64,
    /// Whether it is the one that asks.
    this: bool,
}

impl Shown {
    fn of(session: &Session, current: &Session) -> Shown {
        Shown {
            id: session.id.to_string(),
            user: session.user.clone(),
            device: session.device.clone(),
            seen_ms: session.seen_ms,
            this: session.id == current.id,
        }
    }
}

/// Why a request was not served.
enum Refusal {
    NotLoggedIn,
    NoSuchDevice,
    /// Redis, or the log: nobody is let in while nobody can say who is logged out.
    Unavailable,
}

impl From<SessionError> for Refusal {
    fn from(error: SessionError) -> Refusal {
        match error {
            SessionError::None => Refusal::NotLoggedIn,
            _ => Refusal::Unavailable,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Refusal::NotLoggedIn => StatusCode::UNAUTHORIZED,
            Refusal::NoSuchDevice => StatusCode::NOT_FOUND,
            Refusal::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
        .into_response()
    }
}
