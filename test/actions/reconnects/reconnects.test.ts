import { describe, expect, it } from "vitest";
import { takeReconnectBaseline } from "../../../src/actions/reconnects/baseline.ts";
import { checkReconnects } from "../../../src/actions/reconnects/check.ts";
import type { Attempt } from "../../../src/domain/action.ts";
import type { StreamLine } from "../../../src/domain/aws/reads.ts";
import type { QueriedValue } from "../../../src/domain/database/facts.ts";
import { usageError } from "../../../src/domain/error.ts";
import type { Probe } from "../../../src/domain/reconnects/probe.ts";
import type { ActionServices } from "../../../src/domain/services.ts";
import type { Point } from "../../../src/domain/watch/series.ts";
import { containerOf, definitionOf, deploymentOf, NOW, serviceOf, tasksOf, waitingFor, worldOf } from "../support.ts";

const MINUTE = 60_000;
const at = (minutes: number): string => new Date(NOW + minutes * MINUTE).toISOString();
const within = 600;

const SQL: Probe = {
  name: "agents",
  source: { kind: "sql", statement: "SELECT 1" },
  expect: { kind: "back-to", percent: 90 },
  within,
};
const SOCKETS: Probe = {
  name: "sockets",
  source: { kind: "metric", namespace: "AWS/ApplicationELB", name: "ActiveConnectionCount", stat: "Sum" },
  expect: { kind: "back-to", percent: 90 },
  within,
};
const LOG: Probe = {
  name: "scans",
  source: { kind: "log", pattern: "scan" },
  expect: { kind: "newer-than-change" },
  within,
};

const update: Attempt = {
  confirmedAt: at(-30),
  outputs: {},
  operation: { service: "ecs", name: "UpdateService", input: {} },
};

interface Told {
  readonly value?: () => QueriedValue;
  readonly points?: readonly Point[];
  readonly lines?: readonly string[];
}

/** The old tasks stopped five minutes ago, unless a test says something else. */
function world(probes: readonly Probe[], { value, points = [], lines = [] }: Told, stopped = at(-5)): ActionServices {
  const old = tasksOf(42, 2, {
    status: stopped === "" ? "DEACTIVATING" : "STOPPED",
    ...(stopped && { stoppedAt: stopped }),
  });
  const base = worldOf({
    service: serviceOf(43, { deployments: [deploymentOf(43)] }),
    running: tasksOf(43, 2),
    stopped: old,
    definitions: [
      definitionOf(43, { containers: [containerOf(43, { logs: { group: "/ecs/vulcan", prefix: "ecs" } })] }),
    ],
  });
  const { watch, around } = base.aws;
  const groups = [{ targetGroup: "targetgroup/a/1", loadBalancer: "app/a/1" }];
  return {
    ...base,
    reconnects: probes,
    ...(value && {
      data: { needsTask: false, value: async () => value() } as unknown as NonNullable<ActionServices["data"]>,
    }),
    aws: {
      ...base.aws,
      watch: {
        ...watch,
        subject: async () => ({ cluster: "", service: "", database: "", groups }),
        series: async (_, span) => [points.filter((point) => point.at >= span.from && point.at < span.to)],
      },
      around: {
        ...around,
        logLines: async (_, { from, to = Number.POSITIVE_INFINITY }) => ({
          lines: lines
            .filter((one) => Date.parse(one) >= from && Date.parse(one) < to)
            .map((one, index): StreamLine => ({ at: one, text: "scan", stream: "s", id: `${index}` })),
        }),
      },
    },
  };
}

const count = (text: string) => (): QueriedValue => ({ text, type: 20 });

async function baseline(services: ActionServices, earlierAttempts: readonly Attempt[] = []) {
  const verdict = await takeReconnectBaseline.verify?.(
    {} as never,
    { outputs: {} },
    { ...waitingFor(services), earlierAttempts },
  );
  return verdict?.kind === "true" ? { text: verdict.text, baseline: verdict.outputs?.baseline } : undefined;
}

async function check(
  services: ActionServices,
  before?: unknown,
  seconds = 3600,
  attempts: readonly Attempt[] = [update],
) {
  const context = { ...waitingFor(services, seconds), earlierAttempts: attempts };
  const verdict = await checkReconnects.verify?.(
    { ...(before !== undefined && { baseline: before }) } as never,
    { outputs: {} },
    context,
  );
  if (verdict?.kind === "true") return [verdict.text, verdict.proof];
  return verdict?.kind === "unproven"
    ? [verdict.failure.text, verdict.exitCode, verdict.failure.reason]
    : [verdict?.kind];
}

describe("the baseline of what is connected", () => {
  it("has one reading of each probe; one that cannot be read stops nothing", async () => {
    const points = [-9, -8, -7].map((minutes, index) => ({ at: NOW + minutes * MINUTE, value: 30 + index }));
    const refuses = () => {
      throw usageError("x", "it refuses");
    };
    const taken = await baseline(world([SQL, SOCKETS, LOG], { value: refuses, points, lines: [at(-3)] }));
    expect(taken?.text).toBe("3 probes read, but not agents");
    expect(JSON.parse(String(taken?.baseline)).readings).toMatchObject({
      agents: { reading: { kind: "none", why: "it refuses" } },
      sockets: { reading: { kind: "number", value: 31 } },
      scans: { reading: { kind: "time", at: NOW - 3 * MINUTE } },
    });
  });

  it("is none where tasks have been replaced already, as in a run that is resumed", async () => {
    expect(await baseline(world([SQL], { value: count("40") }), [update])).toEqual({
      text: "no baseline: tasks have been replaced already",
      baseline: undefined,
    });
  });

  it("needs three minutes of a metric", async () => {
    const taken = await baseline(world([SOCKETS], { points: [{ at: NOW - 5 * MINUTE, value: 30 }] }));
    expect(JSON.parse(String(taken?.baseline)).readings.sockets.reading.why).toBe("CloudWatch has 1 of 15 min");
  });
});

describe("the check of what has reconnected", () => {
  const takenOf = async (probes: readonly Probe[], told: Told) => (await baseline(world(probes, told)))?.baseline;

  it("is good where everything is back, and says it for the outcome", async () => {
    const kept = await takenOf([SQL, LOG], { value: count("40"), lines: [at(-6)] });
    const now = world([SQL, LOG], { value: count("38"), lines: [at(-6), at(-2)] });
    expect(await check(now, kept)).toEqual(["BACK: agents, scans", "2/2 probes BACK"]);
  });

  it("is LOST with exit 8, and the step counts as done", async () => {
    const kept = await takenOf([SQL], { value: count("40") });
    expect(await check(world([SQL], { value: count("20") }), kept)).toEqual([
      "LOST: agents (40 → 20, wants 36 within 10 min)",
      8,
      "reconnects-lost",
    ]);
  });

  it("is exit 10 where something cannot be seen: no baseline, or of a probe that has been changed", async () => {
    const now = world([SQL], { value: count("40") });
    expect((await check(now)).slice(0, 2)).toEqual([
      "CANNOT BE SEEN: agents (? → 40, no number before the change)",
      10,
    ]);
    const other = { ...SQL, source: { kind: "sql", statement: "SELECT 2" } } as const;
    const kept = await takenOf([other], { value: count("40") });
    expect((await check(now, kept))[0]).toContain("the probe has been changed since");
  });

  it("takes no minute of a metric that began before the end of the old tasks", async () => {
    const kept = await takenOf([SOCKETS], { points: [-9, -8, -7].map((m) => ({ at: NOW + m * MINUTE, value: 40 })) });
    const stale = world([SOCKETS], { points: [{ at: NOW - 6 * MINUTE, value: 40 }] });
    expect((await check(stale, kept))[0]).toContain("CloudWatch has no minute since the old tasks stopped");
    const fresh = world([SOCKETS], { points: [{ at: NOW - 4 * MINUTE, value: 36 }] });
    expect(await check(fresh, kept)).toEqual(["BACK: sockets", "1/1 probes BACK"]);
  });

  it("judges nothing while an old task drains, whatever the numbers are", async () => {
    const kept = await takenOf([SQL], { value: count("40") });
    expect((await check(world([SQL], { value: count("40") }, ""), kept, 900)).slice(0, 2)).toEqual([
      "NOT YET: agents (old tasks still run)",
      10,
    ]);
  });

  it("has nothing to judge where no task was replaced", async () => {
    expect(await check(world([SQL], { value: count("0") }), undefined, 60, [])).toEqual([
      "no task was replaced",
      undefined,
    ]);
  });
});
