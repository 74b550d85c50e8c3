import { describe, expect, it } from "vitest";
import { registry } from "../../src/actions/index.ts";
import type { Action, StepPlan } from "../../src/domain/action.ts";
import { confirmOf } from "../../src/domain/runbook.ts";
import type { ActionServices } from "../../src/domain/services.ts";
import { SOON_MS } from "../support/soon.ts";
import {
  containerOf,
  definitionOf,
  deploymentOf,
  fixedClock,
  type Moment,
  rowsOf,
  serviceOf,
  TARGET,
  worldOf,
} from "./support.ts";

function actionNamed(name: string): Action<ActionServices> {
  const action = registry[name];
  if (action === undefined) throw new Error(`no action ${name}`);
  return action;
}

/** Observes a recorded moment and plans, as the engine does. */
async function planned(
  name: string,
  inputs: object,
  moment: Moment,
  pendingStep?: string,
): Promise<StepPlan | { until: string }> {
  const action = actionNamed(name);
  const looking = {
    services: worldOf(moment),
    target: TARGET,
    clock: fixedClock(),
    ...(pendingStep !== undefined && { pendingStep }),
  };
  const observed = await action.observe(inputs as never, looking);
  return observed.kind === "deferred" ? { until: observed.until } : action.plan(inputs as never, observed.value, {});
}

const levels = (plan: StepPlan | { until: string }) =>
  "findings" in plan ? plan.findings.map(({ level, code }) => `${level} ${code}`) : [];

describe("every action", () => {
  it.each(Object.values(registry))(
    "$name reads, or tells how it is undone and how a lost answer is found out",
    (action) => {
      expect(action.name).toMatch(/^[a-z]+\.[a-z][A-Za-z]+$/);
      expect(action.summary).toMatch(/\.$/);
      if (action.risk === "read") return;
      expect(action.probe).toBeDefined();
      expect(action.verify).toBeDefined();
      expect(confirmOf(undefined, action.risk)).not.toBe("none");
    },
  );
});

describe("ecs.findRevision", () => {
  const history = rowsOf("43 SUCCESSFUL 2", "42 SUCCESSFUL 10", "41 SUCCESSFUL 100");
  const definitions = [definitionOf(43), definitionOf(42), definitionOf(41), definitionOf(40, { status: "INACTIVE" })];
  const moment = { service: serviceOf(43), history, definitions };
  const find = (inputs: object = {}, change: Moment = {}) =>
    planned("ecs.findRevision", inputs, { ...moment, ...change });

  it("finds the newest one proven good, and says since when and what comes before it", async () => {
    expect(await find()).toEqual({
      summary: "1.43 (:43) → 1.42 (:42)",
      goal: "roll back 1.43 (:43) → 1.42 (:42)",
      changes: [],
      outputs: {
        taskDefinition: "vulcan-prod:42",
        revision: 42,
        image: "vulcan:v1.42",
        previous: "vulcan-prod:43",
        previousImage: "vulcan:v1.43",
      },
      findings: [
        {
          level: "ok",
          code: "revision-proven",
          text: "newest good revision: vulcan-prod:42 ran 7 h 54 min, from 2026-04-10 02:06:00Z; fallback: vulcan-prod:41 (3 d 17 h)",
        },
      ],
    });
  });

  it.each<[string, object, Moment, string[]]>([
    ["takes the one named, with its evidence", { to: 41 }, {}, ["ok revision-proven"]],
    [
      "warns about one that never ran here",
      { to: 43 },
      { history: rowsOf("42 SUCCESSFUL 10"), service: serviceOf(42) },
      ["warn revision-unproven"],
    ],
    [
      "is blocked by an INACTIVE one, which ECS would not start",
      { to: 40 },
      {},
      ["warn revision-unproven", "block revision-inactive"],
    ],
    ["is blocked where nothing was ever good", {}, { history: rowsOf("43 SUCCESSFUL 2") }, ["block nothing-to-revert"]],
    [
      "stops where ECS has gone back by itself: a second revert would go one too far",
      {},
      { service: serviceOf(42), history: rowsOf("43 ROLLBACK_SUCCESSFUL 1", "42 SUCCESSFUL 10", "41 SUCCESSFUL 100") },
      ["ok revision-proven", "ok revisions-passed-over", "block already-rolled-back"],
    ],
    [
      "stops whoever names the revision, too",
      { to: 41 },
      { service: serviceOf(42), history: rowsOf("43 ROLLBACK_SUCCESSFUL 1", "42 SUCCESSFUL 10", "41 SUCCESSFUL 100") },
      ["ok revision-proven", "block already-rolled-back"],
    ],
    [
      "lets whoever says so go further back all the same",
      { to: 41, forceFurther: true },
      { service: serviceOf(42), history: rowsOf("43 ROLLBACK_SUCCESSFUL 1", "42 SUCCESSFUL 10", "41 SUCCESSFUL 100") },
      ["ok revision-proven", "warn already-rolled-back"],
    ],
  ])("%s", async (_name, inputs, change, expected) => {
    expect(levels(await find(inputs, change))).toEqual(expected);
  });

  it("does not find a revision that is not there: exit 6, with those that are", async () => {
    await expect(find({ to: 99 })).rejects.toMatchObject({
      exitCode: 6,
      message: "there is no task definition vulcan-prod:99; ACTIVE revisions of vulcan-prod: 43, 42, 41",
      detail: { next: ["vulcan-ops rollback --to 42"] },
    });
  });
});

describe("ecs.checkRevert", () => {
  const moment = {
    service: serviceOf(43),
    history: rowsOf("43 SUCCESSFUL 2", "42 SUCCESSFUL 10"),
    definitions: [definitionOf(43), definitionOf(42)],
  };
  const check = (change: Moment = {}, inputs: object = { taskDefinition: "vulcan-prod:42" }) =>
    planned("ecs.checkRevert", inputs, { ...moment, ...change });

  it("tells what is in the way first, then what to know, then what is in order", async () => {
    const service = serviceOf(43, { maximumPercent: 100, breaker: { enabled: false, rollback: false } });
    const found = levels(await check({ service })).map((line) => line.split(" ")[0]);
    expect(found[0]).toBe("block");
    expect(found).toEqual([...found].sort((a, b) => "bwo".indexOf(a?.[0] ?? "") - "bwo".indexOf(b?.[0] ?? "")));
    expect(found).toContain("ok");
  });

  it("has nothing to say of the revision that is current", async () => {
    expect(await check({}, { taskDefinition: "vulcan-prod:43" })).toMatchObject({
      summary: "nothing to check: vulcan-prod:43 is current",
      findings: [],
      outputs: {},
    });
  });

  it("looks at the rest where one thing cannot be seen, and is no error", async () => {
    const found = levels(await check({ definitions: [definitionOf(42)] }));
    expect(found.filter((line) => line === "warn not-checked").length).toBeGreaterThan(1);
    expect(found).toContain("ok room-enough");
    expect(found).toContain("ok alarms-quiet");
  });

  it("hands on to the question what must be read there", async () => {
    const place = (fingerprint: string) =>
      containerOf(1, { environment: [{ name: "DB_HOST", fingerprint, place: `${fingerprint}.example` }] });
    const definitions = [
      definitionOf(43, { containers: [place("new")] }),
      definitionOf(42, { containers: [place("old")] }),
    ];
    const { outputs } = (await check({ definitions })) as StepPlan;
    expect(outputs.caution).toBe(
      "vulcan-prod:42 points at another database: DB_HOST of vulcan is old.example instead of new.example",
    );
    const inputs = { taskDefinition: "vulcan-prod:42", caution: outputs.caution };
    const revert = (await planned("ecs.updateService", inputs, { ...moment, definitions })) as StepPlan;
    expect(revert.findings).toContainEqual({ level: "warn", code: "caution", text: outputs.caution });
    expect(revert.proposal?.undo).not.toMatchObject({ with: { caution: expect.anything() } });
  });

  it("says in the question, too, that nobody could see the schema", async () => {
    const plan = await check({ migrations: () => Promise.reject(new Error("no answer")) });
    expect((plan as StepPlan).outputs.caution).toBe(
      "whether vulcan-prod:42 works with the schema is unknown: the migrations could not be read; see vulcan-ops migrate status",
    );
  });

  it("does not wait for what does not answer", async () => {
    const world = worldOf(moment);
    const hanging = () => new Promise<never>(() => {});
    const slow: ActionServices = {
      ...world,
      vulcan: { migrations: hanging },
      aws: { ...world.aws, alarms: hanging, around: { ...world.aws.around, scalingTarget: hanging } },
    };
    const begun = performance.now();
    const action = actionNamed("ecs.checkRevert");
    const inputs = { taskDefinition: "vulcan-prod:42" } as never;
    const observed = await action.observe(inputs, { services: slow, target: TARGET, clock: fixedClock() });
    expect(performance.now() - begun).toBeLessThan(SOON_MS);
    const { findings } = action.plan(inputs, (observed as { value: unknown }).value, {});
    expect(findings.filter(({ text }) => text.endsWith("(no answer within 1.5 s)")).map(({ text }) => text)).toEqual([
      "not checked: which migrations were applied since that revision last ran (no answer within 1.5 s)",
      "not checked: whether auto scaling acts on the service (no answer within 1.5 s)",
      "not checked: which alarms fire (no answer within 1.5 s)",
    ]);
  });
});

describe("ecs.updateService", () => {
  const inputs = { taskDefinition: "vulcan-prod:42", forceNewDeployment: true };
  const moment = { service: serviceOf(43), definitions: [definitionOf(43), definitionOf(42)] };
  const update = (given: object = inputs, change: Moment = {}) =>
    planned("ecs.updateService", given, { ...moment, ...change });

  it("proposes the documented request, with what it changes and exactly what undoes it", async () => {
    expect(await update()).toEqual({
      summary: "vulcan-prod: 1.43 (:43) → 1.42 (:42)",
      deed: {
        verb: "roll back",
        past: "rolled back",
        object: "vulcan-prod",
        main: true,
        from: "1.43 (:43)",
        to: "1.42 (:42)",
        shortTo: "1.42",
        reminder: "the pipeline still deploys 1.43 (:43): pause or fix it",
      },
      changes: [
        {
          subject: "service vulcan-prod",
          property: "task definition",
          before: "vulcan-prod:43",
          after: "vulcan-prod:42",
        },
        { subject: "service vulcan-prod", property: "image of vulcan", before: "vulcan:v1.43", after: "vulcan:v1.42" },
      ],
      findings: [],
      outputs: { previousTaskDefinition: "vulcan-prod:43" },
      proposal: {
        operation: requestFor("vulcan-prod:42"),
        undo: {
          kind: "operation",
          operation: requestFor("vulcan-prod:43"),
          with: {
            taskDefinition: "vulcan-prod:43",
            forceNewDeployment: true,
            by: "update",
            expectTaskDefinition: "vulcan-prod:42",
            waitForRollout: true,
          },
        },
        basis: { taskDefinition: "vulcan-prod:43", primary: "ecs-svc/43" },
        consequence: "42",
        consequenceName: "vulcan-prod:42",
        current: "43",
        currentName: "vulcan-prod:43",
      },
    });
  });

  it("and the inputs of that undo propose the very request that was promised", async () => {
    const plan = await update();
    if (!("proposal" in plan) || plan.proposal?.undo.kind !== "operation") throw new Error("no undo");
    const back = await update(plan.proposal.undo.with, { service: serviceOf(42) });
    expect("proposal" in back && back.proposal?.operation).toEqual(plan.proposal.undo.operation);
    expect(levels(back)).toEqual([]);
  });

  it("never sends a number of tasks: a service that was scaled keeps its size", async () => {
    const plan = await update(inputs, { service: serviceOf(43, { desired: 7 }) });
    expect(JSON.stringify("proposal" in plan && plan.proposal)).not.toMatch(/desired/i);
  });

  it("leaves forceNewDeployment out where it is not asked for", async () => {
    const plan = await update({ taskDefinition: "vulcan-prod:42" });
    expect("proposal" in plan && plan.proposal?.operation.input).toEqual({
      cluster: "vulcan-prod",
      service: "vulcan-prod",
      taskDefinition: "vulcan-prod:42",
    });
  });

  it("proposes nothing where the service already runs it", async () => {
    const plan = await update(inputs, { service: serviceOf(42) });
    expect(plan).toMatchObject({ summary: "vulcan-prod already runs vulcan-prod:42", changes: [], findings: [] });
    expect(plan).not.toHaveProperty("proposal");
  });

  it("of a service that is deployed in another way names its own cluster and deployment, and no update", async () => {
    const arn = "arn:aws:ecs:eu-west-1:111122223333:service-deployment/c/s/1";
    const service = serviceOf(43, { strategy: "BLUE_GREEN", deploymentArn: arn });
    const plan = await update(inputs, { service });
    expect(plan).not.toHaveProperty("proposal");
    expect("findings" in plan && plan.findings[0]?.next).toEqual([
      "aws ecs list-service-deployments --cluster vulcan-prod --service vulcan-prod --status IN_PROGRESS",
      `aws ecs stop-service-deployment --service-deployment-arn ${arn} --stop-type ROLLBACK`,
    ]);
  });

  it.each<[string, object, Moment, string[]]>([
    [
      "an INACTIVE revision",
      inputs,
      { definitions: [definitionOf(42, { status: "INACTIVE" })] },
      ["block revision-inactive"],
    ],
    [
      "a service that CodeDeploy deploys",
      inputs,
      { service: serviceOf(43, { controller: "CODE_DEPLOY" }) },
      ["block controller-foreign"],
    ],
    [
      "a service that another controller deploys",
      inputs,
      { service: serviceOf(43, { controller: "EXTERNAL" }) },
      ["block controller-foreign"],
    ],
    [
      "a service that is being deleted",
      inputs,
      { service: serviceOf(43, { status: "DRAINING" }) },
      ["block service-not-active"],
    ],
    [
      "a service that somebody has changed since",
      { ...inputs, expectTaskDefinition: "vulcan-prod:41" },
      {},
      ["block changed-since"],
    ],
    ["nothing where the service is as expected", { ...inputs, expectTaskDefinition: "vulcan-prod:43" }, {}, []],
    [
      "nothing, but warned about, a service that may lose capacity on the way",
      inputs,
      { service: serviceOf(43, { minimumHealthyPercent: 50 }) },
      ["warn capacity-may-drop"],
    ],
    [
      "not a deployment in flight, which is what a revert is for: that is a warning",
      inputs,
      { service: serviceOf(43, { deployments: [deploymentOf(43), deploymentOf(42, { status: "ACTIVE" })] }) },
      ["warn deployment-in-flight"],
    ],
  ])("is blocked by %s", async (_name, given, change, expected) => {
    expect(levels(await update(given, change))).toEqual(expected);
  });

  it("has another basis as soon as somebody deploys the same revision anew", async () => {
    const basis = async (id: string) => {
      const plan = await update(inputs, { service: serviceOf(43, { deployments: [deploymentOf(43, { id })] }) });
      return "proposal" in plan ? plan.proposal?.basis : undefined;
    };
    expect(await basis("ecs-svc/1")).not.toEqual(await basis("ecs-svc/2"));
  });

  it("does not look for a revision that is not there: exit 6", async () => {
    await expect(update({ taskDefinition: "vulcan-prod:99" })).rejects.toMatchObject({ exitCode: 6 });
  });
});

function requestFor(taskDefinition: string) {
  const input = { cluster: "vulcan-prod", service: "vulcan-prod", taskDefinition, forceNewDeployment: true };
  return { service: "ecs", name: "UpdateService", input };
}

describe("ecs.waitForRollout", () => {
  it("says what it waits for", async () => {
    expect(await planned("ecs.waitForRollout", { taskDefinition: "vulcan-prod:42" }, {})).toMatchObject({
      waitsFor: "all 2 tasks of vulcan-prod run vulcan-prod:42 and are healthy",
    });
  });

  it("is known only after the step that changes the service", async () => {
    expect(await planned("ecs.waitForRollout", { taskDefinition: "vulcan-prod:42" }, {}, "revert")).toEqual({
      until: "revert",
    });
  });
});
