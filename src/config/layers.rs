//! The layers that a value can come from, and which of them speaks for a key.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::keys::{self, Key};
use super::value::{self, Raw};
use super::{ConfigError, Flags, Origin, Setting, Surroundings, dotenv, file};

/// The name of the file in the working directory.
const FILE_NAME: &str = "piton.toml";

/// Everything that was given, unread.
pub(super) struct Layers<'a> {
    flags: Vec<(&'static Key, &'static str, Raw)>,
    around: &'a Surroundings,
    dotenv: Option<dotenv::DotEnv>,
    file: Option<file::File>,
    /// Where the `piton.toml` that was read is.
    pub file_path: Option<PathBuf>,
}

impl<'a> Layers<'a> {
    /// Reads the two files.
    pub(super) fn read(flags: &Flags, around: &'a Surroundings) -> Result<Self, ConfigError> {
        let shown = match &flags.config {
            None => PathBuf::from(FILE_NAME),
            Some(path) => value::path(&Raw::Path(path.clone())).map_err(|reason| {
                let origin = Origin::Flag("--config");
                ConfigError::BadValue {
                    key: "--config",
                    origin,
                    reason,
                }
            })?,
        };
        let path = around.dir.join(&shown);
        let file = file::read(&path, &shown)?;
        if file.is_none() && flags.config.is_some() {
            let source = std::io::Error::new(std::io::ErrorKind::NotFound, "no such file");
            return Err(ConfigError::Unreadable {
                path: shown,
                source,
            });
        }
        Ok(Layers {
            flags: given_by(flags),
            around,
            dotenv: dotenv::read(&around.dir.join(".env"), Path::new(".env"), &around.vars)?,
            file_path: file.is_some().then_some(path),
            file,
        })
    }

    /// A table of `piton.toml` that another part understands.
    pub(super) fn section(&self, name: &str) -> Option<&toml::Table> {
        self.file.as_ref()?.sections.get(name)?.as_table()
    }

    /// Where each thing in such a table stands, by its dotted name.
    pub(super) fn origins_in(&self, name: &str) -> BTreeMap<String, Origin> {
        let Some(file) = &self.file else {
            return BTreeMap::new();
        };
        let lines = file.section_lines.iter();
        let below = lines.filter(|(place, _)| {
            let rest = place.strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with('.'))
        });
        below
            .map(|(place, line)| {
                let origin = Origin::File {
                    path: file.shown.clone(),
                    line: *line,
                };
                (place.clone(), origin)
            })
            .collect()
    }

    /// Where in such a table something stands, such as `prune.rules[2].age`; the nearest thing around it that has a line.
    pub(super) fn in_section(&self, place: &str) -> Option<Origin> {
        let file = self.file.as_ref()?;
        let ends = place.char_indices().filter(|(_, c)| matches!(c, '.' | '['));
        let around = ends.map(|(end, _)| &place[..end]).rev();
        let line = std::iter::once(place)
            .chain(around)
            .find_map(|place| file.section_lines.get(place))?;
        Some(Origin::File {
            path: file.shown.clone(),
            line: *line,
        })
    }

    /// The value of a key at the highest level that gives one, or `None`.
    pub(super) fn find<T>(
        &self,
        key: &'static Key,
        understand: impl Fn(&Raw) -> Result<T, String>,
    ) -> Result<Option<Setting<T>>, ConfigError> {
        let Some((raw, origin)) = self.raw(key)? else {
            return Ok(None);
        };
        match understand(&raw) {
            Ok(value) => Ok(Some(Setting { value, origin })),
            Err(reason) => Err(ConfigError::BadValue {
                key: key.env.unwrap_or(key.path),
                origin,
                reason,
            }),
        }
    }

    /// As it was written, with its origin. Blank values count as not given, but for a flag's: who
    /// writes `--url "$URL"` with an unset variable must not end up on the next database below.
    pub(super) fn raw(&self, key: &'static Key) -> Result<Option<(Raw, Origin)>, ConfigError> {
        if let Some((_, name, raw)) = self.flags.iter().find(|(of, ..)| std::ptr::eq(*of, key)) {
            let origin = Origin::Flag(name);
            if raw.is_blank() {
                let reason = "is empty".to_owned();
                return Err(ConfigError::BadValue {
                    key: key.path,
                    origin,
                    reason,
                });
            }
            return Ok(Some((raw.clone(), origin)));
        }
        if let Some(name) = key.env {
            if let Some(value) = self.around.vars.get(name) {
                let origin = Origin::Env(name);
                let Some(text) = value.to_str() else {
                    let reason = "is not UTF-8".to_owned();
                    return Err(ConfigError::BadValue {
                        key: name,
                        origin,
                        reason,
                    });
                };
                if !text.trim().is_empty() {
                    return Ok(Some((Raw::Text(text.to_owned()), origin)));
                }
            }
            if let Some(dotenv) = &self.dotenv
                && let Some((text, line)) = dotenv.vars.get(name)
                && !text.trim().is_empty()
            {
                let origin = Origin::DotEnv {
                    path: dotenv.shown.clone(),
                    line: *line,
                };
                return Ok(Some((Raw::Text(text.clone()), origin)));
            }
        }
        let Some(file) = &self.file else {
            return Ok(None);
        };
        Ok(file.values.get(key.path).and_then(|(value, line)| {
            let raw = Raw::Toml(value.clone());
            let origin = Origin::File {
                path: file.shown.clone(),
                line: *line,
            };
            (!raw.is_blank()).then_some((raw, origin))
        }))
    }
}

/// The flags that were given, by key.
pub(super) fn given_by(flags: &Flags) -> Vec<(&'static Key, &'static str, Raw)> {
    let text = |value: &Option<String>| value.clone().map(Raw::Text);
    let path = |value: &Option<PathBuf>| value.clone().map(Raw::Path);
    [
        (&keys::DATABASE_URL, "--url", text(&flags.url)),
        (
            &keys::DATABASE_TYPE,
            "--database-type",
            text(&flags.database_type),
        ),
        (&keys::DATA_DIR, "--data-dir", path(&flags.data_dir)),
        (
            &keys::ENVIRONMENT,
            "--environment",
            text(&flags.environment),
        ),
        (&keys::REVISIONS_DIR, "--revisions", path(&flags.revisions)),
        (&keys::SCHEMA, "--schema", path(&flags.schema)),
        (
            &keys::DIALECTS,
            "--dialect",
            flags.dialects.clone().map(Raw::List),
        ),
        (&keys::REDIS_URL, "--redis-url", text(&flags.redis_url)),
        (
            &keys::QUERY_TIMEOUT,
            "--query-timeout",
            flags
                .query_timeout_s
                .map(|seconds| Raw::Text(seconds.to_string())),
        ),
    ]
    .into_iter()
    .filter_map(|(key, name, raw)| Some((key, name, raw?)))
    .collect()
}
