import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRig, type Rig } from "../support/sandbox-harness.ts";
import { BRISK } from "../support/stories/cutover.ts";
import { type Recording, record } from "./record.ts";
import { replay, type Shot, SIZES } from "./replay.ts";
import { TAKES } from "./takes.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("empty", 20, { timings: BRISK });
});
afterAll(() => rig.close());

const section = ({ name, text }: Shot): string => `=== ${name}\n${text}\n`;

describe.runIf(process.platform === "linux").each(Object.entries(TAKES))("%s", (procedure, takes) => {
  const recordings = new Map<string, Recording>();
  const recordingOf = async (ending: string): Promise<Recording> => {
    const take = takes[ending];
    if (take === undefined) throw new Error(`no take ${ending}`);
    const recording = recordings.get(ending) ?? (await record(rig, take));
    recordings.set(ending, recording);
    return recording;
  };

  it.each(SIZES)("its questions and waits at $columns columns", async (size) => {
    const recording = await recordingOf("success");
    const { questions, waits } = await replay(recording, size);
    const file = (what: string) => `../golden/screens/${procedure}-${what}-${size.columns}.txt`;
    await expect(questions.map(section).join("\n")).toMatchFileSnapshot(file("questions"));
    await expect(waits.map(section).join("\n")).toMatchFileSnapshot(file("waits"));
  });

  it.each(SIZES)("its ends at $columns columns", async (size) => {
    const ends: string[] = [];
    for (const ending of Object.keys(takes)) {
      const recording = await recordingOf(ending);
      const { end } = await replay(recording, size);
      ends.push(section({ ...end, name: ending }));
    }
    await expect(ends.join("\n")).toMatchFileSnapshot(`../golden/screens/${procedure}-ends-${size.columns}.txt`);
  });
});
