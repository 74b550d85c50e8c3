import { expect, it } from "vitest";
import type { ProcessContext } from "../../src/cli/process-context.ts";
import { windowAhead, windowFrom } from "../../src/cli/window-option.ts";
import type { OpsError } from "../../src/domain/error.ts";

const NOW = Date.UTC(2026, 10, 30, 22);
const CLOCK = { now: NOW, zone: "Europe/Berlin" };

function read(work: (context: ProcessContext) => unknown): { readonly said: string; readonly error?: OpsError } {
  const said: string[] = [];
  const context = { env: {}, stderr: { columns: 80 }, note: (line: string) => said.push(line) };
  try {
    work(context as unknown as ProcessContext);
    return { said: said.join("\n") };
  } catch (error) {
    return { said: said.join("\n"), error: error as OpsError };
  }
}

const VERBS = ["announce", "reschedule", "cancel"] as const;

it.each(VERBS)("what %s prints after an error is that command again: no line begins a maintenance", (verb) => {
  const windows = [undefined, "02:00..04:00", "2026-10-10T02:00..04:00", "soon", "2026-12-10T04:00..2026-12-10T03:00"];
  for (const window of windows) {
    const zone = window === "02:00..04:00" ? undefined : CLOCK.zone;
    const { error } = read((context) => windowAhead(window, verb, { now: NOW, zone }, context));
    const next = error?.detail.next ?? [];
    expect(next.length, String(window)).toBeGreaterThan(0);
    for (const line of next) expect(line).toMatch(new RegExp(`^vulcan-ops maintenance ${verb} --window `));
  }
});

it("the example of a window lies ahead, and is accepted as it is", () => {
  const { error } = read((context) => windowAhead(undefined, "announce", CLOCK, context));
  const [line = ""] = error?.detail.next ?? [];
  expect(line).toBe("vulcan-ops maintenance announce --window 2026-12-01T02:00:00Z..2026-12-01T04:00:00Z");
  const again = read((context) => windowAhead(line.split(" --window ")[1], "announce", CLOCK, context));
  expect(again.error).toBeUndefined();
});

it("says which of two windows it has read, and not when one that is over opens", () => {
  const words = { command: "maintenance reschedule", option: "--instead-of", before: "--window X " } as const;
  const former = read((context) => windowFrom("2026-12-09T02:00..04:00", CLOCK, context, words));
  expect(former.said).toMatch(/^Instead of: 9 Dec 02:00 .*; it opens in /);
  const over = read((context) => windowFrom("2026-10-09T02:00..04:00", CLOCK, context, words));
  expect(over.said).not.toContain("it opens");
  const { error } = read((context) => windowFrom("02:00..04:00", { now: NOW }, context, words));
  expect(error?.detail.message).toMatch(/^--instead-of 02:00\.\.04:00 is local time/);
  expect(error?.detail.next?.[0]).toMatch(
    /^vulcan-ops maintenance reschedule --window X --instead-of 02:00\.\.04:00 --zone /,
  );
});
