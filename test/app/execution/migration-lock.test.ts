import { describe, expect, it } from "vitest";
import { registry } from "../../../src/actions/index.ts";
import { withMigrationLock } from "../../../src/app/execution/migration-lock.ts";
import type { ExecutionSession } from "../../../src/app/execution/session.ts";
import { createDatabase } from "../../../src/database/database.ts";
import { guardError } from "../../../src/domain/error.ts";
import type { Runbook } from "../../../src/domain/runbook.ts";

const runbookOf = (action: string) => ({ steps: [{ action }] }) as unknown as Runbook;

/** What is said around work on a database that is reached by a way on which nobody gets through. */
async function saidAround(action: string): Promise<readonly string[]> {
  const said: string[] = [];
  const dial = () => Promise.reject(guardError("tunnel-no-task", "no task is running", []));
  const database = async () => createDatabase("postgres://vulcan:x@database.internal/vulcan", dial);
  const session = {
    target: { planner: { registry }, dial, database },
    io: { say: (text: string) => said.push(text) },
  } as unknown as ExecutionSession;
  expect(await withMigrationLock(runbookOf(action), session, async () => "done")).toBe("done");
  return said;
}

describe("the lock of migrating operators", () => {
  it("that could not be taken through a task is said not to be there, and never to be held", async () => {
    expect(await saidAround("vulcan.migrateDown")).toEqual([
      "The database is not locked against other operators: no task is running.",
    ]);
  });

  it("is not tried for what does not migrate", async () => {
    expect(await saidAround("ecs.updateService")).toEqual([]);
  });
});
