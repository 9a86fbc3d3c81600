//! SeaORM entities for a database that came first: `sea-orm-codegen` writes them, their attributes are
//! completed here, and a registry beside them says what no attribute can.

mod declared;
mod enums;
mod model;
mod names;
mod registry;
mod rest;

use sea_orm_codegen::{
    BannerVersion, BigIntegerType, DateTimeCrate, EntityFormat, EntityTransformer,
    EntityWriterContext, WithPrelude, WithSerde,
};

use declared::Declared;
use names::Names;

use crate::dialect::Dialect;
use crate::dialect::ddl::{self, DdlError};
use crate::schema::Schema;

/// What is written for a schema.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// Name and text.
    pub files: Vec<(String, String)>,
    /// What the entities themselves do not say: the registry has it as SQL.
    pub beside: Vec<String>,
    /// What has no entity, and why.
    pub left_out: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum EntityError {
    #[error("sea-orm-codegen: {0}")]
    Codegen(#[from] sea_orm_codegen::Error),
    #[error("{file}: what sea-orm-codegen wrote cannot be read: {error}")]
    Unreadable { file: String, error: syn::Error },
    #[error(transparent)]
    Ddl(#[from] DdlError),
    #[error(transparent)]
    Type(#[from] crate::dialect::types::TypeError),
}

/// Writes the entities of a schema, with `mod.rs`, `prelude.rs` and `registry.rs`.
///
/// # Errors
/// A schema of which the dialect cannot write a part as SQL.
pub(super) fn write(dialect: Dialect, schema: &Schema) -> Result<Written, EntityError> {
    let names = Names::of(dialect, schema);
    let mut declared = Declared::of(dialect, schema, &names);
    let statements = declared
        .entities
        .iter()
        .map(|entity| entity.for_codegen(schema, &names))
        .collect();
    let output = EntityTransformer::transform(statements)?.generate(&writing());
    let mut written = Written::default();
    for file in output.files {
        let text = match declared.entity_in(&file.name) {
            Some(entity) => model::complete(&file, entity, &names)?,
            None if file.name == "mod.rs" => registry::index(&file.content)?,
            None if file.name == "sea_orm_active_enums.rs" => enums::file(dialect, &names),
            None => model::formatted(&file.name, &file.content)?,
        };
        written.files.push((file.name, text));
    }
    let desired = declared.desired(dialect)?;
    let ops = rest::rest(dialect, &desired, schema);
    let groups = ddl::script(dialect, &ops, &desired, ddl::Style::default())?;
    let statements: Vec<String> = groups.into_iter().flat_map(|it| it.statements).collect();
    written.beside = ops.iter().map(crate::schema::Op::describe).collect();
    written.left_out = declared.left_out;
    let text = registry::file(dialect, &declared.entities, &statements);
    written.files.push((
        "registry.rs".to_owned(),
        model::formatted("registry.rs", &text)?,
    ));
    Ok(written)
}

fn writing() -> EntityWriterContext {
    let none = Vec::<String>::new;
    EntityWriterContext::new(
        EntityFormat::Dense,
        WithPrelude::All,
        WithSerde::None,
        false,
        DateTimeCrate::Chrono,
        BigIntegerType::I64,
        None,
        false,
        false,
        false,
        none(),
        none(),
        none(),
        none(),
        none(),
        false,
        true,
        BannerVersion::Major,
    )
}
