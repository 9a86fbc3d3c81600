//! A password is never shown: not by any type, not by any error, however mangled its URL.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;

use super::Place;
use crate::config::{Config, ConfigError, DatabaseUrl, Flags, RedisUrl};

/// Everything that a configuration can say about itself.
fn all_that_is_said(loaded: &Result<Config, ConfigError>) -> String {
    match loaded {
        Err(error) => format!("{error} {error:?} {:?}", error.origin()),
        Ok(config) => {
            let backend = match config.backend() {
                Ok(backend) => format!("{backend:?}"),
                Err(error) => format!("{error} {error:?}"),
            };
            format!(
                "{config:?} {config:#?} {:?} {:?} {backend}",
                config.entries(),
                config.warnings()
            )
        }
    }
}

/// URLs with the password in every place where people put it, well formed and not.
fn urls(password: &str) -> Vec<String> {
    let encoded = utf8_percent_encode(password, NON_ALPHANUMERIC).to_string();
    let mut all = Vec::new();
    for password in [password, &encoded] {
        for scheme in [
            "postgres",
            "mysql+pymysql",
            "redis",
            "sqlserver",
            "postgres ql",
        ] {
            all.extend([
                format!("{scheme}://u:{password}@h:5432/db"),
                format!("{scheme}://:{password}@h/1"),
                format!("{scheme}://u:{password}@h:port/db"),
                format!("{scheme}://u:{password}@h:99999/db"),
                format!("{scheme}://u:{password}@h ost/db"),
                format!("{scheme}://u:{password}@[::1/db"),
                format!("{scheme}://u:{password}@/db?host=/run"),
                format!("{scheme}://h/db?password={encoded}"),
                format!("{scheme}://h/db?user=u&password={encoded}&sslmode=bad"),
                format!("{scheme}:/u:{password}@h/db"),
                format!("{scheme}//u:{password}@h/db"),
                format!("u:{password}@h/db"),
            ]);
        }
    }
    all
}

fn assert_silent(password: &str) {
    for text in urls(password) {
        let mut said = String::new();
        for shown in [
            format!("{:?}", DatabaseUrl::parse(&text)),
            format!("{:?}", RedisUrl::parse(&text)),
        ] {
            said += &shown;
        }
        said += &DatabaseUrl::parse(&text).map_or_else(|e| e.to_string(), |url| url.to_string());
        said += &RedisUrl::parse(&text).map_or_else(|e| e.to_string(), |url| url.to_string());
        assert_hidden(password, &text, &said);
    }
}

/// Not even a piece of six characters may show.
fn assert_hidden(password: &str, text: &str, said: &str) {
    let chars: Vec<char> = password.chars().collect();
    for piece in chars.windows(6) {
        let piece: String = piece.iter().collect();
        assert!(!said.contains(&piece), "{text:?} made it say {said}");
    }
}

/// As above through files, variables and flags, in the right key and in wrong ones.
fn assert_config_silent(password: &str) {
    for text in urls(password).iter().step_by(11) {
        let quoted = toml::Value::String(text.clone()).to_string();
        let flags = |flags: Flags| (Place::new(), flags);
        let place = |place: Place| (place, Flags::default());
        let text = text.clone();
        for (place, flags) in [
            flags(Flags {
                url: Some(text.clone()),
                ..Flags::default()
            }),
            flags(Flags {
                redis_url: Some(text.clone()),
                ..Flags::default()
            }),
            flags(Flags {
                database_type: Some(text.clone()),
                ..Flags::default()
            }),
            flags(Flags {
                url: Some(text.clone()),
                database_type: Some("sqlite".into()),
                ..Flags::default()
            }),
            place(
                Place::new()
                    .var("DATABASE_URL", &text)
                    .var("DATABASE_TYPE", "json"),
            ),
            place(Place::new().var("DB_POOL_SIZE", &text)),
            place(Place::new().var("ENABLE_QUERY_LOGGING", &text)),
            place(Place::new().var("MEMORY_LIMIT", &text)),
            place(Place::new().file(".env", &format!("DATABASE_URL={text}\n"))),
            place(Place::new().file(".env", &format!("DATABASE_URL=\"{text}\n"))),
            place(Place::new().file(".env", &format!("{text}\n"))),
            place(Place::new().file("piton.toml", &format!("[database]\nurl = {quoted}\n"))),
            place(Place::new().file("piton.toml", &format!("[database]\nurl = {text}\n"))),
            place(Place::new().file("piton.toml", &format!("[database]\nurl = \"{text}\n"))),
            place(Place::new().file("piton.toml", &format!("{quoted} = 1\n"))),
            place(Place::new().file("piton.toml", &format!("[monitor]\nhook = {quoted}\n"))),
        ] {
            let said = all_that_is_said(&place.load(&flags));
            assert_hidden(password, &text, &said);
            let said = format!("{flags:?} {:?}", place.around);
            assert_hidden(password, &text, &said);
        }
    }
}

#[test]
fn awkward_passwords_stay_hidden() {
    for password in [
        "hunter2secret",
        "pa@ss/wo?rd#1x",
        "p%40ss:word",
        "12345/67890",
        "päss wörd",
        "a=b&c=d@x",
    ] {
        assert_silent(password);
        assert_config_silent(password);
    }
}

#[test]
fn a_url_that_strayed_into_a_path_stays_hidden() {
    let text = "postgres://u:hunter2secret@h/db";
    for flags in [
        Flags {
            data_dir: Some(text.into()),
            ..Flags::default()
        },
        Flags {
            revisions: Some(text.into()),
            ..Flags::default()
        },
        Flags {
            schema: Some(text.into()),
            ..Flags::default()
        },
        Flags {
            config: Some(text.into()),
            ..Flags::default()
        },
        Flags {
            environment: Some(text.into()),
            ..Flags::default()
        },
        Flags {
            dialects: Some(vec![text.into()]),
            ..Flags::default()
        },
    ] {
        let loaded = Place::new().load(&flags);
        assert!(loaded.is_err(), "{flags:?}");
        let said = all_that_is_said(&loaded);
        assert!(!said.contains("hunter2secret"), "{said}");
    }
}

proptest! {
    // Ten characters and a capital X at each end: long enough never to occur in a message by chance.
    #[test]
    fn a_random_password_is_never_shown(inner in "[ -~äß数]{10}") {
        assert_silent(&format!("X{inner}X"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn nor_by_a_configuration(inner in "[ -~äß数]{10}") {
        assert_config_silent(&format!("X{inner}X"));
    }
}
