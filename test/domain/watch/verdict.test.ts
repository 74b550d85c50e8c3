import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeWatch } from "../../../src/domain/watch/verdict.ts";
import { evidence, measured, minute, START } from "./evidences.ts";

const verdict = (...given: Parameters<typeof evidence>) => judgeWatch(evidence(...given)).verdict;
const row = (id: string, ...given: Parameters<typeof evidence>) =>
  judgeWatch(evidence(...given)).rows.find((one) => one.id === id);

describe("a watch that nothing disturbs", () => {
  it("is STABLE when its time is over, the newest two minutes not counted", () => {
    const judgement = judgeWatch(evidence());
    expect(judgement).toMatchObject({ verdict: "STABLE", observed: 28, wanted: 30, needed: 27 });
    expect(judgement.text).toBe("28/30 min seen, no limit broken, like before");
    expect(judgement.caveats).toEqual(["cannot tell shifts under 25 % from noise with 30 points"]);
  });

  it("has no verdict before, and no minute at its start", () => {
    expect(judgeWatch(evidence({}, { now: minute(29.9) }))).not.toHaveProperty("verdict");
    expect(judgeWatch(evidence({}, { now: START }))).toMatchObject({ observed: 0 });
    expect(judgeWatch(evidence({}, { now: minute(2.9) }))).toMatchObject({ observed: 0 });
    expect(judgeWatch(evidence({}, { now: minute(3) }))).toMatchObject({ observed: 1 });
  });

  it("is not over while a deployment has not ended: waited for up to ten minutes, and then INCONCLUSIVE", () => {
    const open = "the deployment of vulcan-prod:43 has not ended";
    expect(judgeWatch(evidence({}, { open }))).not.toHaveProperty("verdict");
    expect(judgeWatch(evidence({}, { open, now: minute(40) }))).toMatchObject({ verdict: "INCONCLUSIVE", text: open });
    expect(verdict({}, { now: minute(33) })).toBe("STABLE");
  });

  it("ended early is never STABLE", () => {
    expect(judgeWatch(evidence({}, { endedEarly: "the operator" }))).toMatchObject({
      verdict: "INCONCLUSIVE",
      text: "ended early by the operator, 28/30 min seen",
    });
  });
});

describe("a service without a load balancer", () => {
  const none = () => undefined;
  const NO_TRAFFIC = { requests: none, errors: none, latency: none };
  const before = { ...evidence().before };
  const span = before.baseline?.span ?? { from: 0, to: 0 };
  // How many tasks served before is on no record.
  const unknown = { ...NO_TRAFFIC, healthy: none, unhealthy: none };
  const byTasks = {
    isByTasks: true,
    before: { ...before, baseline: { name: "the hour before", span, measured: measured(span, unknown) } },
  } as const;

  it("can be STABLE by ECS's own tasks, and says that traffic is not measured", () => {
    const judgement = judgeWatch(evidence(NO_TRAFFIC, byTasks));
    expect([judgement.verdict, judgement.text]).toEqual([
      "STABLE",
      "28/30 min seen, no limit broken, like before; traffic is not measured",
    ]);
    expect(judgement.caveats.join()).toContain("hosts are the tasks that ECS has running");
    expect(judgement.caveats.join()).not.toContain("no requests were counted");
  });

  it.each<[string, Parameters<typeof evidence>[0]]>([
    ["too few tasks", { healthy: (m) => (m > 3 ? 2 : 3) }],
    ["an unhealthy task", { unhealthy: (m) => (m > 3 ? 1 : 0) }],
    ["more sessions, in all", { connections: (m) => 100 + (m % 3) }],
  ])("is WORSE with %s", (_name, values) => {
    expect(verdict({ ...NO_TRAFFIC, ...values }, byTasks)).toBe("WORSE");
  });

  it("is INCONCLUSIVE where ECS could not be read for minutes", () => {
    const gaps = { healthy: (m: number) => (m % 2 === 0 ? undefined : 3) };
    expect(verdict({ ...NO_TRAFFIC, ...gaps }, { ...byTasks, now: minute(41) })).toBe("INCONCLUSIVE");
  });
});

/** The tasks are fresh until the twentieth minute. */
const WARMING = { warmUntil: START + 20 * 60_000 };

describe("limits that hold whatever was before", () => {
  it.each<[string, Parameters<typeof evidence>, RegExp]>([
    ["no healthy host in one minute", [{ healthy: (m) => (m === 4 ? 0 : 3) }], /Healthy hosts none healthy in 1 min/],
    ["fewer than desired in two of three", [{ healthy: (m) => (m === 4 || m === 6 ? 2 : 3) }], /below the 3 desired/],
    [
      "an unhealthy host in two of three",
      [{ unhealthy: (m) => (m === 4 || m === 5 ? 1 : 0) }],
      /Unhealthy hosts above/,
    ],
    ["too many connections", [{ connections: (m) => (m > 3 ? 161 : 60) }], /DB connections above 80 % of max/],
    ["a third of the requests fail", [{ errors: () => 300 }], /5xx % above 5 % in/],
    [
      "an unhealthy host while tasks warm up",
      [{ unhealthy: (m) => (m < 4 ? 1 : 0) }, WARMING],
      /Unhealthy hosts above 0/,
    ],
    ["no healthy host while tasks warm up", [{ healthy: (m) => (m === 0 ? 0 : 3) }, WARMING], /none healthy in 1 min/],
    [
      "failing requests while tasks warm up",
      [{ errors: (m) => (m < 3 ? 300 : 0) }, WARMING],
      /5xx % above 5 % in 3 min/,
    ],
    [
      "two unhealthy minutes with a missing one between",
      [{ unhealthy: (m) => (m === 0 || m === 3 ? 1 : m < 3 ? undefined : 0) }],
      /above 0 in 2/,
    ],
    ["the deployment FAILED", [{}, { failed: "deployment of vulcan-prod:43 FAILED" }], /vulcan-prod:43 FAILED/],
  ])("%s is WORSE at once", (_, [values, change], text) => {
    const judgement = judgeWatch(evidence(values, { ...change, now: minute(12) }));
    expect(judgement.verdict).toBe("WORSE");
    expect(judgement.text).toMatch(text);
  });

  it.each<[string, Parameters<typeof evidence>]>([
    ["one minute with fewer than desired", [{ healthy: (m) => (m === 4 ? 2 : 3) }]],
    ["two such minutes far apart", [{ healthy: (m) => (m === 4 || m === 9 ? 2 : 3) }]],
    ["one failure among a few requests", [{ requests: () => 3, errors: (m) => (m === 3 ? 1 : undefined) }]],
    [
      "a release that always failed some",
      [
        { errors: () => 90 },
        {
          before: {
            baseline: {
              name: "",
              span: { from: minute(-60), to: START },
              measured: measured({ from: minute(-60), to: START }, { errors: () => 90 }),
            },
            dropped: [],
          },
        },
      ],
    ],
    [
      "tasks asked for a moment ago",
      [{}, { desired: [5, 11].map((m) => ({ at: minute(m), value: m === 5 ? 3 : 4 })), now: minute(13) }],
    ],
  ])("%s is not", (_, given) => {
    expect(verdict(...given)).not.toBe("WORSE");
  });
});

describe("shifts against the time before", () => {
  const raised = { cpu: (m: number) => 50 + (m % 3) };
  it("are WORSE only when the time is over; until then they are shown", () => {
    expect(judgeWatch(evidence(raised, { now: minute(20) }))).not.toHaveProperty("verdict");
    expect(row("cpu", raised, { now: minute(20) })).toMatchObject({ state: "worse", text: "WORSE +64 %" });
    expect(judgeWatch(evidence(raised))).toMatchObject({ verdict: "WORSE", text: "CPU % +64 % against before" });
  });

  it("are nothing below 25 % or below 5 points, and WATCH where the newest minutes lie above the 95th percentile", () => {
    expect(row("cpu", { cpu: (m) => 35 + (m % 2) })).toMatchObject({ state: "watch" });
    expect(verdict({ cpu: (m) => 35 + (m % 2) })).toBe("STABLE");
    expect(judgeWatch(evidence({ cpu: (m) => 35 + (m % 2) })).text).toContain("to watch: CPU %");
  });

  it("of connections are by the task: twice the tasks with twice the sessions are like before", () => {
    const doubled = { healthy: () => 6, connections: (m: number) => 120 + (m % 3) };
    expect(row("connections", doubled)).toMatchObject({ state: "ok", text: "like before" });
    expect(row("connections", { connections: (m) => 120 + (m % 3) })).toMatchObject({ state: "worse" });
  });

  it("leave fresh tasks out", () => {
    const warming = { cpu: (m: number) => (m < 5 ? 90 : 31 + (m % 2)) };
    expect(verdict(warming, { warmUntil: minute(5) })).toBe("STABLE");
  });

  it("slower answers alone decide nothing, and falling traffic is named", () => {
    expect(verdict({ latency: () => 900 })).toBe("STABLE");
    expect(row("requests", { requests: () => 300 })?.text).toBe("−67 %: may hide trouble");
  });
});

describe("few requests are summed until they can be judged", () => {
  /** So many requests and failures in each minute, and before it the same requests without a failure. */
  const few = (requests: number, failed: (minute: number) => number | undefined, now = 30) =>
    evidence(
      { requests: () => requests, errors: failed },
      {
        now: minute(now),
        before: {
          baseline: {
            name: "",
            span: { from: minute(-60), to: START },
            measured: measured({ from: minute(-60), to: START }, { requests: () => requests }),
          },
          dropped: [],
        },
      },
    );
  const every = (period: number, failed: number) => (m: number) => (m % period === 0 ? failed : undefined);

  it.each<[string, ReturnType<typeof evidence>, RegExp]>([
    ["all of six a minute, within three minutes", few(6, () => 6, 5), /5xx % above 5 %: 18 of 18 failed in 3 min/],
    ["all of one a minute, within ten", few(1, () => 1, 12), /5xx % above 5 %: 10 of 10 failed in 10 min/],
    ["one of six, within ten", few(6, () => 1, 12), /5xx % above 5 %: 10 of 60 failed in 10 min/],
    ["a fifth of one a minute, over the whole watch", few(1, every(5, 1)), /5xx % above 5 %: 6 of 28 failed in 28 min/],
  ])("%s: WORSE", (_, given, text) => {
    expect(judgeWatch(given)).toMatchObject({ verdict: "WORSE", text: expect.stringMatching(text) });
  });

  it("too few in all are INCONCLUSIVE, however they were answered, and named in what it cannot tell", () => {
    const sparse = (failed: number) => judgeWatch(evidence({ requests: every(7, 2), errors: every(7, failed) }));
    for (const [failed, count] of [
      [2, 8],
      [0, 0],
    ] as const) {
      const { verdict: ending, text, caveats, rows } = sparse(failed);
      expect([ending, text]).toEqual(["INCONCLUSIVE", `5xx %: too few requests: ${count} of 8 failed`]);
      expect(caveats).toContain(`cannot tell whether requests fail: too few requests: ${count} of 8 failed`);
      expect(rows.find(({ id }) => id === "errors")).toMatchObject({ state: "unknown" });
    }
  });

  it("none at all, where there were some before, are INCONCLUSIVE; where there never were any, nothing is asked of them", () => {
    const gone = { requests: () => undefined };
    expect(judgeWatch(evidence(gone))).toMatchObject({
      verdict: "INCONCLUSIVE",
      text: expect.stringMatching(/^5xx %: no requests, about \d+ in as many minutes before$/),
    });
    const never = judgeWatch(few(0, () => undefined));
    expect(never.verdict).toBe("STABLE");
    expect(never.caveats.at(-1)).toBe("no requests were counted: a release that fails them looks well");
  });

  it.each([
    [5, "INCONCLUSIVE"],
    [80, "INCONCLUSIVE"],
    [200, "STABLE"],
  ])("%i a minute where there were 900: %s, for the others may fail before they arrive", (count, verdict) => {
    const found = judgeWatch(evidence({ requests: () => count }));
    expect(found.verdict).toBe(verdict);
    if (verdict !== "STABLE")
      expect(found.text).toMatch(/^5xx %: \d+ requests, about 2\d{4} in as many minutes before$/);
  });

  it("failures whose requests were not counted are INCONCLUSIVE", () => {
    const text = "5xx %: 56 failed, of an unknown number of requests";
    expect(judgeWatch(evidence({ requests: () => undefined, errors: () => 2 }))).toMatchObject({
      verdict: "INCONCLUSIVE",
      text,
    });
  });

  it("failures of an hour with hardly a request are not what is usual", () => {
    const nightly = (m: number) => (m % 40 === 0 ? 10 : 0);
    const span = { from: minute(-60), to: START };
    const baseline = { name: "", span, measured: measured(span, { requests: nightly, errors: nightly }) };
    expect(verdict({ errors: () => 300 }, { before: { baseline, dropped: [] } })).toBe("WORSE");
  });

  it("most requests that fail are never STABLE, however many there are, when, and what was before", () => {
    const perMinute = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 7, maxLength: 7 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(perMinute, perMinute, share, (now, earlier, usual) => {
        const of = (list: readonly number[]) => (m: number) => list[m % list.length] ?? 0;
        const span = { from: minute(-60), to: START };
        const failedBefore = (m: number) => Math.round(of(earlier)(m) * usual);
        const baseline = { name: "", span, measured: measured(span, { requests: of(earlier), errors: failedBefore }) };
        const failed = (m: number) => Math.ceil(of(now)(m) * 0.6);
        const given = { now: minute(41), before: { baseline, dropped: [] } };
        fc.pre(now.some((count) => count > 0));
        expect(verdict({ requests: of(now), errors: failed }, given)).not.toBe("STABLE");
      }),
    );
  });

  it("one failure, or one bad minute, among few is no alarm", () => {
    expect(judgeWatch(few(6, (m) => (m === 3 ? 1 : undefined))).verdict).toBe("STABLE");
    expect(judgeWatch(few(3, (m) => (m === 3 ? 3 : undefined))).verdict).toBe("STABLE");
  });
});

describe("a row beyond its limit", () => {
  it.each<[string, Parameters<typeof evidence>[0], string]>([
    ["unhealthy", { unhealthy: (m) => (m === 27 ? 1 : 0) }, "ABOVE 0, newest min"],
    ["healthy", { healthy: (m) => (m === 27 ? 2 : 3) }, "BELOW 3, newest min"],
    ["connections", { connections: (m) => (m === 27 ? 170 : 60) }, "ABOVE 160, newest min"],
    ["errors", { errors: (m) => (m === 27 ? 300 : 0) }, "ABOVE 5 %, newest min"],
  ])("%s in the newest minute is not fine: the next minutes decide", (id, values, text) => {
    expect(row(id, values)).toMatchObject({ state: "beyond", text });
    expect(judgeWatch(evidence(values))).not.toHaveProperty("verdict");
    expect(judgeWatch(evidence(values, { now: minute(31) }))).toMatchObject({ verdict: "STABLE" });
  });

  it("more than half, where as many failed before, is INCONCLUSIVE", () => {
    const all = { requests: () => 900, errors: () => 800 };
    const span = { from: minute(-60), to: START };
    const before = { baseline: { name: "", span, measured: measured(span, all) }, dropped: [] };
    expect(judgeWatch(evidence(all, { before, now: minute(40) }))).toMatchObject({
      verdict: "INCONCLUSIVE",
      text: expect.stringMatching(/^5xx %: ABOVE 50 %: \d+ of \d+ failed$/),
    });
  });

  it("over the whole watch, although no minutes in a row were, is INCONCLUSIVE", () => {
    const values = { errors: (m: number) => (m % 9 === 0 ? 900 : 0) };
    expect(judgeWatch(evidence(values, { now: minute(40) }))).toMatchObject({
      verdict: "INCONCLUSIVE",
      text: expect.stringMatching(/^5xx %: ABOVE 5 %: \d+ of \d+ failed$/),
    });
  });
});

describe("what looks like before is not STABLE where nothing could look worse", () => {
  const like = (values: Parameters<typeof evidence>[0], change: Parameters<typeof evidence>[1] = {}) => {
    const span = { from: minute(-60), to: START };
    const before = { baseline: { name: "", span, measured: measured(span, values) }, dropped: [] };
    return judgeWatch(evidence(values, { before, now: minute(40), ...change }));
  };

  it("a CPU that is full before and after", () => {
    expect(like({ cpu: () => 100 })).toMatchObject({ verdict: "INCONCLUSIVE", text: expect.stringContaining("CPU %") });
    expect(like({ cpu: () => 80 })).toMatchObject({ verdict: "STABLE" });
    expect(judgeWatch(evidence({ cpu: () => 100 }, { now: minute(40) }))).toMatchObject({ verdict: "WORSE" });
  });

  it("connections that never move, where their most is unknown", () => {
    const flat = like({ connections: () => 97 }, { maxConnections: undefined } as never);
    expect(flat.verdict).toBe("INCONCLUSIVE");
    expect(flat.text).toContain("max_connections is unknown: maybe at its limit");
    expect(like({ connections: () => 97 })).toMatchObject({ verdict: "STABLE" });
  });
});

describe("5xx answers of the balancer itself", () => {
  it("are never STABLE beyond the limit, and no release is WORSE by them alone", () => {
    expect(judgeWatch(evidence({ refused: () => 90 }, { now: minute(40) }))).toMatchObject({
      verdict: "INCONCLUSIVE",
      text: expect.stringMatching(/^Balancer 5xx\/min: \d+ of \d+ answered 5xx by the balancer itself$/),
    });
    expect(judgeWatch(evidence({ refused: (m) => (m === 7 ? 3 : undefined) }))).toMatchObject({ verdict: "STABLE" });
  });

  it("count where no request reached a target", () => {
    const none = { requests: () => undefined, refused: () => 40 };
    expect(judgeWatch(evidence(none, { now: minute(40) })).text).toContain("answered 5xx by the balancer itself");
  });

  it("that were as usual before are nothing new", () => {
    const span = { from: minute(-60), to: START };
    const values = { refused: () => 90 };
    const before = { baseline: { name: "", span, measured: measured(span, values) }, dropped: [] };
    expect(judgeWatch(evidence(values, { before }))).toMatchObject({ verdict: "STABLE" });
  });
});

describe("what is missing is neither zero nor fine", () => {
  const holes = { healthy: (m: number) => (m % 3 === 0 ? undefined : 3) };
  it("is waited for, up to ten minutes more, and then INCONCLUSIVE", () => {
    expect(judgeWatch(evidence(holes, { now: minute(36) }))).not.toHaveProperty("verdict");
    expect(judgeWatch(evidence(holes, { now: minute(40) }))).toMatchObject({
      verdict: "INCONCLUSIVE",
      text: "Healthy hosts: data for 25 of 30 min",
    });
  });

  it("a minute or three of it is made up for", () => {
    expect(verdict({ healthy: (m) => (m < 3 ? undefined : 3) }, { now: minute(34) })).toBe("STABLE");
  });

  it("is an alert where requests flow", () => {
    const silent = { healthy: (m: number) => (m > 26 ? undefined : 3) };
    expect(row("healthy", silent, { now: minute(33) })).toMatchObject({ state: "alert" });
    expect(judgeWatch(evidence(silent, { now: minute(33) }))).toMatchObject({ verdict: "INCONCLUSIVE" });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("%s is missing", (value) => {
    expect(row("cpu", { cpu: () => value })).toMatchObject({ state: "unknown", text: "no data" });
    expect(verdict({ cpu: () => value }, { now: minute(41) })).toBe("INCONCLUSIVE");
  });

  it("a baseline that is missing, or too short, lets nothing be compared", () => {
    const without = { before: { dropped: [] } };
    expect(judgeWatch(evidence({}, without))).toMatchObject({ verdict: "INCONCLUSIVE" });
    expect(judgeWatch(evidence({}, without)).caveats[0]).toContain("nothing before to compare with");
  });

  it("an unknown max_connections is said, and judges nothing", () => {
    const { maxConnections: _, ...rest } = evidence({ connections: (m) => (m > 3 ? 62 : 60) });
    expect(judgeWatch(rest)).toMatchObject({ verdict: "STABLE" });
    expect(judgeWatch(rest).caveats.join()).toContain("max_connections is unknown");
  });
});

it("points out of order, twice, late or outside of the window change nothing", () => {
  const clean = evidence();
  const shuffled = Object.fromEntries(
    Object.entries(clean.measured).map(([id, list = []]) => {
      const wrong = list.map((point) => ({ ...point, value: Number.NaN }));
      const outside = [{ at: minute(-5), value: 1e9 }];
      return [
        id,
        [...wrong, ...outside, ...list.toReversed(), ...list.map(({ at, value }) => ({ at: at + 7000, value }))],
      ];
    }),
  );
  expect(judgeWatch({ ...clean, measured: shuffled })).toEqual(judgeWatch(clean));
});

describe("a watch of fresh tasks", () => {
  const judged = (length: number) =>
    judgeWatch(
      evidence({}, { asked: { from: START, to: minute(length) }, now: minute(length + 2), warmUntil: minute(5) }),
    );

  it("that is too short to compare them says how long it has to be", () => {
    expect(judged(8)).toMatchObject({
      verdict: "INCONCLUSIVE",
      text: expect.stringMatching(/^CPU %: too early; .*; after a deployment watch at least 15 min: the first 5 are/),
    });
  });

  it("has enough to compare in 15 minutes", () => {
    expect(judged(15).verdict).toBe("STABLE");
  });
});
