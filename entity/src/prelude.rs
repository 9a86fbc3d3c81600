//! Every entity under the name of its table.

pub use crate::assignment_submissions::Entity as AssignmentSubmissions;
pub use crate::assignments::Entity as Assignments;
pub use crate::class_evaluations::Entity as ClassEvaluations;
pub use crate::classes::Entity as Classes;
pub use crate::error_analysis::Entity as ErrorAnalysis;
pub use crate::grading_results::Entity as GradingResults;
pub use crate::grading_statistics::Entity as GradingStatistics;
pub use crate::grading_tasks::Entity as GradingTasks;
pub use crate::student_knowledge_points::Entity as StudentKnowledgePoints;
pub use crate::students::Entity as Students;
