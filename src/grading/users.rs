//! `user:profile`: a student, by the school's own number.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use piton::cache::{Loaded, Loader, PopularValues};
use piton_entity::prelude::{AssignmentSubmissions, Students};
use piton_entity::{assignment_submissions, students};
use sea_orm::prelude::Json;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, JoinType};
use sea_orm::{
    ColumnTrait as _, DatabaseConnection, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect, QueryTrait as _, Select,
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

/// A row of `students`, or of none for an id that is popular and not there.
type Row = (
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<Json>,
);

/// What [`profile`] reads, in its order.
const COLUMNS: [students::Column; 7] = {
    use students::Column;
    [
        Column::StudentId,
        Column::Name,
        Column::ClassId,
        Column::ClassName,
        Column::Email,
        Column::Phone,
        Column::ExtraMetadata,
    ]
};

/// The students with the most recent submissions, by number.
fn popular(most: u64) -> Select<AssignmentSubmissions> {
    let student = assignment_submissions::Column::StudentId;
    let query = AssignmentSubmissions::find().select_only().column(student);
    most_recent_first(query.group_by(student))
        .order_by_asc(student)
        .limit(most)
}

fn profile(row: Row) -> Result<Option<Loaded>, DbErr> {
    let (Some(student_id), Some(name), class_id, class_name, email, phone, extra_metadata) = row
    else {
        return Ok(None);
    };
    let profile = Profile {
        student_id,
        name,
        class_id,
        class_name,
        email,
        phone,
        extra_metadata,
    };
    loaded(&profile.student_id, &profile).map(Some)
}

#[async_trait::async_trait]
impl Loader for Profiles {
    async fn popular(&self, db: &DatabaseConnection, most: u64) -> Result<Vec<String>, DbErr> {
        popular(most).into_tuple().all(db).await
    }

    async fn load(&self, db: &DatabaseConnection, ids: &[String]) -> Result<Vec<Loaded>, DbErr> {
        let rows: Vec<Row> = Students::find()
            .select_only()
            .columns(COLUMNS)
            .filter(students::Column::StudentId.is_in(ids))
            .into_tuple()
            .all(db)
            .await?;
        let profiles = rows.into_iter().map(profile);
        profiles.filter_map(Result::transpose).collect()
    }

    fn popular_values<'a>(
        &'a self,
        db: &'a DatabaseConnection,
        most: u64,
    ) -> Option<PopularValues<'a>> {
        let asked_for = Alias::new("asked_for");
        let id = assignment_submissions::Column::StudentId;
        let mut query = Students::find().select_only().columns(COLUMNS);
        QuerySelect::query(&mut query).join_subquery(
            JoinType::RightJoin,
            popular(most).into_query(),
            asked_for.clone(),
            Expr::col((asked_for, id)).equals((Students, students::Column::StudentId)),
        );
        let rows = async move { query.into_tuple::<Row>().stream(db).await };
        let rows = stream::once(rows).try_flatten();
        Some(rows.map(|row| profile(row?)).boxed())
    }
}
