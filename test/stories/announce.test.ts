import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { mutations, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

const RUNBOOK = `schemaVersion: "1"
id: tell
title: Tell people
description: For this test.
steps:
  - id: tell
    title: Tell them that it has ended
    action: notify.announce
    with: {moment: end, opens: 2026-04-10T02:00:00Z, closes: 2026-04-10T04:00:00Z}
`;
const TEXT = "REHEARSAL: Maintenance of vulcan-prod has ended. The service runs at its usual size.";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("healthy");
});
beforeEach(() => rig.sandbox.reset("healthy"));
afterAll(() => rig.close());

function tell(topic: string) {
  const file = join(rig.stateDir, "tell.yaml");
  const VULCAN_OPS_CONFIG = join(rig.stateDir, "vulcan-ops.yaml");
  writeFileSync(file, RUNBOOK);
  const settings = `  vulcan-prod: {announceTopic: "arn:aws:sns:eu-west-1:111122223333:${topic}"}`;
  writeFileSync(VULCAN_OPS_CONFIG, `schemaVersion: "1"\ntargets:\n${settings}\n`);
  const words = ["run", file, "--yes", "--expect-current", "42", "--state-dir", rig.stateDir];
  return vulcanOps(words, { columns: 300, env: { VULCAN_OPS_CONFIG } });
}

it("by the SNS topic that the configuration names, once", async () => {
  const { code, stderr } = await tell("vulcan-prod-alerts");
  expect([code, stderr]).toEqual([0, expect.stringContaining("announced (end)")]);
  expect(rig.sandbox.state().published).toMatchObject([{ message: TEXT }]);
  expect(stderr).toContain(
    "aws sns publish --topic-arn arn:aws:sns:eu-west-1:111122223333:vulcan-prod-alerts --message",
  );
});

const UNKNOWN =
  /not known whether it was announced \([\s\S]* END +It is not known whether the maintenance was announced\. Next: /;

it.each([
  [
    "a topic that is not there",
    "gone",
    undefined,
    0,
    /NOT ANNOUNCED: [\s\S]* END +The maintenance was not announced\. Next: /,
  ],
  ["an answer that is lost", "vulcan-prod-alerts", "after", 1, UNKNOWN],
  ["a request that is lost", "vulcan-prod-alerts", "before", 0, UNKNOWN],
] as const)("%s: fails nothing, is not sent twice, and the text is given to paste", async (...row) => {
  const [, topic, when, arrived, told] = row;
  if (when !== undefined) rig.sandbox.inject({ operation: "Publish", kind: "reset", when, times: 1 });
  const { code, stderr } = await tell(topic);
  expect([code, stderr]).toEqual([0, expect.stringContaining(`Message to post: ${TEXT}`)]);
  expect(stderr).toMatch(told);
  expect(mutations(rig.sandbox).filter((name) => name === "Publish").length).toBeLessThanOrEqual(1);
  expect(rig.sandbox.state().published).toHaveLength(arrived);
});

describe("days ahead, by commands that end at once", () => {
  const words = ["--yes", "--zone", "Europe/Berlin"];
  const say = (topic: string | undefined, ...argv: string[]) => {
    const VULCAN_OPS_CONFIG = join(rig.stateDir, "vulcan-ops.yaml");
    const settings = topic === undefined ? "{}" : `{announceTopic: "arn:aws:sns:eu-west-1:111122223333:${topic}"}`;
    writeFileSync(VULCAN_OPS_CONFIG, `schemaVersion: "1"\ntargets: {vulcan-prod: ${settings}}\n`);
    const line = ["maintenance", ...argv, ...words, "--state-dir", rig.stateDir];
    return vulcanOps(line, { columns: 300, env: { VULCAN_OPS_CONFIG } });
  };
  const [first, second] = ["2126-04-10T02:00..04:00", "2126-04-17T02:00..04:00"];

  it("a window is announced, moved and cancelled, in UTC", async () => {
    const codes = [
      (await say("vulcan-prod-alerts", "announce", "--window", first)).code,
      (await say("vulcan-prod-alerts", "reschedule", "--window", second, "--instead-of", first)).code,
      (await say("vulcan-prod-alerts", "cancel", "--window", second)).code,
    ];
    expect(codes).toEqual([0, 0, 0]);
    expect(rig.sandbox.state().published.map(({ message }) => message)).toEqual([
      "REHEARSAL: Planned maintenance of vulcan-prod: 2126-04-10 00:00 to 2126-04-10 02:00 UTC. The service runs on 1 task; responses may be slower.",
      "REHEARSAL: Planned maintenance of vulcan-prod has moved: 2126-04-17 00:00 to 2126-04-17 02:00 UTC, instead of 2126-04-10 00:00 to 2126-04-10 02:00 UTC. The service runs on 1 task then; responses may be slower.",
      "REHEARSAL: Planned maintenance of vulcan-prod is cancelled: 2126-04-17 00:00 to 2126-04-17 02:00 UTC. The service stays at its usual size.",
    ]);
    expect(mutations(rig.sandbox)).toEqual(["Publish", "Publish", "Publish"]);
  });

  it("without a channel, with a lost message or for a window that has begun, it says so with its exit code", async () => {
    const none = await say(undefined, "announce", "--window", first);
    expect([none.code, none.stderr]).toEqual([11, expect.stringContaining("Message to post: Planned maintenance")]);
    const lost = await say("gone", "cancel", "--window", first);
    expect([lost.code, lost.stderr]).toEqual([1, expect.stringContaining("[not-announced]")]);
    const past = await say("gone", "announce", "--window", "2020-04-10T02:00..04:00");
    expect([past.code, past.stderr]).toEqual([6, expect.stringContaining("has begun or is over")]);
    expect((await say("gone", "reschedule", "--window", first)).code).toBe(6);
    expect((await say("gone", "announce")).code).toBe(6);
  });
});
