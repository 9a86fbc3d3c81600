//! All that the application's database should hold: the tables, and what SeaORM's attributes cannot say.

use sea_orm::sea_query::{
    ConditionalStatement, Expr, ExprTrait, ForeignKeyCreateStatement, Index, IndexCreateStatement,
    Table, TableCreateStatement,
};
use sea_orm::{DbBackend, EntityTrait, IdenStatic, Iterable, RelationTrait, Schema};

use crate::prelude::*;
use crate::{assignment_submissions, grading_results, grading_tasks, student_knowledge_points};

/// What a database of this application should hold, in sea-query's words.
///
/// Types and defaults are SeaORM's neutral ones (`TimestampWithTimeZone`, `CURRENT_TIMESTAMP`): whoever renders
/// them chooses the database's own spelling. Every name is given, and by rule: `fk_<table>_<column>`,
/// `idx_<table>_<columns>`; a unique column's key has the name that the database gives it.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    /// Every table, each after those that its foreign keys refer to.
    pub tables: Vec<TableCreateStatement>,
    /// Every index that no key brings with it.
    pub indexes: Vec<IndexCreateStatement>,
    /// SQL for what neither of the above can say, in an order that runs.
    pub statements: Vec<String>,
}

/// The registry for one kind of database.
///
/// They differ where a database cannot do what another does: MySQL has no partial index.
pub fn registry(backend: DbBackend) -> Registry {
    let mut registry = Registry::default();
    registry.declare(Students, backend);
    registry.declare(GradingTasks, backend);
    registry.declare(GradingResults, backend);
    registry.declare(GradingStatistics, backend);
    registry.declare(ErrorAnalysis, backend);
    registry.declare(Classes, backend);
    registry.declare(Assignments, backend);
    registry.declare(AssignmentSubmissions, backend);
    registry.declare(ClassEvaluations, backend);
    registry.declare(StudentKnowledgePoints, backend);

    registry.indexes.extend([
        {
            use assignment_submissions::Column::{AssignmentId, GradingStatus};
            index(AssignmentSubmissions, &[AssignmentId, GradingStatus])
        },
        {
            use grading_tasks::Column::{CreatedAt, StudentId};
            index(GradingTasks, &[StudentId, CreatedAt])
        },
        {
            use student_knowledge_points::Column::{KnowledgePoint, StudentId};
            index(StudentKnowledgePoints, &[StudentId, KnowledgePoint])
        },
        {
            use grading_results::Column::{QuestionId, TaskId};
            index(GradingResults, &[TaskId, QuestionId])
        },
        pending_submissions(backend),
    ]);
    registry
}

impl Registry {
    /// Adds an entity's table, and the indexes that its columns ask for.
    fn declare<E: EntityTrait>(&mut self, entity: E, backend: DbBackend) {
        let schema = Schema::new(backend);
        self.tables.push(table(entity, &schema));
        for mut derived in schema.create_index_from_entity(entity) {
            let columns = derived.get_index_spec().get_column_names().join("_");
            derived.name(format!("idx_{}_{columns}", entity.table_name()));
            self.indexes.push(derived);
        }
    }
}

/// An entity's table as SeaORM derives it, with our names for its foreign keys.
///
/// SeaORM would name them `fk-<table>-<column>`, and the dense format has no attribute that says otherwise.
fn table<E: EntityTrait>(entity: E, schema: &Schema) -> TableCreateStatement {
    let derived = schema.create_table_from_entity(entity);
    let mut table = Table::create();
    table.table(entity.table_ref());
    for column in derived.get_columns() {
        table.col(column.clone());
    }
    for key in derived.get_indexes() {
        table.index(&mut key.clone());
    }
    if let Some(comment) = derived.get_comment() {
        table.comment(comment);
    }
    for mut relation in E::Relation::iter().map(|relation| relation.def()) {
        if relation.is_owner || relation.skip_fk {
            continue;
        }
        let columns: Vec<String> = relation
            .from_col
            .iter()
            .map(|column| column.to_string())
            .collect();
        relation.fk_name = Some(format!("fk_{}_{}", entity.table_name(), columns.join("_")));
        let mut foreign_key: ForeignKeyCreateStatement = relation.into();
        table.foreign_key(&mut foreign_key);
    }
    table
}

/// An index over several columns of one table, named by the rule.
fn index<E: EntityTrait>(entity: E, columns: &[E::Column]) -> IndexCreateStatement {
    let names: Vec<&str> = columns.iter().map(|column| column.as_str()).collect();
    let mut index = Index::create();
    index
        .name(format!("idx_{}_{}", entity.table_name(), names.join("_")))
        .table(entity.table_ref());
    for column in columns {
        index.col(*column);
    }
    index
}

/// The grader's queue, oldest first: few of very many rows, hence a partial index where there is such a thing.
fn pending_submissions(backend: DbBackend) -> IndexCreateStatement {
    use assignment_submissions::Column::{GradingStatus, SubmittedAt};

    match backend {
        DbBackend::MySql => index(AssignmentSubmissions, &[GradingStatus, SubmittedAt]),
        _ => index(AssignmentSubmissions, &[SubmittedAt])
            .and_where(Expr::col(GradingStatus).eq("pending"))
            .take(),
    }
}
