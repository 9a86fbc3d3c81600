//! Why PostgreSQL turned a connection down, from its SQLSTATE and, where that says too little, its words.

use crate::dialect::connecting::{Denial, Limit};

pub(crate) fn denial(code: &str, message: &str) -> Option<Denial> {
    let says = |text: &str| message.contains(text);
    Some(match code {
        "28P01" => Denial::Password { given: None },
        "28000" if says("no pg_hba.conf entry") => Denial::NotListed {
            rules: "pg_hba.conf",
            plain: says("no encryption"),
        },
        "28000" if says("pg_hba.conf rejects") => Denial::Rejected {
            rules: "pg_hba.conf",
        },
        "28000" if says("is not permitted to log in") => Denial::NoLogin,
        "28000" if says("does not exist") => Denial::NoSuchUser,
        "28000" if says("Peer authentication") || says("Ident authentication") => Denial::OtherUser,
        _ if code.starts_with("28") => Denial::Password { given: None },
        "57P03" if says("shutting down") => Denial::ShuttingDown,
        "57P03" => Denial::StartingUp,
        "53300" if says("for role") => Denial::TooMany { of: Limit::User },
        "53300" if says("for database") => Denial::TooMany {
            of: Limit::Database,
        },
        "53300" => Denial::TooMany { of: Limit::Server },
        "3D000" => Denial::NoSuchDatabase,
        "55000" if says("not currently accepting connections") => Denial::DatabaseClosed,
        "42501" if says("permission denied for database") => Denial::DatabaseForbidden,
        _ => return None,
    })
}
