//! The catalog queries. Each takes the object numbers of the namespaces that are read; none grows with
//! what is in them.

/// Settings, namespaces and extensions, in one row. System namespaces begin with `pg_`: nobody else's may.
pub(super) const PLACE: &str = "\
SELECT current_setting('search_path'), current_user, current_setting('server_version_num'),
  (SELECT json_agg(json_build_object('oid', n.oid, 'name', n.nspname,
      'comment', obj_description(n.oid, 'pg_namespace'),
      'extension', EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_namespace'::regclass
        AND e.objid = n.oid AND e.deptype = 'e')) ORDER BY n.nspname)
    FROM pg_namespace n
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'),
  current_setting('jit'),
  (SELECT json_agg(json_build_object('name', x.extname, 'namespace', n.nspname,
      'version', x.extversion) ORDER BY x.extname)
    FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace
    WHERE x.extname <> 'plpgsql')";

/// The condition that `oid` of the catalog `class` belongs to no extension.
pub(super) fn not_of_extension(class: &str, oid: &str) -> String {
    format!(
        "NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '{class}'::regclass \
         AND e.objid = {oid} AND e.objsubid = 0 AND e.deptype = 'e')"
    )
}

/// The comment on `oid` of the catalog `class`.
pub(super) fn comment(class: &str, oid: &str) -> String {
    format!(
        "(SELECT k.description FROM pg_description k WHERE k.classoid = '{class}'::regclass \
         AND k.objoid = {oid} AND k.objsubid = 0)"
    )
}

/// A collation's name as SQL, qualified where it is not visible.
pub(super) fn collation_name(alias: &str) -> String {
    format!(
        "CASE WHEN pg_collation_is_visible({alias}.oid) THEN quote_ident({alias}.collname) \
         ELSE quote_ident((SELECT nspname FROM pg_namespace WHERE oid = {alias}.collnamespace)) \
           || '.' || quote_ident({alias}.collname) END"
    )
}

/// 0 oid, 1 namespace, 2 name, 3 kind, 4 persistence, 5 partition?, 6 access method, 7 tablespace,
/// 8 options, 9 row security?, 10 forced?, 11 replica identity, 12 its index, 13 comment,
/// 14 partition key, 15 bound, 16 parents, 17 view query, 18 row type, 19 clustered on.
pub(super) fn relations(oids: &str) -> String {
    format!(
        "SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.relispartition,
  CASE WHEN am.amname <> 'heap' THEN quote_ident(am.amname) END, quote_ident(ts.spcname),
  to_json(coalesce(c.reloptions, '{{}}') || ARRAY(
    SELECT 'toast.' || o FROM pg_class t, unnest(t.reloptions) o WHERE t.oid = c.reltoastrelid)),
  c.relrowsecurity, c.relforcerowsecurity, c.relreplident,
  CASE WHEN c.relreplident = 'i' THEN (SELECT quote_ident(ic.relname) FROM pg_index i
    JOIN pg_class ic ON ic.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisreplident) END,
  {comment},
  CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
  CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END,
  CASE WHEN c.relispartition OR c.relkind IN ('r', 'f') THEN (
    SELECT json_agg(json_build_array(pn.nspname, p.relname) ORDER BY h.inhseqno)
    FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent
      JOIN pg_namespace pn ON pn.oid = p.relnamespace
    WHERE h.inhrelid = c.oid) END,
  CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
  CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END,
  CASE WHEN c.relkind IN ('r', 'm') AND c.relhasindex THEN (
    SELECT quote_ident(ic.relname) FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid
    WHERE i.indrelid = c.oid AND i.indisclustered) END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_am am ON am.oid = c.relam
  LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace
WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relnamespace IN ({oids}) AND {ours}",
        comment = comment("pg_class", "c.oid"),
        ours = not_of_extension("pg_class", "c.oid"),
    )
}

/// 0 relation, 1 number, 2 name, 3 type, 4 not null?, 5 identity, 6 generated, 7 default, 8 collation,
/// 9 comment, 10 local?, 11 storage, 12 compression, 13 statistics, 14 options.
///
/// There are two options, both `n_distinct…`; what a vendor's server keeps beside them is its own.
pub(super) fn columns(oids: &str, version: i64) -> String {
    let compression = if version >= 140_000 {
        "CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END"
    } else {
        "NULL"
    };
    format!(
        "SELECT a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
  a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid),
  CASE WHEN a.attcollation <> t.typcollation THEN (
    SELECT {collation} FROM pg_collation co WHERE co.oid = a.attcollation) END,
  k.description, a.attislocal,
  CASE WHEN a.attstorage <> t.typstorage THEN CASE a.attstorage WHEN 'p' THEN 'plain'
    WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' WHEN 'x' THEN 'extended' END END,
  {compression}, a.attstattarget, CASE WHEN a.attoptions::text LIKE '%n_distinct%' THEN (
    SELECT json_agg(o) FROM unnest(a.attoptions) o WHERE starts_with(o, 'n_distinct')) END
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_description k ON k.classoid = 'pg_class'::regclass AND k.objoid = a.attrelid
    AND k.objsubid = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'c')
  AND c.relnamespace IN ({oids})
ORDER BY a.attrelid, a.attnum",
        collation = collation_name("co"),
    )
}

/// 0 table, 1 domain, 2 name, 3 type, 4 valid?, 5 deferrable?, 6 deferred?, 7 no inherit?, 8 inherited?,
/// 9 index, 10 expression, 11 definition, 12 columns, 13 namespace referred to, 14 table, 15 columns,
/// 16 on update, 17 on delete, 18 match, 19 columns set, 20 enforced?, 21 period?, 22 comment.
pub(super) fn constraints(oids: &str, version: i64) -> String {
    let columns = |array: &str, relation: &str| {
        format!(
            "(SELECT json_agg(a.attname ORDER BY u.place) FROM unnest({array}) \
             WITH ORDINALITY u(number, place) JOIN pg_attribute a \
             ON a.attrelid = {relation} AND a.attnum = u.number)"
        )
    };
    let set = if version >= 150_000 {
        columns("x.confdelsetcols", "x.conrelid")
    } else {
        "NULL".to_owned()
    };
    let (enforced, period) = if version >= 180_000 {
        ("x.conenforced", "x.conperiod")
    } else {
        ("true", "false")
    };
    format!(
        "SELECT x.conrelid, x.contypid, x.conname, x.contype, x.convalidated, x.condeferrable,
  x.condeferred, x.connoinherit, x.conparentid <> 0 OR NOT x.conislocal, x.conindid,
  CASE WHEN x.contype = 'c' THEN pg_get_expr(x.conbin, x.conrelid) END,
  CASE WHEN x.contype = 'x' OR {period} THEN pg_get_constraintdef(x.oid) END,
  CASE WHEN x.contype IN ('f', 'n') THEN {own} END,
  rn.nspname, r.relname, CASE WHEN x.contype = 'f' THEN {referenced} END,
  x.confupdtype, x.confdeltype, x.confmatchtype, {set}, {enforced}, {period}, {comment}
FROM pg_constraint x
  LEFT JOIN pg_class r ON r.oid = x.confrelid
  LEFT JOIN pg_namespace rn ON rn.oid = r.relnamespace
WHERE x.contype IN ('c', 'f', 'p', 'u', 'x', 'n') AND x.connamespace IN ({oids})",
        own = columns("x.conkey", "x.conrelid"),
        referenced = columns("x.confkey", "x.confrelid"),
        comment = comment("pg_constraint", "x.oid"),
    )
}

/// 0 oid, 1 name as SQL, 2 default of its type?
pub(super) const OPERATOR_CLASSES: &str = "\
SELECT o.oid, CASE WHEN pg_opclass_is_visible(o.oid) THEN '' ELSE quote_ident(n.nspname) || '.' END
  || quote_ident(o.opcname), o.opcdefault
FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace";

/// 0 index, 1 table, 2 name, 3 method, 4 unique?, 5 valid?, 6 column numbers, 7 how many are keys,
/// 8 orders, 9 collations, 10 operator classes, 11 expressions, 12 predicate, 13 options, 14 tablespace,
/// 15 nulls not distinct?, 16 parameters of operator classes, 17 statistics set?, 18 comment.
///
/// Those that belong to a partitioned index of the parent are left out.
pub(super) fn indexes(oids: &str, version: i64) -> String {
    let nulls = if version >= 150_000 {
        "i.indnullsnotdistinct"
    } else {
        "false"
    };
    format!(
        "SELECT i.indexrelid, i.indrelid, ic.relname, am.amname, i.indisunique, i.indisvalid,
  i.indkey, i.indnkeyatts, i.indoption,
  CASE WHEN NOT i.indcollation::oid[] <@ '{{0,100}}' OR i.indrelid IN (
      SELECT attrelid FROM pg_attribute WHERE attnum > 0 AND attcollation > 100) THEN (
    SELECT json_agg(CASE WHEN u.oid <> 0 AND u.oid IS DISTINCT FROM coalesce(a.attcollation, 100)
      THEN {collation} END ORDER BY u.place)
    FROM unnest(i.indcollation::oid[], i.indkey::int2[]) WITH ORDINALITY u(oid, number, place)
    LEFT JOIN pg_collation co ON co.oid = u.oid
    LEFT JOIN pg_attribute a ON u.number > 0 AND a.attrelid = i.indrelid AND a.attnum = u.number) END,
  i.indclass,
  CASE WHEN i.indexprs IS NOT NULL THEN (
    SELECT json_agg(pg_get_indexdef(i.indexrelid, k, false) ORDER BY k)
    FROM generate_series(1, i.indnatts) k WHERE i.indkey[k - 1] = 0) END,
  CASE WHEN i.indpred IS NOT NULL THEN pg_get_expr(i.indpred, i.indrelid) END,
  to_json(ic.reloptions), quote_ident(ts.spcname), {nulls}, o.parameters, o.statistics, d.description
FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid
  JOIN pg_am am ON am.oid = ic.relam
  LEFT JOIN pg_tablespace ts ON ts.oid = ic.reltablespace
  LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = i.indexrelid
    AND d.objsubid = 0
  LEFT JOIN (
    SELECT a.attrelid, bool_or(a.attstattarget >= 0) AS statistics,
      json_agg(json_build_array(a.attnum, to_json(a.attoptions)))
        FILTER (WHERE a.attoptions IS NOT NULL) AS parameters
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('i', 'I')
    WHERE a.attoptions IS NOT NULL OR a.attstattarget >= 0 GROUP BY a.attrelid
  ) o ON o.attrelid = i.indexrelid
WHERE ic.relnamespace IN ({oids}) AND NOT ic.relispartition AND i.indislive",
        collation = collation_name("co"),
    )
}

/// 0 namespace, 1 name, 2 type, 3 start, 4 increment, 5 maximum, 6 minimum, 7 cache, 8 cycle?,
/// 9 owning table, 10 column number, 11 by identity?, 12 the default that `serial` gives, 13 comment,
/// 14 persistence.
pub(super) fn sequences(oids: &str) -> String {
    format!(
        "SELECT n.nspname, c.relname, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement,
  s.seqmax, s.seqmin, s.seqcache, s.seqcycle, d.refobjid, d.refobjsubid, d.deptype = 'i',
  'nextval(' || quote_literal(c.oid::regclass::text) || '::regclass)', {comment},
  c.relpersistence
FROM pg_class c JOIN pg_sequence s ON s.seqrelid = c.oid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
    AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
WHERE c.relnamespace IN ({oids}) AND {ours}",
        comment = comment("pg_class", "c.oid"),
        ours = not_of_extension("pg_class", "c.oid"),
    )
}

/// 0 oid, 1 namespace, 2 name, 3 kind, 4 labels, 5 base type, 6 not null?, 7 default, 8 collation,
/// 9 row relation, 10 range's subtype, 11 its other parts, 12 comment.
pub(super) fn types(oids: &str) -> String {
    format!(
        "SELECT t.oid, n.nspname, t.typname, t.typtype,
  (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
  CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END, t.typnotnull,
  CASE WHEN t.typtype = 'd' THEN pg_get_expr(t.typdefaultbin, 0) END,
  CASE WHEN t.typtype = 'd' AND t.typcollation <> (SELECT b.typcollation FROM pg_type b
    WHERE b.oid = t.typbasetype) THEN (
      SELECT {collation} FROM pg_collation co WHERE co.oid = t.typcollation) END,
  t.typrelid, format_type(r.rngsubtype, NULL),
  CASE WHEN r.rngtypid IS NOT NULL THEN json_build_object(
    'opclass', (SELECT quote_ident(on_.nspname) || '.' || quote_ident(o.opcname) FROM pg_opclass o
      JOIN pg_namespace on_ ON on_.oid = o.opcnamespace
      WHERE o.oid = r.rngsubopc AND NOT o.opcdefault),
    'collation', (SELECT {collation} FROM pg_collation co JOIN pg_type b ON b.oid = r.rngsubtype
      WHERE co.oid = r.rngcollation AND b.typcollation <> co.oid),
    'multirange', (SELECT quote_ident(m.typname) FROM pg_type m
      WHERE m.oid = (to_jsonb(r)->>'rngmultitypid')::oid),
    'canonical', NULLIF(r.rngcanonical, 0)::regproc::text,
    'difference', NULLIF(r.rngsubdiff, 0)::regproc::text) END,
  {comment}
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_range r ON r.rngtypid = t.oid
WHERE (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND EXISTS (
    SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
  AND t.typnamespace IN ({oids}) AND {ours}",
        collation = collation_name("co"),
        comment = comment("pg_type", "t.oid"),
        ours = not_of_extension("pg_type", "t.oid"),
    )
}

/// 0 view, 1 namespace read, 2 name read.
pub(super) fn reads(oids: &str) -> String {
    format!(
        "SELECT DISTINCT w.ev_class, n.nspname, r.relname
FROM pg_class c JOIN pg_rewrite w ON w.ev_class = c.oid AND w.rulename = '_RETURN'
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
    AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> w.ev_class
  JOIN pg_class r ON r.oid = d.refobjid AND r.relkind IN ('r', 'p', 'v', 'm', 'f')
  JOIN pg_namespace n ON n.oid = r.relnamespace
WHERE c.relkind IN ('v', 'm') AND c.relnamespace IN ({oids})"
    )
}
