//! `piton config`.

use std::borrow::Cow;

use serde::Serialize;

use super::context::Context;
use super::failure::Failure;
use crate::ui::{Table, escape};

/// Prints every setting with where it came from; secrets are masked
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {}

#[derive(Serialize)]
struct Document {
    file: Option<String>,
    guarded: bool,
    settings: Vec<Setting>,
}

#[derive(Serialize)]
struct Setting {
    key: Cow<'static, str>,
    environment: Option<&'static str>,
    value: Option<String>,
    origin: String,
    meaning: &'static str,
}

pub(super) fn run(context: &mut Context, _: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let settings: Vec<Setting> = config
        .entries()
        .into_iter()
        .map(|entry| Setting {
            key: entry.key,
            environment: entry.env,
            value: entry.value,
            origin: entry.origin.to_string(),
            meaning: entry.meaning,
        })
        .collect();
    let ui = &context.ui;
    if !ui.is_json() {
        let mut table = Table::new(["setting", "value", "from", "environment", "meaning"]);
        for setting in &settings {
            table.row([
                setting.key.to_string(),
                escape(setting.value.as_deref().unwrap_or("-"), false),
                escape(&setting.origin, false),
                setting.environment.unwrap_or("-").to_owned(),
                setting.meaning.to_owned(),
            ]);
        }
        for line in table.lines() {
            ui.data(line);
        }
        if config.guarded() {
            ui.note("the guards are armed");
        }
    }
    ui.document(
        "config",
        &Document {
            file: config.file.as_ref().map(|file| file.display().to_string()),
            guarded: config.guarded(),
            settings,
        },
    );
    Ok(0)
}
