import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { PassThrough } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { takeKeys } from "../../../src/ui/io/keyboard.ts";

const terminal = () => {
  const input = Object.assign(new PassThrough(), { isTTY: true, isRaw: false, setRawMode: () => input });
  return input as unknown as PassThrough & NodeJS.ReadStream;
};

/** What is written at the far end waits in the system, as keys do, until the near end reads. */
async function sockets() {
  const server = createServer({ pauseOnConnect: true });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const far = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [near] = (await once(server, "connection")) as [Socket];
  const close = () => {
    for (const end of [near, far]) end.destroy();
    server.close();
  };
  return { near, far, close };
}

const first = (draining: Promise<void>) => Promise.race([draining.then(() => "quiet"), wait(200, "still waiting")]);

describe("before keys count for a question", () => {
  it("passes a moment where none has come at all", async () => {
    const keys = takeKeys(terminal());
    expect(await first(keys.drain({ afterKey: Number.POSITIVE_INFINITY, untouched: 1 }))).toBe("quiet");
    keys.close();
  });

  it.for(["before the question", "while it is shown"])("all that was typed %s is over", async (when) => {
    const input = terminal();
    const type = () => input.write("4");
    if (when === "before the question") type();
    const keys = takeKeys(input);
    const draining = keys.drain({ afterKey: Number.POSITIVE_INFINITY, untouched: 60 });
    if (when !== "before the question") type();
    expect(await first(draining)).toBe("still waiting");
    keys.close();
  });

  it("reads first what came while the machine stood still", async () => {
    const { near, far, close } = await sockets();
    await new Promise((resolve) => far.write("4", resolve));
    const keys = takeKeys(Object.assign(near, { setRawMode: () => near }) as never);
    const draining = keys.drain({ afterKey: Number.POSITIVE_INFINITY, untouched: 60 });
    const until = Date.now() + 200;
    while (Date.now() < until);
    expect(await first(draining)).toBe("still waiting");
    keys.close();
    close();
  });

  it("passes after the last key, too, and that key is dropped", async () => {
    const input = terminal();
    input.write("4");
    const keys = takeKeys(input);
    await keys.drain({ afterKey: 30, untouched: 10_000 });
    keys.open();
    input.write("2");
    expect(String(await new Promise((resolve) => keys.source.once("data", resolve)))).toBe("2");
    keys.close();
  });
});
