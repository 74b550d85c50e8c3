import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MarkerParser } from "../../../src/aws/ecs-exec/marker-parser.ts";
import { wrapDetached } from "../../../src/aws/ecs-exec/shell-wrapper.ts";

/** The script of a mutating command in real shells, in an image that has next to nothing: no setsid, no nohup, no stty. */
const SECRET = "fedcba9876543210fedcba9876543210";
const TOOLS = ["mkdir", "mv", "rm", "tail", "wc", "cat", "sleep", "seq"];

let folder: string;
let children: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "exec-detached-"));
  children = [];
  mkdirSync(join(folder, "bin"));
  for (const tool of [...TOOLS, "setsid"]) {
    const found = ["/usr/bin", "/bin"].map((place) => join(place, tool)).find(existsSync);
    if (found !== undefined) symlinkSync(found, join(folder, "bin", tool));
  }
});
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

interface Following {
  readonly child: ChildProcess;
  readonly words: string[];
  readonly text: () => string;
  readonly ended: Promise<void>;
}

/** What the agent would start, from the words of a command made of single quotes and plain words. */
function follow(shell: string, mode: "start" | "attach", script: string, offset = 0): Following {
  const settings = { secret: SECRET, nonce: "n1", mode, offset, beatRounds: 2 };
  const command = wrapDetached(settings, ["/bin/sh", "-c", script]);
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
  const env = { PATH: join(folder, "bin"), HOME: folder };
  const child = spawn(shell, words.slice(1), { env, cwd: folder, detached: true, stdio: ["pipe", "pipe", "pipe"] });
  children.push(child);
  const marks = new MarkerParser(SECRET);
  const said: string[] = [];
  let text = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    for (const item of marks.push(chunk)) {
      if (item.kind === "data") text += item.bytes.toString();
      else if (item.kind === "mark" && item.word !== "BEAT") said.push(`${item.word} ${item.value}`.trim());
    }
  });
  child.stdin?.end("\n");
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return { child, words: said, text: () => text, ended };
}

const SLOW = `echo run >>"$HOME/runs"; seq 1 3; sleep 1; seq 4 6; exit 4`;
const runs = (): string => readFileSync(join(folder, "runs"), "utf8");

describe.each(["/bin/sh", "/bin/bash"].filter(existsSync))("a mutating command's script in %s", (shell) => {
  it.each([true, false])("starts once, outlives its session, and is told again (setsid: %s)", async (hasSetsid) => {
    if (!hasSetsid) rmSync(join(folder, "bin", "setsid"), { force: true });
    const first = follow(shell, "start", SLOW);
    await expect.poll(first.text).toBe("1\n2\n3\n");
    first.child.kill("SIGKILL");
    if (!hasSetsid) process.kill(-(first.child.pid ?? 0), "SIGHUP"); // what a terminal's end does to those who stay in its session
    await first.ended;
    const second = follow(shell, "start", SLOW);
    const third = follow(shell, "attach", SLOW, 4);
    await Promise.all([second.ended, third.ended]);
    expect([second.words, second.text()]).toEqual([["BEGIN", "ATTACHED", "END 4"], "1\n2\n3\n4\n5\n6\n"]);
    expect([third.words, third.text()]).toEqual([["BEGIN", "ATTACHED", "END 4"], "3\n4\n5\n6\n"]);
    expect([first.words, runs()]).toEqual([["BEGIN", "STARTED"], "run\n"]);
  });

  it("is not started by who only attaches, nor mistaken for another", async () => {
    const absent = follow(shell, "attach", SLOW);
    await absent.ended;
    expect(absent.words).toEqual(["BEGIN", "ABSENT"]);
    await follow(shell, "start", "exit 0").ended;
    const other = follow(shell, "start", SLOW);
    await other.ended;
    expect(other.words).toEqual(["BEGIN", "ATTACHED", "OTHER"]);
    expect(existsSync(join(folder, "runs"))).toBe(false);
  });

  it("started by twenty at once runs once", async () => {
    const followers = Array.from({ length: 20 }, () => follow(shell, "start", SLOW));
    await Promise.all(followers.map(({ ended }) => ended));
    expect(new Set(followers.map(({ text, words }) => `${text()}${words.at(-1)}`))).toEqual(
      new Set(["1\n2\n3\n4\n5\n6\nEND 4"]),
    );
    expect(runs()).toBe("run\n");
  });

  it("gives signs of life while nothing is printed", async () => {
    const following = follow(shell, "start", "sleep 1.2");
    let beats = 0;
    following.child.stdout?.on("data", (chunk: Buffer) => {
      beats += chunk.toString().split(" BEAT").length - 1;
    });
    await following.ended;
    expect(beats).toBeGreaterThanOrEqual(2);
  });
});
