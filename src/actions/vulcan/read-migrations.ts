import { isTransient, OpsError } from "../../domain/error.ts";
import type { Wait } from "../../domain/services.ts";

const POLL_MS = 3000;

/** The list, or why it could not be had until the time was up. */
export async function readPatiently({ world, clock, deadline, signal, progress }: Wait) {
  for (;;) {
    const told = await world.schema.migrations().catch((error: unknown) => {
      if (error instanceof OpsError && (isTransient(error) || error.detail.code === "migrations-unread")) return error;
      throw error;
    });
    if (!(told instanceof OpsError) || clock.now() >= deadline) return told;
    progress(`cannot read the migrations just now: ${told.message}`);
    await clock.sleep(POLL_MS, signal);
  }
}
