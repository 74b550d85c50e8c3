import { setTimeout as delay } from "node:timers/promises";
import type { STSClient } from "@aws-sdk/client-sts";
import { outsideTimeLimit } from "../../domain/time-limit.ts";

/** What signs the requests of every client of a process. */
export type Credentials = STSClient["config"]["credentials"];

interface Source {
  readonly region?: string;
  readonly profile?: string;
  /** Called once, if the first credentials take longer than `SLOW_MS`. */
  slow(): void;
}

/** Files and the environment take less time than this. After it, we are waiting for a person or a network. */
const SLOW_MS = 1000;

/**
 * Resolves the credentials once for all clients and renews them before they expire. A helper may ask a person for a
 * code, so its time counts towards no limit. A helper whose first run fails is not started again.
 */
export function shareCredentials(source: Source): Credentials {
  let client: Promise<STSClient> | undefined;
  let first: ReturnType<Credentials> | undefined;
  const resolve: Credentials = async (options) => {
    client ??= import("../sdk/sts.ts").then(({ STSClient }) => new STSClient(configOf(source)));
    return (await client).config.credentials(options);
  };
  return async (options) => {
    if (first === undefined) {
      first = outsideTimeLimit(resolve(options));
      notifyWhenSlow(first, source);
      return first;
    }
    await first;
    return outsideTimeLimit(resolve(options));
  };
}

const configOf = ({ region, profile }: Source) => ({ ...(region && { region }), ...(profile && { profile }) });

function notifyWhenSlow(pending: Promise<unknown>, { slow }: Source): void {
  const settled = new AbortController();
  const end = () => settled.abort();
  pending.then(end, end);
  delay(SLOW_MS, undefined, { ref: false, signal: settled.signal }).then(slow, () => undefined);
}
