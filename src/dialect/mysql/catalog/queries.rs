//! The `information_schema` queries. None joins tables of MariaDB's, which would open each table once for
//! every row of the other side.

use crate::dialect::Dialect;

/// 0 name, 1 collation.
pub(super) const DATABASE: &str = "\
SELECT SCHEMA_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA
WHERE SCHEMA_NAME = DATABASE()";

/// 0 name, 1 kind, 2 engine, 3 collation, 4 options, 5 comment.
pub(super) const TABLES: &str = "\
SELECT TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_COLLATION, CREATE_OPTIONS, TABLE_COMMENT
FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()";

/// 0 table, 1 name, 2 type, 3 nullable?, 4 default, 5 extra, 6 collation, 7 comment, 8 expression, 9 SRID.
pub(super) fn columns(dialect: Dialect) -> String {
    let srid = match dialect {
        Dialect::Mariadb => "NULL",
        _ => "SRS_ID",
    };
    format!(
        "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA,
  COLLATION_NAME, COLUMN_COMMENT, GENERATION_EXPRESSION, {srid}
FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()
ORDER BY TABLE_NAME, ORDINAL_POSITION"
    )
}

/// 0 table, 1 index, 2 not unique?, 3 column, 4 order, 5 prefix, 6 method, 7 comment, 8 expression,
/// 9 visible to the optimiser?
pub(super) fn indexes(dialect: Dialect) -> String {
    let (expression, visible) = match dialect {
        Dialect::Mariadb => ("NULL", "IF(IGNORED = 'YES', 'NO', 'YES')"),
        _ => ("EXPRESSION", "IS_VISIBLE"),
    };
    format!(
        "SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, COLUMN_NAME, COLLATION, SUB_PART, INDEX_TYPE,
  INDEX_COMMENT, {expression}, {visible}
FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE()
ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX"
    )
}

/// 0 table, 1 constraint, 2 column, 3 database referred to, 4 table, 5 column.
pub(super) const KEY_COLUMNS: &str = "\
SELECT TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME,
  IF(REFERENCED_TABLE_SCHEMA = DATABASE(), NULL, REFERENCED_TABLE_SCHEMA), REFERENCED_TABLE_NAME,
  REFERENCED_COLUMN_NAME
FROM information_schema.KEY_COLUMN_USAGE
WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL
ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION";

/// 0 table, 1 constraint, 2 on update, 3 on delete, 4 match.
pub(super) const FOREIGN_KEYS: &str = "\
SELECT TABLE_NAME, CONSTRAINT_NAME, UPDATE_RULE, DELETE_RULE, MATCH_OPTION
FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()";

/// 0 table, 1 name, 2 expression, 3 enforced?
pub(super) fn checks(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Mariadb => {
            "SELECT TABLE_NAME, CONSTRAINT_NAME, CHECK_CLAUSE, 'YES'
FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()"
        }
        // Names of checks are unique in the database there.
        _ => {
            "SELECT t.TABLE_NAME, c.CONSTRAINT_NAME, c.CHECK_CLAUSE, t.ENFORCED
FROM information_schema.CHECK_CONSTRAINTS c JOIN information_schema.TABLE_CONSTRAINTS t
  ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME
  AND t.CONSTRAINT_TYPE = 'CHECK'
WHERE c.CONSTRAINT_SCHEMA = DATABASE()"
        }
    }
}

/// 0 table, 1 name, 2 subpartition, 3 method, 4 of subpartitions, 5 expression, 6 of subpartitions, 7 bound,
/// 8 comment.
pub(super) const PARTITIONS: &str = "\
SELECT TABLE_NAME, PARTITION_NAME, SUBPARTITION_NAME, PARTITION_METHOD, SUBPARTITION_METHOD,
  PARTITION_EXPRESSION, SUBPARTITION_EXPRESSION, PARTITION_DESCRIPTION, PARTITION_COMMENT
FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA = DATABASE() AND PARTITION_NAME IS NOT NULL
ORDER BY TABLE_NAME, PARTITION_ORDINAL_POSITION, SUBPARTITION_ORDINAL_POSITION";

/// 0 name, 1 query, 2 check option, 3 whose rights, 4 algorithm.
pub(super) fn views(dialect: Dialect) -> String {
    let algorithm = match dialect {
        Dialect::Mariadb => "ALGORITHM",
        _ => "NULL",
    };
    format!(
        "SELECT TABLE_NAME, VIEW_DEFINITION, CHECK_OPTION, SECURITY_TYPE, {algorithm}
FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE()"
    )
}

/// 0 name, 1 table, 2 timing, 3 event, 4 body.
pub(super) const TRIGGERS: &str = "\
SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_STATEMENT
FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()
ORDER BY EVENT_OBJECT_TABLE, EVENT_MANIPULATION, ACTION_TIMING, ACTION_ORDER";

/// 0 name, 1 kind, 2 type, 3 language, 4 body, 5 deterministic?, 6 data access, 7 whose rights, 8 comment,
/// 9 collation.
pub(super) const ROUTINES: &str = "\
SELECT ROUTINE_NAME, ROUTINE_TYPE, DTD_IDENTIFIER, ROUTINE_BODY, ROUTINE_DEFINITION,
  IS_DETERMINISTIC, SQL_DATA_ACCESS, SECURITY_TYPE, ROUTINE_COMMENT, COLLATION_NAME
FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()";

/// 0 routine, 1 kind, 2 mode, 3 name, 4 type, 5 collation. What a function returns has no mode.
pub(super) const PARAMETERS: &str = "\
SELECT SPECIFIC_NAME, ROUTINE_TYPE, PARAMETER_MODE, PARAMETER_NAME, DTD_IDENTIFIER, COLLATION_NAME
FROM information_schema.PARAMETERS
WHERE SPECIFIC_SCHEMA = DATABASE() AND ORDINAL_POSITION > 0
ORDER BY SPECIFIC_NAME, ROUTINE_TYPE, ORDINAL_POSITION";

/// 0 name, 1 kind, 2 at, 3 every, 4 unit, 5 starts, 6 ends, 7 status, 8 on completion, 9 comment, 10 body.
pub(super) const EVENTS: &str = "\
SELECT EVENT_NAME, EVENT_TYPE, EXECUTE_AT, INTERVAL_VALUE, INTERVAL_FIELD, STARTS, ENDS, STATUS,
  ON_COMPLETION, EVENT_COMMENT, EVENT_DEFINITION
FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()";
