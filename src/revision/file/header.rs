//! What stands before the first section line: comments, the first of which is the message.

use super::line::Line;

/// What stands before the first section line.
#[derive(Default)]
pub(super) struct Header {
    pub message: Option<String>,
    pub in_comment: bool,
    /// Where the first thing stands that is no comment.
    pub foreign: Option<(usize, usize)>,
}

impl Header {
    pub fn read(&mut self, line: &Line<'_>) {
        let mut rest = line.text.trim();
        while !rest.is_empty() {
            if !self.in_comment {
                if let Some(comment) = rest.strip_prefix("--") {
                    return self.take_message(comment);
                }
                let Some(comment) = rest.strip_prefix("/*") else {
                    let place = (line.number, line.column_of(rest));
                    self.foreign.get_or_insert(place);
                    return;
                };
                rest = comment;
                self.in_comment = true;
            }
            let Some((comment, after)) = rest.split_once("*/") else {
                return self.take_message(rest);
            };
            self.take_message(comment);
            self.in_comment = false;
            rest = after.trim_start();
        }
    }

    fn take_message(&mut self, comment: &str) {
        let comment = comment.trim();
        if self.message.is_none() && !comment.is_empty() {
            self.message = Some(comment.to_owned());
        }
    }
}
