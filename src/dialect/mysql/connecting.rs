//! Why MySQL or MariaDB turned a connection down, from its error number.

use crate::dialect::connecting::{Denial, Limit};

pub(crate) fn denial(code: &str, message: &str) -> Option<Denial> {
    Some(match code {
        "1045" | "1698" => Denial::Password {
            given: Some(!message.contains("using password: NO")),
        },
        "1130" => Denial::NotListed {
            rules: "the server's accounts",
            plain: false,
        },
        "1129" => Denial::HostBlocked,
        "1251" | "1524" | "2059" => Denial::Method,
        "1820" | "1862" => Denial::PasswordExpired,
        "3118" | "4151" => Denial::Locked,
        "3159" => Denial::PlainRefused,
        "1053" | "1077" | "1080" => Denial::ShuttingDown,
        "1040" => Denial::TooMany { of: Limit::Server },
        "1203" | "1226" => Denial::TooMany { of: Limit::User },
        "1049" => Denial::NoSuchDatabase,
        "1044" => Denial::DatabaseForbidden,
        _ => return None,
    })
}
