//! What each kind of part reads, and the operation that changes it.

use super::Part;
use crate::dialect::diff::PartKind;
use crate::diff::sides::columns_in;
use crate::schema::{
    Change, Check, ConstraintText, ForeignKey, Index, IndexKey, IndexPart, Name, Op, PrimaryKey,
    Table, Unique,
};

fn of_parts<'a>(parts: &'a [IndexPart], include: &'a [String], table: &'a Table) -> Vec<&'a str> {
    let mut found = Vec::new();
    for part in parts {
        match &part.key {
            IndexKey::Column(name) => found.push(name.as_str()),
            IndexKey::Expression(said) => found.extend(columns_in(said, table)),
        }
    }
    found.extend(include.iter().map(String::as_str));
    found
}

impl Part for PrimaryKey {
    const KIND: PartKind = PartKind::PrimaryKey;
    fn of(table: &Table) -> &[Self] {
        table.primary_key.as_slice()
    }
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
    fn set_name(&mut self, name: Option<&str>) {
        self.name = name.map(str::to_owned);
    }
    fn comment(&mut self) -> &mut Option<String> {
        &mut self.comment
    }
    fn reads<'a>(&'a self, table: &'a Table) -> Vec<&'a str> {
        of_parts(&self.columns, &self.include, table)
    }
    fn op(table: &Name, change: Change<Self>) -> Op {
        let table = table.clone();
        Op::PrimaryKey { table, change }
    }
}

impl Part for Unique {
    const KIND: PartKind = PartKind::Unique;
    fn of(table: &Table) -> &[Self] {
        &table.uniques
    }
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
    fn set_name(&mut self, name: Option<&str>) {
        self.name = name.map(str::to_owned);
    }
    fn comment(&mut self) -> &mut Option<String> {
        &mut self.comment
    }
    fn reads<'a>(&'a self, table: &'a Table) -> Vec<&'a str> {
        of_parts(&self.columns, &self.include, table)
    }
    fn op(table: &Name, change: Change<Self>) -> Op {
        let table = table.clone();
        Op::Unique { table, change }
    }
}

impl Part for Index {
    const KIND: PartKind = PartKind::Index;
    fn of(table: &Table) -> &[Self] {
        &table.indexes
    }
    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }
    fn set_name(&mut self, name: Option<&str>) {
        self.name = name.unwrap_or_default().to_owned();
    }
    fn comment(&mut self) -> &mut Option<String> {
        &mut self.comment
    }
    fn reads<'a>(&'a self, table: &'a Table) -> Vec<&'a str> {
        let mut found = of_parts(&self.parts, &self.include, table);
        if let Some(said) = &self.predicate {
            found.extend(columns_in(said, table));
        }
        found
    }
    fn said(&self) -> String {
        let parts = self.parts.iter().map(|part| match &part.key {
            IndexKey::Expression(said) => said.as_str(),
            IndexKey::Column(_) => "",
        });
        let all: Vec<&str> = parts.chain(self.predicate.as_deref()).collect();
        all.join(" ")
    }
    fn op(table: &Name, change: Change<Self>) -> Op {
        let table = table.clone();
        Op::Index { table, change }
    }
}

impl Part for ForeignKey {
    const KIND: PartKind = PartKind::ForeignKey;
    fn of(table: &Table) -> &[Self] {
        &table.foreign_keys
    }
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
    fn set_name(&mut self, name: Option<&str>) {
        self.name = name.map(str::to_owned);
    }
    fn comment(&mut self) -> &mut Option<String> {
        &mut self.comment
    }
    fn reads<'a>(&'a self, _table: &'a Table) -> Vec<&'a str> {
        self.columns.iter().map(String::as_str).collect()
    }
    fn op(table: &Name, change: Change<Self>) -> Op {
        let table = table.clone();
        Op::ForeignKey { table, change }
    }
    /// VALIDATE, DEFERRABLE, and what is said of it.
    fn changes_in_place(&self, to: &Self) -> bool {
        let mut like = to.clone();
        like.comment.clone_from(&self.comment);
        like.deferrable = self.deferrable;
        like.not_valid = self.not_valid;
        like == *self && (self.not_valid || !to.not_valid)
    }
}

impl Part for Check {
    const KIND: PartKind = PartKind::Check;
    fn of(table: &Table) -> &[Self] {
        &table.checks
    }
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
    fn set_name(&mut self, name: Option<&str>) {
        self.name = name.map(str::to_owned);
    }
    fn comment(&mut self) -> &mut Option<String> {
        &mut self.comment
    }
    fn reads<'a>(&'a self, table: &'a Table) -> Vec<&'a str> {
        columns_in(&self.expression, table)
    }
    fn said(&self) -> String {
        self.expression.clone()
    }
    fn op(table: &Name, change: Change<Self>) -> Op {
        let table = table.clone();
        Op::Check { table, change }
    }
}

impl Part for ConstraintText {
    const KIND: PartKind = PartKind::Other;
    fn of(table: &Table) -> &[Self] {
        &table.other_constraints
    }
    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }
    fn set_name(&mut self, name: Option<&str>) {
        self.name = name.unwrap_or_default().to_owned();
    }
    fn comment(&mut self) -> &mut Option<String> {
        &mut self.comment
    }
    fn reads<'a>(&'a self, table: &'a Table) -> Vec<&'a str> {
        columns_in(&self.definition, table)
    }
    fn said(&self) -> String {
        self.definition.clone()
    }
    fn op(table: &Name, change: Change<Self>) -> Op {
        let table = table.clone();
        Op::OtherConstraint { table, change }
    }
}
