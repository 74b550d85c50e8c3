import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { operatorIo } from "../../src/cli/output.ts";
import type { ProcessContext } from "../../src/cli/process-context.ts";
import { BAD, GOOD } from "../ui/events.ts";
import { NORMAL } from "../ui/plans.ts";

const OPTIONS = {
  yes: true,
  confirm: [],
  output: undefined,
  takeOver: undefined,
  expectCurrent: undefined,
  ask: undefined,
};

/** What a screen under --quiet writes to stderr. */
function quietScreen(isTTY: boolean) {
  const parts: string[] = [];
  const stderr = { isTTY, columns: 80, rows: 24, write: (text: string) => parts.push(text) > 0 };
  const stdin = Object.assign(new PassThrough(), { isTTY, isRaw: false, setRawMode: () => stdin });
  const context = {
    stdin,
    stdout: { write: () => true },
    stderr,
    env: { VULCAN_OPS_QUIET: "1", TERM: "xterm" },
    stop: new AbortController().signal,
    note: () => undefined,
  } as unknown as ProcessContext;
  const io = operatorIo(OPTIONS, context)({ now: () => Date.parse(NORMAL.at) } as never);
  return { io, text: () => parts.join("") };
}

describe.each([
  ["a person", true],
  ["no person", false],
])("--quiet with %s at the terminal", (_, isTTY) => {
  it("shows no plan and no progress", () => {
    const { io, text } = quietScreen(isTTY);
    io.showPlan(NORMAL);
    for (const event of GOOD.slice(0, -1)) io.notify(event);
    io.close();
    expect(text().replace("\u001b[?25h", "")).toBe("");
  });

  it("shows a step that failed, and who took over", () => {
    const { io, text } = quietScreen(isTTY);
    for (const event of BAD) io.notify(event);
    const from = { execution: "b7k2m", command: "maintenance", operator: "bob", host: "elsewhere", since: NORMAL.at };
    io.notify({ type: "execution.tookOver", at: NORMAL.at, execution: "x0001", from });
    io.close();
    expect(text()).toMatch(/FAIL/);
    expect(text()).toContain("bob@elsewhere");
  });

  it("shows the end, and what is said in between", () => {
    const { io, text } = quietScreen(isTTY);
    io.say("The lock of the target could not be released: refused");
    io.alert("Credentials have expired. Log in again.");
    for (const event of GOOD) io.notify(event);
    io.close();
    expect(text()).toContain("The lock of the target could not be released: refused\n");
    expect(text()).toContain("Credentials have expired. Log in again.\n");
    expect(text()).toMatch(/END/);
  });
});
