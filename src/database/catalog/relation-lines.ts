import { notOfExtension, oneLine, privileges, WITH_RELATION } from "./own-objects.ts";

const KIND = `CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view'
  WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' ELSE 'composite type' END`;

const RELATIONS = `${WITH_RELATION}
SELECT concat(${KIND}, ' ', c.name, ': ', concat_ws(', ', 'owner ' || pg_get_userbyid(c.relowner),
    CASE c.relpersistence WHEN 'u' THEN 'unlogged' END,
    CASE WHEN c.relrowsecurity THEN 'row security' END,
    CASE WHEN c.relforcerowsecurity THEN 'row security for its owner' END,
    CASE WHEN c.relreplident NOT IN ('d', CASE WHEN c.relkind IN ('r', 'p', 'm') THEN 'd' ELSE 'n' END)
      THEN 'replica identity ' || CASE c.relreplident WHEN 'f' THEN 'full' WHEN 'i' THEN 'index' ELSE 'nothing' END END,
    'options ' || array_to_string(c.reloptions, ' '),
    'tablespace ' || (SELECT spcname FROM pg_tablespace AS s WHERE s.oid = c.reltablespace),
    'access method ' || (SELECT m.amname FROM pg_am AS m WHERE m.oid = c.relam AND m.amname <> 'heap'),
    'of ' || nullif(c.reloftype, 0)::regtype,
    'partition by ' || CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END,
    'partition ' || pg_get_expr(c.relpartbound, c.oid),
    CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN 'not populated' END,
    'server ' || (SELECT concat_ws(' ', s.srvname, array_to_string(f.ftoptions, ' ')) FROM pg_foreign_table AS f
      JOIN pg_foreign_server AS s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid),
    CASE WHEN c.relkind IN ('v', 'm') THEN 'as ' || ${oneLine("pg_get_viewdef(c.oid)")} END)) AS line
FROM relation AS c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')`;

const COLUMNS = `${WITH_RELATION}
SELECT concat('column ', c.name, '.', quote_ident(a.attname), ': ', concat_ws(', ', format_type(a.atttypid, a.atttypmod),
    CASE WHEN a.attcollation NOT IN (0, t.typcollation) THEN 'collate ' || a.attcollation::regcollation END,
    CASE WHEN a.attnotnull THEN 'not null' END,
    CASE a.attidentity WHEN 'a' THEN 'identity always' WHEN 'd' THEN 'identity by default' END,
    CASE WHEN a.attgenerated = '' THEN 'default ' ELSE 'generated ' || a.attgenerated::text || ' ' END
      || ${oneLine("pg_get_expr(d.adbin, d.adrelid)")},
    CASE WHEN a.attstorage <> t.typstorage THEN 'storage ' || a.attstorage::text END,
    'compression ' || nullif(to_jsonb(a) ->> 'attcompression', ''),
    'statistics ' || nullif(a.attstattarget, -1),
    'options ' || array_to_string(a.attoptions || a.attfdwoptions, ' '),
    CASE WHEN a.attinhcount > 0 THEN 'inherited' END)) AS line
FROM pg_attribute AS a JOIN relation AS c ON c.oid = a.attrelid JOIN pg_type AS t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
UNION ALL
SELECT concat('order ', c.name, ': ', string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum))
FROM pg_attribute AS a JOIN relation AS c ON c.oid = a.attrelid
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'c') GROUP BY c.oid, c.name
UNION ALL
SELECT concat('parent ', c.name, ': ', i.inhparent::regclass)
FROM pg_inherits AS i JOIN relation AS c ON c.oid = i.inhrelid`;

const GRANTS = `${WITH_RELATION}
SELECT concat('privileges ', ${KIND}, ' ', c.name, ': ', present.given) AS line
FROM relation AS c, ${privileges("c.relacl", `acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)`)}
WHERE c.relacl IS NOT NULL AND present.given <> usual.given
UNION ALL
SELECT concat('privileges column ', c.name, '.', quote_ident(a.attname), ': ', present.given)
FROM pg_attribute AS a JOIN relation AS c ON c.oid = a.attrelid,
  ${privileges("a.attacl", "acldefault('c', c.relowner)")}
WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped AND present.given <> usual.given`;

/** NOT NULL is told with its column: it is a constraint only since PostgreSQL 18. */
const CONSTRAINTS = `${WITH_RELATION}
SELECT concat('constraint ', coalesce(c.name, 'domain ' || own.prefix || quote_ident(t.typname)), '.', quote_ident(k.conname),
    ': ', ${oneLine("pg_get_constraintdef(k.oid)")}) AS line
FROM pg_constraint AS k LEFT JOIN relation AS c ON c.oid = k.conrelid LEFT JOIN pg_type AS t ON t.oid = k.contypid
  LEFT JOIN own ON own.oid = t.typnamespace
WHERE (c.oid IS NOT NULL OR own.oid IS NOT NULL) AND k.contype <> 't' AND (k.contype <> 'n' OR NOT k.convalidated)
UNION ALL
SELECT concat('index ', own.prefix, quote_ident(x.relname), ': ', concat_ws(', ', pg_get_indexdef(x.oid),
    CASE WHEN NOT i.indisvalid THEN 'not valid' END, CASE WHEN i.indisclustered THEN 'clustered' END,
    CASE WHEN i.indisreplident THEN 'replica identity' END))
FROM pg_index AS i JOIN pg_class AS x ON x.oid = i.indexrelid JOIN relation AS c ON c.oid = i.indrelid
  JOIN own ON own.oid = x.relnamespace`;

const ENABLED = (column: string): string =>
  `CASE ${column} WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'for replicas' WHEN 'A' THEN 'always' END`;

const BEHAVIOUR = `${WITH_RELATION}
SELECT concat('trigger ', c.name, '.', quote_ident(t.tgname), ': ',
    concat_ws(', ', pg_get_triggerdef(t.oid), ${ENABLED("t.tgenabled")})) AS line
FROM pg_trigger AS t JOIN relation AS c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal
UNION ALL
SELECT concat('rule ', c.name, '.', quote_ident(r.rulename), ': ',
    concat_ws(', ', ${oneLine("pg_get_ruledef(r.oid)")}, ${ENABLED("r.ev_enabled")}))
FROM pg_rewrite AS r JOIN relation AS c ON c.oid = r.ev_class WHERE r.rulename <> '_RETURN'
UNION ALL
SELECT concat('policy ', c.name, '.', quote_ident(p.polname), ': ', concat_ws(', ',
    CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END, 'command ' || p.polcmd::text,
    'to ' || (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(r) END, ' ' ORDER BY r)
      FROM unnest(p.polroles) AS r),
    'using ' || pg_get_expr(p.polqual, p.polrelid), 'check ' || pg_get_expr(p.polwithcheck, p.polrelid)))
FROM pg_policy AS p JOIN relation AS c ON c.oid = p.polrelid
UNION ALL
SELECT concat('statistics ', own.prefix, quote_ident(s.stxname), ': ', concat_ws(', ', pg_get_statisticsobjdef(s.oid),
    'target ' || nullif((to_jsonb(s) ->> 'stxstattarget')::int, -1)))
FROM pg_statistic_ext AS s JOIN own ON own.oid = s.stxnamespace
UNION ALL
SELECT concat('settings ', c.name, ': ', format_type(s.seqtypid, NULL), ' start ', s.seqstart, ' by ', s.seqincrement,
    ' from ', s.seqmin, ' to ', s.seqmax, ' cache ', s.seqcache, CASE WHEN s.seqcycle THEN ' cycle' END, o.owned)
FROM pg_sequence AS s JOIN relation AS c ON c.oid = s.seqrelid
  LEFT JOIN LATERAL (SELECT concat(' of ', d.refobjid::regclass, '.', quote_ident(a.attname)) AS owned
    FROM pg_depend AS d JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.refclassid = 'pg_class'::regclass
      AND d.deptype IN ('a', 'i')) AS o ON true
WHERE ${notOfExtension("pg_class", "s.seqrelid")}`;

/** Of tables, views and sequences. */
export const RELATION_LINES: readonly string[] = [RELATIONS, COLUMNS, GRANTS, CONSTRAINTS, BEHAVIOUR];
