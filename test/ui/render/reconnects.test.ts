import { describe, expect, it } from "vitest";
import { judge } from "../../../src/domain/reconnects/judge.ts";
import { type Expectation, type Probe, parseExpectation } from "../../../src/domain/reconnects/probe.ts";
import type { Reading } from "../../../src/domain/reconnects/reading.ts";
import type { ReconnectReport } from "../../../src/domain/reconnects/report.ts";
import { reconnectLine, renderReconnects } from "../../../src/ui/render/reconnects.ts";
import type { DisplayOptions } from "../../../src/ui/text/style.ts";
import { width } from "../../../src/ui/text/wrap.ts";

const PLAIN: DisplayOptions = { columns: 80, colour: false, unicode: true, live: false };
const MINUTE = 60_000;
const BEGUN = Date.parse("2026-04-10T03:41:07Z");
const GONE = BEGUN + 9 * MINUTE;

function probe(name: string, expectation: string): Probe {
  const source = { kind: "sql", statement: "SELECT secret FROM t" } as const;
  return { name, source, expect: parseExpectation(expectation) as Expectation, within: 600 };
}
const number = (value: number): Reading => ({ kind: "number", value, from: GONE + MINUTE });
const time = (at: number): Reading => ({ kind: "time", at });

type Seen = readonly [probe: Probe, before: Reading | undefined, now: Reading | undefined];

function reportOf(seen: readonly Seen[], minutes: number, isGone = true): ReconnectReport {
  const change = isGone ? { begun: BEGUN, gone: GONE } : { begun: BEGUN };
  const at = BEGUN + minutes * MINUTE;
  return {
    at,
    change,
    rows: seen.map(([one, before, now]) => ({ probe: one, before, now, ...judge(one, { before, now, change, at }) })),
  };
}

const SEEN: readonly Seen[] = [
  [probe("websockets", "back-to 90%"), number(36), number(36)],
  [probe("relays", "newer-than-change"), time(BEGUN - MINUTE), time(GONE + 2 * MINUTE)],
  [probe("agents", "back-to 90%"), number(12), number(8)],
  [probe("scans", "back-to 90%"), undefined, { kind: "none", why: "SQL is not set up (VULCAN_DATABASE_URL)" }],
];
const BACK = reportOf(SEEN.slice(0, 2), 12);
const LOST = reportOf(SEEN, 25);
const DRAINING = reportOf(
  SEEN.slice(0, 3).map(([one, before]) => [one, before, undefined]),
  6,
  false,
);

const heading = ({ change }: ReconnectReport) => ({
  cluster: "vulcan-prod",
  service: "vulcan-prod",
  change: { ...change, taskDefinition: "vulcan-prod:43" },
});

const SCREENS: Readonly<Record<string, (display: DisplayOptions) => string>> = {
  "reconnects-back": (display) => renderReconnects(BACK, heading(BACK), [], display),
  "reconnects-lost": (display) => renderReconnects(LOST, heading(LOST), ["vulcan-ops logs"], display),
  "reconnects-draining": (display) =>
    renderReconnects(DRAINING, heading(DRAINING), ["vulcan-ops reconnects --follow"], display),
};

describe.each(Object.entries(SCREENS))("the screen %s", (name, render) => {
  it.each([40, 80, 120])("at %i columns", async (columns) => {
    await expect(render({ ...PLAIN, columns })).toMatchFileSnapshot(`../../golden/ui/${name}-${columns}.txt`);
  });

  it.each([40, 80, 120])("fits %i columns", (columns) => {
    for (const unicode of [true, false]) {
      const lines = render({ ...PLAIN, columns, unicode }).split("\n");
      expect(lines.filter((line) => width(line) > columns)).toEqual([]);
    }
  });

  it("says the same in colour and the same words in ASCII, and nothing of what is asked", () => {
    const coloured = render({ ...PLAIN, colour: true });
    expect(coloured.replace(/\u001b\[[0-9;]*m/g, "")).toBe(render(PLAIN));
    expect(render({ ...PLAIN, unicode: false })).toMatch(/^[\n\x20-\x7e]*$/);
    expect(coloured).not.toContain("secret");
  });
});

it("one reading is one line in a log", () => {
  expect(reconnectLine(LOST, PLAIN)).toMatchInlineSnapshot(
    `"04:06:07Z  LOST: agents (12 → 8, wants 11 within 10 min); CANNOT BE SEEN: scans (no number before the change); BACK: websockets, relays"`,
  );
});
