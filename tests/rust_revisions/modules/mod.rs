//! The revisions that are generated. This list is too.

mod add_column_between_mariadb;
mod add_column_mariadb;
mod add_column_postgres;
mod add_column_sqlite;
mod add_column_that_may_not_be_null_mariadb;
mod add_column_that_may_not_be_null_postgres;
mod add_column_that_may_not_be_null_sqlite;
mod add_foreign_key_mariadb;
mod add_foreign_key_postgres;
mod add_foreign_key_sqlite;
mod add_identity_mariadb;
mod add_identity_postgres;
mod add_identity_sqlite;
mod add_index_mariadb;
mod add_index_postgres;
mod add_index_sqlite;
mod add_table_mariadb;
mod add_table_postgres;
mod add_table_sqlite;
mod add_trigger_mariadb;
mod add_trigger_postgres;
mod add_trigger_sqlite;
mod add_unique_mariadb;
mod add_unique_postgres;
mod add_unique_sqlite;
mod change_type_for_another_mariadb;
mod change_type_for_another_postgres;
mod change_type_for_another_sqlite;
mod comments_mariadb;
mod comments_postgres;
mod composite_foreign_key_mariadb;
mod composite_foreign_key_postgres;
mod composite_foreign_key_sqlite;
mod default_of_an_expression_mariadb;
mod default_of_an_expression_postgres;
mod default_of_an_expression_sqlite;
mod drop_column_mariadb;
mod drop_column_postgres;
mod drop_column_sqlite;
mod drop_column_under_views_mariadb;
mod drop_column_under_views_postgres;
mod drop_column_under_views_sqlite;
mod drop_foreign_key_mariadb;
mod drop_foreign_key_postgres;
mod drop_foreign_key_sqlite;
mod drop_index_mariadb;
mod drop_index_postgres;
mod drop_index_sqlite;
mod drop_table_mariadb;
mod drop_table_postgres;
mod drop_table_sqlite;
mod drop_unique_mariadb;
mod drop_unique_postgres;
mod drop_unique_sqlite;
mod enum_adds_a_value_postgres;
mod enum_value_is_used_at_once_postgres;
mod enum_value_is_used_at_once_postgres_2;
mod everything_at_once_mariadb;
mod everything_at_once_postgres;
mod everything_at_once_sqlite;
mod foreign_key_that_waits_postgres;
mod foreign_key_that_waits_sqlite;
mod foreign_keys_in_a_circle_mariadb;
mod foreign_keys_in_a_circle_postgres;
mod foreign_keys_in_a_circle_sqlite;
mod functions_mariadb;
mod functions_postgres;
mod hostile_names_mariadb;
mod hostile_names_postgres;
mod hostile_names_sqlite;
mod index_with_everything_postgres;
mod partial_index_postgres;
mod partial_index_sqlite;
mod prefix_index_mariadb;
mod rename_column_mariadb;
mod rename_column_postgres;
mod rename_column_sqlite;
mod rename_table_mariadb;
mod rename_table_postgres;
mod rename_table_sqlite;
mod rename_table_with_all_that_refers_to_it_mariadb;
mod rename_table_with_all_that_refers_to_it_postgres;
mod rename_table_with_all_that_refers_to_it_sqlite;
mod schemas_postgres;
mod table_options_mariadb;
mod table_options_postgres;
mod table_options_sqlite;

use sea_orm_migration::MigrationTrait;

macro_rules! found {
    ($($name:ident,)+) => {
        pub fn find(name: &str) -> Option<Box<dyn MigrationTrait>> {
            Some(match name {
                $(stringify!($name) => Box::new($name::Migration),)+
                _ => return None,
            })
        }
    };
}

found! {
    add_column_between_mariadb,
    add_column_mariadb,
    add_column_postgres,
    add_column_sqlite,
    add_column_that_may_not_be_null_mariadb,
    add_column_that_may_not_be_null_postgres,
    add_column_that_may_not_be_null_sqlite,
    add_foreign_key_mariadb,
    add_foreign_key_postgres,
    add_foreign_key_sqlite,
    add_identity_mariadb,
    add_identity_postgres,
    add_identity_sqlite,
    add_index_mariadb,
    add_index_postgres,
    add_index_sqlite,
    add_table_mariadb,
    add_table_postgres,
    add_table_sqlite,
    add_trigger_mariadb,
    add_trigger_postgres,
    add_trigger_sqlite,
    add_unique_mariadb,
    add_unique_postgres,
    add_unique_sqlite,
    change_type_for_another_mariadb,
    change_type_for_another_postgres,
    change_type_for_another_sqlite,
    comments_mariadb,
    comments_postgres,
    composite_foreign_key_mariadb,
    composite_foreign_key_postgres,
    composite_foreign_key_sqlite,
    default_of_an_expression_mariadb,
    default_of_an_expression_postgres,
    default_of_an_expression_sqlite,
    drop_column_mariadb,
    drop_column_postgres,
    drop_column_sqlite,
    drop_column_under_views_mariadb,
    drop_column_under_views_postgres,
    drop_column_under_views_sqlite,
    drop_foreign_key_mariadb,
    drop_foreign_key_postgres,
    drop_foreign_key_sqlite,
    drop_index_mariadb,
    drop_index_postgres,
    drop_index_sqlite,
    drop_table_mariadb,
    drop_table_postgres,
    drop_table_sqlite,
    drop_unique_mariadb,
    drop_unique_postgres,
    drop_unique_sqlite,
    enum_adds_a_value_postgres,
    enum_value_is_used_at_once_postgres,
    enum_value_is_used_at_once_postgres_2,
    everything_at_once_mariadb,
    everything_at_once_postgres,
    everything_at_once_sqlite,
    foreign_key_that_waits_postgres,
    foreign_key_that_waits_sqlite,
    foreign_keys_in_a_circle_mariadb,
    foreign_keys_in_a_circle_postgres,
    foreign_keys_in_a_circle_sqlite,
    functions_mariadb,
    functions_postgres,
    hostile_names_mariadb,
    hostile_names_postgres,
    hostile_names_sqlite,
    index_with_everything_postgres,
    partial_index_postgres,
    partial_index_sqlite,
    prefix_index_mariadb,
    rename_column_mariadb,
    rename_column_postgres,
    rename_column_sqlite,
    rename_table_mariadb,
    rename_table_postgres,
    rename_table_sqlite,
    rename_table_with_all_that_refers_to_it_mariadb,
    rename_table_with_all_that_refers_to_it_postgres,
    rename_table_with_all_that_refers_to_it_sqlite,
    schemas_postgres,
    table_options_mariadb,
    table_options_postgres,
    table_options_sqlite,
}
