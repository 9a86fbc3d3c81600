//! A database whose history is not the one in the files.

use crate::on;
use crate::support::fault;

const SELECT_A: &str = "-- a\n-- migrate:up\nCREATE TABLE a (id integer PRIMARY KEY);\n-- migrate:down\nDROP TABLE a;\n";

on! {
    [json, sqlite, postgres, mysql]
    fn an_edited_revision_is_6(env) {
        let _case = fault::case(23, env.backend());
        env.table_revision(1, "a");
        env.table_revision(2, "b");
        env.piton(["upgrade", "-r", "+1"]).ok();
        env.revision("001_a", SELECT_A.replace("id integer", "id bigint"));
        for args in [vec!["upgrade"], vec!["downgrade"], vec!["upgrade", "--dry-run"]] {
            env.piton(args).ends(6).says(["edited: 001_a is not what was applied $DATE by ", " by ", "nothing was run", "put the file back", "piton repair --accept 001_a"]);
        }
        assert_eq!(env.tables(), ["a"]);
        env.piton(["current"]).ok().says(["warning: edited: 001_a"]);
        env.piton(["history"]).ok().says(["warning: edited: 001_a"]);
    }

    [json, sqlite, postgres, mysql]
    fn other_line_ends_a_byte_order_mark_and_trailing_blanks_are_no_edit(env) {
        let _case = fault::case(23, env.backend());
        env.revision("001_a", SELECT_A);
        env.piton(["upgrade"]).ok();
        for text in [
            SELECT_A.replace('\n', "\r\n"),
            format!("\u{feff}{SELECT_A}"),
            SELECT_A.replace('\n', "  \t\n"),
            format!("{SELECT_A}\n\n\n"),
            SELECT_A.trim_end().to_owned(),
        ] {
            env.revision("001_a", &text);
            env.piton(["upgrade"]).ok().says(["nothing to do"]).hides(["warning"]);
        }
        env.piton(["downgrade"]).ok();
    }

    [json, sqlite, postgres, mysql]
    fn another_way_down_is_no_edit(env) {
        env.revision("001_a", SELECT_A);
        env.piton(["upgrade"]).ok();
        env.revision("001_a", SELECT_A.replace("DROP TABLE a", "DROP TABLE IF EXISTS a"));
        env.piton(["upgrade"]).ok().says(["nothing to do"]);
        env.piton(["downgrade"]).ok();
        assert_eq!(env.tables(), [""; 0]);
    }

    [json, sqlite, postgres, mysql]
    fn a_missing_revision_is_6(env) {
        let _case = fault::case(24, env.backend());
        env.table_revision(1, "a");
        env.table_revision(2, "b");
        env.table_revision(3, "c");
        env.piton(["upgrade", "-r", "+2"]).ok();
        std::fs::remove_file(env.path("migrations/001_a.sql")).unwrap();
        for args in [vec!["upgrade"], vec!["downgrade"]] {
            env.piton(args).ends(6).says(["missing: 001_a was applied $DATE by ", " by ", "and is in no file", "bring the file of 001_a back"]);
        }
        assert_eq!(env.tables(), ["a", "b"]);
        env.piton(["current"]).ok().says(["missing: 001_a"]);
    }

    [json, sqlite, postgres, mysql]
    fn a_late_revision_is_6_unless_it_is_allowed(env) {
        let _case = fault::case(25, env.backend());
        env.table_revision(1, "a");
        env.table_revision(3, "c");
        env.piton(["upgrade"]).ok();
        env.table_revision(2, "b");
        env.piton(["upgrade"]).ends(6).says(["late: 002_b is pending, though the later 003_c is applied", "--allow-out-of-order"]);
        env.piton(["current"]).ok().says(["003_c", "gap: 002_b is not applied"]);
        assert_eq!(env.tables(), ["a", "c"]);
        env.piton(["upgrade", "--allow-out-of-order"]).ok().says(["applied 002_b"]);
        assert_eq!(env.tables(), ["a", "b", "c"]);
        env.piton(["upgrade"]).ok().says(["nothing to do"]);
    }

    [json, sqlite, postgres, mysql]
    fn a_late_revision_does_not_stand_in_the_way_down(env) {
        env.table_revision(1, "a");
        env.table_revision(3, "c");
        env.piton(["upgrade"]).ok();
        env.table_revision(2, "b");
        env.piton(["downgrade"]).ok().says(["now at 001_a"]);
        env.piton(["upgrade"]).ok().says(["2 revisions applied"]);
    }

    [sqlite, postgres, mysql]
    fn a_history_that_somebody_altered_is_6(env) {
        let _case = fault::case(17, env.backend());
        env.table_revision(1, "a");
        env.table_revision(2, "b");
        env.piton(["upgrade"]).ok();
        env.sql("DELETE FROM seaql_migrations WHERE version = '002_b'");
        env.piton(["upgrade"]).ends(6).says(["altered: the journal says that 002_b is applied"]);
        env.sql("DROP TABLE seaql_migrations");
        env.piton(["upgrade"]).ends(6).says(["lost: the journal is there", "piton stamp"]);
        env.piton(["current"]).ok().says(["lost: the journal is there"]);
    }

    [json]
    fn a_history_whose_file_was_emptied_by_hand_is_6(env) {
        let _case = fault::case(17, env.backend());
        env.table_revision(1, "a");
        env.piton(["upgrade"]).ok();
        env.write("data/seaql_migrations.json", "[\n]\n");
        env.piton(["upgrade"]).ends(6).says(["altered: the journal says that 001_a is applied"]);
        assert_eq!(env.tables(), ["a"]);
    }

    [sqlite, postgres, mysql]
    fn an_edit_is_accepted_with_its_reason_in_the_journal(env) {
        env.table_revision(1, "a");
        env.piton(["upgrade"]).ok();
        env.revision("001_a", SELECT_A.replace("id integer", "id bigint"));
        env.piton(["upgrade"]).ends(6);
        env.piton(["repair", "--reason", "why"]).ends(2);
        env.piton(["repair", "--accept", "001_a", "--reason", "the column's type was changed by hand"]).ok();
        env.piton(["upgrade"]).ok().says(["nothing to do"]);
        let rows = env.sql("SELECT action, state, error FROM piton_journal ORDER BY id DESC LIMIT 1");
        assert_eq!(rows, [["repair", "done", "the column's type was changed by hand"]]);
    }

    [sqlite, postgres, mysql]
    fn a_history_without_a_journal_is_taken_over(env) {
        let _case = fault::case(17, env.backend());
        env.table_revision(1, "a");
        env.table_revision(2, "b");
        env.piton(["upgrade", "-r", "+1"]).ok();
        env.sql("DROP TABLE piton_journal");
        env.piton(["upgrade"]).ok().says(["applied 002_b"]);
        assert_eq!(env.applied(), ["001_a", "002_b"]);
    }

    [json, sqlite, postgres, mysql]
    fn a_way_down_that_is_not_there_is_3_and_nothing_runs(env) {
        let _case = fault::case(19, env.backend());
        env.table_revision(1, "a");
        env.revision("002_b", "-- migrate:up\nCREATE TABLE b (id integer PRIMARY KEY);\n");
        env.table_revision(3, "c");
        env.piton(["upgrade"]).ok();
        env.piton(["downgrade", "-r", "base"]).ends(3).says(["002_b has no way down; nothing was run", "migrate:down"]);
        assert_eq!(env.tables(), ["a", "b", "c"]);
        env.piton(["downgrade"]).ok().says(["now at 002_b"]);
    }
}
