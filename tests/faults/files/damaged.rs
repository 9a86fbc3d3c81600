//! Files that are cut off, or have a bit flipped.

use super::{half_way, main_file, thorough};
use crate::on;
use crate::support::{Backend, TestEnvironment, fault};

/// Puts `damaged` in the file's place. `piton` refuses it (8), or reads what is there, and leaves it alone.
fn looked_at(env: &TestEnvironment, name: &str, damaged: &[u8]) {
    let _case = fault::case(38, env.backend());
    env.write(name, damaged);
    let output = env.piton(["current"]);
    assert_eq!(std::fs::read(env.path(name)).unwrap(), damaged, "untouched");
    match output.code {
        0 if env.backend() == Backend::Json => {
            output.says(["was edited by hand: taken in as table a"]);
        }
        // SQLite has no checksums: what it can read is what is there.
        0 => {}
        // A letter of the history, or of the schema, is another one now.
        6 if env.backend() == Backend::Sqlite => {}
        8 if env.backend() == Backend::Json => {
            output.says(["a.json", "nothing was changed", "$DIR/data/.previous/"]);
        }
        8 => {}
        other => panic!("{other}: {}", output.stderr),
    }
}

on! {
    [json, sqlite]
    fn a_file_that_is_cut_off_is_8_or_taken_in(env) {
        half_way(env);
        env.piton(["upgrade"]).ok();
        let name = main_file(env);
        let whole = std::fs::read(env.path(&name)).unwrap();
        let step = match (env.backend(), thorough()) {
            (Backend::Json, true) => 1,
            (Backend::Json, false) => 7,
            (_, true) => whole.len() / 400,
            (_, false) => whole.len() / 30,
        };
        for length in (0..whole.len()).step_by(step) {
            looked_at(env, &name, &whole[..length]);
        }
        env.write(&name, &whole);
        env.piton(["current"]).ok().says(["002_b (head)"]).hides(["edited"]);
    }

    [json, sqlite]
    fn a_flipped_bit_is_8_or_taken_in(env) {
        half_way(env);
        env.piton(["upgrade"]).ok();
        let name = main_file(env);
        let whole = std::fs::read(env.path(&name)).unwrap();
        let bits = whole.len() * 8;
        // An odd number, so that all eight bits have their turn.
        let step = match (env.backend(), thorough()) {
            (Backend::Json, true) => 1,
            (_, true) => (bits / 2000) | 1,
            (_, false) => (bits / 40) | 1,
        };
        for bit in (0..bits).step_by(step) {
            let mut damaged = whole.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            looked_at(env, &name, &damaged);
        }
        env.write(&name, &whole);
        env.piton(["current"]).ok().says(["002_b (head)"]).hides(["edited"]);
    }

    [json]
    fn what_was_there_before_is_named_and_can_be_put_back(env) {
        let _case = fault::case(38, env.backend());
        half_way(env);
        env.piton(["upgrade"]).ok();
        env.write("data/a.json", "[\n  {\"id\": 1, \"na");
        env.piton(["upgrade"]).ends(8).says(["$DIR/data/a.json, line 2", "copy all of $DIR/data/.previous/1 over the store"]);
        for entry in std::fs::read_dir(env.path("data/.previous/1")).unwrap() {
            let path = entry.unwrap().path();
            std::fs::copy(&path, env.path("data").join(path.file_name().unwrap())).unwrap();
        }
        env.piton(["current"]).ok().says(["001_a (1 revision pending)"]);
        env.piton(["upgrade"]).ok();
        assert_eq!(env.applied(), ["001_a", "002_b"]);
    }

    [sqlite]
    fn what_is_no_database_is_8_and_what_is_no_file_is_9(env) {
        half_way(env);
        for (content, code) in [(b"hello, this is no database".repeat(100), 8), (b"\x93\x41".repeat(4000), 8), (Vec::new(), 0)] {
            let _case = fault::case(38, env.backend());
            env.write("test.db", &content);
            for args in [&["current"][..], &["upgrade", "--dry-run"], &["upgrade"]] {
                env.piton(args.iter().copied()).ends(code);
                if code != 0 {
                    assert_eq!(std::fs::read(env.path("test.db")).unwrap(), content, "untouched");
                }
            }
        }
        let _case = fault::case(38, env.backend());
        std::fs::create_dir(env.path("folder.db")).unwrap();
        env.piton(["upgrade", "--url", "sqlite://folder.db"]).ends(9);
        env.piton(["upgrade", "--url", "sqlite://nowhere/x.db"]).ends(9);
    }

    [sqlite]
    fn a_text_of_the_history_that_is_not_utf_8_is_8(env) {
        let _case = fault::case(38, env.backend());
        half_way(env);
        env.sql("UPDATE piton_journal SET checksum = CAST(x'41ff' AS text)");
        env.piton(["current"]).ends(8).says(["not UTF-8"]);
    }

    [sqlite]
    fn a_file_may_have_any_name(env) {
        half_way(env);
        for (url, name) in [
            ("sqlite://a%3Fb.db", "a?b.db"),
            ("sqlite://100%25.db", "100%.db"),
            ("sqlite://数据 库.db", "数据 库.db"),
            ("sqlite://a%23b'c.db", "a#b'c.db"),
        ] {
            env.piton(["upgrade", "--url", url]).ok();
            assert!(env.path(name).is_file(), "{name}");
            env.piton(["current", "--url", url]).ok().says(["002_b (head)"]);
        }
    }
}
