//! The plan from where a database stands now.

use super::plan::{Goal, Plan, PlanError, Rules, plan};
use super::standing::{Standing, StandingError};
use crate::dialect::Session;
use crate::revision::History;

/// Plans from where the session's database stands, which [`Standing::brief`] has just read.
///
/// It is read again as a whole where the plan is refused: then people ask when it was, by whom, and with what
/// error.
///
/// # Errors
/// The standing could not be read. Why there is no plan stands beside it.
pub async fn planned(
    session: &mut Session,
    brief: Standing,
    history: &History,
    goal: &Goal,
    rules: Rules,
) -> Result<(Standing, Result<Plan, PlanError>), StandingError> {
    match plan(history, &brief, goal, rules) {
        Err(PlanError::History(_)) => {
            let whole = Standing::read(session).await?;
            let planned = plan(history, &whole, goal, rules);
            Ok((whole, planned))
        }
        planned => Ok((brief, planned)),
    }
}
