//! The rows of a CSV or JSON file.

use std::io::Read;

use serde_json::Value;

use super::{Rows, SeedError};
use crate::dialect::rows::Kind;

/// Text, which becomes whatever the column holds.
const TEXT: Kind = Kind::Text {
    limit: None,
    fixed: false,
};

/// The rows of a CSV file, whose first line names the columns, read as they are asked for. An empty field is NULL.
///
/// # Errors
/// Where the first line cannot be read.
pub fn of_csv(table: &str, from: impl Read + 'static) -> Result<Rows, SeedError> {
    let mut reader = csv::Reader::from_reader(from);
    let wrong = |error: &csv::Error| SeedError::Malformed {
        place: match error.position() {
            Some(at) => format!("line {}", at.line()),
            None => "the file".to_owned(),
        },
        reason: error.to_string(),
    };
    let header = reader.headers().map_err(|error| wrong(&error))?;
    let columns = header
        .iter()
        .map(|name| (name.trim_start_matches('\u{feff}').to_owned(), TEXT))
        .collect();
    let rows = reader.into_records().map(move |record| {
        let record = record.map_err(|error| wrong(&error))?;
        let cells = record.iter();
        Ok(cells
            .map(|cell| (!cell.is_empty()).then(|| cell.to_owned()))
            .collect())
    });
    Ok(Rows {
        table: table.to_owned(),
        columns,
        rows: Box::new(rows),
    })
}

/// The rows of a JSON file: an array of objects, or an object with one such array for each table. `table` is the
/// array's where it has no name.
///
/// # Errors
/// Where it is no JSON, or of another shape.
pub fn of_json(table: &str, text: &str) -> Result<Vec<Rows>, SeedError> {
    let malformed = |place: String, reason: String| SeedError::Malformed { place, reason };
    let document: Value = serde_json::from_str(text).map_err(|error| {
        malformed(
            format!("line {} column {}", error.line(), error.column()),
            error.to_string(),
        )
    })?;
    let tables = match document {
        Value::Array(rows) => vec![(table.to_owned(), rows)],
        Value::Object(tables) => tables
            .into_iter()
            .map(|(name, rows)| match rows {
                Value::Array(rows) => Ok((name, rows)),
                _ => Err(malformed(name, "is no array of rows".to_owned())),
            })
            .collect::<Result<_, _>>()?,
        _ => {
            return Err(malformed(
                "the file".to_owned(),
                "is neither an array of rows nor an object of such".to_owned(),
            ));
        }
    };
    tables
        .into_iter()
        .map(|(name, rows)| objects(name, rows))
        .collect()
}

fn objects(table: String, rows: Vec<Value>) -> Result<Rows, SeedError> {
    let mut columns: Vec<String> = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let Value::Object(row) = row else {
            return Err(SeedError::Malformed {
                place: format!("{table}, row {}", number + 1),
                reason: "is no object".to_owned(),
            });
        };
        for name in row.keys() {
            if !columns.contains(name) {
                columns.push(name.clone());
            }
        }
    }
    let names = columns.clone();
    let rows = rows.into_iter().map(move |mut row| {
        Ok(names
            .iter()
            .map(|name| row.get_mut(name).map(Value::take).and_then(cell))
            .collect())
    });
    Ok(Rows {
        table,
        columns: columns.into_iter().map(|name| (name, TEXT)).collect(),
        rows: Box::new(rows),
    })
}

fn cell(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(rows: Rows) -> Vec<Vec<Option<String>>> {
        rows.rows.collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn a_file_s_rows_are_its_lines_or_objects() {
        let csv = of_csv("t", "id,name\n1,\"王, 小明\"\n2,\n".as_bytes()).unwrap();
        assert_eq!(csv.columns[1].0, "name");
        let some = |text: &str| Some(text.to_owned());
        let expected = vec![vec![some("1"), some("王, 小明")], vec![some("2"), None]];
        assert_eq!(all(csv), expected);
        let json = r#"[{"id": 1, "name": "王, 小明"}, {"name": null, "id": 2}]"#;
        let json = of_json("t", json).unwrap().remove(0);
        assert_eq!(all(json), expected);
        let tables = of_json("-", r#"{"a": [], "b": [{"j": {"x": [1]}}]}"#).unwrap();
        assert_eq!(tables.len(), 2);
        for bad in ["", "1", "[1]", r#"{"a": 1}"#] {
            assert!(of_json("t", bad).is_err(), "{bad}");
        }
    }
}
