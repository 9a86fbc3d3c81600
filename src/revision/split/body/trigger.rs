//! SQLite's `CREATE TRIGGER .. BEGIN ..; END`: it ends, as for `sqlite3_complete`, at `; END ;`,
//! which no `CASE .. END` looks like.

use crate::revision::split::scan::{Kind, Token};

#[derive(Default)]
pub(in crate::revision::split) struct Trigger {
    stage: Stage,
    /// Where the statement begins.
    opened: usize,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Stage {
    #[default]
    First,
    Explain,
    Create,
    /// In a trigger.
    Inside,
    /// In a trigger, right after a semicolon.
    Semicolon,
    /// In a trigger, after a semicolon and `END`.
    End,
    Plain,
}

impl Trigger {
    pub fn take(&mut self, token: Token<'_>) {
        let word = match token.kind {
            Kind::Word(word) => word,
            _ => "",
        };
        let is = |wanted: &str| word.eq_ignore_ascii_case(wanted);
        if self.stage == Stage::First {
            self.opened = token.start;
        }
        self.stage = match self.stage {
            Stage::First if is("explain") => Stage::Explain,
            Stage::Explain if is("query") || is("plan") => Stage::Explain,
            Stage::First | Stage::Explain if is("create") => Stage::Create,
            Stage::Create if is("temp") || is("temporary") => Stage::Create,
            Stage::Create if is("trigger") => Stage::Inside,
            Stage::First | Stage::Explain | Stage::Create | Stage::Plain => Stage::Plain,
            Stage::Semicolon if is("end") => Stage::End,
            Stage::Inside | Stage::Semicolon | Stage::End => Stage::Inside,
        };
    }

    pub fn semicolon(&mut self) -> bool {
        match self.stage {
            Stage::Inside | Stage::Semicolon => {
                self.stage = Stage::Semicolon;
                false
            }
            _ => true,
        }
    }

    pub fn unclosed(&self) -> Option<(usize, &'static str)> {
        matches!(self.stage, Stage::Inside | Stage::Semicolon)
            .then_some((self.opened, "CREATE TRIGGER"))
    }
}
