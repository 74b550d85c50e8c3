import type { Agent } from "node:http";
import { isPlain, type Network } from "../domain/network.ts";

/** The agent for requests to this address that are not AWS's own; undefined: Node's. Throws OpsError. */
export type WayOut = (url: string) => Promise<Agent | undefined>;

/** Loads code only where the shell names a proxy or a CA bundle. */
export function wayOut(network: Network): WayOut {
  return async (url) => {
    if (isPlain(network)) return undefined;
    const { agentsFor } = await import("../aws/client/proxy-agent.ts");
    const { httpAgent, httpsAgent } = agentsFor(network, "any");
    return url.startsWith("https:") ? httpsAgent : httpAgent;
  };
}
