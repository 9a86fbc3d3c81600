//! Server URLs: spellings, parts, round trips.

use proptest::prelude::*;

use crate::config::{BackendKind, DatabaseUrl, UrlError};

/// Kind, user, password, host, port, database.
type Expected<'a> = (
    BackendKind,
    Option<&'a str>,
    Option<&'a str>,
    Option<&'a str>,
    u16,
    Option<&'a str>,
);

#[test]
fn parts_are_found_in_every_spelling() {
    use BackendKind::{Mysql, Postgresql};
    let cases: &[(&str, Expected<'_>)] = &[
        (
            "postgres://u:p@h:1/db",
            (Postgresql, Some("u"), Some("p"), Some("h"), 1, Some("db")),
        ),
        (
            "postgresql+psycopg2://u:p@h/db",
            (
                Postgresql,
                Some("u"),
                Some("p"),
                Some("h"),
                5432,
                Some("db"),
            ),
        ),
        (
            "postgresql+asyncpg://h",
            (Postgresql, None, None, Some("h"), 5432, None),
        ),
        ("PG://h/", (Postgresql, None, None, Some("h"), 5432, None)),
        (
            "mysql+pymysql://u@h/db",
            (Mysql, Some("u"), None, Some("h"), 3306, Some("db")),
        ),
        (
            "mariadb+mariadbconnector://h/db",
            (Mysql, None, None, Some("h"), 3306, Some("db")),
        ),
        (
            "  mysql://h/db\n",
            (Mysql, None, None, Some("h"), 3306, Some("db")),
        ),
        (
            "mysql+aiomysql://%75%40x:p%40%3A%2F@h/d%20b",
            (
                Mysql,
                Some("u@x"),
                Some("p@:/"),
                Some("h"),
                3306,
                Some("d b"),
            ),
        ),
        (
            "postgres://u:@h/db",
            (Postgresql, Some("u"), Some(""), Some("h"), 5432, Some("db")),
        ),
        (
            "postgres://u:50%off@h/db",
            (
                Postgresql,
                Some("u"),
                Some("50%off"),
                Some("h"),
                5432,
                Some("db"),
            ),
        ),
        (
            "postgres://u:p@ss@h/db",
            (
                Postgresql,
                Some("u"),
                Some("p@ss"),
                Some("h"),
                5432,
                Some("db"),
            ),
        ),
        (
            "postgres://u:p/s?s#s@h/db",
            (
                Postgresql,
                Some("u"),
                Some("p/s?s#s"),
                Some("h"),
                5432,
                Some("db"),
            ),
        ),
        (
            "postgres://u:12#3:4@h/db",
            (
                Postgresql,
                Some("u"),
                Some("12#3:4"),
                Some("h"),
                5432,
                Some("db"),
            ),
        ),
        (
            "postgres://[::1]:6/db",
            (Postgresql, None, None, Some("::1"), 6, Some("db")),
        ),
        (
            "postgres://u:p@[fe80::1]/db",
            (
                Postgresql,
                Some("u"),
                Some("p"),
                Some("fe80::1"),
                5432,
                Some("db"),
            ),
        ),
        (
            "postgres:///db",
            (Postgresql, None, None, None, 5432, Some("db")),
        ),
        (
            "postgres://h:7/db?user=a@b&password=p%26&dbname=e&port=8",
            (Postgresql, Some("a@b"), Some("p&"), Some("h"), 8, Some("e")),
        ),
        (
            "postgres://h/db?hostaddr=10.0.0.1",
            (Postgresql, None, None, Some("10.0.0.1"), 5432, Some("db")),
        ),
        (
            "mysql://h/数据",
            (Mysql, None, None, Some("h"), 3306, Some("数据")),
        ),
        (
            "postgres://bücher.example/db",
            (
                Postgresql,
                None,
                None,
                Some("xn--bcher-kva.example"),
                5432,
                Some("db"),
            ),
        ),
    ];
    for (text, expected) in cases {
        let url = DatabaseUrl::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let found = (
            url.kind(),
            url.username(),
            url.expose_password(),
            url.host(),
            url.port(),
            url.database(),
        );
        assert_eq!(found, *expected, "{text}");
    }
}

#[test]
fn sockets_are_found_in_every_spelling() {
    for (text, socket) in [
        (
            "postgresql+psycopg2://u:p@/db?host=/run/postgresql",
            "/run/postgresql",
        ),
        ("postgresql://%2Frun%2Fpostgresql/db", "/run/postgresql"),
        (
            "postgresql+pg8000://u@/db?unix_sock=/tmp/.s.PGSQL.5432",
            "/tmp/.s.PGSQL.5432",
        ),
        (
            "mysql+pymysql://u@localhost/db?unix_socket=/run/m.sock",
            "/run/m.sock",
        ),
        ("mysql://u@localhost/db?socket=/run/m.sock", "/run/m.sock"),
    ] {
        let url = DatabaseUrl::parse(text).unwrap();
        assert_eq!(url.socket().unwrap().to_str(), Some(socket), "{text}");
    }
}

#[test]
fn a_host_with_foreign_letters_is_held_to_the_same_rule() {
    let url = DatabaseUrl::parse("postgres://u@数据库.example/db").unwrap();
    assert_eq!(url.host(), Some("xn--dxty1ibyb.example"));
    for host in ["ho54添mode=require", "a&添", "a添$b"] {
        let text = format!("postgres://u@{host}/db");
        assert_eq!(DatabaseUrl::parse(&text), Err(UrlError::Host), "{host}");
    }
}

#[test]
fn only_scheme_host_port_and_database_are_shown() {
    for (text, shown) in [
        (
            "postgresql+psycopg2://u:p@h:1/db?sslmode=require",
            "postgresql://h:1/db",
        ),
        ("postgres://u:p@[::1]/db", "postgres://[::1]/db"),
        ("mysql://u@h", "mysql://h"),
        ("postgres://h/d%1Bb", "postgres://h/d\\u{1b}b"),
        (
            "postgres://u:p@/db?host=/run/postgresql",
            "postgres:///db?host=/run/postgresql",
        ),
        ("sqlite:////abs/x.db?mode=ro", "sqlite:/abs/x.db"),
        ("sqlite://////abs//x.db", "sqlite:/abs//x.db"),
        ("sqlite:file:file:x.db", "sqlite:x.db"),
        ("sqlite://", "sqlite::memory:"),
        ("json:///d", "json:d"),
    ] {
        let url = DatabaseUrl::parse(text).unwrap();
        assert_eq!(url.to_string(), shown);
        assert_eq!(format!("{url:?}"), format!("DatabaseUrl({shown})"));
    }
}

#[test]
fn what_is_wrong_is_named() {
    use UrlError::*;
    let parameter = |text| match DatabaseUrl::parse(text) {
        Err(Parameter { name, .. }) => name,
        other => panic!("{text}: {other:?}"),
    };
    for (text, expected) in [
        (
            "",
            NoScheme {
                known: "json:, sqlite:, postgresql://, mysql://",
            },
        ),
        (
            "data.db",
            NoScheme {
                known: "json:, sqlite:, postgresql://, mysql://",
            },
        ),
        (
            "mongodb://h/db",
            UnknownScheme {
                known: "json:, sqlite:, postgresql://, mysql://",
            },
        ),
        (
            "u:p@h/db",
            UnknownScheme {
                known: "json:, sqlite:, postgresql://, mysql://",
            },
        ),
        ("postgres:/h/db", NoSlashes),
        ("postgres://h o/db", Host),
        ("postgres://a,b/db", Host),
        ("postgres://[::g]/db", Host),
        ("postgres://[::1]x/db", Host),
        ("postgres://h:0/db", Port),
        ("postgres://h:65536/db", Port),
        ("postgres://h:+5/db", Port),
        ("postgres://u:hunter2", Port),
        ("postgres://u:1/2@h/db", AtSign),
        ("postgres://u:p@s/s@h/db", AtSign),
        ("postgres://u:p@s?s@h/db", AtSign),
        ("postgres://u:%FF@h/db", NotUtf8 { part: "password" }),
        ("postgres://u:%00@h/db", Nul { part: "password" }),
        ("postgres://h/db?password=%00", Nul { part: "query" }),
        ("postgres://h/db?sslcert=/c", HalfClientCertificate),
    ] {
        assert_eq!(DatabaseUrl::parse(text).unwrap_err(), expected, "{text}");
    }
    for (text, name) in [
        ("postgres://h/db?sslmode=maybe", "sslmode"),
        ("postgres://h/db?connect_timeout=soon", "connect_timeout"),
        ("postgres://h/db?hostaddr=h", "hostaddr"),
        ("postgres://h/db?options=nonsense", "options"),
        ("postgres://h/db?options[a;b]=1", "options"),
        ("mysql://h/db?collation=latin1_bin", "collation"),
        ("mysql://h/db?collation=utf8mb4_bin;DROP", "collation"),
        ("mysql://h/db?time_zone='%2BSYSTEM", "time_zone"),
        (
            "mysql://h/db?statement-cache-capacity=x",
            "statement-cache-capacity",
        ),
    ] {
        assert_eq!(parameter(text), name, "{text}");
    }
}

#[test]
fn parameters_that_do_nothing_are_listed() {
    let url = DatabaseUrl::parse(
        "postgresql://h/db?sslmode=require&channel_binding=require&client_encoding=utf8\
         &connect_timeout=5&pgbouncer=true&%1B=1",
    )
    .unwrap();
    assert_eq!(
        url.ignored_parameters(),
        ["channel_binding", "pgbouncer", "(not a name)"]
    );
    assert_eq!(url.connect_timeout_s(), Some(5));
    let url =
        DatabaseUrl::parse("mysql://h/db?charset=utf8mb4&parseTime=true&charset=latin1").unwrap();
    assert_eq!(url.ignored_parameters(), ["charset"]);
}

#[test]
fn another_database_of_the_same_server() {
    let url = DatabaseUrl::parse("postgres://u:p@h:1/db?sslmode=disable").unwrap();
    let other = url.with_database("a/b?c");
    assert_eq!(other.database(), Some("a/b?c"));
    assert_eq!(
        other.expose(),
        "postgresql://u:p@h:1/a%2Fb%3Fc?sslmode=disable"
    );
}

#[test]
fn sqlx_reads_what_is_exposed() {
    for text in [
        "postgresql+psycopg2://u:p%40@h:1/db?sslmode=verify-ca&sslrootcert=/ca&application_name=a%20b&search_path=x",
        "postgres:///db?host=/run/postgresql",
        "mysql+pymysql://u:p%40@h.example/db?charset=utf8mb4&ssl_ca=/ca",
        "mysql://[::1]/db?unix_socket=/run/m.sock&ssl-mode=REQUIRED",
        "sqlite:///a%3Fb.db?mode=ro",
        "sqlite://",
    ] {
        let exposed = DatabaseUrl::parse(text).unwrap().expose();
        match exposed.split_once(':').unwrap().0 {
            "postgresql" => drop(exposed.parse::<sqlx::postgres::PgConnectOptions>().unwrap()),
            "mysql" => drop(exposed.parse::<sqlx::mysql::MySqlConnectOptions>().unwrap()),
            _ => drop(
                exposed
                    .parse::<sqlx::sqlite::SqliteConnectOptions>()
                    .unwrap(),
            ),
        }
    }
}

proptest! {
    #[test]
    fn nothing_panics(text in "(postgres|mysql|sqlite|json|)(\\+a)?:?/{0,4}\\PC{0,40}") {
        let _ = DatabaseUrl::parse(&text);
    }

    #[test]
    fn what_is_exposed_reads_back_the_same(
        user in "[^\0]{1,12}", password in "[^\0]{0,12}", database in "[^\0]{1,12}",
        port in 1u16.., mysql: bool,
    ) {
        let encode = |text: &str| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
        };
        let scheme = if mysql { "mysql" } else { "postgres" };
        let text = format!("{scheme}://{}:{}@h:{port}/", encode(&user), encode(&password));
        let url = DatabaseUrl::parse(&text).unwrap().with_database(&database);
        let again = DatabaseUrl::parse(&url.expose()).unwrap();
        prop_assert_eq!(again.username(), Some(user.as_str()));
        prop_assert_eq!(again.expose_password(), Some(password.as_str()));
        prop_assert_eq!(again.host(), Some("h"));
        prop_assert_eq!(again.port(), port);
        prop_assert_eq!(again.database().unwrap().trim_start_matches('/'), database.trim_start_matches('/'));
    }
}
