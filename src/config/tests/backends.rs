//! The rule of type and URL, one row a case.

use std::path::{Path, PathBuf};

use super::Place;
use crate::config::{Backend, BackendKind, ConfigError, DatabaseUrl, Flags, SqliteMode};

const PG: &str = "postgres://u:hunter2@h/db";
const MY: &str = "mysql://u:hunter2@h/db";

/// Type and URL at each level: flag, environment, `.env`, `piton.toml`.
type Levels<'a> = [(Option<&'a str>, Option<&'a str>); 4];

fn choose(levels: &Levels<'_>) -> Result<Backend, ConfigError> {
    let [flag, env, dotenv, file] = levels;
    let mut place = Place::new();
    for (name, value) in [("DATABASE_TYPE", env.0), ("DATABASE_URL", env.1)] {
        if let Some(value) = value {
            place = place.var(name, value);
        }
    }
    let mut text = String::new();
    for (name, value) in [("DATABASE_TYPE", dotenv.0), ("DATABASE_URL", dotenv.1)] {
        text.extend(value.map(|value| format!("{name}={value}\n")));
    }
    place = place.file(".env", &text);
    let mut text = String::from("[database]\n");
    for (name, value) in [("type", file.0), ("url", file.1)] {
        text.extend(value.map(|value| format!("{name} = \"{value}\"\n")));
    }
    place = place.file("piton.toml", &text);
    let flags = Flags {
        database_type: flag.0.map(str::to_owned),
        url: flag.1.map(str::to_owned),
        ..Flags::default()
    };
    place.load(&flags)?.backend()
}

#[test]
fn the_one_given_at_the_higher_level_wins() {
    use BackendKind::*;
    let no = (None, None);
    let kind = |name| (Some(name), None);
    let url = |text| (None, Some(text));
    for (levels, expected) in [
        ([no, no, no, no], Json),
        ([no, no, no, url(PG)], Postgresql),
        ([no, kind("json"), no, url(PG)], Json),
        ([kind("json"), url(PG), no, no], Json),
        ([no, url(PG), no, kind("json")], Postgresql),
        ([no, url(PG), kind("json"), no], Postgresql),
        ([url(MY), kind("pg"), no, no], Mysql),
        ([kind("postgresql"), url(PG), no, no], Postgresql),
        ([no, kind("mariadb"), no, url(MY)], Mysql),
        ([no, (Some("postgres"), Some(PG)), no, no], Postgresql),
        (
            [no, (Some("pg"), Some("postgresql+asyncpg://h/db")), no, no],
            Postgresql,
        ),
        ([url("sqlite:a.db"), url(PG), no, no], Sqlite),
        ([url("json:a"), url(PG), no, no], Json),
    ] {
        assert_eq!(choose(&levels).unwrap().kind(), expected, "{levels:?}");
    }
}

#[test]
fn disagreement_at_one_level_stops_and_names_both() {
    let no = (None, None);
    for (levels, expected) in [
        (
            [no, (Some("json"), Some(PG)), no, no],
            "the type is json (environment DATABASE_TYPE) but the URL is one of postgresql (environment DATABASE_URL): drop one of them",
        ),
        (
            [no, no, (Some("mysql"), Some(PG)), no],
            "the type is mysql (.env:1) but the URL is one of postgresql (.env:2): drop one of them",
        ),
        (
            [no, no, no, (Some("sqlite"), Some(MY))],
            "the type is sqlite (piton.toml:2) but the URL is one of mysql (piton.toml:3): drop one of them",
        ),
        (
            [(Some("mysql"), None), (None, Some(PG)), no, no],
            "the type is mysql (flag --database-type), and the only URL is one of postgresql (environment DATABASE_URL): give a URL of mysql",
        ),
        (
            [no, (Some("postgresql"), None), no, no],
            "the type is postgresql (environment DATABASE_TYPE) but DATABASE_URL is not set",
        ),
        (
            [no, no, no, (Some("sqlite"), None)],
            "the type is sqlite (piton.toml:2) but DATABASE_URL is not set",
        ),
    ] {
        assert_eq!(choose(&levels).unwrap_err().to_string(), expected);
    }
}

#[test]
fn under_guards_the_backend_must_be_named() {
    for open in ["development", "dev", "test", "local", "Local", " DEV "] {
        let config = Place::new().var("ENVIRONMENT", open).config();
        assert!(!config.guarded(), "{open}");
        assert!(config.backend().is_ok(), "{open}");
    }
    for armed in ["production", "prod", "staging", "testing", "developement"] {
        let config = Place::new().var("ENVIRONMENT", armed).config();
        assert!(config.guarded(), "{armed}");
        assert!(
            matches!(config.backend(), Err(ConfigError::NoBackend { .. })),
            "{armed}"
        );
    }
    for (name, value) in [
        ("DATABASE_TYPE", "json"),
        ("DATABASE_URL", "json:d"),
        ("DATABASE_URL", PG),
    ] {
        let config = Place::new()
            .var("ENVIRONMENT", "production")
            .var(name, value)
            .config();
        assert!(config.backend().is_ok(), "{value}");
    }
    assert_eq!(
        Place::new()
            .var("ENVIRONMENT", "production")
            .config()
            .backend()
            .unwrap_err()
            .to_string(),
        "the environment is `production` (environment ENVIRONMENT), where the backend must be named: set DATABASE_URL or DATABASE_TYPE"
    );
}

#[test]
fn a_json_url_and_the_data_directory_follow_the_same_rule() {
    let dir = |place: &Place, flags: &Flags| match place.load(flags)?.backend()? {
        Backend::Json { dir } => Ok(dir.strip_prefix(place.dir.path()).unwrap().to_owned()),
        other => panic!("{other:?}"),
    };
    let none = Flags::default();
    let place = Place::new().var("DATABASE_URL", "json:a");
    assert_eq!(dir(&place, &none).unwrap(), Path::new("a"));
    let flags = Flags {
        data_dir: Some("b".into()),
        ..Flags::default()
    };
    assert_eq!(dir(&place, &flags).unwrap(), Path::new("b"));
    let place = Place::new()
        .var("DATABASE_URL", "json:a")
        .file(".env", "DATA_DIR=b");
    assert_eq!(dir(&place, &none).unwrap(), Path::new("a"));
    let place = Place::new()
        .var("DATABASE_URL", "json:///a")
        .var("DATA_DIR", "a");
    assert_eq!(dir(&place, &none).unwrap(), Path::new("a"));
    let place = Place::new()
        .var("DATABASE_URL", "json:a")
        .var("DATA_DIR", "b");
    let error: ConfigError = dir(&place, &none).unwrap_err();
    assert!(
        matches!(error, ConfigError::TwoDirectories { .. }),
        "{error}"
    );
}

#[test]
fn sqlite_locations_follow_every_spelling() {
    let at =
        |text: &str| match Backend::from_url(&DatabaseUrl::parse(text).unwrap(), Path::new("/w")) {
            Backend::Sqlite(at) => at,
            other => panic!("{other:?}"),
        };
    for (text, path) in [
        ("sqlite:///relative.db", Some("/w/relative.db")),
        ("sqlite:////abs/path.db", Some("/abs/path.db")),
        ("sqlite+aiosqlite:///dir/x.db", Some("/w/dir/x.db")),
        ("sqlite://file.db?mode=rwc", Some("/w/file.db")),
        ("sqlite:db/x.sqlite3", Some("/w/db/x.sqlite3")),
        ("sqlite3:db/x.sqlite3", Some("/w/db/x.sqlite3")),
        ("sqlite:/abs/x.db", Some("/abs/x.db")),
        ("sqlite:a%3Fb%20c.db", Some("/w/a?b c.db")),
        (
            "sqlite:///file:x.db?uri=true&check_same_thread=false",
            Some("/w/x.db"),
        ),
        ("SQLite:x.db", Some("/w/x.db")),
        ("sqlite://", None),
        ("sqlite:///", None),
        ("sqlite::memory:", None),
        ("sqlite:///:memory:", None),
        ("sqlite:x?mode=memory", None),
    ] {
        assert_eq!(at(text).path, path.map(PathBuf::from), "{text}");
    }
    assert_eq!(at("sqlite:x").mode, SqliteMode::Create);
    assert_eq!(at("sqlite:x?mode=ro").mode, SqliteMode::ReadOnly);
    assert_eq!(
        at("sqlite:x?mode=rw&timeout=2.5")
            .busy_timeout
            .unwrap()
            .as_millis(),
        2500
    );
    for wrong in [
        "sqlite:x?mode=rx",
        "sqlite:x?cache=x",
        "sqlite:x?timeout=NaN",
        "json:",
        "json://",
    ] {
        assert!(DatabaseUrl::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_password_beside_the_url_is_taken_and_said() {
    let place = Place::new().var("PGPASSWORD", "hunter2");
    for (url, expected) in [
        ("postgres://u@h/db", Some("hunter2")),
        ("postgres://u:own@h/db", Some("own")),
        ("postgres://u:@h/db", Some("")),
        ("mysql://u@h/db", None),
    ] {
        let flags = Flags {
            url: Some(url.to_owned()),
            ..Flags::default()
        };
        let config = place.load(&flags).unwrap();
        let database = &config.database;
        let password = database.url.value.as_ref().unwrap().expose_password();
        assert_eq!(password, expected, "{url}");
        let taken = expected == Some("hunter2");
        assert_eq!(database.password_from.is_some(), taken, "{url}");
        let entries = config.entries();
        let shown = entries
            .iter()
            .find(|entry| entry.key == "database.password");
        assert_eq!(
            shown.map(|entry| entry.origin.to_string()),
            taken.then(|| "environment PGPASSWORD".to_owned())
        );
        assert!(!format!("{config:?}{entries:?}").contains("hunter2"));
    }
}
