import { describe, expect, it } from "vitest";
import { menuOf } from "../../../src/domain/status/menu.ts";
import { situationOf } from "../../../src/domain/status/situation.ts";
import { targetRow, worstExit } from "../../../src/domain/status/target-row.ts";
import type { TargetStatus } from "../../../src/domain/status/target-status.ts";
import { HEALTHY, PARTIAL, TROUBLED } from "../../ui/overviews.ts";
import { ERRORS_BEFORE, OWN_ROLLBACK, SITUATIONS } from "../../ui/situations.ts";

const known = <T>(value: T) => ({ known: true, value }) as const;
const texts = (status: TargetStatus) => situationOf(status).sentences.map(({ text }) => text);

describe("the situation", () => {
  it.each<[string, TargetStatus, string, string, string]>([
    ["healthy", SITUATIONS.healthy, "fine", "fine", "watch"],
    ["a failing deployment", SITUATIONS["bad-release"], "deployment-failing", "failing", "rollback"],
    ["tasks that exit", SITUATIONS["crash-loop"], "deployment-failing", "failing", "rollback"],
    ["tasks that do not start", SITUATIONS["no-capacity"], "deployment-stuck", "failing", "rollback"],
    ["requests that fail", SITUATIONS["bad-but-healthy"], "requests-fail", "failing", "rollback"],
    ["requests that failed before the release", ERRORS_BEFORE, "requests-fail", "failing", "logs"],
    ["ECS has rolled back", SITUATIONS["breaker-rolled-back"], "rolled-back", "fine", "watch"],
    ["a deployment", SITUATIONS.deploying, "deploying", "progress", "watch"],
    ["one's own rollback", OWN_ROLLBACK, "unfinished-execution", "progress", "resume"],
    ["a maintenance left half done", TROUBLED, "unfinished-execution", "failing", "resume"],
    [
      "what cannot be read",
      { ...PARTIAL, database: HEALTHY.database, past: HEALTHY.past },
      "partly-unread",
      "unknown",
      "doctor",
    ],
  ])("%s", (_name, status, code, tone, deed) => {
    const found = situationOf(status);
    expect([found.code, found.tone, found.action.do]).toEqual([code, tone, deed]);
    expect(found.sentences.length).toBeLessThanOrEqual(2);
  });

  it("of a rollback that ECS makes itself is progress, and nothing is to be sent", () => {
    const { leftovers: _, ...rest } = OWN_ROLLBACK;
    const status = { ...rest, leftovers: known([]) };
    expect(texts(status)).toEqual([
      "ECS is rolling 1.43.0 (:43) back to 1.42.0 (:42) (on request).",
      "Users are served by 1.42.0 (:42): 3/3 healthy.",
    ]);
    expect(situationOf(status).action.do).toBe("watch");
  });

  it("without a healthy target is that users get errors", () => {
    const balancer = known({ targets: {}, serving: {}, groups: [{ name: "web", targets: {}, serving: {} }] });
    expect(situationOf({ ...HEALTHY, balancer })).toMatchObject({ code: "nothing-serves", tone: "failing" });
    expect(texts({ ...HEALTHY, balancer })).toEqual(["No target is healthy: users get errors."]);
  });

  it("of a young release that no request has tried is not known to be fine", () => {
    const { now } =
      HEALTHY.traffic.known && HEALTHY.traffic.value !== null ? HEALTHY.traffic.value : { now: undefined };
    if (now === undefined) throw new Error("no traffic");
    const silent = { ...now, requests: 0, failed: 0 };
    const status = SITUATIONS["bad-but-healthy"];
    const traffic = known({ now: silent, before: silent });
    expect(situationOf({ ...status, traffic })).toMatchObject({ code: "requests-unmeasured", tone: "unknown" });
    expect(situationOf({ ...HEALTHY, traffic }).code).toBe("fine");
  });

  it("names another operator's run, and offers no rollback beside it", () => {
    const leftovers = known([
      {
        execution: "zzzz",
        what: "maintenance",
        state: "elsewhere" as const,
        since: "2026-04-10T03:00:00.000Z",
        operator: "alex@bastion",
        holdsLock: true,
      },
    ]);
    const status = { ...HEALTHY, leftovers };
    expect(texts(status)[0]).toBe("A maintenance is running (zzzz, alex@bastion).");
    expect(menuOf(status).map(({ deed }) => deed)).not.toContain("rollback");
  });

  it("names an execution that runs as far as the record of its lock says", () => {
    const running = (what: string, execution = "zzzz") => {
      const one = { execution, what, state: "elsewhere", since: "unknown", operator: "alex", holdsLock: true } as const;
      return texts({ ...HEALTHY, leftovers: known([one]) })[0];
    };
    expect(running("upgrade-service")).toBe("An upgrade is running (zzzz, alex).");
    expect(running("unknown")).toBe("An execution is running (zzzz, alex).");
    expect(running("unknown", "unreadable")).toBe("The target is locked, and the record of its lock cannot be read.");
  });
});

describe("the menu", () => {
  it("offers an undo only of an execution that has something to undo, and never beside one to resume", () => {
    const has = (status: TargetStatus, undoable?: string) =>
      menuOf(status, { undoable }).some(({ deed }) => deed === "undo");
    expect(has(HEALTHY)).toBe(false);
    expect(has(HEALTHY, "cc5ftm")).toBe(true);
    expect(has(OWN_ROLLBACK, "cc5ftm")).toBe(false);
    // An older one stays on offer.
    expect(has(OWN_ROLLBACK, "aa1bbb")).toBe(true);
  });

  it.each(Object.entries(SITUATIONS))("of %s names each deed once", (_name, status) => {
    const deeds = menuOf(status).map(({ deed }) => deed);
    expect(new Set(deeds).size).toBe(deeds.length);
  });

  it("gets the logs of the tasks that failed, not of those that serve now", () => {
    const logs = menuOf(SITUATIONS["breaker-rolled-back"]).find(({ deed }) => deed === "logs");
    expect(logs).toMatchObject({ revision: "43", label: "Logs of :43" });
  });

  it("names the family of a revision whose logs it gets, where the service runs another one", () => {
    const status = SITUATIONS["breaker-rolled-back"] as TargetStatus;
    const taskDefinition = "vulcan-blue:7";
    const lastLog = known({ taskDefinition, task: "t", container: "vulcan", lines: [] });
    const logs = menuOf({ ...status, lastLog }).find(({ deed }) => deed === "logs");
    expect(logs).toMatchObject({ revision: taskDefinition, label: `Logs of ${taskDefinition}` });
  });
});

describe("among all targets", () => {
  const expired = { known: false, why: "the SSO session has expired", code: "aws-expired", exitCode: 4 } as const;
  const blind: TargetStatus = {
    ...HEALTHY,
    service: expired,
    tasks: expired,
    balancer: expired,
    past: expired,
    traffic: expired,
    database: expired,
    window: expired,
    alarms: expired,
    scaling: expired,
  };

  it("one that cannot be read is a row with its reason, and the exit code is the worst", () => {
    const rows = [targetRow("a", HEALTHY), targetRow("b", SITUATIONS["bad-release"]), targetRow("c", blind)];
    expect(rows.map(({ tone, exitCode }) => [tone, exitCode])).toEqual([
      ["fine", 0],
      ["failing", 0],
      ["unknown", 4],
    ]);
    expect(rows[2]).toMatchObject({ code: "aws-expired", text: "the SSO session has expired" });
    expect(worstExit(rows)).toBe(4);
    expect(worstExit(rows.slice(0, 2))).toBe(0);
  });
});
