//! What belongs to a view or routine and is in no model: its owner, and what others may do with it. Where one is
//! dropped and made again within a revision, both are kept over that, as they are in the database that it runs in.

use super::PG;
use crate::dialect::ddl::Rendered;

/// What is dropped and made again.
struct Kept {
    /// `VIEW`, `MATERIALIZED VIEW`, `FUNCTION`, `PROCEDURE`.
    kind: &'static str,
    /// As it stands behind DROP: `"app"."v"`, `"f"(integer)`.
    what: String,
    first: usize,
    last: usize,
}

const KINDS: [&str; 4] = ["VIEW", "MATERIALIZED VIEW", "FUNCTION", "PROCEDURE"];

/// Puts a statement before the first of them goes and one after the last of them is back.
pub(crate) fn keep_privileges(rendered: &mut [Rendered]) {
    let mut kept: Vec<Kept> = Vec::new();
    for (at, group) in rendered.iter().enumerate() {
        for statement in &group.statements {
            if let Some((kind, what)) = dropped(statement) {
                if kept.iter().all(|it| it.what != what) {
                    kept.push(Kept {
                        kind,
                        what: what.to_owned(),
                        first: at,
                        last: usize::MAX,
                    });
                }
            } else if let Some(name) = made(statement) {
                let again = |it: &&mut Kept| bare(&it.what) == name;
                kept.iter_mut().filter(again).for_each(|it| it.last = at);
            }
        }
    }
    kept.retain(|it| it.last != usize::MAX);
    let (Some(first), Some(last)) = (
        kept.iter().map(|it| it.first).min(),
        kept.iter().map(|it| it.last).max(),
    ) else {
        return;
    };
    rendered[last].statements.push(GIVE_BACK.to_owned());
    rendered[first].statements.insert(0, keep(&kept));
}

fn dropped(statement: &str) -> Option<(&'static str, &str)> {
    let rest = statement.strip_prefix("DROP ")?;
    KINDS
        .iter()
        .find_map(|kind| Some((*kind, rest.strip_prefix(kind)?.strip_prefix(' ')?)))
}

/// The bare name of a view or routine that a statement makes.
fn made(statement: &str) -> Option<String> {
    let rest = statement.strip_prefix("CREATE ")?;
    let rest = rest.strip_prefix("OR REPLACE ").unwrap_or(rest);
    let rest = KINDS.iter().find_map(|kind| rest.strip_prefix(kind))?;
    let rest = rest.strip_prefix(' ')?;
    let is_routine = !statement.starts_with("CREATE VIEW") && !statement.starts_with("CREATE M");
    let mut quoted = false;
    let end = rest.find(|it: char| {
        quoted ^= it == '"';
        !quoted && (it == '(' || !is_routine && it.is_whitespace())
    });
    Some(bare(&rest[..end.unwrap_or(rest.len())]))
}

/// A name without quotes and without what goes in.
fn bare(what: &str) -> String {
    let mut quoted = false;
    let end = what.find(|it: char| {
        quoted ^= it == '"';
        !quoted && it == '('
    });
    what[..end.unwrap_or(what.len())].replace('"', "")
}

/// The statements that give everything back, as a setting that lasts as long as the transaction.
fn keep(kept: &[Kept]) -> String {
    let rows: Vec<String> = kept
        .iter()
        .map(|it| {
            let what = PG.literal(&it.what);
            let word = if it.is_view() { "TABLE" } else { it.kind };
            format!("('{}', '{word}', {})", it.kind, what.trim_start())
        })
        .collect();
    let mut sources = Vec::new();
    if kept.iter().any(Kept::is_view) {
        sources.push(OF_VIEWS);
    }
    if !kept.iter().all(Kept::is_view) {
        sources.push(OF_ROUTINES);
    }
    format!(
        "{KEEP}{}) AS o(kind, word, name),\n  LATERAL (\n    {}\n  ) AS a(owner, acl, part),{KEEP_END}",
        rows.join(",\n    "),
        sources.join("\n    UNION ALL ")
    )
}

impl Kept {
    fn is_view(&self) -> bool {
        self.kind.ends_with("VIEW")
    }
}

const KEEP: &str = "\
SELECT /* owners and privileges, given back below */
  set_config('piton.kept', coalesce(json_agg(said ORDER BY place), '[]')::text, true)
FROM (VALUES
    ";

const OF_VIEWS: &str = "\
SELECT relowner, relacl, '' FROM pg_class
      WHERE oid = to_regclass(CASE word WHEN 'TABLE' THEN name END)
    UNION ALL SELECT relowner, attacl, ' (' || quote_ident(attname) || ')'
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND attacl IS NOT NULL
      WHERE c.oid = to_regclass(CASE word WHEN 'TABLE' THEN name END)";

const OF_ROUTINES: &str = "\
SELECT proowner, proacl, '' FROM pg_proc
      WHERE oid = to_regprocedure(CASE WHEN word <> 'TABLE' THEN name END)";

const KEEP_END: &str = "
  LATERAL (
    SELECT 1, format('ALTER %s %s OWNER TO %s', kind, name, owner::regrole)
      WHERE part = '' AND owner <> current_user::regrole
    UNION ALL SELECT 2, format('REVOKE ALL ON %s %s FROM PUBLIC, %s', word, name, owner::regrole)
      WHERE part = '' AND acl IS NOT NULL
    UNION ALL SELECT 3, format('GRANT %s%s ON %s %s TO %s%s', privilege_type, part, word, name,
      CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
      CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) FROM aclexplode(acl)
  ) AS s(place, said)";

/// A column that the view has no longer has no privileges.
const GIVE_BACK: &str = "\
DO $piton$
DECLARE
  said text;
BEGIN
  FOR said IN SELECT json_array_elements_text(current_setting('piton.kept')::json) LOOP
    BEGIN
      EXECUTE said;
    EXCEPTION WHEN undefined_column THEN NULL;
    END;
  END LOOP;
END
$piton$";

#[cfg(test)]
mod tests {
    use super::*;

    fn group(at: usize, statements: &[&str]) -> Rendered {
        Rendered {
            ops: at..at + 1,
            statements: statements.iter().map(|it| (*it).to_owned()).collect(),
        }
    }

    #[test]
    fn what_goes_for_good_keeps_nothing() {
        let mut rendered = [
            group(0, &["DROP VIEW \"v\""]),
            group(1, &["DROP FUNCTION \"f\"(integer)"]),
            group(2, &["CREATE VIEW \"v2\" AS\nSELECT 1"]),
        ];
        let before = rendered.clone();
        keep_privileges(&mut rendered);
        assert_eq!(rendered, before);
    }

    #[test]
    fn what_is_made_again_is_kept_from_before_the_first_to_after_the_last() {
        let mut rendered = [
            group(0, &["DROP VIEW \"a b\".\"v\""]),
            group(1, &["DROP FUNCTION \"f\"(integer)"]),
            group(
                2,
                &["CREATE OR REPLACE FUNCTION f(a integer)\n RETURNS bigint"],
            ),
            group(3, &["CREATE VIEW \"a b\".\"v\" (\"x\") AS\nSELECT 1"]),
            group(4, &["SELECT 1"]),
        ];
        keep_privileges(&mut rendered);
        let first = &rendered[0].statements[0];
        assert!(
            first.contains("('VIEW', 'TABLE', '\"a b\".\"v\"')"),
            "{first}"
        );
        assert!(
            first.contains("('FUNCTION', 'FUNCTION', '\"f\"(integer)')"),
            "{first}"
        );
        assert_eq!(rendered[3].statements[1], GIVE_BACK);
    }
}
