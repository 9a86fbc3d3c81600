//! Why a server that speaks the protocol did not let us in, and how its own client is called.

use super::{DbError, Dialect, mysql, postgres};

/// Why a server turned a connection down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denial {
    /// The password is wrong, or there is no such user: servers do not always say which.
    Password {
        given: Option<bool>,
    },
    NoSuchUser,
    /// The user is there and may not log in at all.
    NoLogin,
    /// No rule lets this user come from here to this database.
    NotListed {
        rules: &'static str,
        /// Whether it was said of a connection in plain.
        plain: bool,
    },
    /// A rule forbids it.
    Rejected {
        rules: &'static str,
    },
    /// The user of the operating system is not the one that the server wants.
    OtherUser,
    /// The server asks for a way to log in that the driver does not know.
    Method,
    PasswordExpired,
    Locked,
    /// This host was blocked after too many failed connections.
    HostBlocked,
    /// Nothing is let in that is not encrypted.
    PlainRefused,
    StartingUp,
    ShuttingDown,
    TooMany {
        of: Limit,
    },
    NoSuchDatabase,
    /// The database is there and takes no connections.
    DatabaseClosed,
    /// The user may not use the database.
    DatabaseForbidden,
}

/// Whose limit of connections is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    Server,
    User,
    Database,
}

impl DbError {
    /// Why the server turned the connection down, where it is that which it says.
    pub fn denial(&self) -> Option<Denial> {
        let code = self.code.as_deref()?;
        postgres::connecting::denial(code, &self.message)
            .or_else(|| mysql::connecting::denial(code, &self.message))
    }
}

/// What those who look after a server of one kind call things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerWords {
    pub usual_port: u16,
    /// Whether the server speaks first.
    pub greets: bool,
    /// The setting that says on which addresses the server listens.
    pub listening: &'static str,
    /// The setting that bounds its connections.
    pub connections: &'static str,
    /// The query that shows who is connected.
    pub connected: &'static str,
    /// The URL's parameter that says how the connection is encrypted.
    pub tls: &'static str,
    /// Its value for a connection in plain.
    pub plain: &'static str,
    /// Its value for one that is encrypted, whoever answers.
    pub required: &'static str,
    /// Its value that trusts whatever name a certificate has.
    pub any_name: &'static str,
    /// The URL's parameter that names the file of authorities.
    pub authorities: &'static str,
    /// What `openssl s_client -starttls` calls the protocol.
    pub starttls: &'static str,
    /// The variable that a password is taken from.
    pub password: &'static str,
}

impl Dialect {
    /// What this kind of server calls things; `None` where there is no server.
    pub fn server_words(self) -> Option<ServerWords> {
        match self {
            Dialect::Postgres => Some(ServerWords {
                usual_port: 5432,
                greets: false,
                listening: "listen_addresses in postgresql.conf",
                connections: "max_connections",
                connected: "SELECT usename, application_name, state, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3;",
                tls: "sslmode",
                plain: "disable",
                required: "require",
                any_name: "verify-ca",
                authorities: "sslrootcert",
                starttls: "postgres",
                password: "PGPASSWORD",
            }),
            Dialect::Mysql | Dialect::Mariadb => Some(ServerWords {
                usual_port: 3306,
                greets: true,
                listening: "bind-address in the server's configuration",
                connections: "max_connections",
                connected: "SHOW PROCESSLIST;",
                tls: "ssl-mode",
                plain: "DISABLED",
                required: "REQUIRED",
                any_name: "VERIFY_CA",
                authorities: "ssl-ca",
                starttls: "mysql",
                password: "MYSQL_PWD",
            }),
            Dialect::Sqlite => None,
        }
    }

    /// Whether the server speaks first. Such a server counts a connection that says nothing back, and locks
    /// the host out after many.
    pub fn greets(self) -> bool {
        self.server_words().is_some_and(|words| words.greets)
    }

    /// The server's own command that asks whether it answers.
    pub fn ping(self, host: &str, port: u16) -> Option<String> {
        match self {
            Dialect::Postgres => Some(format!("pg_isready -h {host} -p {port}")),
            Dialect::Mysql | Dialect::Mariadb => Some(format!(
                "mysqladmin --protocol=tcp -h {host} -P {port} ping"
            )),
            Dialect::Sqlite => None,
        }
    }

    /// The statement by which an administrator gives a user a new password.
    pub fn password_statement(self, user: &str) -> Option<String> {
        match self {
            Dialect::Postgres => Some(format!("ALTER ROLE {} PASSWORD '…';", self.quote(user))),
            Dialect::Mysql | Dialect::Mariadb => Some(format!(
                "ALTER USER {} IDENTIFIED BY '…';",
                self.quote(user)
            )),
            Dialect::Sqlite => None,
        }
    }

    /// The statement by which an administrator makes a user.
    pub fn user_statement(self, user: &str) -> Option<String> {
        match self {
            Dialect::Postgres => Some(format!(
                "CREATE ROLE {} LOGIN PASSWORD '…';",
                self.quote(user)
            )),
            Dialect::Mysql | Dialect::Mariadb => Some(format!(
                "CREATE USER {} IDENTIFIED BY '…';",
                self.quote(user)
            )),
            Dialect::Sqlite => None,
        }
    }

    /// The statement by which an administrator lets a user log in who may not.
    pub fn login_statement(self, user: &str) -> Option<String> {
        match self {
            Dialect::Postgres => Some(format!("ALTER ROLE {} LOGIN;", self.quote(user))),
            Dialect::Mysql | Dialect::Mariadb => {
                Some(format!("ALTER USER {} ACCOUNT UNLOCK;", self.quote(user)))
            }
            Dialect::Sqlite => None,
        }
    }

    /// The statement that lets a user into a database.
    pub fn enter_statement(self, user: &str, database: &str) -> Option<String> {
        match self {
            Dialect::Postgres => Some(format!(
                "GRANT CONNECT ON DATABASE {} TO {};",
                self.quote(database),
                self.quote(user)
            )),
            Dialect::Mysql | Dialect::Mariadb => Some(format!(
                "GRANT ALL PRIVILEGES ON {}.* TO {};",
                self.quote(database),
                self.quote(user)
            )),
            Dialect::Sqlite => None,
        }
    }

    /// What the server's list of who may come from where has to say so that this user is let in.
    pub fn rule(self, user: &str, database: &str) -> Option<String> {
        match self {
            Dialect::Postgres => Some(format!(
                "host {database} {user} ADDRESS/32 scram-sha-256 (a line of pg_hba.conf), then SELECT pg_reload_conf();"
            )),
            Dialect::Mysql | Dialect::Mariadb => Some(format!(
                "CREATE USER {}@'HOST' IDENTIFIED BY '…';",
                self.quote(user)
            )),
            Dialect::Sqlite => None,
        }
    }
}
