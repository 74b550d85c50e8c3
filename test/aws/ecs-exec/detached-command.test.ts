import { StopTaskCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createClients, WRITE_ATTEMPTS } from "../../../src/aws/client/clients.ts";
import type { ExecLimits } from "../../../src/aws/ecs-exec/timeouts.ts";
import { type Fault, type Sandbox, startSandbox } from "../../../src/sandbox/index.ts";
import { sample } from "../../support/sample.ts";
import { refusalOf, runningTasks, sh, shellIn, shown, useSandbox, wait } from "./support.ts";

let sandbox: Sandbox;
let runs = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 60 });
  useSandbox(sandbox);
});
afterAll(() => sandbox.stop());
beforeEach(() => sandbox.clearFaults());

const arm = (fault: Pick<Fault, "kind" | "bytes" | "ms" | "count">): void =>
  sandbox.inject({ operation: "DataChannel", when: "before", ...fault });

const refuse = (fault: Partial<Fault> & Pick<Fault, "kind">): void =>
  sandbox.inject({ operation: "ExecuteCommand", when: "before", ...fault });

const sent = (name: string): number => sandbox.requests().filter(({ operation }) => operation === name).length;

const shell = (limits: Partial<ExecLimits> = {}) => shellIn(sandbox, { beatRounds: 1, ...limits });

/** Counts its runs in a file of the container, talks for a while, and ends with 4. */
function counted(seconds = 0.6): { nonce: string; argv: string[]; times: () => Promise<number> } {
  const nonce = `run-${++runs}`;
  const script = `echo run >>"$HOME/$1"; seq 1 500; sleep ${seconds}; printf '\\001ä\\r\\n'; seq 501 1000; exit 4`;
  const times = async (): Promise<number> => Number(shown(await shell().run(sh(`grep -c run "$HOME/${nonce}"`))));
  return { nonce, argv: sh(script, nonce), times };
}

const numbers = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, n) => `${from + n}\n`).join("");
const PRINTED = `${numbers(1, 500)}\u0001ä\r\n${numbers(501, 1000)}`;

describe("a command that changes something", () => {
  it.each([
    [["true"], 0],
    [sh("exit 3"), 3],
    [["./"], 126],
    [["no-such-program"], 127],
    [sh("kill -9 $$"), 137],
    [sh("if then ("), 2],
  ])("%j ends with %i", async (argv, code) => {
    expect(await shell().startOrAttach(`code-${++runs}`, argv)).toMatchObject({ kind: "exited", code });
  });

  it("is said to be missing, or wrong, by its own shell", async () => {
    const missing = await shell().startOrAttach(`missing-${++runs}`, ["no-such-program"]);
    expect(missing.output.text).toMatch(/no-such-program: .*not found/);
  });

  it("finds the container as any other command would: its folder, its mask, and no input", async () => {
    const look = sh('pwd; umask; cat; test "$PWD" = "$HOME" && echo home');
    const [plain, detached] = [await shell().run(look), await shell().startOrAttach(`look-${++runs}`, look)];
    expect(shown(detached)).toBe(shown(plain));
    expect(shown(plain)).toMatch(/home\n$/);
  });

  it("gives its output exactly, as it comes and once again to whoever attaches later", async () => {
    const { nonce, argv, times } = counted();
    const lines: string[] = [];
    const first = await shell().startOrAttach(nonce, argv, { onLine: (line) => lines.push(line) });
    expect(first).toMatchObject({ kind: "exited", code: 4 });
    expect(shown(first)).toBe(PRINTED);
    expect(lines.join("\n")).toBe(first.output.text.trimEnd());
    const second = await shell().attach(nonce, argv);
    expect(second).toEqual(first);
    expect(await shell().startOrAttach(nonce, argv)).toEqual(first);
    expect(await times()).toBe(1);
  });

  it("prints 5 MB of any bytes", async () => {
    const outcome = await shell().startOrAttach(`big-${++runs}`, sh(`yes "$(printf 'ä\\r\\377')" | head -c 5242880`));
    const line = Buffer.concat([Buffer.from("ä\r"), Buffer.from([0xff, 0x0a])]);
    expect(Buffer.from(outcome.output.bytes).equals(Buffer.alloc(5242880, line))).toBe(true);
  });

  it("of which ten are asked for at once runs once", async () => {
    const { nonce, argv, times } = counted();
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => shell().startOrAttach(nonce, argv)));
    for (const outcome of outcomes) expect([outcome.kind, shown(outcome)]).toEqual(["exited", PRINTED]);
    expect(await times()).toBe(1);
  });

  it("that says nothing for long is known to be alive by its follower's heartbeats", async () => {
    const before = sent("ExecuteCommand");
    const outcome = await shell({ silenceMs: 1000 }).startOrAttach(`quiet-${++runs}`, ["sleep", "2.5"]);
    expect([outcome.kind, sent("ExecuteCommand") - before]).toEqual(["exited", 1]);
  });

  it("is absent where it was never asked for, and another's nonce is not its own", async () => {
    expect(await shell().attach("never", ["true"])).toEqual({ kind: "absent" });
    await shell().startOrAttach(`other-${++runs}`, ["true"]);
    const other = await shell().startOrAttach(`other-${runs}`, ["false"]);
    expect(other).toMatchObject({ kind: "unknown", why: expect.stringContaining("another command") });
  });
});

describe("trouble while a command changes something", () => {
  it.each<[Pick<Fault, "kind" | "bytes" | "ms" | "count">, Partial<ExecLimits>]>(
    sample(
      [
        [{ kind: "channel-lose-acks" }, {}],
        [{ kind: "channel-duplicate" }, {}],
        [{ kind: "channel-reorder" }, {}],
        [{ kind: "channel-pause", bytes: 500, ms: 700 }, {}],
        [{ kind: "channel-drop", bytes: 1 }, {}],
        [{ kind: "channel-drop", bytes: 1000 }, {}],
        [{ kind: "channel-drop", bytes: 3000 }, {}],
        [{ kind: "channel-close", bytes: 1 }, {}],
        [{ kind: "channel-close", bytes: 1000 }, {}],
        [{ kind: "channel-close", bytes: 3000 }, {}],
        [{ kind: "channel-truncate", bytes: 10 }, { silenceMs: 1000 }],
        [{ kind: "channel-idle", ms: 100 }, { beatRounds: 1000 }],
        [{ kind: "channel-survive" }, {}],
      ],
      6,
    ),
  )("%j: once, and whole", async (fault, limits) => {
    const { nonce, argv, times } = counted();
    arm(fault);
    const outcome = await shell(limits).startOrAttach(nonce, argv);
    expect(outcome).toMatchObject({ kind: "exited", code: 4 });
    expect(shown(outcome)).toBe(PRINTED);
    sandbox.clearFaults();
    expect(await times()).toBe(1);
  });

  it.each(["before", "after"] as const)("an answer that is lost %s the request's effect", async (when) => {
    const { nonce, argv, times } = counted();
    refuse({ kind: "reset", when });
    expect(await shell().startOrAttach(nonce, argv)).toMatchObject({ kind: "exited", code: 4 });
    expect(await times()).toBe(1);
  });

  it("a place that is taken is waited for, but not for ever", async () => {
    refuse({ kind: "not-connected", times: 2 });
    expect(await shell().startOrAttach(`taken-${++runs}`, ["true"])).toMatchObject({ kind: "exited", code: 0 });
    refuse({ kind: "not-connected", times: 100 });
    const refusal = await refusalOf(shell({ attachMs: 800 }).startOrAttach(`taken-${++runs}`, ["true"]));
    expect(refusal).toMatchObject({ code: "exec-not-connected", effect: "none" });
  });

  it("which lasts is an unknown outcome; the command goes on, and who comes later sees its end", async () => {
    const { nonce, argv, times } = counted(1.5);
    const lost = await (async () => {
      arm({ kind: "channel-close", bytes: 1000 });
      sandbox.inject({ operation: "ExecuteCommand", when: "before", kind: "not-connected", nth: 2, times: 100 });
      return shell({ attachMs: 600 }).startOrAttach(nonce, argv);
    })();
    expect(lost.kind).toBe("unknown");
    sandbox.clearFaults();
    const later = await shell().attach(nonce, argv);
    expect([later.kind, "output" in later && shown(later)]).toEqual(["exited", PRINTED]);
    expect(await times()).toBe(1);
  });

  it("an interruption here leaves it running there", async () => {
    const { nonce, argv, times } = counted(1);
    const controller = new AbortController();
    const onLine = (line: string): void => {
      if (line === "500") controller.abort();
    };
    const here = await shell().startOrAttach(nonce, argv, { signal: controller.signal, onLine });
    expect(here).toMatchObject({ kind: "unknown", why: expect.stringContaining("interrupted") });
    expect(await shell().attach(nonce, argv)).toMatchObject({ kind: "exited", code: 4 });
    expect(await times()).toBe(1);
    const before = sent("ExecuteCommand");
    await expect(shell().startOrAttach("too-late", argv, { signal: controller.signal })).rejects.toThrow();
    expect(sent("ExecuteCommand")).toBe(before);
  });

  it("a job that was killed with its shell is unknown, not ended", async () => {
    const nonce = `killed-${++runs}`;
    const following = shell().startOrAttach(nonce, sh("echo begun; exec sleep 61.5"));
    await expect.poll(async () => shown(await shell().run(sh(`cat "$HOME/.vulcan-ops-${nonce}/log"`)))).toBe("begun\n");
    await shell().run(sh(`kill -9 "$(cat "$HOME/.vulcan-ops-${nonce}/pid")"`));
    const outcome = await following;
    expect(outcome).toMatchObject({ kind: "unknown", why: expect.stringContaining("has gone") });
    expect(shown(outcome)).toBe("begun\n");
  });

  it("a task that stops is noticed, though the channel says nothing", async () => {
    const [task = ""] = runningTasks(sandbox);
    const nonce = `stopped-${++runs}`;
    const following = shellIn(sandbox, { taskMs: 200 }).startOrAttach(nonce, sh("echo begun; sleep 60"));
    await wait(700);
    const ecs = await createClients({ region: "eu-west-1" }, WRITE_ATTEMPTS).ecs();
    await ecs.send(new StopTaskCommand({ cluster: "vulcan-prod", task }));
    expect(await following).toMatchObject({ kind: "unknown", why: expect.stringMatching(/the task is \w+/) });
  });
});

it("refuses a nonce that is none", async () => {
  expect(await refusalOf(shell().startOrAttach("../x", ["true"]))).toMatchObject({ code: "exec-nonce", exitCode: 6 });
});
