//! Types between which MODIFY COLUMN finds no way.

use crate::dialect::Dialect;
use crate::dialect::mysql::types::{base, is_closed, is_shape};
use crate::schema::Column;

/// What a column is meanwhile, where MariaDB refuses to turn its type into the other even without a row: text,
/// which each of them is read from and written to.
pub(super) fn meanwhile(dialect: Dialect, from: &Column, to: &Column) -> Option<Column> {
    let (old, new) = (base(&from.data_type), base(&to.data_type));
    let refused = dialect == Dialect::Mariadb
        // Virtual columns are dropped and added, generated ones computed anew.
        && from.generated.as_ref().is_none_or(|it| it.stored)
        && to.generated.is_none()
        && old != new
        && (is_closed(old) && !is_text(new) || is_closed(new) && !is_text(old));
    refused.then(|| Column {
        data_type: match is_shape(old) || is_shape(new) {
            true => "longtext".to_owned(),
            // An index can be on it.
            false => "varchar(100)".to_owned(),
        },
        default: None,
        collation: None,
        identity: None,
        on_update: None,
        ..to.clone()
    })
}

fn is_text(base: &str) -> bool {
    let tail = ["char", "text", "blob", "binary"];
    tail.iter().any(|it| base.ends_with(it)) || matches!(base, "enum" | "set" | "json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_that_takes_nothing_but_text_is_reached_through_it() {
        let through = |from: &str, to: &str| {
            let column = |data_type: &str| Column {
                data_type: data_type.to_owned(),
                ..Column::default()
            };
            let found = meanwhile(Dialect::Mariadb, &column(from), &column(to));
            found.map(|it| it.data_type)
        };
        assert_eq!(through("uuid", "int(11)").as_deref(), Some("varchar(100)"));
        assert_eq!(through("date", "inet6").as_deref(), Some("varchar(100)"));
        assert_eq!(through("point", "int(11)").as_deref(), Some("longtext"));
        assert_eq!(through("uuid", "varchar(50)"), None);
        assert_eq!(through("int(11)", "date"), None);
    }
}
