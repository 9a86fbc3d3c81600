//! Statements whose own text has semicolons in it: which of them end the statement.

mod atomic;
mod compound;
mod trigger;

use super::scan::Token;
use crate::dialect::syntax::Bodies;
use atomic::Atomic;
use compound::Compound;
use trigger::Trigger;

/// Reads one statement along with the splitter and knows when it is inside a body.
pub(super) enum Body<'a> {
    /// Every terminator ends the statement.
    Flat,
    Atomic(Atomic<'a>),
    Compound(Compound<'a>),
    Trigger(Trigger),
}

impl<'a> Body<'a> {
    pub fn new(bodies: Option<Bodies>) -> Body<'a> {
        match bodies {
            None => Body::Flat,
            Some(Bodies::Atomic) => Body::Atomic(Atomic::default()),
            Some(Bodies::Compound) => Body::Compound(Compound::default()),
            Some(Bodies::Trigger) => Body::Trigger(Trigger::default()),
        }
    }

    /// Takes in the next token, which stands in so many parentheses (a closing one: after it).
    pub fn take(&mut self, token: Token<'a>, parentheses: usize) {
        match self {
            Body::Flat => {}
            Body::Atomic(body) => body.take(token, parentheses),
            Body::Compound(body) => body.take(token, parentheses),
            Body::Trigger(body) => body.take(token),
        }
    }

    /// Takes in a terminator. Gives whether it ends the statement.
    pub fn semicolon(&mut self) -> bool {
        match self {
            Body::Flat => true,
            Body::Atomic(body) => body.semicolon(),
            Body::Compound(body) => body.semicolon(),
            Body::Trigger(body) => body.semicolon(),
        }
    }

    /// Where a body begins that is not closed, and with which word.
    pub fn unclosed(&self) -> Option<(usize, &'static str)> {
        match self {
            Body::Flat => None,
            Body::Atomic(body) => body.unclosed(),
            Body::Compound(body) => body.unclosed(),
            Body::Trigger(body) => body.unclosed(),
        }
    }
}
