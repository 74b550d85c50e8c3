import { expect } from "vitest";
import { holdSockets } from "../../sandbox/held-sockets.ts";
import { startLoad } from "../../sandbox/load.ts";
import type { Rig } from "../sandbox-harness.ts";

/** A steady stream of requests and held sockets through the work: no request may fail, and no socket be lost. */
export async function underLoad<Result>({ sandbox }: Rig, work: () => Promise<Result>) {
  const load = startLoad(`${sandbox.loadBalancer}/`, 20);
  const sockets = holdSockets(`${sandbox.loadBalancer}/ws`, 6, () => sandbox.now());
  const result = await work();
  const [served, held] = [await load.stop(), sockets.stop()];
  expect([served.failures, held.failures]).toEqual([[], []]);
  return { result, clients: held.clients };
}
