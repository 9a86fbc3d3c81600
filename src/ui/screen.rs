//! The whole terminal as a screen, which is given back whatever happens.

use std::io::{self, Stdout};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::{Frame, Terminal};
use tokio::sync::mpsc;

/// What somebody at the terminal wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// q, Escape or Ctrl-C.
    Leave,
    /// The window has another size.
    Redraw,
}

/// The terminal, as long as this lives.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
    wishes: mpsc::UnboundedReceiver<Wish>,
}

/// Whether the terminal is a screen at the moment.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// Whether the terminal is a screen at the moment.
pub(super) fn is_entered() -> bool {
    ENTERED.load(Ordering::SeqCst)
}

impl Screen {
    /// Takes the terminal.
    ///
    /// # Errors
    /// What the terminal says.
    pub fn enter() -> io::Result<Screen> {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let before = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                leave_screen();
                before(panic);
            }));
        });
        ENTERED.store(true, Ordering::SeqCst);
        let entered = enable_raw_mode()
            .and_then(|()| execute!(io::stdout(), EnterAlternateScreen))
            .and_then(|()| Terminal::new(CrosstermBackend::new(io::stdout())));
        match entered {
            Ok(terminal) => Ok(Screen {
                terminal,
                wishes: listen(),
            }),
            Err(error) => {
                leave_screen();
                Err(error)
            }
        }
    }

    /// Draws anew.
    ///
    /// # Errors
    /// What the terminal says.
    pub fn draw(&mut self, picture: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(picture).map(drop)
    }

    /// The next wish; [`Wish::Leave`] where the terminal is gone.
    pub async fn wish(&mut self) -> Wish {
        self.wishes.recv().await.unwrap_or(Wish::Leave)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave_screen();
    }
}

/// Gives the terminal back as it was; nothing to do where it was not taken.
pub fn leave_screen() {
    if ENTERED.swap(false, Ordering::SeqCst) {
        // On the way out there is nobody to tell.
        drop(disable_raw_mode());
        drop(execute!(
            io::stdout(),
            LeaveAlternateScreen,
            ratatui::crossterm::cursor::Show
        ));
    }
}

/// Reads keys in a thread of its own, since reading blocks. It ends with whoever receives.
fn listen() -> mpsc::UnboundedReceiver<Wish> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        while !sender.is_closed() {
            let wish = match event::poll(Duration::from_millis(100)) {
                Ok(false) => continue,
                Ok(true) => event::read().map(wish_of),
                Err(error) => Err(error),
            };
            match wish {
                Ok(None) => {}
                Ok(Some(wish)) => drop(sender.send(wish)),
                // The terminal is gone; the receiver takes it for a wish to leave.
                Err(_) => return,
            }
        }
    });
    receiver
}

fn wish_of(event: Event) -> Option<Wish> {
    match event {
        Event::Resize(..) => Some(Wish::Redraw),
        Event::Key(key) if key.kind != KeyEventKind::Release => {
            let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
            match key.code {
                KeyCode::Char('q' | 'Q') | KeyCode::Esc => Some(Wish::Leave),
                KeyCode::Char('c' | 'd') if is_control => Some(Wish::Leave),
                KeyCode::Char('l') if is_control => Some(Wish::Redraw),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::KeyEvent;

    use super::*;

    #[test]
    fn q_escape_and_control_c_leave_and_other_keys_do_not() {
        let key = |code, modifiers| wish_of(Event::Key(KeyEvent::new(code, modifiers)));
        let none = KeyModifiers::NONE;
        assert_eq!(key(KeyCode::Char('q'), none), Some(Wish::Leave));
        assert_eq!(key(KeyCode::Esc, none), Some(Wish::Leave));
        assert_eq!(
            key(KeyCode::Char('c'), KeyModifiers::CONTROL),
            Some(Wish::Leave)
        );
        assert_eq!(key(KeyCode::Char('c'), none), None);
        assert_eq!(wish_of(Event::Resize(1, 1)), Some(Wish::Redraw));
    }
}
