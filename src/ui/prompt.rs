//! Questions to a person.

use dialoguer::{Confirm, Input};

use super::Ui;

/// What came of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
    /// Ctrl-C at the prompt.
    Interrupted,
}

/// Nobody is there to answer: the flag that would have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nobody can answer here, since the input is no terminal: {question}")]
pub struct Unanswered {
    pub question: String,
    pub flag: &'static str,
}

impl Ui {
    /// Whether a person could answer.
    pub fn can_ask(&self) -> bool {
        self.stdin_is_terminal && self.stderr_is_terminal && !self.json
    }

    /// Asks; `--yes` (or `PITON_YES=1`) answers.
    ///
    /// # Errors
    /// Where the input is no terminal and no flag answered.
    pub fn confirm(&self, question: &str, flag: &'static str) -> Result<Answer, Unanswered> {
        if self.yes {
            return Ok(Answer::Yes);
        }
        if !self.can_ask() {
            return Err(Unanswered {
                question: question.to_owned(),
                flag,
            });
        }
        let answered = Confirm::new()
            .with_prompt(question)
            .default(false)
            .interact_opt();
        Ok(match answered {
            Ok(Some(true)) => Answer::Yes,
            Ok(_) => Answer::No,
            Err(_) => Answer::Interrupted,
        })
    }

    /// Asks something that no flag answers; `None` where the person breaks off.
    pub fn ask(&self, question: &str) -> Option<Answer> {
        let answered = Confirm::new().with_prompt(question).interact_opt();
        match answered {
            Ok(Some(true)) => Some(Answer::Yes),
            Ok(Some(false)) => Some(Answer::No),
            Ok(None) => None,
            Err(_) => Some(Answer::Interrupted),
        }
    }

    /// Has `wanted` typed; `--yes` answers.
    ///
    /// # Errors
    /// As [`Ui::confirm`].
    pub fn type_to_confirm(
        &self,
        question: &str,
        wanted: &str,
        flag: &'static str,
    ) -> Result<Answer, Unanswered> {
        if self.yes {
            return Ok(Answer::Yes);
        }
        if !self.can_ask() {
            return Err(Unanswered {
                question: question.to_owned(),
                flag,
            });
        }
        let typed: Result<String, _> = Input::new()
            .with_prompt(question)
            .allow_empty(true)
            .interact_text();
        Ok(match typed {
            Ok(typed) if !wanted.is_empty() && typed.trim() == wanted => Answer::Yes,
            Ok(_) => Answer::No,
            Err(_) => Answer::Interrupted,
        })
    }
}
