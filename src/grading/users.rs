//! `user:profile`: a student, by the school's own number.

use piton::cache::{Loaded, Loader};
use piton_entity::prelude::{AssignmentSubmissions, Students};
use piton_entity::{assignment_submissions, students};
use sea_orm::prelude::Json;
use sea_orm::{
    ColumnTrait as _, DatabaseConnection, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use serde::Serialize;

use super::{loaded, most_recent_first};

pub(super) struct Profiles;

#[derive(Serialize)]
struct Profile {
    student_id: String,
    name: String,
    class_id: Option<String>,
    class_name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    extra_metadata: Option<Json>,
}

type Row = (
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<Json>,
);

#[async_trait::async_trait]
impl Loader for Profiles {
    /// Those with the most recent submissions.
    async fn popular(&self, db: &DatabaseConnection, most: u64) -> Result<Vec<String>, DbErr> {
        let student = assignment_submissions::Column::StudentId;
        let query = AssignmentSubmissions::find().select_only().column(student);
        most_recent_first(query.group_by(student))
            .order_by_asc(student)
            .limit(most)
            .into_tuple()
            .all(db)
            .await
    }

    async fn load(&self, db: &DatabaseConnection, ids: &[String]) -> Result<Vec<Loaded>, DbErr> {
        use students::Column;
        let rows: Vec<Row> = Students::find()
            .select_only()
            .columns([
                Column::StudentId,
                Column::Name,
                Column::ClassId,
                Column::ClassName,
                Column::Email,
                Column::Phone,
                Column::ExtraMetadata,
            ])
            .filter(Column::StudentId.is_in(ids))
            .into_tuple()
            .all(db)
            .await?;
        let profiles = rows.into_iter().map(|row| {
            let (student_id, name, class_id, class_name, email, phone, extra_metadata) = row;
            Profile {
                student_id,
                name,
                class_id,
                class_name,
                email,
                phone,
                extra_metadata,
            }
        });
        profiles
            .map(|profile| loaded(&profile.student_id, &profile))
            .collect()
    }
}
