import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { dirname } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { ask } from "./load.ts";
import { clients, describe, keyHeader, serviceState } from "./support.ts";

let sandbox: Sandbox;
let stopped: () => void = () => {};
const stopAsked = new Promise<void>((resolve) => {
  stopped = resolve;
});

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "bad-release", speed: 60, onStop: () => stopped() });
});
afterAll(() => sandbox.stop());

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });

async function ctl(
  method: string,
  name: string,
  body?: object,
): Promise<{ status: number; value: Record<string, unknown> }> {
  const init = {
    method,
    headers: keyHeader(sandbox.env),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  const response = await fetch(`${sandbox.endpoint}/_sandbox/${name}`, init);
  return { status: response.status, value: (await response.json()) as Record<string, unknown> };
}

test("an unknown scenario is refused with the names there are", async () => {
  await expect(startSandbox({ scenario: "nonsense" })).rejects.toThrow(/there are: healthy, bad-release/);
  await expect(async () => sandbox.reset("nonsense")).rejects.toThrow(/there are: healthy/);
});

test("the exported clock gives another process the sandbox's own time", () => {
  const reading = JSON.parse(readFileSync(sandbox.env.VULCAN_OPS_CLOCK ?? "", "utf8"));
  const before = sandbox.now();
  const elsewhere = reading.virtual + (Date.now() - reading.real) * reading.rate;
  const after = sandbox.now();
  expect(elsewhere).toBeGreaterThanOrEqual(before);
  expect(elsewhere).toBeLessThanOrEqual(after);
});

test("a reset gives a fresh world on the same ports, with an empty log and no faults", async () => {
  const { ecs } = clients(sandbox);
  const { endpoint, loadBalancer } = sandbox;
  await describe(ecs);
  sandbox.inject({ operation: "*", times: 100, when: "before", kind: "access-denied" });
  await sandbox.reset("nothing-to-revert");
  expect([sandbox.endpoint, sandbox.loadBalancer]).toEqual([endpoint, loadBalancer]);
  expect(sandbox.requests()).toEqual([]);
  expect((await describe(ecs)).taskDefinition).toMatch(/:1$/);
  expect((await ask(loadBalancer)).status).toBe(200);
});

test("no two requests have the same id, not even after a reset to the same world", async () => {
  const { ecs } = clients(sandbox);
  const ids: (string | undefined)[] = [];
  for (let round = 0; round < 2; round++) {
    await sandbox.reset("healthy");
    await Promise.all([describe(ecs), describe(ecs)]);
    ids.push(...sandbox.requests().map(({ requestId }) => requestId));
  }
  expect(new Set(ids).size).toBe(4);
});

test("resets asked for at once follow each other", async () => {
  await Promise.all([sandbox.reset("healthy"), sandbox.reset("bad-release"), sandbox.reset("breaker-rolls-back")]);
  expect(sandbox.state().scenario).toBe("breaker-rolls-back");
  expect(serviceState(sandbox).running).toBe(3);
});

test("another process drives it through /_sandbox/", async () => {
  expect((await ctl("POST", "reset", { scenario: "healthy" })).value).toMatchObject({ scenario: "healthy", speed: 60 });
  await ctl("POST", "faults", { operation: "DescribeServices", when: "before", kind: "throttle" });
  await expect(describe(clients(sandbox).ecs)).rejects.toThrow("Rate exceeded");
  expect((await ctl("GET", "requests")).value).toMatchObject([
    { operation: "DescribeServices", fault: { kind: "throttle" } },
  ]);
  expect((await ctl("GET", "state")).value).toMatchObject({
    scenario: "healthy",
    services: [{ taskDefinition: "vulcan-prod:42" }],
  });
  expect((await ctl("POST", "reset", { scenario: "nonsense" })).status).toBe(400);
  expect((await ctl("GET", "nonsense")).status).toBe(404);
});

test("a fault that makes no sense is refused with what it must be, and those that are armed say what they struck", async () => {
  await sandbox.reset("healthy");
  const arm = async (fault: object) => (await ctl("POST", "faults", fault)).value.error;
  expect(await arm({ operation: "DescribeServices", kind: "thunder" })).toMatch(/^kind must be one of throttle, /);
  expect(await arm({ operation: "DescribeServices", kind: "reset", nth: 0 })).toBe("nth must be a whole number from 1");
  expect(await arm({ operation: "DescribeServices", kind: "reset", nht: 1 })).toMatch(/^a fault has no nht; it has /);
  expect(await arm({ operation: "DescribeServices", kind: "channel-drop" })).toMatch(
    /are for the operation DataChannel/,
  );
  expect(await arm({ kind: "reset" })).toBe("operation must be an operation's name, or *");
  expect(sandbox.state().faults).toEqual([]);
  await ctl("POST", "faults", { operation: "DescribeServices", kind: "throttle", nth: 2, times: "always" });
  const { ecs } = clients(sandbox);
  await describe(ecs);
  await expect(describe(ecs)).rejects.toThrow("Rate exceeded");
  await expect(describe(ecs)).rejects.toThrow("Rate exceeded");
  expect((await ctl("GET", "faults")).value).toMatchObject([{ kind: "throttle", when: "before", seen: 3, struck: 2 }]);
});

test("a web page cannot drive it", async () => {
  const response = await fetch(`${sandbox.endpoint}/_sandbox/stop`, {
    method: "POST",
    headers: { origin: "http://evil.example" },
  });
  expect(response.status).toBe(403);
});

test("asked to stop, it leaves no port and no folder behind, and the host is told", async () => {
  const { port } = new URL(sandbox.databaseUrl);
  const ports = [sandbox.endpoint, sandbox.loadBalancer].map((url) => Number(new URL(url).port)).concat(Number(port));
  expect(await Promise.all(ports.map(isOpen))).toEqual([true, true, true]);
  await ctl("POST", "stop");
  await stopAsked;
  expect(await Promise.all(ports.map(isOpen))).toEqual([false, false, false]);
  expect(existsSync(dirname(sandbox.env.VULCAN_OPS_CLOCK ?? ""))).toBe(false);
});
