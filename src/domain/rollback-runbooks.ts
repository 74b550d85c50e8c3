/** The documented rollbacks, by the ids of their runbooks. In an incident nothing waits for the number of a ticket. */
export const ROLLBACK_RUNBOOKS: readonly string[] = ["rollback-service", "rollback-migration", "restore-database"];
