/** The schemas of the users, with the prefix of their objects' names: none for `public`. */
export const OWN = `
own AS (SELECT oid, nspname, CASE nspname WHEN 'public' THEN '' ELSE quote_ident(nspname) || '.' END AS prefix
  FROM pg_namespace WHERE nspname NOT IN ('information_schema', 'vulcan_ops') AND nspname !~ '^pg_')`;

/** What an extension has made is told by the extension's own line. */
export const notOfExtension = (catalogue: string, oid: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend AS e WHERE e.deptype = 'e' AND e.classid = '${catalogue}'::regclass AND e.objid = ${oid})`;

/** Tables, views, sequences and composite types, with their names. */
export const RELATION = `
relation AS MATERIALIZED (SELECT c.*, own.prefix || quote_ident(c.relname) AS name
  FROM pg_class AS c JOIN own ON own.oid = c.relnamespace WHERE ${notOfExtension("pg_class", "c.oid")})`;

export const WITH_OWN = `WITH ${OWN}`;
export const WITH_RELATION = `WITH ${OWN}, ${RELATION}`;

/**
 * The privileges on one object: none where they are its kind's default, since GRANT and REVOKE leave the default written
 * out. `*` marks those that may be passed on.
 */
export const privileges = (acl: string, fallback: string): string => `
LATERAL (SELECT coalesce(string_agg(part, '; ' ORDER BY part COLLATE "C"), 'none') AS given FROM (
  SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END || ' ' ||
    string_agg(a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' END, ' ' ORDER BY a.privilege_type) AS part
  FROM aclexplode(coalesce(${acl}, ${fallback})) AS a GROUP BY a.grantee) AS p) AS present,
LATERAL (SELECT coalesce(string_agg(part, '; ' ORDER BY part COLLATE "C"), 'none') AS given FROM (
  SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END || ' ' ||
    string_agg(a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' END, ' ' ORDER BY a.privilege_type) AS part
  FROM aclexplode(${fallback}) AS a GROUP BY a.grantee) AS p) AS usual`;

/** A definition on one line. */
export const oneLine = (sql: string): string => `regexp_replace(btrim(${sql}), '\\s+', ' ', 'g')`;
