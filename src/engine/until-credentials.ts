import { lacksCredentials, OpsError } from "../domain/error.ts";
import { stopCode } from "../domain/exit-codes.ts";
import type { StepOutcome } from "./outcome.ts";
import type { Run } from "./run.ts";

/** Waits for new credentials after a failure with this code. False if they will not come, or the operator stops. */
export async function waitForCredentials<World>({ engine }: Run<World>, code: string, text: string): Promise<boolean> {
  if (engine.newCredentials === undefined || !lacksCredentials(code)) return false;
  return engine.newCredentials(text, engine.stop).catch((error: unknown) => {
    if (engine.stop.aborted) return false;
    throw error;
  });
}

/** Reads, and reads again after each wait for new credentials. */
export async function readUntilCredentials<World, T>(run: Run<World>, read: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      const isBack = error instanceof OpsError && (await waitForCredentials(run, error.detail.code, error.message));
      if (!isBack) throw error;
    }
  }
}

/**
 * Does the work, and again after each wait for new credentials. What was sent is not sent again: like `resume`, the work
 * reads first what the journal and AWS say.
 */
export async function untilCredentials<World>(run: Run<World>, work: () => Promise<StepOutcome>): Promise<StepOutcome> {
  for (;;) {
    const end = await work();
    if (end.kind !== "failed" && end.kind !== "open") return end;
    const { reason, text } = end.failure;
    const isBack = await waitForCredentials(run, reason, text);
    if (run.engine.stop.aborted && lacksCredentials(reason))
      return { kind: "interrupted", exitCode: stopCode(run.engine.stop) };
    if (!isBack) return end;
  }
}
