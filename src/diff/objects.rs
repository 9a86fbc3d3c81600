//! What stands beside tables: which of it comes, goes and changes.

use std::collections::HashMap;
use std::hash::Hash;

use super::filter::Kind;
use super::sides::Sides;
use crate::schema::{
    Domain, EnumType, Extension, Name, ObjectText, Routine, Sequence, Trigger, View,
};

/// One kind of object, after the renames.
pub(super) struct Listed<'a, T> {
    pub dropped: Vec<&'a T>,
    pub added: Vec<&'a T>,
    pub altered: Vec<(&'a T, &'a T)>,
    pub same: Vec<(&'a T, &'a T)>,
}

/// All of them.
pub(super) struct Objects<'a> {
    pub namespaces: Listed<'a, String>,
    pub extensions: Listed<'a, Extension>,
    pub enums: Listed<'a, EnumType>,
    pub domains: Listed<'a, Domain>,
    pub sequences: Listed<'a, Sequence>,
    pub views: Listed<'a, View>,
    pub routines: Listed<'a, Routine>,
    pub triggers: Listed<'a, Trigger>,
    pub others: Listed<'a, ObjectText>,
    /// What stays because the desired side cannot speak of it.
    pub kept: Vec<(Kind, String)>,
}

/// What tells one of a kind from another.
pub(super) type OtherKey<'a> = (&'a str, Option<&'a Name>, &'a Name, Option<&'a str>);

pub(super) fn other_key(it: &ObjectText) -> OtherKey<'_> {
    (
        &it.kind,
        it.table.as_ref(),
        &it.name,
        it.arguments.as_deref(),
    )
}

pub(super) fn compare<'a>(sides: &'a Sides<'_>) -> Objects<'a> {
    let (from, to) = (&*sides.from, &*sides.to);
    let silent = sides.options.keeps(Kind::Comment);
    let comment =
        |old: &Option<String>, new: &Option<String>| old == new || silent && new.is_none();
    let sees = |table: &Name| sides.sees(table);

    let mut objects = Objects {
        namespaces: listed(
            &from.namespaces,
            &to.namespaces,
            |it| it.as_str(),
            |a, b| a == b,
        ),
        extensions: listed(
            &from.extensions,
            &to.extensions,
            |it| it.name.as_str(),
            |a, b| {
                let unsaid =
                    |old: &Option<String>, new: &Option<String>| new.is_none() || old == new;
                unsaid(&a.version, &b.version) && unsaid(&a.namespace, &b.namespace)
            },
        ),
        enums: listed(
            &from.enums,
            &to.enums,
            |it| &it.name,
            |a, b| a.values == b.values && comment(&a.comment, &b.comment),
        ),
        domains: listed(
            &from.domains,
            &to.domains,
            |it| &it.name,
            |a, b| {
                a == b
                    || comment(&a.comment, &b.comment)
                        && *a == with(b, |it| &mut it.comment, &a.comment)
            },
        ),
        sequences: listed(
            &from.sequences,
            &to.sequences,
            |it| &it.name,
            |a, b| {
                a == b
                    || comment(&a.comment, &b.comment)
                        && *a == with(b, |it| &mut it.comment, &a.comment)
            },
        ),
        views: listed(
            &from.views,
            &to.views,
            |it| &it.name,
            |a, b| a == b || same_view(a, b, silent),
        ),
        routines: listed(
            &from.routines,
            &to.routines,
            |it| (&it.name, it.arguments.as_str(), it.procedure),
            |a, b| a.definition == b.definition && comment(&a.comment, &b.comment),
        ),
        triggers: listed(
            &from.triggers,
            &to.triggers,
            |it| (&it.table, it.name.as_str()),
            |a, b| {
                a.definition == b.definition
                    && a.state == b.state
                    && comment(&a.comment, &b.comment)
            },
        ),
        others: listed(&from.others, &to.others, other_key, |a, b| {
            a.definition == b.definition && comment(&a.comment, &b.comment)
        }),
        kept: Vec::new(),
    };

    objects.triggers.limit(|it| sees(&it.table));
    objects
        .others
        .limit(|it| it.table.as_ref().is_none_or(sees));
    objects.views.limit(|it| sees(&it.name));
    if sides.options.is_partial() {
        objects.routines.limit(|_| false);
        objects.others.limit(|it| it.table.is_some());
        objects.namespaces.dropped.clear();
        objects.extensions.dropped.clear();
        objects.enums.dropped.clear();
        objects.domains.dropped.clear();
        objects.sequences.dropped.clear();
    }
    objects.keep(sides);
    objects
}

impl Objects<'_> {
    /// Leaves be what the desired side cannot speak of.
    fn keep(&mut self, sides: &Sides<'_>) {
        let kept = &mut self.kept;
        let keeps = |kind| sides.options.keeps(kind);
        leave(
            keeps(Kind::Namespace),
            Kind::Namespace,
            &mut self.namespaces,
            kept,
            |it| it.clone(),
        );
        leave(
            keeps(Kind::Extension),
            Kind::Extension,
            &mut self.extensions,
            kept,
            |it| it.name.clone(),
        );
        leave(keeps(Kind::Enum), Kind::Enum, &mut self.enums, kept, |it| {
            it.name.to_string()
        });
        leave(
            keeps(Kind::Domain),
            Kind::Domain,
            &mut self.domains,
            kept,
            |it| it.name.to_string(),
        );
        leave(
            keeps(Kind::Sequence),
            Kind::Sequence,
            &mut self.sequences,
            kept,
            |it| it.name.to_string(),
        );
        leave(keeps(Kind::View), Kind::View, &mut self.views, kept, |it| {
            it.name.to_string()
        });
        leave(
            keeps(Kind::Routine),
            Kind::Routine,
            &mut self.routines,
            kept,
            |it| it.name.to_string(),
        );
        // What is on a table goes with it.
        let gone: Vec<&Name> = {
            let stays = super::sides::tables(&sides.to);
            let tables = sides.from.tables.iter().map(|it| &it.name);
            tables.filter(|it| !stays.contains_key(*it)).collect()
        };
        let gone: std::collections::HashSet<&Name> = gone.into_iter().collect();
        let triggers = std::mem::take(&mut self.triggers.dropped);
        let (with_table, alone): (Vec<_>, Vec<_>) = triggers
            .into_iter()
            .partition(|it| gone.contains(&it.table));
        self.triggers.dropped = alone;
        leave(
            keeps(Kind::Trigger),
            Kind::Trigger,
            &mut self.triggers,
            kept,
            |it| format!("{} on {}", it.name, it.table),
        );
        self.triggers.dropped.extend(with_table);
        let others = std::mem::take(&mut self.others.dropped);
        let (with_table, alone): (Vec<_>, Vec<_>) = others
            .into_iter()
            .partition(|it| it.table.as_ref().is_some_and(|table| gone.contains(table)));
        self.others.dropped = alone;
        leave(
            keeps(Kind::Other),
            Kind::Other,
            &mut self.others,
            kept,
            |it| format!("{} {}", it.kind, it.name),
        );
        self.others.dropped.extend(with_table);
    }
}

fn leave<T>(
    keeps: bool,
    kind: Kind,
    listed: &mut Listed<'_, T>,
    kept: &mut Vec<(Kind, String)>,
    name: impl Fn(&T) -> String,
) {
    if keeps {
        kept.extend(listed.dropped.drain(..).map(|it| (kind, name(it))));
    }
}

impl<T> Listed<'_, T> {
    fn limit(&mut self, seen: impl Fn(&T) -> bool) {
        self.dropped.retain(|it| seen(it));
        self.added.retain(|it| seen(it));
        self.altered.retain(|it| seen(it.1));
        self.same.retain(|it| seen(it.1));
    }
}

fn listed<'a, T: PartialEq, K: Hash + Eq>(
    from: &'a [T],
    to: &'a [T],
    key: impl Fn(&'a T) -> K,
    equal: impl Fn(&T, &T) -> bool,
) -> Listed<'a, T> {
    let mut news: HashMap<K, &T> = to.iter().map(|it| (key(it), it)).collect();
    let mut listed = Listed {
        dropped: Vec::new(),
        added: Vec::new(),
        altered: Vec::new(),
        same: Vec::new(),
    };
    for old in from {
        match news.remove(&key(old)) {
            Some(new) if equal(old, new) => listed.same.push((old, new)),
            Some(new) => listed.altered.push((old, new)),
            None => listed.dropped.push(old),
        }
    }
    listed.added = to.iter().filter(|it| news.contains_key(&key(it))).collect();
    listed
}

/// `object` with another comment.
fn with<T: Clone>(
    object: &T,
    comment: impl Fn(&mut T) -> &mut Option<String>,
    said: &Option<String>,
) -> T {
    let mut changed = object.clone();
    comment(&mut changed).clone_from(said);
    changed
}

/// Whether nothing but what the query says anyhow differs: what it reads, and comments that are kept.
fn same_view(old: &View, new: &View, silent: bool) -> bool {
    let mut like = new.clone();
    like.reads.clone_from(&old.reads);
    if silent {
        if like.comment.is_none() {
            like.comment.clone_from(&old.comment);
        }
        if like.column_comments.is_empty() {
            like.column_comments.clone_from(&old.column_comments);
        }
        for index in &mut like.indexes {
            let known = old.indexes.iter().find(|it| it.name == index.name);
            if let (None, Some(known)) = (&index.comment, known) {
                index.comment.clone_from(&known.comment);
            }
        }
    }
    like == *old
}

/// Whether a view is another to whoever reads it: not its comments and indexes alone.
pub(super) fn is_reshaped(old: &View, new: &View) -> bool {
    old.query != new.query
        || old.columns != new.columns
        || old.materialized != new.materialized
        || old.options != new.options
}
