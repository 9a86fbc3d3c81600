//! How it is called, and what it goes on for.

use super::{Stream, stream};
use crate::support::TestEnvironment;

#[test]
fn an_unknown_key_under_monitor_is_refused_with_the_nearest_and_a_bad_value_with_its_reason() {
    let env = TestEnvironment::new();
    env.write("piton.toml", "[monitor]\nconections_percent = 70\n");
    env.piton(["monitor", "--once"]).ends(3).says([
        "unknown key `monitor.conections_percent`; the nearest known one is `monitor.connections_percent`",
    ]);
    env.write("piton.toml", "[monitor]\nlatency_ms = -1\n");
    env.piton(["monitor", "--once"])
        .ends(3)
        .says(["monitor.latency_ms: is not from 1 to"]);
    env.piton(["monitor", "--once", "--interval", "1ms"])
        .ends(2)
        .says(["would be a load of its own"]);
    env.piton(["monitor", "--once", "--interval", "1h30"])
        .ends(2);
}

#[test]
fn a_stream_of_readings_ends_when_nobody_reads_it_and_when_it_is_stopped() {
    let env = TestEnvironment::new();
    let mut one = stream(&env);
    assert_eq!(one.next()["command"], "monitor");
    let (first, second) = (one.next(), one.next());
    assert!(first["at"].as_str() < second["at"].as_str());

    let mut command = std::process::Command::new("sh");
    let program = env!("CARGO_BIN_EXE_piton");
    command.args([
        "-c",
        "\"$0\" monitor --json --interval 100ms | head -n 1",
        program,
    ]);
    command
        .current_dir(env.dir())
        .env("DATABASE_URL", env.url());
    let output = command.output().expect("a shell");
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 1);

    let running = env.start(["monitor", "--json", "--interval", "100ms"]);
    running.wait_for("\"command\":\"monitor\"");
    running.signal("INT");
    let output = running.output().ends(130);
    assert!(!output.stdout.contains("error"), "{}", output.stdout);
}

#[test]
fn a_stream_that_is_not_read_any_more_still_ends_by_a_signal() {
    let env = TestEnvironment::new();
    env.piton(["init", "--upgrade"]).ok();
    let mut child = env
        .command(["monitor", "--json", "--interval", "100ms"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("piton starts");
    // It waits in a write of a pipe that is full.
    let is_full = || {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", child.id())).expect("it runs");
        tasks.flatten().any(|task| {
            let stack = std::fs::read_to_string(task.path().join("wchan"));
            let syscall = std::fs::read_to_string(task.path().join("syscall"));
            stack.is_ok_and(|stack| stack.contains("pipe"))
                || syscall.is_ok_and(|call| call.starts_with("1 0x1 "))
        })
    };
    let started = std::time::Instant::now();
    while !is_full() && started.elapsed() < std::time::Duration::from_secs(15) {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let pid = i32::try_from(child.id()).expect("a process number");
    // SAFETY: the child has not been waited for, so the number is still its own.
    unsafe { libc::kill(pid, libc::SIGINT) };
    let mut ended = None;
    crate::support::wait_until("it ends", || {
        ended = child.try_wait().expect("it can be asked");
        ended.is_some()
    });
    assert_eq!(ended.and_then(|status| status.code()), Some(130));
}

#[test]
fn a_json_store_that_somebody_has_open_is_named_with_its_generation() {
    let env = TestEnvironment::new();
    env.piton(["init", "--upgrade"]).ok();
    env.revision("001_slow", "-- migrate:up\nSELECT 1;\n");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let wait = std::time::Duration::from_secs(5);
    let store = runtime
        .block_on(piton::json::Store::open(
            &env.path("data"),
            piton::json::Access::Write { wait },
        ))
        .expect("it opens");
    let looked = env.piton(["monitor", "--once", "--json"]).ok().document();
    assert_eq!(looked["database"]["kind"], "json");
    assert_eq!(
        looked["database"]["store"]["holder"]["pid"],
        std::process::id()
    );
    assert_eq!(
        looked["database"]["store"]["generation"].as_u64(),
        Some(store.generation())
    );
    drop(store);
    let looked = env.piton(["monitor", "--once"]).ok();
    assert!(
        !looked.stdout.contains("open for writing"),
        "{}",
        looked.stdout
    );
}

#[test]
fn a_store_that_is_damaged_and_a_file_that_is_none_are_told_as_such() {
    let env = TestEnvironment::new();
    env.write("data/piton.manifest.json", "{}");
    env.piton(["monitor", "--once"])
        .ends(4)
        .says(["piton.manifest.json"]);
    let env = TestEnvironment::sqlite().expect("no server");
    env.write(
        "test.db",
        "this is no database, and long enough to be told apart from one",
    );
    env.piton(["monitor", "--once"])
        .ends(8)
        .says(["not a database"]);
    let _ = Stream::start(env.command(["monitor", "--json"])).next();
}
