//! The file of users that the platform kept before it had a database: students and what they handed in.

use std::collections::BTreeMap;

use piton::admin::seed::{Legacy, Rows, SeedError};
use piton::dialect::rows::Kind;
use serde::Deserialize;
use serde_json::Value;

const TEXT: Kind = Kind::Text {
    limit: None,
    fixed: false,
};

#[derive(Deserialize)]
struct User {
    #[serde(default)]
    password: Option<Value>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    records: Vec<Record>,
}

#[derive(Deserialize)]
struct Record {
    timestamp: String,
    #[serde(default)]
    content: Value,
    #[serde(default)]
    files: Value,
    #[serde(default)]
    settings: Value,
    #[serde(default)]
    processing_info: Value,
}

/// Where all of it belongs, since a submission needs an assignment and that a class.
const HOME: &str = "legacy";

/// Reads `{name: {password, email, created_at, records: [{timestamp, content, files, settings, processing_info}]}}`.
///
/// # Errors
/// Where the file is of another shape.
pub fn read(text: &str) -> Result<Legacy, SeedError> {
    let users: BTreeMap<String, User> =
        serde_json::from_str(text).map_err(|error| SeedError::Malformed {
            place: format!("line {} column {}", error.line(), error.column()),
            reason: "not what the old platform wrote: {name: {created_at, records: […]}}"
                .to_owned(),
        })?;
    let some = |text: &str| Some(text.to_owned());
    let passwords = users
        .values()
        .filter(|user| user.password.is_some())
        .count();
    let classes = vec![vec![
        some(HOME),
        some("旧平台"),
        some(HOME),
        Some(users.len().to_string()),
    ]];
    let assignments = vec![vec![
        some(HOME),
        some(HOME),
        some(HOME),
        some("旧平台的记录"),
    ]];
    let (mut students, mut submissions) = (Vec::new(), Vec::new());
    let mut undated = 0;
    for (name, user) in users {
        undated += usize::from(user.created_at.is_none());
        let first = user.records.first().map(|record| record.timestamp.clone());
        for (number, record) in user.records.into_iter().enumerate() {
            let json = |value: Value| (!value.is_null()).then(|| value.to_string());
            submissions.push(vec![
                Some(format!("{HOME}-{name}-{}", number + 1)),
                some(HOME),
                some(&name),
                some(&utc(&record.timestamp)),
                some("completed"),
                json(record.files),
                json(record.content),
                json(serde_json::json!({
                    "settings": record.settings,
                    "processing_info": record.processing_info,
                })),
            ]);
        }
        let Some(created_at) = user.created_at.or(first) else {
            return Err(SeedError::Malformed {
                place: name,
                reason: "has neither created_at nor records, so since when is not known".to_owned(),
            });
        };
        students.push(vec![
            some(&name),
            some(&name),
            some(HOME),
            user.email,
            some(&utc(&created_at)),
        ]);
    }
    let mut notes = Vec::new();
    if passwords > 0 {
        notes.push(format!(
            "passwords were dropped ({passwords} of them): the platform keeps none"
        ));
    }
    if undated > 0 {
        notes.push(format!(
            "{undated} users have no created_at: the time of their first record stands for it"
        ));
    }
    Ok(Legacy {
        notes,
        rows: vec![
            rows(
                "classes",
                &["class_id", "class_name", "teacher_id", "student_count"],
                classes,
            ),
            rows(
                "students",
                &["student_id", "name", "class_id", "email", "created_at"],
                students,
            ),
            rows(
                "assignments",
                &["assignment_id", "class_id", "teacher_id", "title"],
                assignments,
            ),
            rows(
                "assignment_submissions",
                &[
                    "submission_id",
                    "assignment_id",
                    "student_id",
                    "submitted_at",
                    "grading_status",
                    "answer_files",
                    "evaluations",
                    "export_payload",
                ],
                submissions,
            ),
        ],
    })
}

/// The file's times have no zone, and are taken for UTC.
fn utc(text: &str) -> String {
    text.replace('/', "-")
}

fn rows(table: &str, columns: &[&str], rows: Vec<Vec<Option<String>>>) -> Rows {
    Rows {
        table: table.to_owned(),
        columns: columns
            .iter()
            .map(|name| {
                // Held to be times, also where the column takes any text.
                let kind = match name.ends_with("_at") {
                    true => Kind::TimestampTz { digits: 6 },
                    false => TEXT,
                };
                ((*name).to_owned(), kind)
            })
            .collect(),
        rows: Box::new(rows.into_iter().map(Ok)),
    }
}
