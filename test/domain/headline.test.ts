import { describe, expect, it } from "vitest";
import { beyondHeadline, endingHeadline } from "../../src/domain/ending-headline.ts";
import { doneState, firstClauses, stoppedState, withState } from "../../src/domain/ending-state.ts";
import type { ExecutionEnded } from "../../src/domain/execution-event.ts";
import { headlineOf, headlineText, stepState } from "../../src/domain/headline.ts";

describe("a first row", () => {
  it("has the fullest state that fits 14 words, or else the last", () => {
    const long = "one two three four five six seven eight nine ten";
    expect(headlineText(headlineOf("roll back to 1.42.0", [long, "it fails"]))).toBe(
      "it fails. Next: roll back to 1.42.0",
    );
    expect(headlineOf("watch", [long, "it fails"]).state).toBe(long);
    expect(headlineOf(long, [long]).state).toBe(long);
  });

  it("of a step has its number, and a name keeps its capitals", () => {
    expect(stepState("3/6", "Scale vulcan-prod")).toBe("Step 3/6: scale vulcan-prod");
    expect(stepState("3/6", "RDS restores", "Undo step")).toBe("Undo step 3/6: RDS restores");
    expect(stepState(undefined, "Watch")).toBe("Watch");
  });
});

const ended = (outcome: string, more: Partial<ExecutionEnded> = {}): ExecutionEnded =>
  ({ type: "execution.ended", status: "done", exitCode: 0, text: outcome, outcome, next: [], ...more }) as never;

describe("the state of an end", () => {
  it("has each proof that fits", () => {
    const deed = "Migrated vulcan-prod to the newest migration with 2.0.0 (:43)";
    expect(doneState(deed, ["migrations 6 → 8", "3/3 healthy", "STABLE"])).toBe(`${deed}: STABLE`);
    expect(doneState("Rolled back vulcan-prod to 1.42.0 (:42)", ["3/3 healthy"])).toMatch(/: 3\/3 healthy$/);
  });

  it("says why it stopped by its code, by the first clause, or not at all", () => {
    const where = "Failed at step 4/6 (rollout)";
    expect(stoppedState(where, { reason: "breaker-rollback", text: "" })).toBe(`${where}: circuit breaker rolled back`);
    expect(stoppedState(where, { reason: "x", text: "tasks exit; ECS retries" })).toBe(`${where}: tasks exit`);
    expect(stoppedState(where, { reason: "disk-is-full", text: "a b c d e f g h i j k l" })).toBe(
      `${where}: disk is full`,
    );
    expect(stoppedState(where, { reason: "a-b-c-d-e-f-g-h", text: "a b c d e f g h i j k" })).toBe(where);
  });

  it("puts what stands in place of why, where both do not fit", () => {
    const state = "Stopped before step 11/23 (migrate): taken over";
    expect(withState(state, "3 changes unfinished")).toBe(`${state}, 3 changes unfinished`);
    expect(withState("Stopped watching at step 9/23 (shrink): AWS continues", "all put back")).toBe(
      "Stopped watching at step 9/23 (shrink): all put back",
    );
  });

  it("of an old journal is the first clauses of its sentence", () => {
    expect(firstClauses("Cancelled at step 3/6 (revert); nothing was sent")).toBe(
      "Cancelled at step 3/6 (revert); nothing was sent",
    );
    expect(firstClauses("a b c d e f g h i j k l m; n")).toBe("a b c d e f g h i j");
  });
});

describe("an END", () => {
  it.each<[string, readonly string[], string | undefined]>([
    ["vulcan-ops resume 7k2m", ["vulcan-ops resume 7k2m"], undefined],
    ["vulcan-ops watch", ["vulcan-ops watch --for 10m"], undefined],
    ["check the credentials", ["aws --region eu-west-1 sts get-caller-identity"], undefined],
    ["ask its holder", ["vulcan-ops resume 7k2m"], "lock-lost"],
    ["run it again", ["run the same command again"], undefined],
    ["the command below", ["aws ecs update-service --cluster a --service b --desired-count 3"], undefined],
    ["nothing to do", [], undefined],
  ])("says %s", (next, lines, reason) => {
    expect(endingHeadline(ended("Done", { next: lines, ...(reason && { reason }) })).next).toBe(next);
  });

  it.each<[string, string, string]>([
    ["Rolled back to 42: 3/3 healthy", "Rolled back to 42: 3/3 healthy, took 1 min", "took 1 min"],
    [
      "Stopped watching at step 6/6 (drained): AWS continues",
      "Stopped watching at step 6/6 (drained); AWS continues with what was sent",
      "",
    ],
    [
      "No answer at step 1/2 (a): all put back",
      "No answer came in time at step 1/2 (a); put back: B; nothing else is in effect",
      "put back: B; nothing else is in effect",
    ],
    [
      "Failed at step 1/2 (a): AWS refused",
      "Failed at step 1/2 (a): AWS refused ecs:X to these credentials",
      "AWS refused ecs:X to these credentials",
    ],
    ["Failed at step 1/2 (a)", "Failed at step 1/2 (a)", ""],
  ])("%s leaves the rest of its sentence to a row below", (state, outcome, rest) => {
    const status = outcome.startsWith("Failed") ? "failed" : "interrupted";
    expect(beyondHeadline(ended(outcome, { state, status }))).toBe(rest);
  });
});
