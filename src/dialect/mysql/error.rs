//! Error numbers to kind: <https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html>.

use sqlx::mysql::MySqlDatabaseError;

use crate::dialect::{DbError, DbErrorKind};

/// `ER_EMPTY_QUERY`.
pub(crate) const EMPTY_QUERY: &str = "1065";

pub(crate) fn read(error: &MySqlDatabaseError) -> DbError {
    let mut read = DbError::new(kind(error.number()), error.message());
    read.code = Some(error.number().to_string());
    read
}

fn kind(number: u16) -> DbErrorKind {
    match number {
        1040 | 1203 | 1226 => DbErrorKind::TooManyConnections,
        1045 | 1130 | 1251 | 1524 | 1698 | 1862 | 1820 | 3118 | 4151 => DbErrorKind::Login,
        1049 => DbErrorKind::NoSuchDatabase,
        1053 | 1077 | 1080 => DbErrorKind::NotReady,
        1927 | 1152 | 1184 | 3169 => DbErrorKind::ConnectionLost,
        1205 | 3572 => DbErrorKind::Busy,
        1213 => DbErrorKind::Deadlock,
        1317 | 1969 | 3024 => DbErrorKind::Cancelled,
        1044 | 1142 | 1143 | 1227 | 1370 | 1410 | 1419 => DbErrorKind::Privilege,
        1290 | 1836 | 1792 => DbErrorKind::ReadOnly,
        1021 | 1114 | 3675 => DbErrorKind::DiskFull,
        1022 | 1048 | 1062 | 1138 | 1169 | 1216 | 1217 | 1364 | 1451 | 1452 | 1557 | 1586
        | 3819 | 4025 => DbErrorKind::Constraint,
        _ => DbErrorKind::Statement,
    }
}

/// Where in `sql` a syntax error points, in characters from 1.
///
/// The server says it in words alone: `… near 'REST OF THE STATEMENT' at line 3`.
pub(crate) fn position(message: &str, sql: &str) -> Option<usize> {
    let (_, rest) = message.split_once(" near '")?;
    let (near, line) = rest.rsplit_once("' at line ")?;
    let line: usize = line.trim().parse().ok()?;
    let start: usize = sql
        .split_inclusive('\n')
        .take(line.checked_sub(1)?)
        .map(str::len)
        .sum();
    let found = if near.is_empty() {
        sql.len()
    } else {
        start + sql.get(start..)?.find(near)?
    };
    Some(sql.get(..found)?.chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::position;

    #[test]
    fn the_place_is_found_from_the_servers_words() {
        let sql = "CREATE TABLE 学 (\n  id int,\n  nme varchr(3)\n)";
        let message = "You have an error in your SQL syntax; check the manual for the right \
                       syntax to use near 'varchr(3)\n)' at line 3";
        let place = position(message, sql).expect("a place");
        assert_eq!(
            sql.chars().skip(place - 1).take(6).collect::<String>(),
            "varchr"
        );
        assert_eq!(position("no such table", sql), None);
    }
}
