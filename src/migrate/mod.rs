//! Bringing a database from one revision to another: plan (pure), then run under a lock.

mod around;
mod error;
mod event;
mod findings;
mod lane;
pub mod ledger;
mod plan;
mod planned;
mod prepare;
mod recorder;
mod repair;
mod run;
mod script;
mod stamp;
mod standing;
mod step;
mod stop;

pub use around::{Around, around};
pub use error::{Cause, FailedStatement, Failure, Outcome, Place, RunError, Violation};
pub use event::{Event, Listener};
pub use findings::{Finding, findings};
pub use ledger::Author;
pub use plan::{Goal, Plan, PlanError, Rules, Step, other_tool, plan};
pub use planned::planned;
pub use prepare::{PrepareError, Prepared, TransactionMode, Work, prepare, prepare_one};
pub use recorder::{Recording, record};
pub use repair::{Remedy, Repair, RepairError, half_applied, repair};
pub use run::{Aborted, Options, Report, acquire, hold, holder, run, wait_for_others};
pub use script::{ScriptError, imagined, script};
pub use stamp::{Stamping, change, stamp, stamping};
pub use standing::{Applied, Entry, Standing, StandingError};
pub use stop::{Signal, Stop, Stopper};
