import { setTimeout as delay } from "node:timers/promises";
import type { STSClient } from "@aws-sdk/client-sts";
import { notCounted } from "../../domain/time-limit.ts";

/** What signs the requests of every client of a process. */
export type Credentials = STSClient["config"]["credentials"];

interface Source {
  readonly region?: string;
  readonly profile?: string;
  /** Told once, where the credentials take long. */
  slow(): void;
}

/** Longer than files and the environment take: from here on a person or a network is waited for. */
const SLOW_MS = 1000;

/**
 * Credentials that are looked for once, for all clients, and renewed before they expire. A helper may ask a person for a
 * code, so that its time counts in no limit, and a helper that has failed at first is not started again.
 */
export function shareCredentials(source: Source): Credentials {
  let client: Promise<STSClient> | undefined;
  let first: ReturnType<Credentials> | undefined;
  const look: Credentials = async (options) => {
    client ??= import("../sdk/sts.ts").then(({ STSClient }) => new STSClient(configOf(source)));
    return (await client).config.credentials(options);
  };
  return async (options) => {
    if (first === undefined) {
      first = notCounted(look(options));
      tellWhenSlow(first, source);
      return first;
    }
    await first;
    return notCounted(look(options));
  };
}

const configOf = ({ region, profile }: Source) => ({ ...(region && { region }), ...(profile && { profile }) });

function tellWhenSlow(looking: Promise<unknown>, { slow }: Source): void {
  const known = new AbortController();
  const end = () => known.abort();
  looking.then(end, end);
  delay(SLOW_MS, undefined, { ref: false, signal: known.signal }).then(slow, () => undefined);
}
