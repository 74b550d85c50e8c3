import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planText } from "../../src/cli/plan-text.ts";
import { renderQuestion } from "../../src/ui/render/question.ts";
import { warningRows } from "../../src/ui/render/warning-rows.ts";
import { openRig, type Rig } from "../support/sandbox-harness.ts";
import { BRISK } from "../support/stories/cutover.ts";
import { DESCRIPTION, readmeRecording } from "./readme-recording.ts";
import { type Recording, record } from "./record.ts";
import { loudWords, replay, type Shot, SIZES } from "./replay.ts";
import { TAKES, UNREAD } from "./takes.ts";

let rig: Rig;
beforeAll(async () => {
  // As `sandbox start` makes its worlds.
  rig = await openRig("empty", 20, { timings: BRISK, customers: 240 });
});
afterAll(() => rig.close());

const GLASS = { columns: 80, rows: 24 };

/** Each is recorded once. */
const recordings = new Map<string, Recording>();

async function recordingOf(procedure: string, ending: string): Promise<Recording> {
  const name = `${procedure} ${ending}`;
  const take = ending === "unread" ? UNREAD : TAKES[procedure]?.[ending];
  if (take === undefined) throw new Error(`there is no take of ${name}`);
  const recording = recordings.get(name) ?? (await record(rig, take));
  recordings.set(name, recording);
  return recording;
}

const section = ({ name, text }: Shot): string => `=== ${name}\n${text}\n`;

describe.runIf(process.platform === "linux").each(Object.entries(TAKES))("%s", (procedure, takes) => {
  it.each(SIZES)("its questions and waits at $columns columns", async (size) => {
    const recording = await recordingOf(procedure, "success");
    const { questions, waits } = await replay(recording, size);
    const file = (what: string) => `../golden/screens/${procedure}-${what}-${size.columns}.txt`;
    await expect(questions.map(section).join("\n")).toMatchFileSnapshot(file("questions"));
    await expect(waits.map(section).join("\n")).toMatchFileSnapshot(file("waits"));
  });

  it.each(SIZES)("its ends at $columns columns", async (size) => {
    const ends: string[] = [];
    for (const ending of Object.keys(takes)) {
      const recording = await recordingOf(procedure, ending);
      const { end } = await replay(recording, size);
      ends.push(section({ ...end, name: ending }));
    }
    await expect(ends.join("\n")).toMatchFileSnapshot(`../golden/screens/${procedure}-ends-${size.columns}.txt`);
  });
});

describe.runIf(process.platform === "linux")("the README's recording", () => {
  it("is made of the rollback's present screens, and is small enough for a page", async () => {
    const svg = readmeRecording(await replay(await recordingOf("rollback", "success"), GLASS), GLASS);
    expect(Buffer.byteLength(svg)).toBeLessThanOrEqual(60_000);
    await expect(svg).toMatchFileSnapshot("../../docs/rollback.svg");
    expect(readFileSync("README.md", "utf8")).toContain(`![${DESCRIPTION}](docs/rollback.svg)`);
  });
});

/** Rows of the plan that stand before the first question, at 80 columns. */
const MOST_ROWS = { rollback: 15, restore: 30, cutover: 30, maintenance: 40 } as const;

const DEED = /^Step \d+\/\d+: /;

describe.runIf(process.platform === "linux")("the first question", () => {
  const firstOf = async (procedure: string, ending = "success"): Promise<Shot> => {
    const [first] = (await replay(await recordingOf(procedure, ending), GLASS)).questions;
    if (first === undefined) throw new Error(`${procedure} asks nothing`);
    return first;
  };

  it.each(Object.entries(MOST_ROWS))("of %s comes after %i rows at most", async (procedure, most) => {
    const { text, printed } = await firstOf(procedure);
    const rows = text.split("\n");
    const deed = rows.findLastIndex((row) => DEED.test(row));
    expect(deed).toBeGreaterThanOrEqual(0);
    const own = rows.length - deed;
    expect(printed - own).toBeLessThanOrEqual(most);
  });

  it("of a rollback is whole on a glass of 24 rows, with its plan", async () => {
    expect((await firstOf("rollback")).printed).toBeLessThanOrEqual(GLASS.rows);
  });

  it.each(Object.keys(TAKES))("of %s stands below or beside every warning of its plan", async (procedure) => {
    const calls = await recordingOf(procedure, "success");
    const [plan] = calls.flatMap((call) => (call.kind === "plan" ? [call.plan] : []));
    const [question] = calls.flatMap(({ ...call }) =>
      call.kind === "ask" && call.question.kind === "confirm" ? [call.question] : [],
    );
    if (plan === undefined || question === undefined) throw new Error(`${procedure} has no plan, or asks nothing`);
    const display = { ...GLASS, colour: false, unicode: true, live: false };
    const shown = `${planText(plan, display, 0, { questionFollows: true })}${renderQuestion(question, display)}`;
    const found = [...plan.steps, ...plan.finally].flatMap(({ findings }) => findings);
    const titles = warningRows(
      found.filter(({ level }) => level === "warn"),
      display,
    ).map(({ text }) => text);
    expect(titles.filter((title) => !shown.includes(title))).toEqual([]);
  });

  it.each(["success", "unread"])("of a rollback has 25 words that stand out at most: %s", async (ending) => {
    const words = loudWords((await firstOf("rollback", ending)).raw);
    expect([words.length <= 25, words.join(" ")]).toEqual([true, words.join(" ")]);
  });
});
