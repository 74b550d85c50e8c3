import { describe, expect, it } from "vitest";
import { scaleService } from "../../../src/actions/ecs/scale-service.ts";
import { fixedClock, type Moment, serviceOf, TARGET, targetsOf, tasksOf, waitingFor, worldOf } from "../support.ts";

/** The service as ECS shows it, with so many tasks wanted and there. */
const shown = (desired: number): Moment => ({
  service: serviceOf(42, { desired, running: desired }),
  running: tasksOf(42, desired),
  targets: targetsOf(tasksOf(42, desired)),
});

const attempt = {
  confirmedAt: "2026-04-10T12:00:00.000Z",
  outputs: {},
  basis: { desired: 3 },
  operation: { service: "ecs", name: "UpdateService", input: { desiredCount: 1 } },
} as const;

async function scaled(...moments: readonly Moment[]) {
  const waiting = waitingFor(worldOf(...moments), 120);
  return { verdict: await scaleService.verify?.({ desired: 1 }, attempt, waiting), told: waiting.told };
}

describe("a service that is scaled", () => {
  it("is waited for where ECS still shows what was before: that is lag, and not somebody else", async () => {
    const { verdict, told } = await scaled(shown(3), shown(3), shown(1));
    expect(verdict).toMatchObject({ kind: "true", text: "1 task of vulcan-prod:42 serves" });
    expect(told).toEqual(["ECS still shows 3 tasks", "ECS still shows 3 tasks"]);
  });

  it("was scaled by somebody else where the number is another one, or the old one again", async () => {
    const foreign = { kind: "false", failure: { reason: "foreign-change" } };
    expect((await scaled(shown(5))).verdict).toMatchObject(foreign);
    const going = { ...shown(3), service: serviceOf(42, { desired: 1, running: 3 }) };
    expect((await scaled(going, shown(3))).verdict).toMatchObject(foreign);
  });

  it("was not seen to be scaled where the old number stays for a minute: nobody is blamed, and it may still come", async () => {
    const { verdict, told } = await scaled(shown(3));
    expect(verdict).toMatchObject({ kind: "false", failure: { reason: "not-begun" } });
    expect(verdict).toHaveProperty(
      "failure.text",
      expect.stringMatching(
        /^ECS accepted the request, yet vulcan-prod is still set to 3 tasks; not seen within \d+ s of the request\. ECS may still carry it out$/,
      ),
    );
    expect(told.length).toBeGreaterThan(5);
  });

  it("is waited for where the number is right, and a task does not serve yet", async () => {
    const unready = { ...shown(1), targets: targetsOf(tasksOf(42, 1), "initial") };
    const { verdict, told } = await scaled(unready, unready, shown(1));
    expect(verdict).toMatchObject({ kind: "true", proof: "1/1 healthy" });
    expect(told[0]).toMatch(/^0 of 1 task serve/);
  });

  it("was perhaps scaled by auto scaling where that acts: nobody else is blamed alone", async () => {
    const waiting = waitingFor(scaling(worldOf(shown(5)), false), 120);
    expect(await scaleService.verify?.({ desired: 1 }, attempt, waiting)).toMatchObject({
      failure: { text: "auto scaling or another operator set vulcan-prod to 5 tasks; 1 was asked for" },
    });
  });
});

/** Auto scaling with a minimum of two. */
function scaling(world: ReturnType<typeof worldOf>, isHeld: boolean): ReturnType<typeof worldOf> {
  const held = { inSuspended: isHeld, outSuspended: isHeld, scheduledSuspended: isHeld };
  const around = { ...world.aws.around, scalingTarget: async () => ({ least: 2, most: 6, ...held }) };
  return { ...world, aws: { ...world.aws, around } };
}

async function planned(
  given: Readonly<Record<string, unknown>>,
  world: ReturnType<typeof worldOf>,
  pendingStep?: string,
) {
  const looking = { services: world, target: TARGET, clock: fixedClock(), ...(pendingStep && { pendingStep }) };
  const observed = await scaleService.observe(given as never, looking);
  if (observed.kind !== "observed") throw new Error(observed.kind);
  return scaleService.plan(given as never, observed.value, {});
}

describe("a number of tasks that is wanted already", () => {
  const missing: Moment = { ...shown(3), running: tasksOf(42, 1), targets: targetsOf(tasksOf(42, 1)) };

  it("is waited for until so many serve, and is no more than a number until then", async () => {
    expect(await planned({ desired: 3 }, worldOf(missing))).toMatchObject({
      waitsFor: "3 tasks of vulcan-prod healthy",
    });
    const waiting = waitingFor(worldOf(missing, missing, missing, shown(3)), 300);
    const verdict = await scaleService.verify?.({ desired: 3 }, { outputs: {} }, waiting);
    expect(verdict).toMatchObject({ kind: "true", text: "3 tasks of vulcan-prod:42 serve" });
    expect(waiting.told[0]).toMatch(/^1 of 3 tasks serve/);
    const never = waitingFor(worldOf(missing), 120);
    expect(await scaleService.verify?.({ desired: 3 }, { outputs: {} }, never)).toMatchObject({ kind: "open" });
  });

  it("ends a step that only puts back what it finds changed", async () => {
    expect(await planned({ desired: 3, still: 1 }, worldOf(missing))).not.toHaveProperty("waitsFor");
  });
});

describe("fewer tasks than auto scaling keeps", () => {
  it("are not asked for while it acts, and are once it is suspended, or will be by then", async () => {
    const least = { desired: 1, still: 3, prove: true };
    const live = await planned(least, scaling(worldOf(shown(3)), false));
    expect(live).toMatchObject({ findings: [{ level: "block", code: "scaling-live" }] });
    expect(live).not.toHaveProperty("proposal");
    expect(await planned(least, scaling(worldOf(shown(3)), true))).toHaveProperty("proposal");
    expect(await planned(least, scaling(worldOf(shown(3)), false), "hold")).toHaveProperty("proposal");
  });

  it("are taken back only while the number is still what was set", async () => {
    const { proposal } = await planned({ desired: 1 }, worldOf(shown(3)));
    expect(proposal?.undo).toMatchObject({ with: { desired: 3, still: 1, prove: true } });
  });
});

describe("tasks that are protected against scaling in", () => {
  const until = "2026-04-12T12:00:00.000Z";
  const look = async (moment: Moment, given: Record<string, unknown>) => {
    const inputs = { desired: 1, ...given } as never;
    const observed = await scaleService.observe(inputs, waitingFor(worldOf(moment)));
    if (observed.kind === "deferred") throw new Error("deferred");
    return scaleService.plan(inputs, observed.value as never, {});
  };
  const guarded = [{ id: "t1", until }, { id: "t2" }];

  it("block a scale-down that they would hold up, and are named, with their end and the way to lift it", async () => {
    const { findings } = await look({ ...shown(3), guarded }, {});
    expect(findings).toMatchObject([{ level: "block", code: "tasks-protected" }]);
    expect(findings[0]?.text).toContain("2 tasks are protected: t1 (until 2026-04-12 12:00:00Z), t2");
    expect(findings[0]?.next?.join()).toContain("--tasks t1 t2 --no-protection-enabled");
  });

  it("are no hindrance where they are among those that stay, or where the service grows", async () => {
    expect((await look({ ...shown(3), guarded: guarded.slice(0, 1) }, {})).findings).toEqual([]);
    expect((await look({ ...shown(3), guarded: guarded.slice(0, 1) }, { keep: "t1" })).findings).toEqual([]);
    expect((await look({ ...shown(3), guarded }, { desired: 5 })).findings).toEqual([]);
  });

  it("block where another one than the task that is kept is protected", async () => {
    const { findings } = await look({ ...shown(3), guarded: guarded.slice(1) }, { keep: "t1" });
    expect(findings.map(({ code }) => code)).toEqual(["tasks-protected"]);
  });

  it("are named while they are waited for, instead of calling it slow", async () => {
    const stuck: Moment = { ...shown(2), service: serviceOf(42, { desired: 1, running: 2 }), guarded };
    const { verdict, told } = await scaled(stuck);
    expect(verdict).toMatchObject({ kind: "open", failure: { reason: "tasks-protected" } });
    expect(told.some((line) => line.includes("t1 (until 2026-04-12 12:00:00Z)"))).toBe(true);
  });

  it("serves by ECS's own word where no target can be matched to a task, and says so", async () => {
    const unmatched = { ...shown(1), targets: [[{ address: "i-0abc:32768", state: "healthy" }]] };
    const { verdict } = await scaled(unmatched);
    expect(verdict).toMatchObject({
      kind: "true",
      text: "1 task of vulcan-prod:42 serves; the targets of vulcan cannot be matched to tasks: ECS's own word decides",
    });
  });

  it("cannot be judged where its protections may not be read, which is said and stops nothing", async () => {
    const world = worldOf(shown(3));
    const ecs = { ...world.aws.ecs, protectedTasks: async () => Promise.reject(new Error("AccessDenied")) };
    const { findings } = await planned({ desired: 1 }, { ...world, aws: { ...world.aws, ecs } });
    expect(findings).toMatchObject([
      { level: "warn", code: "not-checked", text: expect.stringContaining("protected against scaling in") },
    ]);
  });
});
