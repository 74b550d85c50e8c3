import { describe, expect, it } from "vitest";
import { createUnattendedIo, type OutputMode } from "../../../src/ui/io/non-interactive-io.ts";
import { GOOD } from "../events.ts";
import { NORMAL, QUESTION } from "../plans.ts";

function record(mode: OutputMode) {
  const texts = { data: "", prose: "" };
  const sink = (name: keyof typeof texts) => ({
    write(text: string) {
      texts[name] += text;
    },
  });
  const answers = { yes: true, confirm: "42", expectCurrent: "43", sandbox: false };
  const io = createUnattendedIo({ out: { data: sink("data"), prose: sink("prose") }, answers, mode });
  io.learn(NORMAL);
  return { io, texts };
}

function run(mode: OutputMode) {
  const { io, texts } = record(mode);
  for (const event of GOOD) io.notify(event);
  return texts;
}

describe("output without a terminal", () => {
  it("text: prose alone, on its own stream", () => {
    const { data, prose } = run("text");
    expect(data).toBe("");
    expect(prose).toMatch(/^03:41:00Z {2}START[\s\S]*\n03:41:24Z {2}END/);
  });

  it("ndjson: every event as it is, progress included, and no prose", () => {
    const { data, prose } = run("ndjson");
    expect(prose).toBe("");
    expect(data.endsWith("\n")).toBe(true);
    expect(
      data
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual(GOOD);
  });

  it("json: one document at the end", async () => {
    const { data } = run("json");
    expect(JSON.parse(data)).toMatchObject({ execution: "7K2M", status: "done", exitCode: 0 });
    await expect(data).toMatchFileSnapshot("../../golden/ui/summary.json");
  });

  it("shows what a flag agrees to", async () => {
    const { io, texts } = record("text");
    expect(await io.ask(QUESTION)).toEqual({ yes: true, how: "flag" });
    expect(texts.prose).toContain(" 2/3  Roll back the service");
    expect(texts.prose).toContain("Command   aws ecs update-service");
  });

  it("passes on a refusal", async () => {
    const { io } = record("ndjson");
    await expect(io.ask({ ...QUESTION, step: { ...QUESTION.step, consequence: "41" } })).rejects.toMatchObject({
      exitCode: 6,
    });
  });
});
