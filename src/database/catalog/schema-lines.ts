import { notOfExtension, oneLine, privileges, WITH_OWN } from "./own-objects.ts";

const SCHEMAS = `${WITH_OWN}
SELECT concat('schema ', n.nspname, ': owner ', pg_get_userbyid(n.nspowner)) AS line
FROM pg_namespace AS n JOIN own USING (oid)
UNION ALL
SELECT concat('privileges schema ', n.nspname, ': ', present.given)
FROM pg_namespace AS n JOIN own USING (oid), ${privileges("n.nspacl", "acldefault('n', n.nspowner)")}
WHERE n.nspacl IS NOT NULL AND present.given <> usual.given
UNION ALL
SELECT concat('extension ', e.extname, ': ', e.extversion, ' in ', n.nspname)
FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
UNION ALL
SELECT concat('default privileges ', pg_get_userbyid(d.defaclrole), ' ', n.nspname, ' ', d.defaclobjtype, ': ',
    array_to_string(d.defaclacl, ' '))
FROM pg_default_acl AS d LEFT JOIN pg_namespace AS n ON n.oid = d.defaclnamespace
UNION ALL
SELECT concat('setting of ', coalesce(nullif(s.setrole, 0)::regrole::text, 'the database'), ': ', x)
FROM pg_db_role_setting AS s, unnest(s.setconfig) AS x
WHERE s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
UNION ALL
SELECT concat('privileges database: ', present.given)
FROM pg_database AS d, ${privileges("d.datacl", "acldefault('d', d.datdba)")}
WHERE d.datname = current_database() AND d.datacl IS NOT NULL AND present.given <> usual.given`;

/** Objects that are made after initdb have such an oid. */
const FIRST_OID = 16384;

/** Of rarer kinds, that they are there. */
const RARE: readonly string[] = [
  ...["pg_operator", "pg_opclass", "pg_opfamily", "pg_conversion", "pg_collation", "pg_cast", "pg_transform"],
  ...["pg_ts_config", "pg_ts_dict", "pg_ts_parser", "pg_ts_template", "pg_language", "pg_am"],
  ...["pg_foreign_data_wrapper", "pg_foreign_server", "pg_publication", "pg_largeobject_metadata"],
];

const OTHERS = `${WITH_OWN}, other AS (${RARE.map(
  (name) => `SELECT '${name}'::regclass AS catalogue, oid FROM ${name} WHERE oid >= ${FIRST_OID}`,
).join(" UNION ALL ")})
SELECT concat(i.type, ' ', i.identity, ':') AS line
FROM other, LATERAL pg_identify_object(other.catalogue, other.oid, 0) AS i
WHERE NOT EXISTS (SELECT FROM pg_depend AS e WHERE e.deptype = 'e' AND e.classid = other.catalogue AND e.objid = other.oid)
UNION ALL
SELECT concat('collation settings ', own.prefix, quote_ident(c.collname), ': ', c.collprovider, ' ', c.collisdeterministic,
    ' ', c.collcollate, ' ', c.collctype)
FROM pg_collation AS c JOIN own ON own.oid = c.collnamespace WHERE c.oid >= ${FIRST_OID}
UNION ALL
SELECT concat('publication of ', p.pubname, ': ', concat_ws(', ', CASE WHEN p.puballtables THEN 'all tables' END,
    (SELECT string_agg(r.prrelid::regclass::text, ' ' ORDER BY r.prrelid::regclass::text COLLATE "C")
      FROM pg_publication_rel AS r WHERE r.prpubid = p.oid)))
FROM pg_publication AS p
UNION ALL
SELECT concat('event trigger ', t.evtname, ': ', concat_ws(', ', t.evtevent, t.evtfoid::regproc, 'enabled ' || t.evtenabled::text))
FROM pg_event_trigger AS t WHERE t.evtname <> 'vulcan_ops_drops' AND ${notOfExtension("pg_event_trigger", "t.oid")}`;

const COMMENTS = `${WITH_OWN}
SELECT concat('comment ', i.type, ' ', i.identity, ': ', ${oneLine("d.description")}) AS line
FROM pg_description AS d, LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) AS i
WHERE (d.objoid >= ${FIRST_OID} OR d.classoid = 'pg_namespace'::regclass AND d.objoid IN (SELECT oid FROM own))
  AND coalesce(i.schema, '') NOT IN ('pg_catalog', 'pg_toast', 'information_schema', 'vulcan_ops')
  AND NOT EXISTS (SELECT FROM pg_depend AS e WHERE e.deptype = 'e' AND e.classid = d.classoid AND e.objid = d.objoid)
UNION ALL
SELECT concat('security label ', s.provider, ' ', s.objtype, ' ', s.objname, ': ', s.label) FROM pg_seclabels AS s
WHERE s.objoid >= ${FIRST_OID}`;

/** Of schemas, extensions, privileges, settings, comments, and all kinds that are rare. */
export const SCHEMA_LINES: readonly string[] = [SCHEMAS, OTHERS, COMMENTS];
