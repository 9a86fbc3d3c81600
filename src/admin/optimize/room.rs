//! Room that gone rows have left.

use super::{Action, Facts, Proposal, Reason};
use crate::schema::Name;

/// From here on room is worth giving back, of 100.
const MUCH: u64 = 20;

pub(super) fn wasted(facts: &Facts<'_>) -> Vec<Proposal> {
    let proposal = |table: &Name, percent: u64, bytes| {
        let (sql, others_go_on) = facts.dialect.give_room_back(table);
        Proposal {
            reason: Reason::Room,
            table: table.clone(),
            index: None,
            says: match others_go_on {
                true => format!("{percent} % of it are rows that are gone"),
                false => {
                    format!("{percent} % of it is empty; giving it back writes all of it anew")
                }
            },
            bytes,
            action: match others_go_on {
                true => Action::Maintain(sql),
                false => Action::Advise(sql),
            },
        }
    };
    let tables = facts.usage.tables.iter().filter_map(|one| {
        let percent = one.dead_percent.filter(|percent| *percent >= MUCH)?;
        Some(proposal(&one.table, percent, one.bytes))
    });
    let file = facts.usage.empty_percent.filter(|percent| *percent >= MUCH);
    let file = file.map(|percent| proposal(&Name::new("the file"), percent, None));
    tables.chain(file).collect()
}
