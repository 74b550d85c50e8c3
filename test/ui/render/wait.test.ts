import { describe, expect, it } from "vitest";
import { minutes, renderWait, type ShownWait } from "../../../src/ui/render/wait.ts";
import { bar } from "../../../src/ui/text/progress-bar.ts";
import type { DisplayOptions } from "../../../src/ui/text/style.ts";
import { width } from "../../../src/ui/text/wrap.ts";

const PLAIN: DisplayOptions = { columns: 80, colour: false, unicode: true, live: true };
const SINCE = Date.UTC(2026, 3, 10, 3, 41);
const BASE = { since: SINCE, resume: "vulcan-ops resume 7K2M" };

/** What each wait reports at its beginning, in the middle, and once it takes longer than usual. */
const WAITS: readonly (readonly [string, Omit<ShownWait, "text">, readonly (readonly [number, string])[]])[] = [
  [
    "rollout",
    { ...BASE, number: "4/6", title: "Wait for rollout", limit: 900, usual: 120, after: 330 },
    [
      [0, ""],
      [24, `${bar(3, 3, PLAIN)} healthy  3 tasks of vulcan-prod:43 still running or draining`],
      [150, "warning: nothing has moved for 2 min\nECS: (service vulcan-prod) has started 1 tasks"],
    ],
  ],
  [
    "drained",
    { ...BASE, number: "6/6", title: "Wait until old tasks are gone", limit: 1800, usual: 330, after: 0 },
    [
      [0, ""],
      [100, "vulcan-prod:42 serves on all 3 tasks; 3 tasks of vulcan-prod:43 draining, gone by about 03:46:37Z"],
      [400, "vulcan-prod:42 serves on all 3 tasks; 1 task of vulcan-prod:43 draining, due to be gone by now"],
    ],
  ],
  [
    "scale-down",
    { ...BASE, number: "9/23", title: "Scale down to one task", limit: 900, usual: 330, after: 2500 },
    [
      [0, ""],
      [200, "1 of 1 task serve, 2 to go"],
      [500, "1 of 1 task serve, 2 to go; ECS does not stop them: 2 tasks are protected"],
    ],
  ],
  [
    "calm",
    { ...BASE, number: "14/23", title: "Wait until auto scaling is calm", limit: 900, usual: 300, after: 1800 },
    [
      [0, ""],
      [142, "no alarm asks for more tasks; the minutes with fewer tasks are still being counted (2 min 38 s)"],
      [400, "TargetTracking-service/vulcan-prod/vulcan-prod-AlarmHigh-8f558469-7714-4902 asks for more tasks"],
    ],
  ],
  [
    "window",
    { ...BASE, number: "4/23", title: "Wait until the window begins", limit: 86_400 },
    [
      [0, "2 h 3 min until the window begins"],
      [3600, "1 h 3 min until the window begins"],
      [7300, "1 min 20 s until the window begins"],
    ],
  ],
  [
    "restore",
    { ...BASE, number: "4/18", title: "Restore beside the source", limit: 14_400, usual: 1200, after: 180 },
    [
      [0, ""],
      [80, "vulcan-prod-r1: creating, after 1 min 20 s\n  03:41:30Z Restoring from DB snapshot"],
      [1500, "vulcan-prod-r1: backing-up, after 25 min"],
    ],
  ],
  [
    "watch",
    { ...BASE, number: "16/23", title: "Watch the documented metrics", limit: 86_400, usual: 1800, after: 0 },
    [
      [0, ""],
      [900, `${bar(13, 30, PLAIN)} done\nminute 15 of 30, 13 minutes seen`],
      [1790, `${bar(29, 30, PLAIN)} done\nminute 30 of 30, 29 minutes seen`],
    ],
  ],
];

describe.each(WAITS)("a wait at three moments: %s", (name, wait, moments) => {
  it.each([40, 80, 120])("at %i columns", async (columns) => {
    const display = { ...PLAIN, columns };
    const frames = moments.map(([seconds, text]) => renderWait({ ...wait, text }, SINCE + seconds * 1000, display));
    for (const row of frames.flat()) expect(width(row)).toBeLessThanOrEqual(columns);
    const text = frames.map((rows) => rows.join("\n")).join("\n\n");
    await expect(`${text}\n`).toMatchFileSnapshot(`../../golden/ui/wait-${name}-${columns}.txt`);
  });
});

describe("a wait", () => {
  it("says its name alone while nothing is known", () => {
    expect(renderWait({ title: "Watch", since: SINCE, text: "" }, SINCE, PLAIN)).toEqual([
      "Watch. Next: wait; leaving is safe",
      "  0:00. Ctrl-C stops watching",
    ]);
  });

  it("is plain ASCII where the terminal is", () => {
    const rows = renderWait({ ...BASE, title: "Wait", text: "42 → 43 …" }, SINCE, { ...PLAIN, unicode: false });
    expect(rows.join("")).toMatch(/^[\x20-\x7e]*$/);
  });

  it.each([
    [24.9, "0:24"],
    [900, "15:00"],
    [3723, "1:02:03"],
    [-3, "0:00"],
  ])("shows %f s as %s", (seconds, text) => expect(minutes(seconds)).toBe(text));

  it("has no full bar: it has not ended", () => {
    expect(bar(3, 3, PLAIN)).toBe("██░ 3/3");
    expect(bar(0, 3, PLAIN)).toBe("░░░ 0/3");
    expect(bar(30, 30, PLAIN)).toMatch(/^█{19}░ /);
  });
});

it("says what leaving does, where it is more than to stop watching", () => {
  const wait: ShownWait = {
    ...{ ...BASE, title: "Wait until the hold ends", text: "" },
    leaving: "the hold ends, and the earlier size is put back",
  };
  const text = renderWait(wait, SINCE, { ...PLAIN, columns: 120 }).join("\n");
  expect(text).toContain("Next: wait; Ctrl-C ends it");
  expect(text).toContain("Ctrl-C: the hold ends, and the earlier size is put back.");
  expect(text).not.toMatch(/leaving is safe|AWS continues/);
});
