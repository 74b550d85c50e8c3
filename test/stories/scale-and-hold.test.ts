import { UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { clients } from "../sandbox/support.ts";
import { eventsOf, mutations, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("autoscaler-fights", 600);
});
afterAll(() => rig.close());

const run = (given: Readonly<Record<string, string>>, heard?: (text: string) => void, stop?: AbortSignal) => {
  const inputs = Object.entries({ tasks: "5", owner: "billing", ...given }).flatMap(([name, value]) => [
    "--input",
    `${name}=${value}`,
  ]);
  const words = ["run", "scale-and-hold", ...inputs, "--yes", "--expect-current", "43", "--state-dir", rig.stateDir];
  return vulcanOps([...words, "--output", "ndjson"], { columns: 400, ...(heard && { heard }), ...(stop && { stop }) });
};

const service = () => rig.sandbox.state().services[0];

it("scales, holds the size until its end against auto scaling, and puts size and scaling back", async () => {
  await rig.sandbox.reset("autoscaler-fights");
  const { code, stdout } = await run({ until: "+30m" });
  expect(code).toBe(0);
  const events = eventsOf(stdout);
  const at = (type: string, step: string) =>
    Date.parse(events.find((event) => event.type === type && (event as { step?: string }).step === step)?.at ?? "");
  expect(at("step.verified", "wait") - Date.parse(events[0]?.at ?? "")).toBeGreaterThanOrEqual(30 * 60_000);
  expect(at("step.verified", "wait") - Date.parse(events[0]?.at ?? "")).toBeLessThan(32 * 60_000);
  expect(mutations(rig.sandbox)).toEqual([
    "RegisterScalableTarget",
    "UpdateService",
    "UpdateService",
    "RegisterScalableTarget",
  ]);
  expect(service()).toMatchObject({ desired: 3 });
  const end = events.at(-1) as unknown as { outcome: string; unfinished?: unknown[] };
  expect(end.outcome).toMatch(
    /^Scaled vulcan-prod to 5 tasks: 5\/5 healthy, held until \d{4}-\d\d-\d\d \d\d:\d\d.* for billing/,
  );
});

it("is over once Ctrl-C has put all back: `status` and `resume` name nothing that only a refusal follows", async () => {
  await rig.sandbox.reset("autoscaler-fights");
  const stop = new AbortController();
  const heard = (text: string) => void (/"type":"step.sent"[^\n]*"step":"scale"/.test(text) && stop.abort(130));
  const left = eventsOf((await run({ until: "+30m" }, heard, stop.signal)).stdout).at(-1);
  expect(left).toMatchObject({ status: "interrupted", exitCode: 130, next: ["run the same command again"] });
  const look = (...words: readonly string[]) => vulcanOps([...words, "--state-dir", rig.stateDir]);
  const status = JSON.parse((await look("status", "--output", "json")).stdout);
  expect(status.leftovers).toEqual({ known: true, value: [] });
  const resumed = await look("resume", "--yes");
  expect([resumed.code, resumed.stderr]).toEqual([6, expect.stringContaining("There is nothing to resume")]);
});

it("waits where another change of auto scaling is pending, and then sends the same request: at the start and at the end", async () => {
  await rig.sandbox.reset("autoscaler-fights");
  const operation = "RegisterScalableTarget";
  // The first request, its second try, and then the one that puts auto scaling back.
  for (const nth of [1, 3])
    rig.sandbox.inject({ kind: "refuse", operation, code: "ConcurrentUpdateException", nth, when: "before" });
  const outcome = await run({ until: "+30m" });
  expect(eventsOf(outcome.stdout).at(-1)).toMatchObject({ exitCode: 0, unfinished: [] });
  const sent = rig.sandbox.requests().filter((request) => request.operation === operation);
  expect(sent.map(({ status }) => status)).toEqual([400, 200, 400, 200]);
});

it("ends with exit 1 where someone takes the tasks away, and leaves that value alone", async () => {
  await rig.sandbox.reset("autoscaler-fights");
  let isSent = false;
  const takeAway = (text: string) => {
    if (isSent || !/"type":"step.progress".*"step":"wait"|"step":"wait".*"type":"step.progress"/.test(text)) return;
    isSent = true;
    const input = { cluster: "vulcan-prod", service: "vulcan-prod", desiredCount: 4 };
    void clients(rig.sandbox).ecs.send(new UpdateServiceCommand(input));
  };
  const { code, stdout } = await run({ until: "+6h" }, takeAway);
  expect([code, stdout]).toEqual([1, expect.stringContaining("the service is set to 4 tasks instead of 5")]);
  expect(stdout).toContain('"reason":"size-changed"');
  expect(service()).toMatchObject({ desired: 4 });
});

it("is refused before any write where the end has passed or is more than a day away, or the size is below the minimum", async () => {
  await rig.sandbox.reset("autoscaler-fights");
  for (const [given, why] of [
    [{ until: "-1m" }, "has passed"],
    [{ until: "+25h" }, "more than 24 h away"],
    [{ until: "+1h", tasks: "1" }, "keeps a minimum of 2"],
  ] as const) {
    const { code, stdout, stderr } = await run(given);
    expect([code, stdout + stderr]).toEqual([11, expect.stringContaining(why)]);
  }
  const { code, stderr } = await vulcanOps(["run", "scale-and-hold", "--yes", "--state-dir", rig.stateDir]);
  expect([code, stderr]).toEqual([6, expect.stringMatching(/the input "tasks" is needed/)]);
  expect(mutations(rig.sandbox)).toEqual([]);
});
