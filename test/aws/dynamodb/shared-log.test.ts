import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createClients, WRITE_ATTEMPTS } from "../../../src/aws/client/clients.ts";
import { createSharedLog } from "../../../src/aws/dynamodb/shared-log.ts";
import type { OpsError } from "../../../src/domain/error.ts";
import type { LogRecord, SharedLog } from "../../../src/domain/shared-log.ts";
import { limitAtLeast } from "../../../src/domain/time-limit.ts";
import { rewritingProxy } from "../../support/rewriting-proxy.ts";
import { leaveStore, rawClient, STORES, type StoreServer, TABLE, useStore } from "./stores.ts";

/** The same promises of two servers: this project's own, and another author's. */
describe.each(Object.entries(STORES))("a shared log in %s", (kind, open) => {
  let store: StoreServer;
  let proxy: Awaited<ReturnType<typeof rewritingProxy>>;
  beforeAll(async () => {
    store = await open();
    proxy = await rewritingProxy(store.endpoint);
    useStore(store, proxy.url);
  });
  afterAll(async () => {
    leaveStore();
    await proxy.close();
    await store.close();
  });

  const logOf = (more: object = {}, table = TABLE): SharedLog => {
    const clients = createClients({ region: "eu-west-1", ...more }, WRITE_ATTEMPTS);
    return createSharedLog(clients, { table, name: `dynamodb://${table}` });
  };
  const record = (execution: string, n: number, more: Partial<LogRecord> = {}): LogRecord => ({
    execution,
    n,
    line: JSON.stringify({ n, type: "step.sent", by: more.writer ?? "a" }),
    writer: "a",
    ...more,
  });
  const failure = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => undefined,
      (cause: OpsError) => cause,
    );
    return error?.detail ?? { code: "no error at all" };
  };

  /** With the limits that users have. */
  async function inTwoSeconds<T>(work: () => Promise<T>): Promise<T> {
    limitAtLeast(0);
    return work().finally(() => limitAtLeast(60_000));
  }

  async function race(execution: string, places: number): Promise<void> {
    const [a, b] = [logOf(), logOf()];
    const winners: string[] = [];
    for (let n = 1; n <= places; n++) {
      const writers = [
        a.put(record(execution, n, { writer: "a" })),
        b.put(record(execution, n, { writer: "b" })),
      ] as const;
      const [one, other] = await Promise.all(writers);
      expect([one, other].toSorted(), `place ${n}`).toEqual(["taken", "written"]);
      winners.push(one === "written" ? "a" : "b");
    }
    const kept = await a.read(execution, 1);
    expect(kept.map(({ n }) => n)).toEqual(Array.from({ length: places }, (_, index) => index + 1));
    expect(kept.map(({ writer }) => writer)).toEqual(winners);
    expect(kept.map(({ line }) => JSON.parse(line).by)).toEqual(winners);
  }

  it("gives each of 500 places to one of two writers, without a gap", () => race("race", 500));

  it("gives each of 10,000 places to one of two writers", { tags: ["variant"], timeout: 600_000 }, () =>
    Promise.all(Array.from({ length: 10 }, (_, lane) => race(`lane${lane}`, 1000))),
  );

  it("keeps a line as it is, whatever it holds, and who wrote it", async () => {
    const odd = JSON.stringify({ text: "Ω \u2028 \u202e \u0000 é 🚒 \\u0041", big: "x".repeat(10) });
    const listed = { target: "prod", at: "2026-11-30T01:02:03.004Z", isEnd: true };
    const log = logOf();
    const records = [record("exact", 1, { line: odd, writer: "w-ω", listed }), record("exact", 2)];
    for (const one of records) expect(await log.put(one)).toBe("written");
    expect(await log.read("exact", 1)).toEqual(records);
    expect(await log.read("exact", 2)).toEqual(records.slice(1));
    expect([await log.read("exact", 3), await log.read("none", 1)]).toEqual([[], []]);
  });

  it("finds its own record where an answer was lost on the way", async () => {
    const log = logOf();
    const mine = record("doubt", 1, { writer: "me" });
    proxy.use({ isCut: (operation) => operation === "PutItem" });
    expect(await failure(log.put(mine))).toMatchObject({ code: "journal-store-silent", effect: "unknown" });
    proxy.use({});
    expect(await log.put(mine)).toBe("taken");
    expect(await log.read("doubt", 1)).toEqual([mine]);
  });

  it("writes a record again that never arrived", async () => {
    const log = logOf();
    const mine = record("lost", 1, { writer: "me" });
    proxy.use({ silent: (operation) => operation === "PutItem" });
    const found = await inTwoSeconds(() => failure(log.put(mine)));
    expect(found).toMatchObject({ code: "journal-store-silent", effect: "unknown" });
    proxy.use({});
    expect(await log.put(mine)).toBe("written");
  });

  it("waits two seconds for a store that takes every question and answers none", async () => {
    const log = logOf();
    proxy.use({ silent: () => true });
    const begun = performance.now();
    const calls = () => [log.put(record("silent", 1)), log.read("silent", 1), log.list(5)];
    const found = await inTwoSeconds(() => Promise.all(calls().map(failure)));
    const took = performance.now() - begun;
    proxy.use({});
    expect(found).toMatchObject([
      { code: "journal-store-silent", effect: "unknown" },
      { code: "journal-store-silent", effect: "none" },
      { code: "journal-store-silent", effect: "none" },
    ]);
    for (const { message } of found as { message: string }[]) expect(message).toContain("no answer within 2 s");
    // Each request was sent once, and the three waited side by side.
    expect(took).toBeGreaterThan(1900);
    expect(took).toBeLessThan(30_000);
  });

  it.each([
    ["an error page", { own: () => ({ status: 503, type: "text/html", text: "<html>Service Unavailable</html>" }) }],
    ["half an answer", { isCut: () => true }],
  ])("calls a store that gives %s silent", async (_what, rules) => {
    const log = logOf();
    proxy.use(rules);
    const found = [await failure(log.read("x", 1)), await failure(log.put(record("half", 1)))];
    proxy.use({});
    expect(found).toMatchObject([
      { code: "journal-store-silent", effect: "none" },
      { code: "journal-store-silent", effect: "unknown" },
    ]);
  });

  it("calls a store silent whose port is closed", async () => {
    const gone = await rewritingProxy(store.endpoint);
    vi.stubEnv("AWS_ENDPOINT_URL", gone.url);
    const log = logOf();
    await gone.close();
    const found = [await failure(log.put(record("gone", 1))), await failure(log.list(1))];
    vi.stubEnv("AWS_ENDPOINT_URL", proxy.url);
    expect(found).toMatchObject([
      { code: "journal-store-silent", effect: "unknown" },
      { code: "journal-store-silent", effect: "none" },
    ]);
  });

  it("sends a throttled record again within its two seconds, and no other", async () => {
    const log = logOf();
    const throttled = {
      status: 400,
      type: "application/x-amz-json-1.0",
      text: '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"Slow down."}',
    };
    let left = 2;
    proxy.use({ own: () => (left-- > 0 ? throttled : undefined) });
    expect(await log.put(record("throttled", 1))).toBe("written");
    expect(proxy.asked.length).toBe(3);
    proxy.use({ own: () => throttled });
    expect(await failure(log.put(record("throttled", 2)))).toMatchObject({ code: "journal-store-silent" });
    expect(proxy.asked.length).toBeGreaterThan(3);
    proxy.use({ own: () => ({ ...throttled, status: 500, text: '{"__type":"InternalServerError"}' }) });
    expect(await failure(log.put(record("throttled", 2)))).toMatchObject({ code: "journal-store-silent" });
    expect(proxy.asked.length).toBe(1);
    proxy.use({});
    expect((await log.read("throttled", 1)).length).toBe(1);
  });

  it("says what to type where there is no such table", async () => {
    const log = logOf({}, "no-such-table");
    for (const call of [() => log.put(record("x", 1)), () => log.read("x", 1), () => log.list(1)])
      expect(await failure(call())).toMatchObject({
        code: "journal-store-refused",
        effect: "none",
        message: expect.stringContaining("dynamodb://no-such-table"),
        next: expect.arrayContaining(["vulcan-ops journal template"]),
      });
  });

  it("reads all pages: 24 records of 300 KB", async () => {
    const log = logOf();
    const lines = Array.from({ length: 24 }, (_, index) => String(index).padEnd(300_000, "."));
    for (const [index, line] of lines.entries()) await log.put(record("pages", index + 1, { line }));
    proxy.use({});
    expect((await log.read("pages", 1)).map(({ line }) => line)).toEqual(lines);
    expect(proxy.asked.length).toBeGreaterThan(4);
  });

  it("refuses a record that no item holds, before it is sent", async () => {
    const log = logOf();
    const fits = record("large", 1, { line: "x".repeat(390 * 1024) });
    expect(await log.put(fits)).toBe("written");
    proxy.use({});
    const found = await failure(log.put({ ...fits, n: 2, line: `${fits.line}x` }));
    expect(found).toMatchObject({ code: "journal-record-too-large", effect: "none" });
    expect(proxy.asked).toEqual([]);
  });

  it("trusts no log with a gap, nor an item of another's", async () => {
    const log = logOf();
    for (const n of [1, 2, 3, 4]) await log.put(record("gap", n));
    const client = rawClient(store);
    const Key = { pk: { S: "x#gap" }, sk: { S: "000002" } };
    await client.send(new DeleteItemCommand({ TableName: TABLE, Key }));
    expect(await failure(log.read("gap", 1))).toMatchObject({
      code: "journal-unreadable",
      message: expect.stringContaining("record 2 of execution gap is missing"),
    });
    expect((await log.read("gap", 3)).map(({ n }) => n)).toEqual([3, 4]);
    await client.send(new PutItemCommand({ TableName: TABLE, Item: Key }));
    expect(await failure(log.read("gap", 1))).toMatchObject({
      code: "journal-unreadable",
      message: expect.stringContaining("has no line of a record"),
    });
    client.destroy();
  });

  it("lists what begins and ends executions, the newest first, without the lines", async () => {
    const log = logOf();
    const at = (minute: number) => `2027-01-01T00:${String(minute).padStart(2, "0")}:00.000Z`;
    const order = [7, 3, 12, 1, 9, 5];
    for (const minute of order) {
      const execution = `e${minute}`;
      const listed = { target: "prod", at: at(minute), isEnd: false };
      await log.put(record(execution, 1, { listed }));
      await log.put(record(execution, 2));
      await log.put(record(execution, 3, { listed: { ...listed, at: at(minute + 20), isEnd: true } }));
    }
    proxy.use({});
    const all = (await log.list(1000)).filter(({ at: moment }) => moment.startsWith("2027"));
    const minutes = order.toSorted((a, b) => b - a);
    expect(all).toEqual([
      ...minutes.map((minute) => ({ execution: `e${minute}`, n: 3, target: "prod", at: at(minute + 20), isEnd: true })),
      ...minutes.map((minute) => ({ execution: `e${minute}`, n: 1, target: "prod", at: at(minute), isEnd: false })),
    ]);
    expect(await log.list(2)).toEqual(all.slice(0, 2));
    expect(await log.list(1)).toEqual(all.slice(0, 1));
  });

  it("is read, and not written, by clients that block writes", async () => {
    const log = logOf({ blocksWrites: true });
    expect(await failure(log.put(record("blocked", 1)))).toMatchObject({ code: "write-refused" });
    expect(await log.read("blocked", 1)).toEqual([]);
    expect(await log.list(1)).toBeDefined();
  });

  it.runIf(kind === "sandbox")("says who may not, and whose credentials have ended", async () => {
    const log = logOf();
    const refusal = (code: string) => ({
      own: () => ({
        status: 400,
        type: "application/x-amz-json-1.0",
        text: `{"__type":"a.b#${code}","Message":"No."}`,
      }),
    });
    proxy.use(refusal("AccessDeniedException"));
    expect(await failure(log.put(record("denied", 1)))).toMatchObject({
      code: "journal-store-refused",
      exitCode: 4,
      effect: "none",
      next: expect.arrayContaining(["vulcan-ops iam --for journal"]),
    });
    proxy.use(refusal("ValidationException"));
    expect(await failure(log.read("denied", 1))).toMatchObject({ code: "journal-store-refused", exitCode: 6 });
    proxy.use(refusal("ExpiredTokenException"));
    expect(await failure(log.put(record("denied", 1)))).toMatchObject({ code: "aws-expired", exitCode: 4 });
    proxy.use({});
  });
});
