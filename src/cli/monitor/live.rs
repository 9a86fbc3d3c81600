//! The live view in the terminal.

use std::time::Duration;

use super::super::context::Context;
use super::super::failure::Failure;
use super::ticks;
use crate::health::monitor::{Reading, Settings, Watcher, figures};
use crate::migrate::Signal;
use crate::ui::{Dashboard, Screen, Wish, duration};

/// What happened while something was waited for.
enum Happened {
    Read(Box<Reading>),
    Wish(Wish),
    Stopped(Signal),
}

pub(super) async fn run(
    context: &Context,
    mut watcher: Watcher<'_>,
    settings: &Settings,
    pace: Duration,
) -> Result<u8, Failure> {
    let broken = |error: std::io::Error| {
        Failure::files(format!("the terminal cannot be drawn on: {error}"))
            .hint("piton monitor --once looks once and prints a table")
    };
    let mut screen = Screen::enter().map_err(broken)?;
    let mut dashboard = Dashboard::new(format!("every {}", duration(pace)));
    screen.draw(|frame| dashboard.draw(frame)).map_err(broken)?;
    let mut ticks = ticks(pace);
    let ended = 'watch: loop {
        // Not dropped in the middle by a key: what a server answers late would be read as the next answer.
        let reading = async {
            ticks.tick().await;
            Box::new(watcher.read().await)
        };
        tokio::pin!(reading);
        loop {
            let happened = tokio::select! {
                reading = &mut reading => Happened::Read(reading),
                wish = screen.wish() => Happened::Wish(wish),
                signal = context.stop.wait() => Happened::Stopped(signal),
            };
            let next = match happened {
                Happened::Read(reading) => {
                    let figures = figures(&reading, settings);
                    dashboard.take(*reading, figures);
                    true
                }
                Happened::Wish(Wish::Redraw) => false,
                Happened::Wish(Wish::Leave) => break 'watch Ok(0),
                Happened::Stopped(signal) => break 'watch Err(Failure::stopped(signal)),
            };
            screen.draw(|frame| dashboard.draw(frame)).map_err(broken)?;
            if next {
                break;
            }
        }
    };
    drop(screen);
    watcher.close().await;
    ended
}
