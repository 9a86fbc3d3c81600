//! A JSON store's files as editors and other programs leave them.

use super::half_way;
use crate::on;
use crate::support::fault;

on! {
    [json]
    fn a_hand_edit_that_breaks_a_rule_is_8_with_file_line_and_reason(env) {
        half_way(env);
        let whole = env.read("data/a.json");
        for (from, to, says) in [
            ("\"n\": 1,", "\"n\": 1", "line 2: expected `,` or `}`"),
            ("\"n\": 1", "\"n\": \"one\"", "line 2: column \"n\": expected an integer, found \"one\""),
            ("\"n\": 1", "\"n\": 1, \"n\": 2", "line 2: column \"n\" is there twice"),
            ("\"n\": 1", "\"n\": 9223372036854775808", "line 2: column \"n\": 9223372036854775808 does not fit 64 bits"),
            ("\"n\": 1", "\"n\": NaN", "line 2: expected value"),
            ("\"name\": \"one\"", "\"nmae\": \"one\"", "line 2: there is no column \"nmae\""),
            ("\"name\": \"one\", ", "", "line 2: NOT NULL constraint failed: a.name"),
            ("\"二\"", "\"one\"", "line 3: UNIQUE constraint failed: a.name"),
            ("\"id\": 2", "\"id\": 1", "line 3: UNIQUE constraint failed: a.id"),
            ("\"parent_id\": 1", "\"parent_id\": 7", "line 3: parent_id refers to a row of a that is not there"),
            ("[1, 2]", "[1, 2,]", "line 2: expected value"),
            ("[\n", "// mine\n[\n", "line 1: expected value"),
            ("]\n", "", "EOF while parsing"),
            ("\"one\"", "\"o\u{1}e\"", "line 2: control character"),
        ] {
            let _case = fault::case(43, env.backend());
            // The last one, where it is the end of the file.
            let at = if from == "]\n" { whole.rfind(from) } else { whole.find(from) };
            let at = at.unwrap_or_else(|| panic!("{from:?} is not in {whole}"));
            let edited = format!("{}{to}{}", &whole[..at], &whole[at + from.len()..]);
            env.write("data/a.json", &edited);
            for args in ["current", "upgrade"] {
                env.piton([args]).ends(8).says(["$DIR/data/a.json, ", says, "nothing was changed", "next: "]);
            }
            assert_eq!(env.read("data/a.json"), edited, "untouched");
        }
        for (what, content) in [("null", &b"null"[..]), ("a number", b"[1]"), ("nothing", b""), ("UTF-16", b"\xff\xfe[\0]\0"), ("depth", &b"[".repeat(200_000))] {
            let _case = fault::case(43, env.backend());
            env.write("data/a.json", content);
            let output = env.piton(["upgrade"]).ends(8).says(["$DIR/data/a.json, line 1: "]);
            assert!(output.stderr.len() < 2_000, "{what}: {}", output.stderr.len());
        }
        env.write("data/a.json", &whole);
        env.piton(["upgrade"]).ok();
    }

    [json]
    fn what_editors_do_to_a_file_is_taken_in(env) {
        half_way(env);
        let whole = env.read("data/a.json");
        let spread = whole.replace("{\"id\"", "{\n    \"id\"").replace(", \"", ",\n\t\"");
        let deep = format!("{}1{}", "[".repeat(50_000), "]".repeat(50_000));
        for edited in [
            format!("\u{feff}{whole}"),
            whole.replace('\n', "\r\n"),
            whole.trim_end().to_owned(),
            format!("\n{whole}\n\n"),
            spread,
            whole.replace("\"id\": 1, \"name\": \"one\"", "\"name\": \"\\u006fne\", \"id\": 1"),
            whole.replace("[1, 2]", &deep),
        ] {
            let _case = fault::case(43, env.backend());
            assert_ne!(edited, whole);
            env.write("data/a.json", &edited);
            env.piton(["current"]).ok().says(["a.json was edited by hand: taken in as table a"]);
            env.piton(["upgrade"]).ok();
            let rows = env.read("data/a.json");
            assert!(rows.starts_with("[\n  {\"id\": 1, \"name\": \"one\", \"n\": 2,"), "{}", &rows[..60]);
            env.piton(["downgrade"]).ok().hides(["edited"]);
        }
    }

    [json]
    fn a_later_format_is_3(env) {
        let _case = fault::case(43, env.backend());
        half_way(env);
        let manifest = env.read("data/piton.manifest.json");
        let later = manifest.replace("\"format\": 1", "\"format\": 2");
        assert_ne!(manifest, later);
        env.write("data/piton.manifest.json", &later);
        for args in ["current", "upgrade"] {
            env.piton([args]).ends(3).says(["has format 2, and this program knows 1 and earlier"]);
        }
        assert_eq!(env.read("data/piton.manifest.json"), later, "untouched");
    }

    [json]
    fn a_link_in_a_file_s_place_is_read_and_what_it_leads_to_is_kept(env) {
        half_way(env);
        let whole = env.read("data/a.json");
        env.write("elsewhere.json", &whole);
        std::fs::remove_file(env.path("data/a.json")).unwrap();
        std::os::unix::fs::symlink("../elsewhere.json", env.path("data/a.json")).unwrap();
        env.piton(["upgrade"]).ok().hides(["edited"]);
        assert_eq!(env.read("elsewhere.json"), whole, "untouched");
        let kept = env.path("data/.previous/1/a.json");
        assert!(std::fs::symlink_metadata(&kept).unwrap().is_file(), "a file and no link");
        assert_eq!(std::fs::read_to_string(kept).unwrap(), whole);
    }

    [json]
    fn hostile_names_get_files_inside_the_store(env) {
        let long = "x".repeat(300);
        let names = ["../up", "CON", "q\"uo'te", "学生😀", "Tab", "a/b", "piton.manifest", &long];
        let tables: String = names.iter().map(|name| format!("CREATE TABLE \"{0}\" (x text);\nINSERT INTO \"{0}\" VALUES ('1');\n", name.replace('"', "\"\""))).collect();
        let drops: String = names.iter().map(|name| format!("DROP TABLE \"{}\";\n", name.replace('"', "\"\""))).collect();
        env.up_down("001_a", &tables, &drops);
        env.piton(["upgrade"]).ok();
        let mut expected: Vec<String> = names.map(str::to_owned).to_vec();
        expected.sort();
        assert_eq!(env.tables(), expected);
        assert!(!env.path("up.json").exists());
        env.piton(["current"]).ok().says(["001_a (head)"]);
        env.piton(["downgrade"]).ok();
        assert_eq!(env.tables(), [""; 0]);
        let left: Vec<_> = std::fs::read_dir(env.path("data")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left.len(), 5, "{left:?}");
    }
}
