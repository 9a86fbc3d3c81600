//! `analytics:daily`: a day's figures, by the day in UTC, such as 20241201.

use chrono::{DateTime, Days, NaiveDate, Utc};
use piton::cache::{Loaded, Loader};
use piton_entity::assignment_submissions::Column;
use piton_entity::prelude::AssignmentSubmissions;
use sea_orm::sea_query::{Expr, Func, SimpleExpr};
use sea_orm::{
    ColumnTrait as _, DatabaseConnection, DbErr, EntityTrait as _, QueryFilter as _,
    QuerySelect as _,
};
use serde::Serialize;

use super::loaded;

pub(super) struct Daily;

const FORM: &str = "%Y%m%d";

/// More days than that nobody looks at.
const MOST_DAYS: u64 = 31;

#[derive(Serialize)]
struct Figures {
    date: String,
    submissions: i64,
    graded: i64,
    students: i64,
    /// Of what is graded; null where nothing is.
    average_percentage: Option<f64>,
}

#[async_trait::async_trait]
impl Loader for Daily {
    /// The day of the last submission and those before it.
    async fn popular(&self, db: &DatabaseConnection, most: u64) -> Result<Vec<String>, DbErr> {
        let last: Option<Option<DateTime<Utc>>> = AssignmentSubmissions::find()
            .select_only()
            .column_as(Column::SubmittedAt.max(), "last")
            .into_tuple()
            .one(db)
            .await?;
        let Some(last) = last.flatten() else {
            return Ok(Vec::new());
        };
        let days = (0..most.min(MOST_DAYS)).filter_map(|back| {
            let day = last.date_naive().checked_sub_days(Days::new(back))?;
            Some(day.format(FORM).to_string())
        });
        Ok(days.collect())
    }

    /// A day on which nothing was handed in is all zeros; what is no day is left out.
    async fn load(&self, db: &DatabaseConnection, ids: &[String]) -> Result<Vec<Loaded>, DbErr> {
        let mut all = Vec::with_capacity(ids.len());
        for id in ids {
            let day = NaiveDate::parse_from_str(id, FORM).ok();
            let Some((day, next)) = day.and_then(|day| Some((day, day.succ_opt()?))) else {
                continue;
            };
            let midnight = |day: NaiveDate| day.and_time(chrono::NaiveTime::MIN).and_utc();
            let students: SimpleExpr = Func::count_distinct(Expr::col(Column::StudentId)).into();
            let found: Option<(i64, i64, i64, Option<f64>)> = AssignmentSubmissions::find()
                .select_only()
                .column_as(Column::Id.count(), "submissions")
                .column_as(Column::Percentage.count(), "graded")
                .column_as(students, "students")
                .column_as(Column::Percentage.avg(), "average")
                .filter(Column::SubmittedAt.gte(midnight(day)))
                .filter(Column::SubmittedAt.lt(midnight(next)))
                .into_tuple()
                .one(db)
                .await?;
            let (submissions, graded, students, average_percentage) = found.unwrap_or_default();
            let figures = Figures {
                date: day.to_string(),
                submissions,
                graded,
                students,
                average_percentage,
            };
            all.push(loaded(id, &figures)?);
        }
        Ok(all)
    }
}
