import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTerminalIo } from "../../../src/ui/io/terminal-io.ts";
import { width } from "../../../src/ui/text/wrap.ts";
import { bundled } from "../../support/bundle.ts";
import { QUESTION, REVERT } from "../plans.ts";
import type { Scene } from "../terminal-scenes.ts";
import { NO_TMUX, type Pane, startTerminals, type Terminals } from "../tmux.ts";

const YES = 'RESULT {"yes":true,"how":"prompt"}';
const TYPE_42 = "Type 42 to roll back vulcan-prod to 1.42.0, q to cancel:";
const NO = 'RESULT {"yes":false,"how":"prompt"}';

/** The screen without what stty then tells. */
const shownBefore = (screen: string): string => screen.slice(0, screen.indexOf("RESULT"));

const folder = mkdtempSync(path.join(tmpdir(), "vulcan-ops-ui-"));
let scenes = "";
beforeAll(async () => {
  scenes = await bundled(path.join(import.meta.dirname, "..", "terminal-scenes.ts"), folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const why = NO_TMUX === undefined ? "" : ` (skipped: ${NO_TMUX})`;
describe.skipIf(NO_TMUX !== undefined)(`in a real terminal${why}`, { concurrent: true }, () => {
  let terminals: Terminals;
  beforeAll(() => {
    terminals = startTerminals();
  });
  afterAll(() => terminals?.close());

  const open = (scene: Scene, options: Parameters<Terminals["open"]>[1] = {}): Pane =>
    terminals.open(`${process.execPath} ${scenes} ${scene}`, options);

  describe("a plain confirmation", () => {
    it.for([
      ["y", YES],
      ["yes", YES],
      ["n", NO],
      ["q", NO],
    ] as const)("%s answers", async ([key, result], { expect }) => {
      const pane = open("prompt");
      await pane.until("[y/N]");
      pane.type(key, "Enter");
      expect(await pane.until("PANE-END")).toContain(result);
    });

    it("Enter alone is a no", async ({ expect }) => {
      const pane = open("prompt");
      await pane.until("[y/N]");
      pane.type("Enter");
      expect(await pane.until("PANE-END")).toContain(NO);
    });

    it("explains, shows details and does not understand, then asks again", async ({ expect }) => {
      const pane = open("prompt");
      await pane.until("[y/N]");
      pane.type("e", "Enter");
      await pane.until(/Why +New tasks start[\s\S]*\[y\/N\] *\n*$/);
      pane.type("d", "Enter");
      await pane.until(/input\.taskDefinition: "vulcan-prod:42"[\s\S]*\[y\/N\] *\n*$/);
      pane.type("maybe", "Enter");
      await pane.until(/Please answer y or n\. Nothing was sent\.[\s\S]*\[y\/N\] *\n*$/);
      pane.type("y", "Enter");
      expect(await pane.until("PANE-END")).toContain(YES);
    });

    it("--yes answers it, with the step shown", async ({ expect }) => {
      const screen = await open("prompt --yes").until("PANE-END");
      expect(screen).toContain('RESULT {"yes":true,"how":"flag"}');
      expect(screen).toContain("Command   aws ecs update-service");
      expect(screen).not.toContain("[y/N]");
    });
  });

  describe("a typed confirmation", () => {
    it("takes the text alone", async ({ expect }) => {
      const pane = open("typed");
      await pane.until(TYPE_42);
      pane.type("y", "Enter");
      await pane.until(/"y" does not match\. Nothing was sent\.[\s\S]*cancel: *\n*$/);
      pane.type("Enter");
      await pane.until(/"" does not match[\s\S]*cancel: *\n*$/);
      pane.type("42", "Enter");
      expect(await pane.until("PANE-END")).toContain('RESULT {"yes":true,"how":"typed"}');
    });

    it("q stops", async ({ expect }) => {
      const pane = open("typed --yes");
      await pane.until(TYPE_42);
      pane.type("q", "Enter");
      expect(await pane.until("PANE-END")).toContain('RESULT {"yes":false,"how":"typed"}');
    });

    it("of a stale plan says what moved, and --yes does not answer it", async ({ expect }) => {
      const pane = open("stale --yes");
      const screen = await pane.until(TYPE_42);
      expect(screen).toContain("CHANGED  vulcan-prod changed while you were deciding");
      expect(screen).toContain(" | PRIMARY deployment: ecs-svc/55 is now ecs-svc/91");
      pane.type("C-d");
      await pane.until("PANE-END");
    });
  });

  it("after 122 rows of a plan, deed, place and six warnings are on a glass of 24 rows", async ({ expect }) => {
    const pane = open("warned", { rows: 24 });
    await pane.until(TYPE_42);
    const glass = pane.glass();
    for (const part of [
      "roll back vulcan-prod from 1.43.0 (:43) to 1.42.0 (:42)",
      "PRODUCTION vulcan-prod · 111122223333 · eu-west-1",
      "by vulcan-ops undo",
      "Circuit breaker is off",
      "Deployed minutes ago",
      "The image tag was pushed again",
      "The schema may not fit",
      "Auto scaling is active",
      "An IAM role differs",
    ])
      expect(glass).toContain(part);
    pane.type("42", "Enter");
    expect(await pane.until("PANE-END")).toContain('"how":"typed"');
  });

  describe("keys typed before the question", () => {
    it.for([
      ["late", "y", "[y/N]"],
      ["late typed", "42", TYPE_42],
    ] as const)("%s: do not answer it", async ([scene, text, prompt], { expect }) => {
      const pane = open(scene);
      pane.type(text, "Enter");
      await pane.until(prompt);
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(pane.screen()).not.toContain("RESULT");
      pane.type("q", "Enter");
      expect(await pane.until("PANE-END")).toContain('RESULT {"yes":false');
    });

    it("nor does what is typed while the step is being shown, nor too much for one question", async ({ expect }) => {
      const pane = open("twice");
      await pane.until("e why");
      pane.type("y", "Enter");
      await pane.until("[y/N]");
      expect(pane.screen()).not.toContain("[y/N] y");
      // Both lines are there when the first question is answered; the second must not see the rest.
      pane.type("y", "Enter", "y", "Enter");
      await pane.until(/\[y\/N\] y[\s\S]*e why[\s\S]*\[y\/N\] *\n*$/);
      pane.type("n", "Enter");
      expect(await pane.until("PANE-END")).toContain('[{"yes":true,"how":"prompt"},{"yes":false,"how":"prompt"}]');
    });
  });

  describe("leaving a question", () => {
    it.for(["prompt", "typed"] as const)("%s: Ctrl-D is a no", async (scene, { expect }) => {
      const pane = open(scene);
      await pane.until(/\[y\/N\]|q to cancel:/);
      pane.type("C-d");
      expect(await pane.until("PANE-END")).toContain('RESULT {"yes":false');
    });

    it.for(["prompt", "typed", "choice", "menu"] as const)("%s: Ctrl-C leaves with 130", async (scene, { expect }) => {
      const pane = open(scene);
      await pane.until(/\[y\/N\]|q to cancel:|What now\?|What next\?/);
      pane.type("C-c");
      const screen = await pane.until("PANE-END");
      expect(screen).toContain("RESULT exit 130 interrupted");
      expect(screen).toMatch(
        scene === "menu" ? /Cancelled\. No changes made\./ : /Nothing changed since (step 1|the question)\./,
      );
      expect(pane.hasCursor()).toBe(true);
      expect(pane.modes()).toMatch(/ isig icanon .* echo /);
    });

    it("Ctrl-C before the question is drawn leaves, too", async ({ expect }) => {
      const pane = open("prompt");
      await pane.until("e why");
      pane.type("C-c");
      expect(await pane.until("PANE-END")).toContain("RESULT exit 130 interrupted");
    });

    it("a signal from outside interrupts it", async ({ expect }) => {
      expect(await open("stopped").until("PANE-END")).toContain("RESULT exit 130 interrupted");
    });

    it("a choice falls back, a menu chooses nothing", async ({ expect }) => {
      const [asked, menu] = [open("choice"), open("menu")];
      await Promise.all([asked.until("What now?"), menu.until("What next?")]);
      asked.type("C-d");
      menu.type("C-d");
      expect(await asked.until("PANE-END")).toContain('RESULT {"value":"abort","how":"none"}');
      expect(await menu.until("PANE-END")).toContain("RESULT null");
    });
  });

  describe("choices", () => {
    it("Enter takes the fallback, arrows another one", async ({ expect }) => {
      const [first, second] = [open("choice"), open("choice")];
      await Promise.all([first, second].map((pane) => pane.until("Enter takes it")));
      first.type("Enter");
      second.type("Up", "Enter");
      expect(await first.until("PANE-END")).toContain('RESULT {"value":"abort","how":"prompt"}');
      expect(await second.until("PANE-END")).toContain('RESULT {"value":"undo","how":"prompt"}');
      expect(first.screen()).toContain(" | 4 tasks stopped: exit 1");
    });

    it("a terminal that cannot redraw gets numbers", async ({ expect }) => {
      const pane = open("menu", { env: { TERM: "dumb" } });
      await pane.until("Number:");
      pane.type("7", "Enter");
      await pane.until(/Number: 7\s+\? Number:/);
      pane.type("2", "Enter");
      expect(await pane.until("PANE-END")).toContain('RESULT "quit"');
    });
  });

  describe("a restoring step", () => {
    it("goes on by itself", async ({ expect }) => {
      expect(await open("hold").until("PANE-END")).toMatch(/Restoring now\.\s+RESULT {"go":true}/);
    });

    it.for(["x", "Enter", "C-c"])("%s holds it", async (key, { expect }) => {
      const pane = open("hold-long");
      await pane.until("any key holds");
      pane.type(key);
      expect(await pane.until("PANE-END")).toMatch(/Held\.\s+RESULT {"go":false}/);
    });
  });

  describe("a question that counts down", () => {
    it("is a yes when no key comes", async ({ expect }) => {
      const screen = await open("countdown").until("PANE-END");
      expect(screen).toMatch(/No key: yes\.\s+RESULT {"yes":true,"how":"countdown"}/);
    });

    it("y does not wait for the end", async ({ expect }) => {
      const pane = open("countdown-long");
      await pane.until("y now, any other key holds");
      pane.type("y");
      expect(await pane.until("PANE-END")).toContain(YES);
    });

    it.for(["x", "Enter", "C-d"])("%s holds it, and then it asks", async (key, { expect }) => {
      const pane = open("countdown-long");
      await pane.until("y now, any other key holds");
      pane.type(key);
      await pane.until(/Without an answer in 5 min, the step runs\.[\s\S]*\[y\/N\] *\n*$/);
      expect(pane.screen()).not.toContain("Yes in");
      pane.type("n", "Enter");
      expect(await pane.until("PANE-END")).toContain(NO);
    });

    it("Ctrl-C leaves", async ({ expect }) => {
      const pane = open("countdown-long");
      await pane.until("y now, any other key holds");
      pane.type("C-c");
      expect(await pane.until("PANE-END")).toContain("RESULT exit 130 interrupted");
    });
  });

  describe("a question that nobody answers", () => {
    it("is a no after its time, and has called people", async ({ expect }) => {
      const pane = open("silent");
      const screen = await pane.until("PANE-END");
      expect(screen).toContain("Without an answer in 2 s, the run stops and puts everything back.");
      expect(screen).toContain("No answer in 2 s: no.");
      expect(screen).toContain('RESULT {"yes":false,"how":"silence","calls":1}');
      expect(pane.modes()).toMatch(/ isig icanon .* echo /);
    });

    it("a choice falls back", async ({ expect }) => {
      const screen = await open("silent-choice").until("PANE-END");
      expect(screen).toContain("No answer in 2 s: stop here.");
      expect(screen).toContain('RESULT {"value":"abort","how":"silence"}');
    });
  });

  describe("the live view", () => {
    it("shows the wait, then leaves the plain lines and the cursor", async ({ expect }) => {
      const unseen = path.join(folder, "unseen");
      writeFileSync(unseen, "");
      const pane = open(`live while=${unseen}`);
      await pane.until(/Step 2\/3: \S[\s\S]*leaving is safe\n[\s\S]*█+░* 1\/3 healthy {2}1 of 3 run :42/);
      expect(pane.hasCursor()).toBe(false);
      rmSync(unseen);
      const screen = await pane.until("PANE-END");
      expect(screen).toMatch(
        /03:41:00Z {2}→ SEND[\s\S]*\n03:41:09Z {2}✓ OK[\s\S]*\n03:41:09Z {2}- SKIP[\s\S]*\nRESULT "live"/,
      );
      expect(screen).not.toContain("Ctrl-C stops watching");
      expect(pane.hasCursor()).toBe(true);
      expect(pane.modes()).toMatch(/ isig icanon .* echo /);
    });

    it("lets others print beside it", async ({ expect }) => {
      const screen = await open("live say").until("PANE-END");
      expect(screen).toMatch(/→ SEND[\s\S]*\na line from elsewhere\n03:41:09Z {2}✓ OK/);
    });

    it("lets Ctrl-C through to the process, and what that says stay", async ({ expect }) => {
      const pane = open("signal");
      await pane.until("[y/N]");
      pane.type("y", "Enter");
      await pane.until(/leaving is safe/);
      pane.type("C-c");
      const screen = await pane.until("PANE-END");
      expect(shownBefore(screen)).not.toMatch(/leaving is safe|\^C/);
      expect(screen).toMatch(/→ SEND[\s\S]*stopping at a safe point\n03:41:09Z {2}✓ OK[\s\S]*RESULT "signalled"/);
    });

    it("says step, time of about, limit, end and how to leave; keys leave no trace", async ({ expect }) => {
      const pane = open("wait");
      await pane.until(/1 of 3 run :42[\s\S]*0:\d\d of about 1:00, limit 15:00/);
      pane.type("x", "Enter", "Enter", "y", "Enter");
      await pane.until(/0:(0[2-9]|[1-5]\d) of about/);
      expect(pane.screen()).toMatch(/limit 15:00\. The run ends about \d\d:\d\dZ, in about [67]\s+min\.\n/);
      expect(pane.screen()).toContain("Resume: vulcan-ops resume 7K2M");
      expect(pane.screen().match(/leaving is safe/g)).toHaveLength(1);
      pane.type("C-c");
      const screen = await pane.until("PANE-END");
      expect(screen).toMatch(/→ SEND[^\n]*\n[^\n]*\n?03:41:09Z {2}✓ OK/);
      expect(shownBefore(screen)).not.toMatch(/leaving is safe|Ctrl-C stops|\^C|\n[xy]\n/);
      expect(pane.modes()).toMatch(/ isig icanon .* echo /);
    });

    it("Ctrl-Z gives the terminal to the shell, and fg draws it again", async ({ expect }) => {
      const pane = terminals.open("bash --norc --noprofile -i", { env: { PS1: "READY:" } });
      await pane.until("READY:");
      pane.type(`${process.execPath} ${scenes} wait`, "Enter");
      await pane.until(/Step 2\/3[\s\S]*1 of 3 run/);
      pane.type("C-z");
      await pane.until(/Stopped[\s\S]*READY:/);
      expect(pane.screen()).not.toContain("Step 2/3");
      expect(pane.hasCursor()).toBe(true);
      pane.type("stty -a", "Enter");
      await pane.until(/\bisig icanon [\s\S]* echo /);
      pane.type("clear; fg", "Enter");
      await pane.until(/Step 2\/3[\s\S]*1 of 3 run/);
      pane.type("x", "C-c");
      expect(shownBefore(await pane.until("RESULT"))).not.toMatch(/leaving is safe|\^C/);
      pane.type("exit", "Enter");
      await pane.until("PANE-END");
    });

    it("a signal to stop gives the terminal back as well", async ({ expect }) => {
      const pane = terminals.open("bash --norc --noprofile -i", { env: { PS1: "READY:" } });
      await pane.until("READY:");
      pane.type(`${process.execPath} ${scenes} wait & sleep 0; fg`, "Enter");
      await pane.until(/Step 2\/3[\s\S]*1 of 3 run/);
      process.kill(-pane.foreground(), "SIGTSTP");
      await pane.until(/Stopped[\s\S]*READY:/);
      expect(pane.screen()).not.toContain("1 of 3 run");
      pane.type("clear; fg", "Enter");
      await pane.until(/Step 2\/3[\s\S]*1 of 3 run/);
      pane.type("C-c");
      await pane.until("RESULT");
      pane.type("exit", "Enter");
      await pane.until("PANE-END");
    });

    it("gives the cursor back when the process leaves in the middle", async ({ expect }) => {
      const pane = open("leave");
      expect(await pane.until("PANE-END")).toContain('RESULT "left"');
      expect(pane.hasCursor()).toBe(true);
    });

    it.for([{ TERM: "dumb" }, { CI: "true" }])(
      "is plain lines under %o, none of them twice",
      async (env, { expect }) => {
        const screen = await open("live", { env }).until("PANE-END");
        expect(screen.match(/1 of 3 run :42/g)).toHaveLength(1);
        expect(screen.match(/2 of 3 run :42/g)).toHaveLength(1);
        expect(screen).toMatch(/WAIT/);
      },
    );
  });

  describe("looks", () => {
    it.for([40, 80, 120])("fits %i columns", async (columns, { expect }) => {
      const pane = open("typed", { columns });
      const screen = await pane.until(/cancel: *\n*$/);
      const wide = screen.split("\n").filter((line) => width(line) > columns);
      expect(wide.filter((line) => line.trim().replace(/^→ /, "").includes(" "))).toEqual([]);
      pane.type("42", "Enter");
      expect(await pane.until("PANE-END")).toContain('"how":"typed"');
    });

    it("TERM=dumb asks with nothing but ASCII", async ({ expect }) => {
      const pane = open("typed", { env: { TERM: "dumb" } });
      await pane.until(TYPE_42);
      pane.type("43", "BSpace", "2", "Enter");
      const screen = await pane.until("PANE-END");
      expect(screen).toContain('RESULT {"yes":true,"how":"typed"}');
      expect(screen).toMatch(/^[\n\x20-\x7e]*$/);
    });
  });
});

describe("without a terminal", () => {
  const run = (scene: Scene, input: string, env: Readonly<Record<string, string>> = {}) =>
    spawnSync(process.execPath, [scenes, ...scene.split(" ")], {
      input,
      encoding: "utf8",
      env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: undefined, ...env },
    });

  it.each([
    ["prompt", "y\n", "--yes"],
    ["typed", "42\n", "--confirm 42"],
  ] as const)("%s: an answer from a pipe is refused, naming the flag", (scene, input, flag) => {
    const { stdout } = run(scene, input);
    expect(stdout).toContain("RESULT exit 6 answer-missing");
    expect(stdout).toContain(`Add to the same command: ${flag}`);
    expect(stdout).toContain("Nothing changed since step 1.");
  });

  it.each([
    ["choice", 'RESULT {"value":"abort","how":"none"}'],
    ["menu", "RESULT null"],
    ["hold", 'RESULT {"go":true}'],
  ] as const)("%s asks nobody", (scene, result) => {
    expect(run(scene, "\n\n").stdout).toContain(result);
  });

  it("writes no escape sequence, unless colour is forced", () => {
    expect(run("live", "").stdout).not.toContain("\u001b");
    expect(run("live", "", { FORCE_COLOR: "1" }).stdout).toContain("\u001b[32m");
    expect(run("live", "", { FORCE_COLOR: "1", NO_COLOR: "1" }).stdout).not.toContain("\u001b");
  });
});

it("tells of a planned step once: where its question follows, by that alone", async () => {
  let shown = "";
  const display = { columns: 80, colour: false, unicode: true, live: false };
  const write = (text: string): boolean => {
    shown += text;
    return true;
  };
  const output = { isTTY: true, columns: 80, rows: 24, write } as never;
  const input = { isTTY: true } as never;
  const io = createTerminalIo({ input, output, display, answers: { yes: true, sandbox: true } });
  const event = { at: "2026-04-10T03:41:07.000Z", execution: "7k2m", phase: "undo", type: "step.planned" } as const;
  io.notify({ ...event, ...REVERT, step: REVERT.id, findings: [] } as never);
  await io.ask(QUESTION);
  expect(shown).not.toContain("PLAN");
  io.notify({ ...event, ...REVERT, step: REVERT.id, findings: [] } as never);
  io.say("Something else.\n");
  expect(shown).toMatch(/PLAN[\s\S]*Something else\./);
});
