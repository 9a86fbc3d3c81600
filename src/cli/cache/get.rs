//! `piton cache get`.

use serde::Serialize;

use super::{life, seconds};
use crate::cache::{StoredError, facts, shown};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::ui::escape;

/// Prints one value
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// The key, such as user:profile:12345
    #[arg(value_name = "KEY")]
    key: String,
}

#[derive(Serialize)]
struct Document {
    redis: String,
    key: String,
    ttl_s: Option<u64>,
    version: Option<u32>,
    took_ms: Option<u64>,
    value: serde_json::Value,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let redis = context.redis(&config).await?;
    let name = escape(&format!("{:?}", args.key), false);
    let reading = async {
        let keys = vec![args.key.clone().into_bytes()];
        let found = facts(&redis.connection, keys).await?;
        let Some(found) = found.into_iter().next() else {
            return Ok(None);
        };
        if found.kind != "string" {
            return Err(Failure::wrong_type(&args.key, &found.kind, "string"));
        }
        let mut get = redis::cmd("GET");
        get.arg(&args.key);
        let bytes: Option<Vec<u8>> = redis.connection.ask(&get).await?;
        Ok(bytes.map(|bytes| (found, bytes)))
    };
    let found = crate::cli::unless_stopped(&context.stop, reading).await?;
    let Some((found, bytes)) = found else {
        return Err(Failure::failed(format!("there is no value under {name}")));
    };
    let ttl_s = seconds(found.ttl);
    let ui = &context.ui;
    let (version, took_ms, value) = match shown(&bytes) {
        Ok(shown) => {
            ui.note(format!(
                "version {}, loaded in {} ms, lives {}",
                shown.version,
                shown.took_ms,
                life(ttl_s)
            ));
            (Some(shown.version), Some(shown.took_ms), shown.value)
        }
        Err(StoredError::Invalidated) => {
            return Err(Failure::failed(format!(
                "there is no value under {name}: it was invalidated a moment ago"
            )));
        }
        Err(error) => {
            ui.warn(format!("{name} is {}", escape(&error.to_string(), false)));
            let text = String::from_utf8_lossy(&bytes).into_owned();
            (None, None, serde_json::Value::String(text))
        }
    };
    let text = match (&value, version) {
        (serde_json::Value::String(text), None) => text.clone(),
        _ => serde_json::to_string_pretty(&value).unwrap_or_else(|_| value.to_string()),
    };
    ui.data(escape(&text, true));
    ui.document(
        "cache_get",
        &Document {
            redis: redis.target,
            key: args.key,
            ttl_s,
            version,
            took_ms,
            value,
        },
    );
    Ok(0)
}
