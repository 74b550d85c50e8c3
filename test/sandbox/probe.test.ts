import { Agent, createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { probe } from "../../src/sandbox/alb/health-check.ts";

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function listen(answers: boolean) {
  server = createServer((_, response) => answers && void response.end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { listener: () => ({ port, healthSeconds: 0 }), agent: new Agent() };
}
const CHECK = { path: "/health", timeoutSeconds: 5 };
const TIMEOUT = 100;

it("a target that answers is no failure of a process that was stalled longer than the time limit", async () => {
  const target = await listen(true);
  const asked = probe(target, CHECK, TIMEOUT);
  // The connection is there, and its answer comes while nothing else runs.
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    const until = performance.now() + TIMEOUT;
    while (performance.now() < until);
  }
  expect(await asked).toEqual({ status: 200 });
});

it("a target that does not answer is one", async () => {
  expect(await probe(await listen(false), CHECK, TIMEOUT)).toEqual({ error: "timeout" });
});
