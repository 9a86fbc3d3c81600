//! The queries for what is kept as text, and for what is only reported.

use super::queries::{collation_name, comment, not_of_extension};

/// 0 tag, 1 namespace, 2 name, 3 namespace of its table, 4 table, 5 text, 6 more as JSON, 7 comment.
///
/// The text is the whole statement. The server qualifies what a function or statistics object is called
/// even in the default namespace: its quoted namespace is the second of "more".
pub(super) fn texts(oids: &str) -> String {
    [
        triggers(oids),
        rules(oids),
        policies(oids),
        routines(oids),
        aggregates(oids),
        statistics(oids),
        collations(oids),
        casts(),
        event_triggers(),
    ]
    .join("\nUNION ALL\n")
}

fn triggers(oids: &str) -> String {
    format!(
        "SELECT 'trigger', NULL, t.tgname::text, n.nspname::text, c.relname::text,
  pg_get_triggerdef(t.oid, true), json_build_array(t.tgenabled::text)::text, {}
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND n.oid IN ({oids}) AND {}",
        comment("pg_trigger", "t.oid"),
        not_of_extension("pg_trigger", "t.oid"),
    )
}

fn rules(oids: &str) -> String {
    format!(
        "SELECT 'rule', NULL, w.rulename, n.nspname, c.relname, pg_get_ruledef(w.oid, true),
  json_build_array(w.ev_enabled::text)::text, {}
FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE w.rulename <> '_RETURN' AND n.oid IN ({oids}) AND {}",
        comment("pg_rewrite", "w.oid"),
        not_of_extension("pg_rewrite", "w.oid"),
    )
}

fn policies(oids: &str) -> String {
    format!(
        "SELECT 'policy', NULL, p.polname, n.nspname, c.relname,
  'CREATE POLICY ' || quote_ident(p.polname) || ' ON '
  || CASE WHEN pg_table_is_visible(c.oid) THEN '' ELSE quote_ident(n.nspname) || '.' END
  || quote_ident(c.relname) || CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
  || CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT'
    WHEN 'w' THEN ' FOR UPDATE' WHEN 'd' THEN ' FOR DELETE' ELSE '' END
  || CASE WHEN p.polroles = '{{0}}' THEN '' ELSE ' TO ' || (
    SELECT string_agg(CASE WHEN r = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', '
      ORDER BY pg_get_userbyid(r)) FROM unnest(p.polroles) r) END
  || coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
  || coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', ''),
  NULL, {}
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.oid IN ({oids}) AND {}",
        comment("pg_policy", "p.oid"),
        not_of_extension("pg_policy", "p.oid"),
    )
}

fn routines(oids: &str) -> String {
    format!(
        "SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, n.nspname, p.proname,
  NULL, NULL, pg_get_functiondef(p.oid),
  json_build_array(oidvectortypes(p.proargtypes), quote_ident(n.nspname))::text, {}
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
WHERE p.prokind IN ('f', 'p', 'w') AND l.lanname NOT IN ('c', 'internal') AND n.oid IN ({oids})
  AND {}",
        comment("pg_proc", "p.oid"),
        not_of_extension("pg_proc", "p.oid"),
    )
}

fn aggregates(oids: &str) -> String {
    format!(
        "SELECT 'aggregate', n.nspname, p.proname, NULL, NULL,
  'CREATE AGGREGATE ' || CASE WHEN pg_function_is_visible(p.oid) THEN ''
    ELSE quote_ident(n.nspname) || '.' END || quote_ident(p.proname)
  || '(' || CASE WHEN a.aggkind = 'n' AND p.pronargs = 0 THEN '*'
    ELSE pg_get_function_arguments(p.oid) END || E') (\\n    SFUNC = ' || a.aggtransfn::regproc
  || E',\\n    STYPE = ' || format_type(a.aggtranstype, NULL)
  || coalesce(E',\\n    SSPACE = ' || NULLIF(a.aggtransspace, 0), '')
  || coalesce(E',\\n    FINALFUNC = ' || NULLIF(a.aggfinalfn, 0)::regproc, '')
  || CASE WHEN a.aggfinalextra THEN E',\\n    FINALFUNC_EXTRA' ELSE '' END
  || CASE WHEN a.aggfinalmodify = CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END THEN '' ELSE
    E',\\n    FINALFUNC_MODIFY = ' || CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY'
      WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END
  || coalesce(E',\\n    COMBINEFUNC = ' || NULLIF(a.aggcombinefn, 0)::regproc, '')
  || coalesce(E',\\n    SERIALFUNC = ' || NULLIF(a.aggserialfn, 0)::regproc, '')
  || coalesce(E',\\n    DESERIALFUNC = ' || NULLIF(a.aggdeserialfn, 0)::regproc, '')
  || coalesce(E',\\n    INITCOND = ' || quote_literal(a.agginitval), '')
  || coalesce(E',\\n    MSFUNC = ' || NULLIF(a.aggmtransfn, 0)::regproc
    || E',\\n    MINVFUNC = ' || a.aggminvtransfn::regproc
    || E',\\n    MSTYPE = ' || format_type(a.aggmtranstype, NULL)
    || coalesce(E',\\n    MSSPACE = ' || NULLIF(a.aggmtransspace, 0), '')
    || coalesce(E',\\n    MFINALFUNC = ' || NULLIF(a.aggmfinalfn, 0)::regproc, '')
    || CASE WHEN a.aggmfinalextra THEN E',\\n    MFINALFUNC_EXTRA' ELSE '' END
    || coalesce(E',\\n    MINITCOND = ' || quote_literal(a.aggminitval), ''), '')
  || coalesce(E',\\n    SORTOP = ' || NULLIF(a.aggsortop, 0)::regoperator, '')
  || CASE p.proparallel WHEN 's' THEN E',\\n    PARALLEL = SAFE'
    WHEN 'r' THEN E',\\n    PARALLEL = RESTRICTED' ELSE '' END
  || CASE a.aggkind WHEN 'h' THEN E',\\n    HYPOTHETICAL' ELSE '' END || E'\\n)',
  json_build_array('(' || CASE WHEN a.aggkind = 'n' AND p.pronargs = 0 THEN '*'
    ELSE pg_get_function_identity_arguments(p.oid) END || ')')::text, {}
FROM pg_proc p JOIN pg_aggregate a ON a.aggfnoid = p.oid JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.oid IN ({oids}) AND {}",
        comment("pg_proc", "p.oid"),
        not_of_extension("pg_proc", "p.oid"),
    )
}

fn statistics(oids: &str) -> String {
    format!(
        "SELECT 'statistics', n.nspname, s.stxname, NULL, NULL, pg_get_statisticsobjdef(s.oid),
  json_build_array(tn.nspname, quote_ident(n.nspname), c.relname)::text, {}
FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
  JOIN pg_class c ON c.oid = s.stxrelid JOIN pg_namespace tn ON tn.oid = c.relnamespace
WHERE n.oid IN ({oids}) AND {}",
        comment("pg_statistic_ext", "s.oid"),
        not_of_extension("pg_statistic_ext", "s.oid"),
    )
}

/// The locale's column has had three names (14: `collcollate`, 15: `colliculocale`, 17: `colllocale`), so
/// the row is read as JSON.
fn collations(oids: &str) -> String {
    format!(
        "SELECT 'collation', n.nspname, co.collname, NULL, NULL,
  'CREATE COLLATION ' || {name} || ' (provider = ' || CASE co.collprovider WHEN 'i' THEN 'icu'
    WHEN 'b' THEN 'builtin' ELSE 'libc' END
  || CASE WHEN coalesce(j.r->>'colllocale', j.r->>'colliculocale') IS NOT NULL
      THEN ', locale = ' || quote_literal(coalesce(j.r->>'colllocale', j.r->>'colliculocale'))
    WHEN co.collcollate = co.collctype THEN ', locale = ' || quote_literal(co.collcollate)
    ELSE ', lc_collate = ' || quote_literal(co.collcollate)
      || ', lc_ctype = ' || quote_literal(co.collctype) END
  || coalesce(', rules = ' || quote_literal(j.r->>'collicurules'), '')
  || CASE WHEN co.collisdeterministic THEN ')' ELSE ', deterministic = false)' END,
  NULL, {}
FROM pg_collation co JOIN pg_namespace n ON n.oid = co.collnamespace,
  LATERAL (SELECT to_jsonb(co) AS r) j
WHERE n.oid IN ({oids}) AND {}",
        comment("pg_collation", "co.oid"),
        not_of_extension("pg_collation", "co.oid"),
        name = collation_name("co"),
    )
}

/// Casts belong to no namespace; those of the system have lower numbers than any of a user, those of a
/// range type come with it.
fn casts() -> String {
    format!(
        "SELECT 'cast', NULL, format_type(q.castsource, NULL) || ' AS ' || format_type(q.casttarget, NULL),
  NULL, NULL, 'CREATE CAST (' || format_type(q.castsource, NULL) || ' AS '
  || format_type(q.casttarget, NULL) || ') ' || CASE q.castmethod
    WHEN 'f' THEN 'WITH FUNCTION ' || q.castfunc::regprocedure WHEN 'i' THEN 'WITH INOUT'
    ELSE 'WITHOUT FUNCTION' END
  || CASE q.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END,
  NULL, {}
FROM pg_cast q WHERE q.oid >= 16384 AND NOT EXISTS (
  SELECT FROM pg_depend e WHERE e.classid = 'pg_cast'::regclass AND e.objid = q.oid
    AND e.deptype IN ('e', 'i'))",
        comment("pg_cast", "q.oid"),
    )
}

fn event_triggers() -> String {
    format!(
        "SELECT 'event trigger', NULL, v.evtname, NULL, NULL,
  'CREATE EVENT TRIGGER ' || quote_ident(v.evtname) || ' ON ' || v.evtevent
  || coalesce(' WHEN TAG IN (' || (SELECT string_agg(quote_literal(t), ', ')
    FROM unnest(v.evttags) t) || ')', '')
  || ' EXECUTE FUNCTION ' || v.evtfoid::regproc || '()',
  json_build_array(v.evtenabled::text)::text, {}
FROM pg_event_trigger v WHERE {}",
        comment("pg_event_trigger", "v.oid"),
        not_of_extension("pg_event_trigger", "v.oid"),
    )
}

/// One description a row of what nobody here can make again.
pub(super) fn strangers(oids: &str) -> String {
    let own_namespace = [
        ("pg_operator", "oprnamespace"),
        ("pg_opclass", "opcnamespace"),
        ("pg_opfamily", "opfnamespace"),
        ("pg_conversion", "connamespace"),
        ("pg_ts_config", "cfgnamespace"),
        ("pg_ts_dict", "dictnamespace"),
        ("pg_ts_parser", "prsnamespace"),
        ("pg_ts_template", "tmplnamespace"),
    ]
    .map(|(class, namespace)| {
        format!(
            "SELECT '{class}'::regclass AS class, oid FROM {class} WHERE {namespace} IN ({oids})"
        )
    })
    .join("\n  UNION ALL ");
    let everywhere = [
        "pg_language",
        "pg_publication",
        "pg_foreign_data_wrapper",
        "pg_foreign_server",
        "pg_transform",
        "pg_am",
    ]
    .map(|class| format!("SELECT '{class}'::regclass, oid FROM {class}"))
    .join("\n  UNION ALL ");
    format!(
        "SELECT pg_describe_object(s.class, s.oid, 0) FROM (
  {own_namespace}
  UNION ALL {everywhere}
  UNION ALL SELECT 'pg_class'::regclass, oid FROM pg_class
    WHERE relkind = 'f' AND relnamespace IN ({oids})
  UNION ALL SELECT 'pg_proc'::regclass, p.oid FROM pg_proc p
    JOIN pg_language l ON l.oid = p.prolang AND l.lanname IN ('c', 'internal')
    WHERE p.prokind <> 'a' AND p.pronamespace IN ({oids})
  UNION ALL SELECT 'pg_type'::regclass, t.oid FROM pg_type t
    WHERE (t.typtype = 'b' AND t.typcategory <> 'A' OR t.typtype = 'p') AND t.typnamespace IN ({oids})
) s WHERE s.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = s.class
  AND e.objid = s.oid AND e.objsubid = 0 AND e.deptype IN ('e', 'i'))"
    )
}
