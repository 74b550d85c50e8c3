import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { serve } from "../../src/mcp/serve.ts";
import type { Answer, Tool } from "../../src/mcp/tool.ts";

type Answering = (stop: AbortSignal) => Promise<Answer>;

const tool = (name: string, seconds: number): Tool => ({
  ...{ name, title: name, describe: name, takes: {}, flags: [], seconds },
  words: () => [name],
});

/** A server whose tools do what the test says, spoken to as the protocol is written. */
function served(answers: Readonly<Record<string, Answering>>, seconds = 60) {
  const [input, output, complaints] = [new PassThrough(), new PassThrough(), [] as string[]];
  const assistant = {
    version: "1.2.3",
    tools: Object.keys(answers).map((name) => tool(name, seconds)),
    forPeople: ["rollback"],
    mark: () => "m4rk",
    answer: ({ name }: Tool, _given: unknown, stop: AbortSignal) => (answers[name] as Answering)(stop),
    complain: (sentence: string) => void complaints.push(sentence),
  };
  const ended = serve(assistant, { input, output, stop: new AbortController().signal });
  let told = "";
  output.on("data", (part: Buffer) => {
    told += part;
  });
  const messages = () => told.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
  let id = 0;
  const send = (method: string, params: object): number => {
    id += 1;
    input.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    return id;
  };
  const call = (name: string) => {
    const own = send("tools/call", { name, arguments: {} });
    return expect.poll(() => messages().find((message) => message.id === own), { interval: 5 });
  };
  return { call, send, input, ended, complaints, messages };
}

const text = (expected: RegExp) => ({
  result: { isError: true, content: [{ text: expect.stringMatching(expected) }] },
});
const untilStopped: Answering = (stop) =>
  new Promise((_, reject) => stop.addEventListener("abort", () => reject(stop.reason)));

it("ends a call at its time limit, and answers on", async () => {
  const server = served({ slow: untilStopped, quick: async () => ({ exitCode: 0, data: 1, notes: [] }) }, 0.05);
  await server.call("slow").toMatchObject(text(/^slow gave no answer within 0\.05 seconds\.$/));
  await server.call("quick").toMatchObject({ result: { structuredContent: { data: 1, exitCode: 0 } } });
});

it("says of its own failure where it is told, and nothing else on the protocol's line", async () => {
  const server = served({ broken: () => Promise.reject(new Error("token=abcdef123 in a stack")) });
  await server.call("broken").toMatchObject(text(/^broken: vulcan-ops itself failed\. The terminal of the server/));
  expect(JSON.stringify(server.messages())).not.toContain("abcdef123");
  expect(server.complaints).toEqual([expect.stringContaining("in a stack")]);
});

it("lets eight calls run at once; the ninth begins when one has ended", async () => {
  const release: (() => void)[] = [];
  const held: Answering = () =>
    new Promise((resolve) => release.push(() => resolve({ exitCode: 0, data: 1, notes: [] })));
  const server = served({ held });
  const calls = Array.from({ length: 9 }, () => server.call("held"));
  await expect.poll(() => release.length, { interval: 5 }).toBe(8);
  release[0]?.();
  await expect.poll(() => release.length, { interval: 5 }).toBe(9);
  for (const end of release) end();
  await Promise.all(calls.map((answered) => answered.toMatchObject({ result: { structuredContent: { data: 1 } } })));
});

it("stops what runs when its client has gone, and only then ends", async () => {
  let isStopped = false;
  const held: Answering = (stop) =>
    untilStopped(stop).finally(async () => {
      await Promise.resolve();
      isStopped = true;
    });
  const server = served({ held });
  server.send("tools/call", { name: "held", arguments: {} });
  await new Promise((resolve) => setImmediate(resolve));
  server.input.end();
  await server.ended;
  expect(isStopped).toBe(true);
});
