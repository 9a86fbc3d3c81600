//! The AI grading platform's tables as SeaORM entities, and the [`registry`] of all that its database should hold.

mod registry;
mod updated_at;

pub mod assignment_submissions;
pub mod assignments;
pub mod class_evaluations;
pub mod classes;
pub mod error_analysis;
pub mod grading_results;
pub mod grading_statistics;
pub mod grading_tasks;
pub mod prelude;
pub mod student_knowledge_points;
pub mod students;

pub use registry::{Registry, registry};
pub(crate) use updated_at::keep_updated_at;
