//! What the drivers are given.

use sqlx::ConnectOptions;
use sqlx::mysql::MySqlSslMode;
use sqlx::postgres::PgSslMode;

use crate::config::DatabaseUrl;
use crate::config::driver::{mysql_options, postgres_options};

fn url(text: &str) -> DatabaseUrl {
    DatabaseUrl::parse(text).unwrap()
}

#[test]
fn postgres_gets_what_the_url_says_and_nothing_else() {
    let options = postgres_options(&url(
        "postgresql+psycopg2://u:p@db.example:6000/d?options=-c%20search_path%3Da%5C%20b%20--lock-timeout=1s\
         &statement_timeout=5s&application_name=x",
    ));
    assert_eq!(options.get_host(), "db.example");
    assert_eq!(options.get_port(), 6000);
    assert_eq!(options.get_username(), "u");
    assert_eq!(options.get_database(), Some("d"));
    assert_eq!(options.get_application_name(), Some("x"));
    assert!(matches!(options.get_ssl_mode(), PgSslMode::VerifyFull));
    assert_eq!(
        options.get_options(),
        Some(r"-c search_path=a\ b -c lock_timeout=1s -c statement_timeout=5s")
    );
    let bare = postgres_options(&url("postgres://u@localhost"));
    assert_eq!(
        bare.get_database(),
        Some("u"),
        "libpq's rule: the database is named as the user"
    );
    assert_eq!(bare.get_application_name(), Some("piton"));
    assert!(matches!(bare.get_ssl_mode(), PgSslMode::Disable));
}

#[test]
fn postgres_finds_its_socket_by_directory_or_file() {
    for (text, dir, port) in [
        ("postgres://u@/db?host=/run/pg&port=7", "/run/pg", 7),
        (
            "postgresql+pg8000://u@/db?unix_sock=/run/pg/.s.PGSQL.8",
            "/run/pg",
            8,
        ),
    ] {
        let options = postgres_options(&url(text));
        assert_eq!(options.get_socket().unwrap().to_str(), Some(dir));
        assert_eq!(options.get_port(), port);
        assert!(matches!(options.get_ssl_mode(), PgSslMode::Disable));
    }
}

#[test]
fn mysql_gets_what_the_url_says() {
    let options = mysql_options(&url(
        "mysql+pymysql://u:p@db.example/d?charset=utf8&collation=utf8mb4_bin&ssl_mode=REQUIRED",
    ));
    assert_eq!(options.get_host(), "db.example");
    assert_eq!(options.get_port(), 3306);
    assert_eq!(options.get_username(), "u");
    assert_eq!(options.get_database(), Some("d"));
    assert_eq!(options.get_charset(), "utf8mb4");
    assert_eq!(options.get_collation(), Some("utf8mb4_bin"));
    assert!(matches!(options.get_ssl_mode(), MySqlSslMode::Required));
    let socket = mysql_options(&url("mysql://u@localhost/d?unix_socket=/run/m.sock"));
    assert_eq!(socket.get_socket().unwrap().to_str(), Some("/run/m.sock"));
}

#[test]
fn mysql_takes_an_empty_password_for_none() {
    for (text, expected) in [
        ("mysql://root:@localhost/d", None),
        ("mysql://root@localhost/d", None),
        ("mysql://root:p%40@localhost/d", Some("p%40")),
    ] {
        let given = mysql_options(&url(text)).to_url_lossy();
        assert_eq!(given.password(), expected, "{text}");
    }
}
