import type { LiveSchema, SchemaStatement } from "../domain/database/live.ts";
import { sanitise } from "../domain/sanitise.ts";
import type { ProofServer } from "./server.ts";

/** An object of the target that could not be made here. */
export interface NotMade {
  /** `view v` */
  readonly object: string;
  readonly why: string;
}

/**
 * Makes a target's schema on the throw-away server, without its rows. What fails because it needs something later is
 * tried again after the rest. Answers what cannot be made: extensions of another server, and what needs them.
 */
export async function createLiveSchema(server: ProofServer, schema: LiveSchema): Promise<readonly NotMade[]> {
  const client = await server.connect();
  try {
    await client.query("SET check_function_bodies = off");
    let left: readonly SchemaStatement[] = schema.statements;
    for (;;) {
      const failed: (readonly [SchemaStatement, string])[] = [];
      for (const one of left) {
        const why = await client.query(one.sql).then(
          () => undefined,
          (error: Error) => error.message,
        );
        if (why !== undefined) failed.push([one, why]);
      }
      if (failed.length === 0 || failed.length === left.length) return failed.map(notMade);
      left = failed.map(([one]) => one);
    }
  } finally {
    await client.end();
  }
}

const notMade = ([{ kind, name }, why]: readonly [SchemaStatement, string]): NotMade => ({
  object: `${kind} ${name}`,
  why: sanitise(why, { most: 200 }),
});
