use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::*;
use crate::dialect::health::{Activity, TableSize, Usage, Wait};
use crate::health::monitor::{Settings, figures};

fn reading() -> Reading {
    let mut reading = Reading {
        at: chrono::DateTime::UNIX_EPOCH,
        database: Default::default(),
        redis: None,
    };
    let database = &mut reading.database;
    database.target = "postgres://app@db:5432/评分".to_owned();
    database.kind = "postgres".to_owned();
    database.vitals.connections = Some(Usage {
        used: 9,
        allowed: 10,
    });
    database.vitals.oldest_statement_ms = Some(2_500.0);
    let running = Activity {
        id: 7,
        user: Some("app".to_owned()),
        state: "active".to_owned(),
        ms: 2_500.0,
        statement: "SELECT '学生\u{1b}[2J'".to_owned(),
        ..Activity::default()
    };
    database.vitals.running = vec![running.clone()];
    database.vitals.waits = vec![Wait {
        waiter: running.clone(),
        holders: vec![Activity { id: 8, ..running }],
        guessed: false,
    }];
    database.sizes.tables = vec![TableSize {
        name: "学生成绩".to_owned(),
        bytes: 1 << 20,
        ..TableSize::default()
    }];
    reading
}

fn drawn(columns: u16, rows: u16, readings: &[Reading]) -> Vec<String> {
    let mut dashboard = Dashboard::new("every 1 s".to_owned());
    for reading in readings {
        let figures = figures(reading, &Settings::default());
        dashboard.take(reading.clone(), figures);
    }
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| dashboard.draw(frame)).unwrap();
    let buffer = terminal.backend().buffer();
    let mut lines = Vec::new();
    for y in 0..rows {
        let mut line = String::new();
        let mut x = 0;
        while x < columns {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            // A wide character takes the next cell as well.
            x += u16::try_from(width(symbol).max(1)).unwrap();
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

#[test]
fn alarms_waits_and_tables_are_on_the_screen() {
    let text = drawn(120, 30, &[reading(), reading()]).join("\n");
    for part in [
        "2 alarms",
        "postgres://app@db:5432/评分",
        "!database connections",
        "90.0 %",
        "9 of 10",
        "enlarge the limit",
        "7 app 2.5 s active: SELECT '学生\\u{1b}[2J' waits",
        "for 8 app",
        "学生成绩",
        "1.0 MiB",
        "█",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn every_size_of_a_terminal_is_drawn_without_a_panic() {
    for columns in (1..140).step_by(13) {
        for rows in (1..40).step_by(5) {
            let lines = drawn(columns, rows, &[reading()]);
            for line in lines {
                assert!(width(&line) <= usize::from(columns), "{line:?}");
            }
        }
    }
}

#[test]
fn a_narrow_terminal_keeps_titles_and_values() {
    let text = drawn(40, 12, &[reading()]).join("\n");
    assert!(text.contains("database conne"), "{text}");
    assert!(text.contains("90.0 %"), "{text}");
}

#[test]
fn what_is_away_is_said_with_since_when() {
    let mut away = reading();
    away.database.away = Some(crate::health::monitor::Away {
        since: chrono::DateTime::UNIX_EPOCH,
        reason: "nothing listens at db:5432".to_owned(),
    });
    let text = drawn(100, 20, &[reading(), away]).join("\n");
    assert!(
        text.contains("the database is away since 00:00:00 UTC: nothing listens at db:5432"),
        "{text}"
    );
}
