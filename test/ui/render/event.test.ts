import { describe, expect, it } from "vitest";
import type { StepFailed } from "../../../src/domain/execution-event.ts";
import { renderEvent } from "../../../src/ui/render/event.ts";
import { createEventLog } from "../../../src/ui/render/event-log.ts";
import type { DisplayOptions } from "../../../src/ui/text/style.ts";
import { BAD, GOOD, PROGRESS } from "../events.ts";
import { NORMAL } from "../plans.ts";

const PLAIN: DisplayOptions = { columns: 80, colour: false, unicode: true, live: false };
const STORIES = { good: GOOD, bad: BAD };

function told(events: typeof GOOD, display: DisplayOptions): string {
  const narrator = createEventLog(display);
  narrator.learn(NORMAL);
  return events.map((event) => narrator.write(event)).join("");
}

describe.each(Object.entries(STORIES))("a %s run", (name, events) => {
  it.each([40, 80, 120])("at %i columns", async (columns) => {
    const text = told(events, { ...PLAIN, columns });
    await expect(text).toMatchFileSnapshot(`../../golden/ui/events-${name}-${columns}.txt`);
  });

  it("in ASCII, and in colour the same", async () => {
    const ascii = told(events, { ...PLAIN, unicode: false });
    await expect(ascii).toMatchFileSnapshot(`../../golden/ui/events-${name}-ascii.txt`);
    expect(ascii).toMatch(/^[\n\x20-\x7e]*$/);
    expect(told(events, { ...PLAIN, colour: true }).replace(/\u001b\[[0-9;]*m/g, "")).toBe(told(events, PLAIN));
  });

  it("lets no text of others begin a line, where a build server would obey it", () => {
    expect(told(events, PLAIN)).not.toMatch(/^\s*::/m);
  });
});

describe("one event", () => {
  it("needs nothing remembered", () => {
    expect(renderEvent(PROGRESS, PLAIN)).toMatch(/^03:41:12Z {2}… WAIT {4}wait {2}█░░ 1\/3 healthy {2}1 of 3 tasks/);
  });

  it.each([40, 80])(
    "that is a failure with a long log fits a terminal of %i columns; a log has all of it",
    (columns) => {
      const evidence = [
        "Traffic is served by 3 healthy tasks",
        ...Array.from({ length: 30 }, (_, n) => `log line ${n}`),
      ];
      const failed: StepFailed = {
        type: "step.failed",
        at: "2026-04-10T03:41:12.000Z",
        ...{ execution: "7K2M", step: "deploy", reason: "task-exits", text: "tasks ended by themselves" },
        phase: "do",
        effect: "sent",
        evidence,
        next: ["vulcan-ops undo"],
      };
      const rows = renderEvent(failed, { ...PLAIN, columns, live: true })
        .trimEnd()
        .split("\n");
      expect(rows.length).toBeLessThan(24);
      expect(rows.join(" ")).toMatch(/Traffic is served.*log line 0.*more rows: .*vulcan-ops undo$/);
      for (const display of [PLAIN, { ...PLAIN, live: true, verbose: true }])
        expect(renderEvent(failed, display)).toContain("log line 29");
    },
  );

  it("is not told again where the plan has shown it just so", () => {
    const narrator = createEventLog(PLAIN, { saysOnce: true });
    const planned = GOOD.filter((event) => event.type === "step.planned");
    expect(planned.map((event) => narrator.write(event)).filter(Boolean)).toHaveLength(3);
    narrator.learn(NORMAL);
    expect(planned.map((event) => narrator.write(event)).filter(Boolean)).toHaveLength(0);
    const changed = planned.map((event) => ({ ...event, summary: "the target has changed since" }));
    expect(changed.map((event) => narrator.write(event)).filter(Boolean)).toHaveLength(2);
  });

  it("is not told twice while a wait says the same", () => {
    const narrator = createEventLog(PLAIN);
    const texts = [PROGRESS, PROGRESS, { ...PROGRESS, text: "other" }, PROGRESS].map((event) => narrator.write(event));
    expect(texts.map((text) => text === "")).toEqual([false, true, false, true]);
  });

  it.each([
    ["two texts in turn", (second: number) => (second % 2 === 0 ? "cannot see it" : "waiting")],
    ["the time that goes by", (second: number) => `creating, after ${second > 59 ? "1 min " : ""}${second % 60} s`],
    ["a time of day", (second: number) => `until 03:41:${String(second % 60).padStart(2, "0")}Z`],
  ])("is told once a minute while nothing changes but %s", (_name, textAt) => {
    const narrator = createEventLog(PLAIN);
    const told = Array.from({ length: 301 }, (_, second) => {
      const at = new Date(Date.parse(PROGRESS.at) + second * 1000).toISOString();
      return narrator.write({ ...PROGRESS, at, text: textAt(second) });
    });
    expect(told.filter((text) => text !== "").length).toBeLessThanOrEqual(7);
    expect(told.filter((text) => text !== "").length).toBeGreaterThanOrEqual(5);
  });

  it("is told at once where it is news", () => {
    const narrator = createEventLog(PLAIN);
    const told = ["0 of 3 healthy", "1 of 3 healthy", "2 of 3 healthy"].map((text) =>
      narrator.write({ ...PROGRESS, text }),
    );
    expect(told).not.toContain("");
  });
});
