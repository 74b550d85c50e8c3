import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Fault, type Sandbox, startSandbox } from "../../../src/sandbox/index.ts";
import { refusalOf, runningTasks, sh, shellIn, shown, useSandbox } from "./support.ts";

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 60 });
  useSandbox(sandbox);
});
afterAll(() => sandbox.stop());
beforeEach(() => sandbox.clearFaults());

const arm = (fault: Pick<Fault, "kind" | "bytes" | "ms" | "count">): void =>
  sandbox.inject({ operation: "DataChannel", when: "before", ...fault });

const sent = (name: string): number => sandbox.requests().filter(({ operation }) => operation === name).length;

const LINES = Array.from({ length: 3000 }, (_, n) => `${n + 1}\n`).join("");
const print = ["seq", "1", "3000"];

describe("a command that changes nothing", () => {
  it.each([
    [["true"], 0, ""],
    [sh("echo out; echo err >&2; exit 3"), 3, "out\nerr\n"],
    [sh("printf abc"), 0, "abc"],
    [sh("printf 'a\\n\\n'; kill -9 $$"), 137, "a\n\n"],
    [sh("echo $NO_COLOR $TERM"), 0, "1 dumb\n"],
    [sh("cat; echo read"), 0, "read\n"],
    [["exit"], 127, null],
    [["A=b"], 127, null],
    [["no-such-program"], 127, null],
    [["./"], 126, null],
    [sh("if then ("), 2, null],
  ])("%j ends with %i", async (argv, code, output) => {
    const outcome = await shellIn(sandbox).run(argv);
    expect(outcome).toMatchObject({ kind: "exited", code });
    if (output !== null) expect(shown(outcome)).toBe(output);
  });

  it("gets its words as they are", async () => {
    const words = ["a b", "it's", '"$HOME"', "`id`", "#x", "\\", "", "é😀", "-n", "*", "a\nb", "'\\''"];
    const outcome = await shellIn(sandbox).run(["printf", "%s|", ...words]);
    expect(shown(outcome)).toBe(words.map((word) => `${word}|`).join(""));
  });

  it("says of a missing program, and of a syntax error, what the shell says", async () => {
    expect((await shellIn(sandbox).run(["no-such-program"])).output.text).toMatch(/no-such-program: .*not found/);
    expect((await shellIn(sandbox).run(sh("if then ("))).output.text).toMatch(/[Ss]yntax error/);
  });

  it("is shown clean, line by line, and kept exact", async () => {
    const lines: string[] = [];
    const script =
      "printf '\\033[31mred\\033[0m\\r\\n10%%\\r100%%\\nbell\\007 \\342\\202'; sleep 0.1; printf '\\254\\n'; printf 'end'";
    const outcome = await shellIn(sandbox).run(sh(script), { onLine: (line) => lines.push(line) });
    expect(shown(outcome)).toBe("\u001b[31mred\u001b[0m\r\n10%\r100%\nbell\u0007 €\nend");
    expect(outcome.output.text).toBe("red\n100%\nbell\\u{7} €\nend");
    expect(lines.join("\n")).toBe(outcome.output.text);
  });

  it("may print any bytes, even as many as 5 MB", async () => {
    const script = `yes "$(printf 'äöü€😀 \\r\\t line \\377')" | head -c 5242880`;
    const outcome = await shellIn(sandbox).run(sh(script));
    const line = Buffer.concat([Buffer.from("äöü€😀 \r\t line "), Buffer.from([0xff, 0x0a])]);
    const expected = Buffer.alloc(5242880, line);
    expect(Buffer.from(outcome.output.bytes).equals(expected)).toBe(true);
  });

  it("is sent once, and its session is closed behind it", async () => {
    const before = sent("ExecuteCommand");
    await shellIn(sandbox).run(["true"]);
    expect(sent("ExecuteCommand")).toBe(before + 1);
    expect(sandbox.state().sessions.at(-1)?.state).toBe("closed");
  });
});

describe("trouble on the channel of a command that changes nothing", () => {
  it.each(["channel-lose-acks", "channel-duplicate", "channel-reorder", "channel-survive"] as const)(
    "%s: the outcome is as without it",
    async (kind) => {
      arm({ kind });
      const outcome = await shellIn(sandbox).run(print);
      expect(outcome).toMatchObject({ kind: "exited", code: 0 });
      expect(shown(outcome)).toBe(LINES);
      expect(sandbox.state().sessions.at(-1)?.faults).toEqual([kind]);
    },
  );

  it("a pause of publication is waited for", async () => {
    arm({ kind: "channel-pause", bytes: 2000, ms: 600 });
    const outcome = await shellIn(sandbox).run(print);
    expect([outcome.kind, shown(outcome)]).toEqual(["exited", LINES]);
  });

  it.each([1, 40, 5000, 13_893, 13_940])("a socket cut at byte %i is opened again", async (bytes) => {
    arm({ kind: "channel-drop", bytes });
    const before = sent("ResumeSession");
    const outcome = await shellIn(sandbox).run(print);
    expect([outcome.kind, shown(outcome)]).toEqual(["exited", LINES]);
    expect(sent("ResumeSession")).toBe(before + 1);
  });

  it("a socket cut where nobody may resume sessions", async () => {
    arm({ kind: "channel-drop", bytes: 5000 });
    sandbox.inject({ operation: "ResumeSession", when: "before", kind: "access-denied" });
    const outcome = await shellIn(sandbox).run(print);
    expect([outcome.kind, shown(outcome)]).toEqual(["exited", LINES]);
  });

  it("a session closed by the service is an unknown outcome, with what was printed", async () => {
    arm({ kind: "channel-close", bytes: 2000 });
    const outcome = await shellIn(sandbox).run(print);
    expect(outcome).toMatchObject({ kind: "unknown", why: expect.stringContaining("closed by the service") });
    expect(LINES.startsWith(shown(outcome))).toBe(true);
  });

  it("a lost tail is an unknown outcome: nothing is taken for the end but the end", async () => {
    arm({ kind: "channel-truncate", bytes: 10 });
    const outcome = await shellIn(sandbox, { silenceMs: 700 }).run(print);
    expect(outcome).toMatchObject({ kind: "unknown", why: expect.stringMatching(/nothing has come for/) });
    await expect.poll(() => sandbox.state().sessions.at(-1)?.state).toBe("closed");
  });

  it("a session that times out is an unknown outcome", async () => {
    arm({ kind: "channel-idle", ms: 300 });
    const outcome = await shellIn(sandbox).run(["sleep", "30"]);
    expect(outcome).toMatchObject({ kind: "unknown", why: expect.stringContaining("due to inactivity") });
  });

  it("our own limit on silence, and a signal, end it here and there", async () => {
    const silent = await shellIn(sandbox, { silenceMs: 500 }).run(["sleep", "30"]);
    expect(silent).toMatchObject({ kind: "unknown", why: expect.stringMatching(/nothing has come for 1 s/) });
    const controller = new AbortController();
    const running = shellIn(sandbox).run(["sleep", "30"], { signal: controller.signal });
    await expect.poll(() => sandbox.state().sessions.at(-1)?.state).toBe("running");
    controller.abort();
    expect(await running).toMatchObject({ kind: "unknown", why: expect.stringContaining("interrupted") });
    await expect.poll(() => sandbox.state().sessions.map(({ state }) => state)).not.toContain("running");
  });
});

describe("a command that cannot be started", () => {
  it("where the agent is not connected, or the task is not there", async () => {
    sandbox.inject({ operation: "ExecuteCommand", when: "before", kind: "not-connected" });
    expect(await refusalOf(shellIn(sandbox).run(["true"]))).toMatchObject({
      code: "exec-not-connected",
      effect: "none",
    });
    expect(await refusalOf(shellIn(sandbox, {}, { task: "f".repeat(32) }).run(["true"]))).toMatchObject({
      code: "exec-impossible",
      message: expect.stringContaining("The referenced task was not found."),
    });
    expect(await refusalOf(shellIn(sandbox, {}, { container: "other" }).run(["true"]))).toMatchObject({
      code: "exec-impossible",
      message: expect.stringContaining("container other"),
    });
  });

  it("where the credentials may not", async () => {
    sandbox.inject({ operation: "ExecuteCommand", when: "before", kind: "access-denied" });
    expect(await refusalOf(shellIn(sandbox).run(["true"]))).toMatchObject({ code: "aws-refused", exitCode: 4 });
  });

  it("that is no command is not sent", async () => {
    const before = sent("ExecuteCommand");
    for (const argv of [[], [""], ["-c"], ["a\0b"]]) {
      expect(await refusalOf(shellIn(sandbox).run(argv))).toMatchObject({ code: "exec-command", exitCode: 6 });
    }
    expect(sent("ExecuteCommand")).toBe(before);
  });
});

it("runs in several tasks at once", async () => {
  const outcomes = await Promise.all(
    runningTasks(sandbox).map((task) => shellIn(sandbox, {}, { task }).run(sh("echo $$; sleep 0.2"))),
  );
  expect(outcomes.map(({ kind }) => kind)).toEqual(outcomes.map(() => "exited"));
});
