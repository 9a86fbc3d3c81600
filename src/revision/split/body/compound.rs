//! The routines, triggers and events of MySQL and MariaDB, and MariaDB's blocks outside them.
//!
//! `BEGIN`, `IF` or `END` are names, functions or ends of expressions elsewhere, so they count only
//! where a statement begins.

use crate::revision::split::scan::{Kind, Token};

#[derive(Default)]
pub(in crate::revision::split) struct Compound<'a> {
    stage: Stage,
    open: Vec<Block>,
    last: Option<Token<'a>>,
    /// The next token begins a statement inside a body.
    at_start: bool,
    /// The last token began a statement: before a colon it is a label.
    may_be_label: bool,
    /// The next word belongs to an `END`: `END IF`.
    after_end: bool,
    declare: Declare,
}

/// How far the statement is read.
#[derive(Clone, Copy, Default, PartialEq)]
enum Stage {
    #[default]
    First,
    /// After a `BEGIN` that may go on with `NOT ATOMIC`.
    Begin,
    /// After `CREATE` or `ALTER`: of what, is not said yet.
    Create,
    /// In a routine's name and parameters, up to their closing parenthesis.
    Routine,
    /// In a trigger's head, up to `EACH ROW`.
    Trigger,
    /// In an event's head, up to `DO`.
    Event,
    /// Right before the body, but for characteristics, labels and the like.
    Seek,
    /// After `FOLLOWS` or `PRECEDES`, before the name of another trigger.
    Order,
    Body,
    /// No semicolon can stand in what is left.
    Plain,
}

/// How far a `DECLARE .. HANDLER FOR ..` is read, whose statement follows without a sign.
#[derive(Clone, Copy, Default, PartialEq)]
enum Declare {
    #[default]
    No,
    Yes,
    Handler,
    Conditions,
}

struct Block {
    kind: Opener,
    offset: usize,
    /// `WHILE .. DO`, `FOR .. DO`: after `DO`. `REPEAT .. UNTIL`: after `UNTIL`.
    passed: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Opener {
    Begin,
    If,
    /// The statement.
    Case,
    /// The expression, which just `END` closes.
    CaseExpression,
    Loop,
    Repeat,
    While,
    For,
}

impl Opener {
    /// What opens a block where a statement begins.
    fn of(word: &str) -> Option<Opener> {
        Some(match word {
            "BEGIN" => Opener::Begin,
            "IF" => Opener::If,
            "CASE" => Opener::Case,
            "LOOP" => Opener::Loop,
            "REPEAT" => Opener::Repeat,
            "WHILE" => Opener::While,
            "FOR" => Opener::For,
            _ => return None,
        })
    }

    fn as_str(self) -> &'static str {
        match self {
            Opener::Begin => "BEGIN",
            Opener::If => "IF",
            Opener::Case | Opener::CaseExpression => "CASE",
            Opener::Loop => "LOOP",
            Opener::Repeat => "REPEAT",
            Opener::While => "WHILE",
            Opener::For => "FOR",
        }
    }
}

/// What begins a body that is one statement.
const SIMPLE: [&str; 17] = [
    "SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "SET", "CALL", "RETURN", "WITH", "SIGNAL",
    "RESIGNAL", "DO", "CREATE", "ALTER", "DROP", "TRUNCATE", "EXECUTE",
];

/// What `CREATE` can make that has no body, however it is called.
const BODILESS: [&str; 13] = [
    "TABLE",
    "TEMPORARY",
    "VIEW",
    "INDEX",
    "UNIQUE",
    "FULLTEXT",
    "SPATIAL",
    "DATABASE",
    "SCHEMA",
    "USER",
    "ROLE",
    "SERVER",
    "SEQUENCE",
];

impl<'a> Compound<'a> {
    pub fn take(&mut self, token: Token<'a>, parentheses: usize) {
        if self.stage == Stage::Plain {
            return;
        }
        match token.kind {
            Kind::Word(word) => {
                // Keywords are shorter; a long word is a name.
                let mut buffer = [0; 16];
                let upper = match buffer.get_mut(..word.len()) {
                    Some(upper) => {
                        upper.copy_from_slice(word.as_bytes());
                        upper.make_ascii_uppercase();
                        std::str::from_utf8(upper).unwrap_or_default()
                    }
                    None => "",
                };
                self.word(upper, token, parentheses);
            }
            _ => self.other(token, parentheses),
        }
        self.last = Some(token);
    }

    pub fn semicolon(&mut self) -> bool {
        self.at_start = true;
        self.may_be_label = false;
        self.after_end = false;
        self.declare = Declare::No;
        self.last = None;
        self.open.is_empty()
    }

    pub fn unclosed(&self) -> Option<(usize, &'static str)> {
        let block = self.open.first()?;
        Some((block.offset, block.kind.as_str()))
    }

    fn word(&mut self, word: &str, token: Token<'a>, parentheses: usize) {
        self.stage = match (self.stage, word) {
            (Stage::First, "CREATE" | "ALTER") => Stage::Create,
            (Stage::First, "BEGIN") => Stage::Begin,
            (Stage::First, _) => match Opener::of(word) {
                Some(opener) => return self.push(opener, token.start),
                None => Stage::Plain,
            },
            (Stage::Begin, "NOT") => Stage::Begin,
            (Stage::Begin, "ATOMIC") => return self.push(Opener::Begin, token.start),
            (Stage::Begin, _) => Stage::Plain,
            (Stage::Create, "PROCEDURE" | "FUNCTION") => Stage::Routine,
            (Stage::Create, "TRIGGER") => Stage::Trigger,
            (Stage::Create, "EVENT") => Stage::Event,
            (Stage::Create, _) if BODILESS.contains(&word) => Stage::Plain,
            (Stage::Trigger, "ROW") if self.last_is("EACH") => Stage::Seek,
            (Stage::Event, "DO") if parentheses == 0 => Stage::Seek,
            (Stage::Order, _) => Stage::Seek,
            (Stage::Seek, _) if parentheses > 0 => Stage::Seek,
            (Stage::Seek, "FOLLOWS" | "PRECEDES") => Stage::Order,
            // A function may return `CHARACTER SET utf8` or `SET('a', 'b')`.
            (Stage::Seek, "SET") if self.last_is("CHARACTER") || self.last_is("RETURNS") => {
                Stage::Seek
            }
            (Stage::Seek, _) if SIMPLE.contains(&word) => Stage::Plain,
            (Stage::Seek, _) => match Opener::of(word) {
                Some(opener) => return self.push(opener, token.start),
                None => Stage::Seek,
            },
            (Stage::Body, _) => return self.body_word(word, token, parentheses),
            (stage, _) => stage,
        };
    }

    fn other(&mut self, token: Token<'a>, parentheses: usize) {
        match (self.stage, token.kind) {
            (Stage::First | Stage::Begin, _) => self.stage = Stage::Plain,
            (Stage::Routine, Kind::Close) if parentheses == 0 => self.stage = Stage::Seek,
            (Stage::Order, _) => self.stage = Stage::Seek,
            (Stage::Body, Kind::Other(b':')) if self.may_be_label => {
                self.may_be_label = false;
                self.at_start = true;
                return;
            }
            _ => {}
        }
        self.may_be_label = self.at_start && matches!(token.kind, Kind::Quoted);
        self.at_start = false;
        self.after_end = false;
    }

    fn body_word(&mut self, word: &str, token: Token<'a>, parentheses: usize) {
        let at_start = std::mem::take(&mut self.at_start);
        self.may_be_label = false;
        if std::mem::take(&mut self.after_end) {
            return;
        }
        let top = self.open.last();
        let kind = top.map(|block| block.kind);
        let passed = top.is_some_and(|block| block.passed);
        match word {
            "END" if kind == Some(Opener::CaseExpression) => {
                self.open.pop();
            }
            "CASE" if !at_start && self.declare != Declare::Conditions => self.open.push(Block {
                kind: Opener::CaseExpression,
                offset: token.start,
                passed: false,
            }),
            _ if parentheses > 0 => {}
            "END" if at_start || kind == Some(Opener::Repeat) && passed => {
                self.open.pop();
                self.after_end = kind != Some(Opener::Begin);
                if self.open.is_empty() {
                    self.stage = Stage::Plain;
                }
            }
            "NOT" if at_start && self.last_is("BEGIN") => self.at_start = true,
            "ATOMIC" if at_start && self.last_is("NOT") => self.at_start = true,
            "THEN" | "ELSE" if matches!(kind, Some(Opener::If | Opener::Case)) => {
                self.at_start = true;
            }
            "UNTIL" if at_start && kind == Some(Opener::Repeat) => self.pass(),
            "DO" if !passed && matches!(kind, Some(Opener::While | Opener::For)) => {
                self.pass();
                self.at_start = true;
            }
            "DECLARE" if at_start => self.declare = Declare::Yes,
            "HANDLER" if self.declare == Declare::Yes => self.declare = Declare::Handler,
            "FOR" if self.declare == Declare::Handler => self.declare = Declare::Conditions,
            _ if at_start || self.declare == Declare::Conditions => match Opener::of(word) {
                Some(opener) => self.push(opener, token.start),
                None => {
                    self.may_be_label = at_start;
                    if SIMPLE.contains(&word) {
                        self.declare = Declare::No;
                    }
                }
            },
            _ => {}
        }
    }

    fn push(&mut self, kind: Opener, offset: usize) {
        self.stage = Stage::Body;
        self.declare = Declare::No;
        self.at_start = matches!(kind, Opener::Begin | Opener::Loop | Opener::Repeat);
        self.open.push(Block {
            kind,
            offset,
            passed: false,
        });
    }

    /// Notes that the innermost block is past its `DO` or `UNTIL`.
    fn pass(&mut self) {
        if let Some(block) = self.open.last_mut() {
            block.passed = true;
        }
    }

    fn last_is(&self, word: &str) -> bool {
        self.last.is_some_and(|last| last.is_word(word))
    }
}
