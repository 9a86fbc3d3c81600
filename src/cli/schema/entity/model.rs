//! A generated entity with its attributes completed.

use heck::ToUpperCamelCase as _;
use sea_orm::sea_query::{ColumnType, StringLen};
use sea_orm_codegen::OutputFile;
use syn::parse::Parser as _;
use syn::{Attribute, Field, Fields, File, Item, ItemStruct};

use super::EntityError;
use super::declared::Entity;
use super::names::Names;
use crate::dialect::entities::{EntityColumn, EntityDefault};
use crate::schema::{Column, ForeignKey};

/// The file with every attribute that the column's type, key and default ask for. Notes in `entity` which
/// foreign keys its relations bring.
pub(super) fn complete(
    file: &OutputFile,
    entity: &mut Entity<'_>,
    names: &Names,
) -> Result<String, EntityError> {
    let unreadable = |error| EntityError::Unreadable {
        file: file.name.clone(),
        error,
    };
    let mut parsed: File = syn::parse_str(&file.content).map_err(unreadable)?;
    for item in &mut parsed.items {
        if let Item::Struct(model) = item
            && model.ident == "Model"
        {
            complete_model(model, entity, names).map_err(unreadable)?;
        }
    }
    Ok(spaced(&prettyplease::unparse(&parsed)))
}

/// Rust text in the usual form.
pub(super) fn formatted(file: &str, text: &str) -> Result<String, EntityError> {
    let parsed: File = syn::parse_str(text).map_err(|error| EntityError::Unreadable {
        file: file.to_owned(),
        error,
    })?;
    Ok(spaced(&prettyplease::unparse(&parsed)))
}

/// An empty line between items, as people leave one.
pub(super) fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 64);
    let mut last = "";
    for line in text.lines() {
        let opens = line.starts_with("#[")
            || [
                "pub struct ",
                "pub fn ",
                "pub enum ",
                "impl ",
                "fn ",
                "const ",
                "struct ",
                "/// ",
            ]
            .iter()
            .any(|it| line.starts_with(it));
        let leads = last.starts_with("#[") || last.starts_with("///") || last.is_empty();
        let begins_code = last.starts_with("//!") && !line.starts_with("//!");
        let closes_uses =
            last.starts_with("use ") && last.ends_with(';') && !line.starts_with("use ");
        if opens && !leads || begins_code || closes_uses && !line.is_empty() {
            spaced.push('\n');
        }
        spaced.push_str(line);
        spaced.push('\n');
        last = line;
    }
    spaced
}

fn complete_model(
    model: &mut ItemStruct,
    entity: &mut Entity<'_>,
    names: &Names,
) -> syn::Result<()> {
    let mut table = vec![format!("table_name = {:?}", entity.table.name.name)];
    if let Some(namespace) = &entity.table.name.namespace {
        table.insert(0, format!("schema_name = {namespace:?}"));
    }
    if let Some(comment) = &entity.table.comment {
        table.push(format!("comment = {comment:?}"));
    }
    for attribute in &mut model.attrs {
        if attribute.path().is_ident("sea_orm") {
            *attribute = sea_orm(&table)?;
        }
    }
    let Fields::Named(fields) = &mut model.fields else {
        return Ok(());
    };
    let columns: Vec<String> = entity
        .columns
        .iter()
        .map(|(column, _)| names.field(&entity.table.name, &column.name).to_owned())
        .collect();
    let mut found = Vec::new();
    for (at, field) in fields.named.iter_mut().enumerate() {
        if let Some((column, known)) = entity.columns.get(at) {
            let attributes = attributes(entity, column, known, &columns[at]);
            field.attrs.clear();
            if !attributes.is_empty() {
                field.attrs.push(sea_orm(&attributes)?);
            }
        } else {
            avoid(field, &columns);
            found.extend(brought(field, entity, names));
        }
    }
    entity.foreign_keys = found;
    Ok(())
}

fn sea_orm(parts: &[String]) -> syn::Result<Attribute> {
    let text = format!("#[sea_orm({})]", parts.join(", "));
    let mut attributes = Attribute::parse_outer.parse_str(&text)?;
    Ok(attributes.pop().expect("the text is one attribute"))
}

/// Gives a relation another name where a column has its own.
fn avoid(field: &mut Field, columns: &[String]) {
    if let Some(ident) = &mut field.ident
        && columns.iter().any(|column| ident == column)
    {
        *ident = syn::Ident::new(&format!("{ident}_entity"), ident.span());
    }
}

/// The foreign key that a relation's field brings with it.
fn brought<'a>(field: &Field, entity: &Entity<'a>, names: &Names) -> Option<&'a ForeignKey> {
    let mut from = None;
    let mut owns = false;
    for attribute in &field.attrs {
        let read = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("from") {
                from = Some(meta.value()?.parse::<syn::LitStr>()?.value());
            } else if let Ok(value) = meta.value() {
                value.parse::<syn::Lit>()?;
            }
            owns |= meta.path.is_ident("belongs_to") || meta.path.is_ident("self_ref");
            Ok(())
        });
        read.ok()?;
    }
    let from = from.filter(|_| owns)?;
    let from: Vec<String> = from
        .trim_matches(['(', ')'])
        .split(',')
        .map(|name| name.trim().to_upper_camel_case())
        .collect();
    let target = &field.ty;
    let target = target_module(target);
    entity.table.foreign_keys.iter().find(|key| {
        let columns = key.columns.iter().map(|column| {
            names
                .field(&entity.table.name, column)
                .to_upper_camel_case()
        });
        let there = if key.references == entity.table.name {
            None
        } else {
            Some(names.module(&key.references))
        };
        columns.eq(from.iter().cloned()) && target.as_deref() == there
    })
}

/// `customers` of `BelongsTo<Option<super::customers::Entity>>`; `None` for the entity itself.
fn target_module(kind: &syn::Type) -> Option<String> {
    let syn::Type::Path(path) = kind else {
        return None;
    };
    let last = path.path.segments.last()?;
    if let syn::PathArguments::AngleBracketed(inside) = &last.arguments
        && let Some(syn::GenericArgument::Type(inner)) = inside.args.first()
    {
        return target_module(inner);
    }
    let module = path.path.segments.iter().rev().nth(1)?.ident.to_string();
    Some(module.trim_start_matches("r#").to_owned())
}

fn attributes(
    entity: &Entity<'_>,
    column: &Column,
    known: &EntityColumn,
    field: &str,
) -> Vec<String> {
    let mut parts = Vec::new();
    if column.name != field {
        parts.push(format!("column_name = {:?}", column.name));
    }
    if entity.primary.contains(&column.name) {
        parts.push("primary_key".to_owned());
        if !entity.numbers(known) {
            parts.push("auto_increment = false".to_owned());
        }
    }
    if let Some(text) = column_type(column, known) {
        parts.push(format!("column_type = {text:?}"));
        if column.nullable {
            parts.push("nullable".to_owned());
        }
    }
    if let Some((out, back)) = &known.casts {
        parts.push(format!("select_as = {out:?}"));
        parts.push(format!("save_as = {back:?}"));
    }
    if entity.unique.contains(&column.name) {
        parts.push("unique".to_owned());
    } else if let [(_, false, columns)] = entity
        .indexes
        .iter()
        .filter(|(.., columns)| columns.as_slice() == std::slice::from_ref(&column.name))
        .collect::<Vec<_>>()
        .as_slice()
        && columns.len() == 1
    {
        parts.push("indexed".to_owned());
    }
    match &known.default {
        None => {}
        Some(EntityDefault::Bool(truth)) => parts.push(format!("default_value = {truth}")),
        Some(EntityDefault::Integer(number)) if *number >= 0 => {
            parts.push(format!("default_value = {number}"));
        }
        Some(EntityDefault::Integer(number)) => {
            parts.push(format!("default_expr = \"Expr::val({number})\""));
        }
        Some(EntityDefault::Text(text)) => parts.push(format!("default_value = {text:?}")),
        Some(EntityDefault::Now) => {
            parts.push("default_expr = \"Expr::current_timestamp()\"".to_owned());
        }
        Some(EntityDefault::Expression(sql)) => {
            let call = format!("Expr::cust({sql:?})");
            parts.push(format!("default_expr = {call:?}"));
        }
    }
    if let Some(extra) = &known.extra {
        parts.push(format!("extra = {extra:?}"));
    }
    if let Some(comment) = &column.comment {
        parts.push(format!("comment = {comment:?}"));
    }
    parts
}

/// The attribute `column_type`, where the field's Rust type does not say it.
fn column_type(column: &Column, known: &EntityColumn) -> Option<String> {
    let text = |kind: &ColumnType| -> Option<String> {
        Some(match kind {
            ColumnType::Char(Some(length)) => format!("Char(Some({length}))"),
            ColumnType::Char(None) => "Char(None)".to_owned(),
            ColumnType::String(StringLen::N(length)) => {
                format!("String(StringLen::N({length}))")
            }
            ColumnType::String(StringLen::Max) => "String(StringLen::Max)".to_owned(),
            ColumnType::Text => "Text".to_owned(),
            ColumnType::Decimal(Some((precision, scale))) => {
                format!("Decimal(Some(({precision}, {scale})))")
            }
            ColumnType::Binary(length) => format!("Binary({length})"),
            ColumnType::VarBinary(StringLen::N(length)) => {
                format!("VarBinary(StringLen::N({length}))")
            }
            ColumnType::VarBinary(_) => "VarBinary(StringLen::None)".to_owned(),
            ColumnType::Blob => "Blob".to_owned(),
            ColumnType::Bit(Some(length)) => format!("Bit(Some({length}))"),
            ColumnType::Bit(None) => "Bit(None)".to_owned(),
            ColumnType::Year => "Year".to_owned(),
            ColumnType::JsonBinary => "JsonBinary".to_owned(),
            ColumnType::Cidr => "Cidr".to_owned(),
            ColumnType::Timestamp => "Timestamp".to_owned(),
            ColumnType::Custom(name) => format!("custom({:?})", name.to_string()),
            // `Vec<String>` would be an array of `varchar`.
            ColumnType::Array(element) if !is_implied(element) => {
                format!("custom({:?})", column.data_type)
            }
            _ => return None,
        })
    };
    text(&known.declared)
}

/// Whether a Rust type says this element of an array.
fn is_implied(element: &ColumnType) -> bool {
    matches!(
        element,
        ColumnType::SmallInteger
            | ColumnType::Integer
            | ColumnType::BigInteger
            | ColumnType::Float
            | ColumnType::Double
            | ColumnType::Boolean
            | ColumnType::Date
            | ColumnType::Time
            | ColumnType::DateTime
            | ColumnType::TimestampWithTimeZone
            | ColumnType::Uuid
            | ColumnType::String(StringLen::None)
            | ColumnType::Enum { .. }
    )
}
