import { describe, expect, it } from "vitest";
import { findRevision } from "../../../src/actions/ecs/find-revision.ts";
import { translateRead } from "../../../src/aws/client/errors.ts";
import { SOON_MS } from "../../support/soon.ts";
import { definitionOf, deploymentOf, fixedClock, type Moment, rowsOf, serviceOf, TARGET, worldOf } from "../support.ts";

const definitions = [43, 42, 41].map((revision) => definitionOf(revision));
const REFUSED = translateRead({ name: "AccessDeniedException", message: "no" }, "ecs:ListServiceDeployments");
const HALF_REFUSED = translateRead(
  { name: "AccessDeniedException", message: "User: u is not authorized to perform: ecs:DescribeServiceRevisions on r" },
  "ecs:ListServiceDeployments",
);
const BROKEN = translateRead({ $metadata: { httpStatusCode: 503 } }, "ecs:ListServiceDeployments");

async function find(inputs: { to?: number | string; forceFurther?: boolean }, moment: Moment) {
  const world = worldOf({ definitions, ...moment });
  const observed = await findRevision.observe(inputs, { services: world, target: TARGET, clock: fixedClock() });
  if (observed.kind !== "observed") throw new Error("deferred");
  const { findings, outputs } = findRevision.plan(inputs, observed.value, {});
  return { findings: findings.map(({ level, code, text }) => `${level} ${code} ${text}`), revision: outputs.revision };
}

describe("a deployment history that cannot be read", () => {
  it("never stops whoever names the revision: it is unproven, and why", async () => {
    const { findings, revision } = await find({ to: 42 }, { service: serviceOf(43), unread: BROKEN });
    expect(revision).toBe(42);
    expect(findings).toEqual([
      expect.stringMatching(
        /^warn revision-unproven vulcan-prod:42 is not known to be good: the deployment history could not be/,
      ),
    ]);
  });

  it("keeps nobody who names the revision waiting", async () => {
    const begun = performance.now();
    const { findings } = await find({ to: 42 }, { service: serviceOf(43), isHistoryHanging: true });
    expect(performance.now() - begun).toBeLessThan(SOON_MS);
    expect(findings).toEqual([expect.stringMatching(/could not be read just now \(no answer within 1 s\)$/)]);
  });

  it.each([
    ["broken", BROKEN, /^block history-unread the deployment history could not be read just now .* so no revision is/],
    [
      "refused",
      REFUSED,
      /^block history-unread these credentials may not read .* \(ecs:ListServiceDeployments\), so no/,
    ],
    ["refused in its second half", HALF_REFUSED, /^block history-unread .* \(ecs:DescribeServiceRevisions\), so no/],
  ])("proposes nothing, and says what there is to name: %s", async (_name, unread, expected) => {
    const { findings, revision } = await find({}, { service: serviceOf(42), unread });
    expect(revision).toBeUndefined();
    expect(findings).toEqual([expect.stringMatching(expected)]);
    expect(findings[0]).toMatch(/--to REV; ACTIVE revisions below vulcan-prod:42: 41, good or bad$/);
  });

  it("is not waited for without end", async () => {
    const { findings } = await find({}, { service: serviceOf(43), isHistoryHanging: true });
    expect(findings).toEqual([expect.stringMatching(/^block history-unread .*\(no answer within 8 s\)/)]);
  });

  it("hides no going back by force that nothing was found for", async () => {
    const event = { at: "2026-04-10T11:00:00.000Z", text: "(service S) rolling back to deployment ecs-svc/42." };
    const moment = { service: serviceOf(42, { events: [event] }), unread: REFUSED };
    const { findings } = await find({ forceFurther: true }, moment);
    expect(findings.map((finding) => finding.split(" ", 2).join(" "))).toEqual([
      "warn already-rolled-back",
      "block history-unread",
    ]);
  });

  it("hides no rollback that the service itself tells of: never back twice", async () => {
    const event = { at: "2026-04-10T11:00:00.000Z", text: "(service S) rolling back to deployment ecs-svc/42." };
    const going = deploymentOf(42, {
      rollout: "IN_PROGRESS",
      rolloutReason: "rolling back to deploymentId ecs-svc/42.",
    });
    for (const service of [serviceOf(42, { events: [event] }), serviceOf(42, { deployments: [going] })]) {
      const { findings } = await find({}, { service, unread: REFUSED });
      expect(findings[0]).toMatch(/^block already-rolled-back ECS rolled back, or is rolling back, to vulcan-prod:42/);
      const forced = await find({ forceFurther: true, to: 41 }, { service, unread: REFUSED });
      expect(forced.findings[1]).toMatch(/^warn already-rolled-back/);
      expect((await find({ to: 42 }, { service, unread: REFUSED })).findings.join()).not.toMatch(/already-rolled-back/);
    }
  });

  it("says nothing of going back where the service tells of none", async () => {
    const event = { at: "2026-04-10T11:00:00.000Z", text: "(service S) rolling back to deployment ecs-svc/41." };
    const { findings } = await find({}, { service: serviceOf(43, { events: [event] }), unread: REFUSED });
    expect(findings).toEqual([expect.stringMatching(/^block history-unread/)]);
  });
});

describe("a revision that an execution of ours has found bad", () => {
  const history = rowsOf("43 SUCCESSFUL 1", "42 STOPPED 2", "43 SUCCESSFUL 3", "42 SUCCESSFUL 10", "41 SUCCESSFUL 30");
  const sentAt = "2026-04-10T09:59:58.000Z";
  const mark = {
    taskDefinition: "vulcan-prod:42",
    sentAt,
    at: "2026-04-10T10:05:00.000Z",
    why: "task-exits",
    execution: "abc",
  };
  const moment = { service: serviceOf(43), history };

  it("is passed over, and why", async () => {
    expect((await find({}, moment)).revision).toBe(42);
    const { findings, revision } = await find({}, { ...moment, marks: [mark] });
    expect(revision).toBe(41);
    expect(findings[1]).toContain(
      "skipped: vulcan-prod:42: going back to it failed at 2026-04-10T10:05:00.000Z (task-exits, execution abc)",
    );
  });

  it("is not known where our own record cannot be read: the revision is proposed, and that is said", async () => {
    const failedRevisions = async () => Promise.reject(new Error("EACCES"));
    const services = { ...worldOf({ definitions, ...moment }), failedRevisions };
    const observed = await findRevision.observe({}, { services, target: TARGET, clock: fixedClock() });
    if (observed.kind !== "observed") throw new Error("deferred");
    const { findings, outputs } = findRevision.plan({}, observed.value, {});
    expect([outputs.revision, findings.map(({ text }) => text)]).toEqual([
      42,
      expect.arrayContaining(["not checked: which revisions executions here rolled back from (EACCES)"]),
    ]);
  });

  it("may be named all the same", async () => {
    const { findings, revision } = await find({ to: 42 }, { ...moment, marks: [mark] });
    expect(revision).toBe(42);
    expect(findings).toEqual([expect.stringMatching(/^warn revision-unproven .*task-exits/)]);
  });

  it("is none where the history knows nothing of it: that was another world", async () => {
    const without = rowsOf("43 SUCCESSFUL 1", "42 SUCCESSFUL 10", "41 SUCCESSFUL 30");
    expect((await find({}, { ...moment, history: without, marks: [mark] })).revision).toBe(42);
  });

  it("is good again once it has been deployed well since", async () => {
    const since = rowsOf("43 SUCCESSFUL 0.5", "42 SUCCESSFUL 1.5", "42 STOPPED 2", "41 SUCCESSFUL 30");
    expect((await find({}, { ...moment, history: since, marks: [mark] })).revision).toBe(42);
  });
});

describe("a revision of another family", () => {
  const before = rowsOf("43 SUCCESSFUL 6", "42 SUCCESSFUL 10");
  const [newest] = rowsOf("1 SUCCESSFUL 1");
  const web = "vulcan-web:1";
  const history = [{ ...newest, taskDefinition: web } as (typeof before)[number], ...before];
  const service = serviceOf(43, { taskDefinition: web });

  it.each(["vulcan-prod:43", "arn:aws:ecs:eu-west-1:111122223333:task-definition/vulcan-prod:43"])(
    "is the one named: %s",
    async (to) => {
      expect((await find({ to }, { service, history })).findings).toEqual([
        expect.stringMatching(/^ok revision-proven good revision: vulcan-prod:43 ran/),
      ]);
    },
  );

  it("is proposed where a number alone names nothing in the service's own family", async () => {
    const failure = await find({ to: 43 }, { service, history }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ detail: { next: ["vulcan-ops rollback --to vulcan-prod:43"] } });
  });
});

describe("nothing to return to", () => {
  it.each<[string, string[], RegExp]>([
    [
      "was ever good",
      ["43 STOPPED 2"],
      /^block nothing-to-revert no successful deployment of vulcan-prod is on record/,
    ],
    ["but the current one", ["43 SUCCESSFUL 2"], /^block nothing-to-revert only vulcan-prod:43 has/],
    [
      "but one that failed",
      ["43 SUCCESSFUL 2", "42 ROLLBACK_SUCCESSFUL 4"],
      /record; vulcan-prod:42: its deployment of/,
    ],
  ])("is said as it is where nothing %s", async (_name, rows, expected) => {
    const { findings } = await find({}, { service: serviceOf(43), history: rowsOf(...rows) });
    expect(findings.at(-1)).toMatch(expected);
  });
});
