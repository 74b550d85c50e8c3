import { expect, it } from "vitest";
import { MigrationLog } from "../../../src/actions/vulcan/migration-log.ts";
import type { LogLine } from "../../../src/domain/aws/ecs.ts";
import { containerOf, definitionOf, taskOf, waitingFor, worldOf } from "../support.ts";

const line = (text: string): LogLine => ({ at: "2026-04-10T12:00:00.000Z", text });

/** The wait's own clock ends the following after so many seconds. */
async function readsOf(lines: readonly string[], seconds: number): Promise<number> {
  const world = worldOf({ definitions: [definitionOf(43, { containers: [containerOf(43, { logs: LOGS })] })] });
  let reads = 0;
  const services = {
    ...world,
    aws: {
      ...world.aws,
      ecs: { ...world.aws.ecs, familyTasks: async () => [taskOf(43, 1)] },
      around: {
        ...world.aws.around,
        logTail: async () => {
          reads++;
          return lines.map(line);
        },
      },
    },
  };
  const over = new AbortController();
  const waiting = waitingFor(services, 600);
  const until = waiting.clock.now() + seconds * 1000;
  const clock = {
    ...waiting.clock,
    sleep: async (ms: number) => {
      await waiting.clock.sleep(ms);
      if (waiting.clock.now() >= until) over.abort();
    },
  };
  await new MigrationLog("vulcan-prod:43", { ...waiting, clock, signal: over.signal }).follow();
  return reads;
}

const LOGS = { group: "/ecs/vulcan", prefix: "vulcan" };
const APPLYING = 'INF Applying migration version=8 description="x"';

it("is read while a task migrates, and no more once it says that the migrations are complete", async () => {
  expect(await readsOf([APPLYING], 60)).toBe(6);
  expect(await readsOf([APPLYING, "INF Migration applied version=8 duration=3ms", "INF migrations complete"], 60)).toBe(
    1,
  );
});
