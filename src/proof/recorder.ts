/** The database in which migrations run, and the role that runs them: no superuser, and a member of no other role. */
export const DATABASE = "vulcan";
export const ROLE = "vulcan_app";

/** The schema of what lint itself keeps in the database. */
export const OWN_SCHEMA = "vulcan_ops";

/**
 * What records dropped objects: an event trigger, which only a superuser can create. Its function runs with the rights
 * of its owner, so its names are looked up in `pg_catalog` alone: no object of the migrations can take their place.
 */
export const recorderSql = (): string => `
CREATE SCHEMA ${OWN_SCHEMA};
GRANT USAGE ON SCHEMA ${OWN_SCHEMA} TO ${ROLE};
CREATE TABLE ${OWN_SCHEMA}.dropped (n bigint GENERATED ALWAYS AS IDENTITY, object_type text, identity text,
  objid oid, objsubid int, is_named boolean);
GRANT SELECT ON ${OWN_SCHEMA}.dropped TO ${ROLE};
CREATE FUNCTION ${OWN_SCHEMA}.record_drops() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO ${OWN_SCHEMA}.dropped (object_type, identity, objid, objsubid, is_named)
    SELECT object_type, object_identity, objid, objsubid, original FROM pg_event_trigger_dropped_objects()
    WHERE NOT is_temporary AND schema_name IS DISTINCT FROM 'pg_toast';
END $$;
CREATE EVENT TRIGGER ${OWN_SCHEMA}_drops ON sql_drop EXECUTE FUNCTION ${OWN_SCHEMA}.record_drops();
`;
