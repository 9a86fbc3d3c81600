//! PostgreSQL's `CREATE FUNCTION .. BEGIN ATOMIC ..; END`, in which `CASE .. END` may stand.

use crate::revision::split::scan::{Kind, Token};

#[derive(Default)]
pub(in crate::revision::split) struct Atomic<'a> {
    stage: Stage,
    last_word: Option<Token<'a>>,
    /// `BEGIN` and every `CASE` inside that is open.
    open: Vec<usize>,
}

#[derive(Default, PartialEq)]
enum Stage {
    #[default]
    First,
    Create,
    Routine,
    Plain,
}

impl<'a> Atomic<'a> {
    pub fn take(&mut self, token: Token<'a>, parentheses: usize) {
        let Kind::Word(word) = token.kind else {
            if matches!(self.stage, Stage::First | Stage::Create) {
                self.stage = Stage::Plain;
            }
            self.last_word = None;
            return;
        };
        let is = |wanted: &str| word.eq_ignore_ascii_case(wanted);
        match self.stage {
            Stage::Plain => return,
            Stage::First if is("create") => self.stage = Stage::Create,
            Stage::Create if is("or") || is("replace") => {}
            Stage::Create if is("function") || is("procedure") => self.stage = Stage::Routine,
            Stage::First | Stage::Create => self.stage = Stage::Plain,
            // What stands in parentheses is balanced in itself.
            Stage::Routine if parentheses > 0 => {}
            Stage::Routine if self.open.is_empty() => {
                if is("atomic")
                    && let Some(begin) = self.last_word.filter(|last| last.is_word("begin"))
                {
                    self.open.push(begin.start);
                }
            }
            Stage::Routine if is("case") => self.open.push(token.start),
            Stage::Routine => {
                // `SELECT 1 AS end` names a column.
                let is_name = self.last_word.is_some_and(|last| last.is_word("as"));
                if is("end") && !is_name {
                    self.open.pop();
                }
            }
        }
        self.last_word = Some(token);
    }

    pub fn semicolon(&mut self) -> bool {
        self.last_word = None;
        self.open.is_empty()
    }

    pub fn unclosed(&self) -> Option<(usize, &'static str)> {
        self.open.first().map(|&begin| (begin, "BEGIN ATOMIC"))
    }
}
