import { notOfExtension, oneLine, privileges, WITH_OWN } from "./own-objects.ts";

/** The body by its digest: it can be long, and can hold what no journal may. */
const ROUTINES = `${WITH_OWN}
SELECT concat('function ', own.prefix, quote_ident(p.proname), '(', pg_get_function_identity_arguments(p.oid), '): ',
    concat_ws(', ', 'owner ' || pg_get_userbyid(p.proowner), 'arguments ' || nullif(pg_get_function_arguments(p.oid), ''),
    'returns ' || pg_get_function_result(p.oid), 'kind ' || p.prokind::text, l.lanname,
    CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' END, CASE WHEN p.proisstrict THEN 'strict' END,
    CASE WHEN p.prosecdef THEN 'security definer' END, CASE WHEN p.proleakproof THEN 'leakproof' END,
    CASE p.proparallel WHEN 's' THEN 'parallel safe' WHEN 'r' THEN 'parallel restricted' END,
    'cost ' || p.procost, 'rows ' || nullif(p.prorows, 0), 'set ' || array_to_string(p.proconfig, ' '),
    'body ' || left(md5(concat(p.prosrc, p.probin,
      CASE WHEN p.prosrc = '' AND p.prokind IN ('f', 'p') THEN pg_get_functiondef(p.oid) END)), 12),
    (SELECT concat('aggregate ', a.aggtransfn, ' ', a.aggfinalfn, ' ', format_type(a.aggtranstype, NULL), ' ', a.agginitval)
      FROM pg_aggregate AS a WHERE a.aggfnoid = p.oid))) AS line
FROM pg_proc AS p JOIN own ON own.oid = p.pronamespace JOIN pg_language AS l ON l.oid = p.prolang
WHERE ${notOfExtension("pg_proc", "p.oid")}
UNION ALL
SELECT concat('privileges function ', own.prefix, quote_ident(p.proname), '(', pg_get_function_identity_arguments(p.oid), '): ',
    present.given)
FROM pg_proc AS p JOIN own ON own.oid = p.pronamespace, ${privileges("p.proacl", "acldefault('f', p.proowner)")}
WHERE p.proacl IS NOT NULL AND present.given <> usual.given AND ${notOfExtension("pg_proc", "p.oid")}`;

const TYPES = `${WITH_OWN}
SELECT concat(CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' ELSE 'type' END, ' ',
    own.prefix, quote_ident(t.typname), ': ', concat_ws(', ', 'owner ' || pg_get_userbyid(t.typowner),
    (SELECT string_agg(quote_literal(e.enumlabel), ' ' ORDER BY e.enumsortorder) FROM pg_enum AS e WHERE e.enumtypid = t.oid),
    CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END, CASE WHEN t.typnotnull THEN 'not null' END,
    CASE WHEN t.typtype = 'd' AND t.typcollation <> 0 THEN 'collate ' || t.typcollation::regcollation END,
    'default ' || ${oneLine("t.typdefault")},
    (SELECT concat('of ', format_type(r.rngsubtype, NULL), ' ', nullif(r.rngcollation, 0)::regcollation) FROM pg_range AS r
      WHERE r.rngtypid = t.oid))) AS line
FROM pg_type AS t JOIN own ON own.oid = t.typnamespace
WHERE t.typrelid = 0 AND t.typtype <> 'm' AND NOT EXISTS (SELECT FROM pg_type AS o WHERE o.typarray = t.oid)
  AND ${notOfExtension("pg_type", "t.oid")}
UNION ALL
SELECT concat('privileges type ', own.prefix, quote_ident(t.typname), ': ', present.given)
FROM pg_type AS t JOIN own ON own.oid = t.typnamespace, ${privileges("t.typacl", "acldefault('T', t.typowner)")}
WHERE t.typacl IS NOT NULL AND present.given <> usual.given AND ${notOfExtension("pg_type", "t.oid")}`;

/** Of functions, procedures, aggregates and types. */
export const TYPE_LINES: readonly string[] = [ROUTINES, TYPES];
