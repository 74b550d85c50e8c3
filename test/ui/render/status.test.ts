import { describe, expect, it } from "vitest";
import { MOST_WORDS, wordsIn } from "../../../src/domain/headline.ts";
import { menuOf } from "../../../src/domain/status/menu.ts";
import type { TargetStatus } from "../../../src/domain/status/target-status.ts";
import { choiceLines } from "../../../src/ui/io/menu-prompt.ts";
import { renderDoctor } from "../../../src/ui/render/doctor.ts";
import { renderStatus, renderStatusScreen } from "../../../src/ui/render/status.ts";
import { renderTargets } from "../../../src/ui/render/targets.ts";
import type { DisplayOptions } from "../../../src/ui/text/style.ts";
import { width } from "../../../src/ui/text/wrap.ts";
import { FINDINGS } from "../diagnoses.ts";
import { HEALTHY, PARTIAL, TROUBLED } from "../overviews.ts";
import { SITUATIONS } from "../situations.ts";

const PLAIN: DisplayOptions = { columns: 80, colour: false, unicode: true, live: false };
const golden = (name: string) => `../../golden/ui/${name}.txt`;
/** A label, at most one word or one quoted text that is wider than the line, and what continues a command. */
const isOneWord = (line: string) => /^ *(([A-Z?]\w*|Last log|Roll back) +)?('[^']*'|"[^"]*"\S*|\S+)( \\)?$/.test(line);

/** The glass of a bare `vulcan-ops`: the screen and its menu, as the prompt draws them. */
function bare(status: TargetStatus, display: DisplayOptions): string {
  const choices = menuOf(status).map(({ label, hint }) => ({ value: label, label, ...(hint && { hint }) }));
  return [renderStatusScreen(status, display), "", ...choiceLines(choices, 0, display)].join("\n");
}

const IDENTITY = { target: HEALTHY.target, account: "111122223333" };
const ROWS = [
  {
    name: "prod",
    production: true,
    tone: "failing",
    text: "Release 1.43.0 (:43) is failing: 21 tasks failed ELB health checks in 17 min.",
    code: "deployment-failing",
    exitCode: 0,
  },
  {
    name: "staging",
    production: false,
    tone: "fine",
    text: "Users are served by 1.43.0 (:43): 2/2 healthy.",
    code: "fine",
    exitCode: 0,
  },
  {
    name: "us",
    production: true,
    tone: "unknown",
    text: "the SSO session of profile us has expired",
    code: "aws-expired",
    exitCode: 4,
  },
] as const;

const SCREENS: Readonly<Record<string, (display: DisplayOptions) => string>> = {
  ...Object.fromEntries(
    Object.entries(SITUATIONS).flatMap(([name, status]) => [
      [`bare-${name}`, (display: DisplayOptions) => bare(status, display)],
      [`status-${name}`, (display: DisplayOptions) => renderStatus(status, display)],
    ]),
  ),
  "status-troubled": (display) =>
    renderStatus(TROUBLED, { ...display, verbose: true }, { target: ["--target", "prod"] }),
  "status-partial": (display) => renderStatus(PARTIAL, { ...display, verbose: true }),
  "status-all": (display) => renderTargets(ROWS, display),
  doctor: (display) => renderDoctor(IDENTITY, FINDINGS, display),
  "doctor-verbose": (display) => renderDoctor(IDENTITY, FINDINGS, { ...display, verbose: true }),
};

describe.each(Object.entries(SCREENS))("the screen %s", (name, render) => {
  it.each([40, 80, 120])("at %i columns", async (columns) => {
    await expect(render({ ...PLAIN, columns })).toMatchFileSnapshot(golden(`${name}-${columns}`));
  });

  it.each([40, 60, 80, 120])("fits %i columns but for words that are wider", (columns) => {
    for (const unicode of [true, false]) {
      const lines = render({ ...PLAIN, columns, unicode }).split("\n");
      expect(lines.filter((line) => width(line) > columns && !isOneWord(line))).toEqual([]);
    }
  });

  it("says the same in colour, and the same words in ASCII", () => {
    const coloured = render({ ...PLAIN, colour: true });
    expect(coloured).not.toBe(render(PLAIN));
    expect(coloured.replace(/\u001b\[[0-9;]*m/g, "").replace(/ *(PRODUCTION|prod|us) */g, "$1")).toBe(
      render(PLAIN).replace(/ *(PRODUCTION|prod|us) */g, "$1"),
    );
    expect(render({ ...PLAIN, unicode: false })).toMatch(/^[\n\x20-\x7e]*$/);
  });
});

/** What a reader says of the target with the first row of a screen alone: its state, and what to do. */
const KEYS: Readonly<Record<keyof typeof SITUATIONS, { readonly state: RegExp; readonly todo: RegExp }>> = {
  healthy: { state: /✓ 1\.42\.0 \(:42\) serves, 3\/3 healthy/, todo: /nothing to do/ },
  "bad-release": { state: /✗ 1\.43\.0 \(:43\) is failing, 1\.42\.0 \(:42\) serves/, todo: /roll back to 1\.42\.0/ },
  "breaker-rolled-back": {
    state: /✓ ECS rolled 1\.43\.0 \(:43\) back, 1\.42\.0 \(:42\) serves/,
    todo: /nothing to do/,
  },
  "crash-loop": { state: /✗ 1\.43\.0 \(:43\) is failing, 1\.42\.0 \(:42\) serves/, todo: /roll back to 1\.42\.0/ },
  "bad-but-healthy": {
    state: /✗ 1\.43\.0 \(:43\) answers 33 % of requests with 5xx/,
    todo: /roll back to 1\.42\.0/,
  },
  "no-capacity": {
    state: /✗ 1\.43\.0 \(:43\) does not start, 1\.42\.0 \(:42\) serves/,
    todo: /roll back to 1\.42\.0/,
  },
  "own-rollback": { state: /→ Your rollback to 1\.42\.0 \(:42\) is unfinished/, todo: /resume cc5ftm/ },
  deploying: { state: /→ 1\.43\.0 \(:43\) is being deployed: 1\/3 healthy/, todo: /watch/ },
};

/** What stands between the place and what the first row leaves out, however a narrow screen breaks it. */
function firstRowOf(screen: string): string {
  const [, below = ""] = screen.split("\n\n");
  return (/^. .*(?:\n {2}.*)*/.exec(below)?.[0] ?? "").replace(/\s+/g, " ");
}

describe.each(Object.entries(KEYS))("a reader of the first row of %s", (name, { state, todo }) => {
  const status = SITUATIONS[name as keyof typeof SITUATIONS];

  it.each([40, 80, 120])("knows the state and what to do, in 14 words, at %i columns", (columns) => {
    const row = firstRowOf(bare(status, { ...PLAIN, columns }));
    expect(row).toMatch(state);
    expect(row.split("Next: ")[1]).toMatch(todo);
    expect(wordsIn(row)).toBeLessThanOrEqual(MOST_WORDS);
  });

  it("finds all of it within the 20 rows of a narrow glass", () => {
    // And one row that names the keys.
    expect(bare(status, { ...PLAIN, columns: 40 }).split("\n").length + 1).toBeLessThanOrEqual(20);
  });

  it("sees all of it on at most 18 rows at 80 columns", () => {
    // And one row that names the keys.
    expect(bare(status, PLAIN).split("\n").length + 1).toBeLessThanOrEqual(18);
  });
});

it("nothing that fails is said to be fine: the release whose requests fail has no OK", () => {
  const text = renderStatus(SITUATIONS["bad-but-healthy"], PLAIN);
  expect(text).not.toMatch(/✓|\bOK\b/);
});

it("a rollback is not offered while one goes well, nor where ECS has rolled back", () => {
  for (const name of ["own-rollback", "deploying", "breaker-rolled-back"] as const) {
    expect(menuOf(SITUATIONS[name]).map(({ deed }) => deed)).not.toContain("rollback");
  }
});

it("the time of the reads stands in the reader's zone, too, where the row has room for both", () => {
  const rowAt = (columns: number, more: Partial<DisplayOptions> = {}) => {
    const display = { columns, colour: false, unicode: true, live: false, zone: "Europe/Berlin", ...more };
    return renderStatusScreen(HEALTHY, display).split("\n")[0];
  };
  expect(rowAt(80)).toMatch(/ 05:41 CEST \(03:41Z\)$/);
  expect(rowAt(64)).toMatch(/ 03:41Z$/);
  expect(rowAt(80, { utcOnly: true })).toMatch(/eu-west-1 +03:41Z$/);
});
