import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ContainerOutcome } from "../../src/domain/container-shell.ts";
import type { OpsError } from "../../src/domain/error.ts";
import { migrateStatusIn, parseMigrateStatus } from "../../src/vulcan/migrate-status.ts";

const ONE = 'version=1 applied_at=2026-01-05T09:00:00.000Z description="Create documents"';
const TWO = 'version=2 applied_at=2026-01-06T10:00:00+01:00 description="Add "quoted" é=1 column"';
const NONE = "no pending migrations";

describe("what vulcan migrate status prints", () => {
  it("is read: migrations, then how many are pending", () => {
    expect(parseMigrateStatus(`${ONE}\n${TWO}\n${NONE}\n`)).toEqual({
      answer: {
        applied: [
          { version: 1, description: "Create documents", appliedAt: "2026-01-05T09:00:00.000Z" },
          { version: 2, description: 'Add "quoted" é=1 column', appliedAt: "2026-01-06T09:00:00.000Z" },
        ],
        pending: 0,
      },
    });
  });

  it.each([
    ["a count", `${ONE}\n2 pending\n`, 1, 2],
    ["nothing applied yet", "8 pending\n", 0, 8],
    ["a terminal's line ends", `${ONE}\r\n${NONE}\r\n`, 1, 0],
    ["no last line end", `${ONE}\n${NONE}`, 1, 0],
    ["its log before, between and after", `INF connecting\n${ONE}\nWRN slow\n${TWO}\n${NONE}\nDBG bye\n`, 2, 0],
  ])("with %s", (_name, text, count, pending) => {
    const read = parseMigrateStatus(text);
    expect(read).toMatchObject({ answer: { pending } });
    expect("answer" in read && read.answer.applied.length).toBe(count);
  });

  it.each([
    ["nothing", ""],
    ["no count", `${ONE}\n${TWO}\n`],
    ["a count in the middle", `${ONE}\n${NONE}\n${TWO}\n`],
    ["two counts", `${ONE}\n1 pending\n2 pending\n`],
    ["a count of nothing", `${ONE}\n0 pending\n`],
    ["a negative count", `${ONE}\n-1 pending\n`],
    ["a cut line", `${ONE.slice(0, -1)}\n${NONE}\n`],
    ["a line of another kind", `${ONE}\nhello\n${NONE}\n`],
    ["an error beside it", `${ONE}\nERR connection lost\n${NONE}\n`],
    ["a version that is none", `${ONE.replace("=1 ", "=one ")}\n${NONE}\n`],
    ["a version too large", `${ONE.replace("=1 ", "=1234567890123456 ")}\n${NONE}\n`],
    ["a day that is none", `${ONE.replace("01-05", "02-30")}\n${NONE}\n`],
    ["a time without a zone", `${ONE.replace("000Z", "000")}\n${NONE}\n`],
    ["an age in place of a time", `${ONE.replace(/at=\S+/, "at=-15m")}\n${NONE}\n`],
    ["another field", `${ONE.replace(" desc", " by=me desc")}\n${NONE}\n`],
    ["a sequence that moves the cursor", `${ONE.replace("Create", "\u001b[1ACreate")}\n${NONE}\n`],
    ["a line drawn over", `${ONE}\rversion=9\n${NONE}\n`],
  ])("is not believed with %s", (_name, text) => {
    expect(parseMigrateStatus(text)).toHaveProperty("unreadable");
  });

  it("whatever it is: an answer or the line that is not understood; and never an answer from a part of it", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(ONE, TWO, NONE, "2 pending"), fc.string())), (lines) => {
        const read = parseMigrateStatus(lines.join("\n"));
        expect("answer" in read || "unreadable" in read).toBe(true);
      }),
    );
    const whole = `${ONE}\n${TWO}\n12 pending`;
    for (let cut = 0; cut < whole.length; cut++)
      expect(parseMigrateStatus(whole.slice(0, cut))).toHaveProperty("unreadable");
  });
});

const outcome = (text: string | Uint8Array, code: number): ContainerOutcome => {
  const bytes = Buffer.from(text as string);
  return { kind: "exited", code, output: { bytes, text: bytes.toString() } };
};

const ask = (found: ContainerOutcome) =>
  migrateStatusIn({ run: async () => found }, "vulcan of task t1", new AbortController().signal);

const refusal = (found: ContainerOutcome): Promise<OpsError["detail"]> =>
  ask(found).then(
    () => expect.unreachable(),
    (error: OpsError) => error.detail,
  );

describe("asking in a container", () => {
  it("runs three words, and says where the answer is from", async () => {
    const asked: unknown[] = [];
    const run = async (argv: readonly string[]) => {
      asked.push(argv);
      return outcome(`${ONE}\n${NONE}\n`, 0);
    };
    const answer = await migrateStatusIn({ run }, "vulcan of task t1", new AbortController().signal);
    expect(asked).toEqual([["vulcan", "migrate", "status"]]);
    expect(answer).toMatchObject({ place: "vulcan of task t1", pending: 0 });
  });

  const NO_COMMAND = outcome("usage: vulcan serve\n", 2);

  it.each([
    ["no curl", outcome("curl: not found\n", 127), /no `migrate status`, and it has no curl/],
    ["curl refused", outcome("curl: (22) The requested URL returned error: 401\n", 22), /exit code 22: curl: \(22\)/],
    ["gibberish", outcome("<html>", 0), /something that is no list/],
    ["a lost connection", { ...outcome("", 0), kind: "unknown", why: "gone" } as const, /lost: gone/],
  ])("without the command, curl to its admin API is tried; %s is no answer", async (_name, second, message) => {
    const answers = [NO_COMMAND, second];
    const run = async () => answers.shift() ?? NO_COMMAND;
    const asking = migrateStatusIn({ run }, "vulcan of task t1", new AbortController().signal);
    const detail = await asking.catch((error: OpsError) => error.detail);
    expect(detail).toMatchObject({ code: "migrate-status-absent", message: expect.stringMatching(message) });
    expect(answers).toEqual([]);
  });

  it("masks a secret in a description without losing a line", async () => {
    const text = `${ONE.replace("Create documents", "Rotate secret=")}\n${TWO}\n${NONE}\n`;
    expect((await ask(outcome(text, 0))).applied.map(({ version }) => version)).toEqual([1, 2]);
  });

  it.each([
    ["exit 2 alone", outcome("bad\n", 2), "migrate-status-failed", /exit code 2: bad/],
    ["exit 127", outcome("sh: vulcan: not found\n", 127), "migrate-status-no-program", /no program `vulcan`/],
    ["exit 1", outcome("INF a\nERR no database\n", 1), "migrate-status-failed", /exit code 1: ERR no database/],
    ["a whole list and exit 1", outcome(`${ONE}\n${NONE}\n`, 1), "migrate-status-failed", /exit code 1/],
    ["gibberish", outcome("hello\u001b[2J\n", 0), "migrate-status-gibberish", /cannot be read: hello\\u\{1b\}/],
    ["bytes that are no text", outcome(Buffer.from([0xff, 0xfe]), 0), "migrate-status-gibberish", /cannot be read/],
    [
      "a lost connection",
      { kind: "unknown", why: "gone", output: { bytes: Buffer.from(`${ONE}\n${NONE}\n`), text: "" } } as const,
      "migrate-status-unknown",
      /vulcan of task t1 was lost: gone/,
    ],
  ])("%s is no answer", async (_name, found, code, message) => {
    expect(await refusal(found)).toMatchObject({ code, exitCode: 1, message: expect.stringMatching(message) });
  });
});
