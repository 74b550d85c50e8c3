import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readStatus } from "../../../src/app/fleet/read-status.ts";
import { createClients, WRITE_ATTEMPTS } from "../../../src/aws/client/clients.ts";
import { createFleetStore } from "../../../src/aws/dynamodb/fleet-store.ts";
import { createSharedLog } from "../../../src/aws/dynamodb/shared-log.ts";
import type { MachineInput } from "../../../src/domain/fleet/machine-input.ts";
import { approvalKey, approvedKey, brakeKey, fleetStatus, type TableItem } from "../../../src/domain/fleet/run.ts";
import { type FleetStore, plansKey, WAVES_ITEM } from "../../../src/domain/fleet/store.ts";
import type { SharedLog } from "../../../src/domain/shared-log.ts";
import { leaveStore, STORES, type StoreServer, TABLE, useStore } from "./stores.ts";

const UNTIL = "2036-04-10T06:00:00.000Z";
const TARGETS = ["a", "b", "c", "d"] as const;

const waveOf = (name: string, targets: readonly string[], run: string) => ({
  ...{ name, approval: name === "rest", approvalSeconds: 60, concurrency: 2, tolerated: 1, size: targets.length },
  targets: targets.map((target) => ({ target, id: `${run}${target}`, plan: `plan:${run}/${target}`, jitter: 0 })),
});
const inputOf = (run: string): MachineInput => ({
  ...{ run, digest: "d1", from: UNTIL, until: UNTIL },
  waves: [waveOf("canary", TARGETS.slice(0, 1), run), waveOf("rest", TARGETS.slice(1), run)],
});

const wave = fc.constantFrom("canary", "rest");
const target = fc.constantFrom(...TARGETS);
/** What the machine, workers and people write. */
const write = fc.oneof(
  fc.record({ kind: fc.constant("release" as const), wave }),
  fc.record({ kind: fc.constant("ask" as const), wave }),
  fc.record({ kind: fc.constant("answer" as const), wave, rejected: fc.boolean() }),
  fc.record({ kind: fc.constant("stop" as const), wave, isNow: fc.boolean() }),
  fc.record({
    kind: fc.constant("records" as const),
    target,
    types: fc.array(fc.constantFrom("step.confirmed", "execution.resumed", "execution.resumed"), { maxLength: 6 }),
    end: fc.option(fc.constantFrom(0, 1, 7, 11)),
  }),
);
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;

/** The same promises of two servers: this project's own, and another author's. */
describe.each(Object.entries(STORES))("fleets in %s", (kind, open) => {
  let server: StoreServer;
  let store: FleetStore;
  let log: SharedLog;
  beforeAll(async () => {
    server = await open();
    useStore(server);
    const clients = createClients({ region: "eu-west-1" }, WRITE_ATTEMPTS);
    const named = { table: TABLE, name: `dynamodb://${TABLE}` };
    [store, log] = [createFleetStore(clients, named), createSharedLog(clients, named)];
  });
  afterAll(async () => {
    leaveStore();
    await server.close();
  });

  it("keeps one answer of many that come at once, and gives it back as it was", async () => {
    const answers = Array.from({ length: 12 }, (_one, index) => ({
      ...{ pk: approvedKey("race"), sk: "rest", by: `arn:${index}`, digest: "d1", at: UNTIL },
      ...(index % 2 === 0 && { rejected: true }),
    }));
    const results = await Promise.all(answers.map((answer) => store.put(answer)));
    expect(results.filter((result) => result === "written")).toHaveLength(1);
    const kept = await store.read(approvedKey("race"), "rest");
    expect(kept).toEqual(answers[results.indexOf("written")]);
    expect(await store.list(approvedKey("race"))).toEqual([kept]);
    expect(await store.read(approvedKey("race"), "canary")).toBeUndefined();
  });

  it("sets a brake without losing what the machine has counted", async () => {
    await store.put({ pk: brakeKey("halt"), sk: "rest", failed: 2, tolerated: 3, "t#a": "1" });
    for (const name of ["rest", "later"]) await store.stop("halt", name, { at: "first" });
    await store.stop("halt", "rest", { by: "arn:ben", at: "later" });
    await store.halt("halt", "rest", "then");
    expect(await store.read(brakeKey("halt"), "rest")).toEqual({
      ...{ pk: brakeKey("halt"), sk: "rest", failed: 2, tolerated: -1, "t#a": "1" },
      ...{ stoppedAt: "first", stoppedBy: "arn:ben", haltedAt: "then" },
    });
    expect(await store.read(brakeKey("halt"), "later")).toMatchObject({ failed: 0, tolerated: -1 });
  });

  it("keeps a plan of 300 KB whole", async () => {
    const plan = JSON.stringify({ text: "é".repeat(150_000) });
    await store.put({ pk: plansKey("large"), sk: "a", plan });
    expect((await store.read(plansKey("large"), "a"))?.plan).toBe(plan);
  });

  it("finds the step of an execution behind ten records that have none", async () => {
    const model = modelOf("far", store, log);
    await model.write({ kind: "records", target: "b", types: ["step.confirmed"], end: null });
    await model.write({ kind: "records", target: "b", types: Array(10).fill("execution.resumed"), end: null });
    const input = inputOf("far");
    await store.put({ pk: plansKey("far"), sk: WAVES_ITEM, input: JSON.stringify(input) });
    const [, rest] = (await readStatus(store, "far", 0)).waves;
    expect(rest?.targets[0]).toMatchObject({ state: "running", step: "revert" });
  });

  let runs = 0;

  it("at each instant of a run the status is the fold of all that was written: 200 of them here, 30 elsewhere", {
    timeout: 240_000,
  }, async () => {
    let instants = 0;
    const property = fc.asyncProperty(fc.array(write, { minLength: 8, maxLength: 14 }), async (writes) => {
      const run = `r${++runs}`;
      const input = inputOf(run);
      const model = modelOf(run, store, log);
      await store.put({ pk: plansKey(run), sk: WAVES_ITEM, input: JSON.stringify(input) });
      for (const one of writes) {
        await model.write(one);
        instants++;
        const now = Date.parse(UNTIL) - 1;
        expect(await readStatus(store, run, now)).toEqual(fleetStatus(input, model.items(), model.events, now));
      }
    });
    await fc.assert(property, { numRuns: kind === "sandbox" ? 25 : 4, endOnFailure: true });
    expect(instants).toBeGreaterThanOrEqual(kind === "sandbox" ? 200 : 30);
  });
});

/** Writes to the table, and keeps beside it what was written. */
function modelOf(run: string, store: FleetStore, log: SharedLog) {
  const items = new Map<string, TableItem>();
  const events: Parameters<typeof fleetStatus>[2][number][] = [];
  const places = new Map<string, number>();
  const put = async (item: TableItem) => {
    const key = `${item.pk} ${item.sk}`;
    if ((await store.put(item)) === "written") items.set(key, item);
  };
  const append = async (of: string, event: object) => {
    const execution = `${run}${of}`;
    const n = (places.get(execution) ?? 0) + 1;
    places.set(execution, n);
    // Each record is written by a machine whose clock is behind that of the one before.
    const at = new Date(Date.parse("2036-04-10T03:00:00Z") - events.length * 1000).toISOString();
    const whole = { execution, at, type: "", ...event };
    await log.put({ execution, n, line: JSON.stringify({ ...whole, n }), writer: "w" });
    events.push(whole);
  };
  return {
    events,
    items: () => [...items.values()],
    async write(one: Write): Promise<void> {
      if (one.kind === "release") return put({ pk: brakeKey(run), sk: one.wave, failed: 0, tolerated: 1 });
      if (one.kind === "ask") return put({ pk: approvalKey(run), sk: one.wave, token: "t", digest: "d1" });
      if (one.kind === "answer") {
        const answer = { pk: approvedKey(run), sk: one.wave, by: "arn:a", at: UNTIL };
        return put(one.rejected ? { ...answer, rejected: true } : answer);
      }
      if (one.kind === "stop") {
        await store.stop(run, one.wave, { by: "arn:a", at: UNTIL });
        if (one.isNow) await store.halt(run, one.wave, UNTIL);
        const key = `${brakeKey(run)} ${one.wave}`;
        const halted = one.isNow ? { haltedAt: UNTIL } : {};
        const stopped = { tolerated: -1, stoppedBy: "arn:a", stoppedAt: UNTIL, ...halted };
        items.set(key, { failed: 0, ...items.get(key), pk: brakeKey(run), sk: one.wave, ...stopped });
        return;
      }
      if (!places.has(`${run}${one.target}`)) await append(one.target, { type: "execution.started" });
      for (const type of one.types)
        await append(one.target, { type, ...(type.startsWith("step") && { step: "revert" }) });
      if (one.end !== null) await append(one.target, { type: "execution.ended", exitCode: one.end });
    },
  };
}
