import { usageError } from "../../domain/error.ts";

/** Options of a sandbox, as typed. */
export interface WorldOptions {
  readonly scenario?: string | undefined;
  /** How many times faster than real time. */
  readonly speed?: string | undefined;
  readonly seed?: string | undefined;
  /** `NAME=SECONDS`. */
  readonly timing: readonly string[];
}

/** Requests a minute: enough to tell a release that fails them from one that does not. */
const CUSTOMERS = 240;

/** What to request of a sandbox, or exit 6 if an option is invalid. Nothing has been started by then. */
export async function readWorld({ scenario = "bad-release", speed, seed, timing }: WorldOptions) {
  const { scenarios } = await import("../../sandbox/index.ts");
  const names = scenarios().map(({ name }) => name);
  if (!names.includes(scenario)) {
    throw usageError(
      "scenario-unknown",
      `there is no scenario ${JSON.stringify(scenario)}; there are ${names.join(", ")}`,
      ["vulcan-ops sandbox scenarios"],
    );
  }
  return {
    scenario,
    customers: CUSTOMERS,
    speed: numberOf("speed", speed, 60, 10_000),
    seed: numberOf("seed", seed, 1, 2 ** 31),
    timings: await readTimingOptions(timing),
  };
}

/** The requested timings, read by the sandbox. Exit 6 if it does not know a name or a value. */
export async function readTimingOptions(words: readonly string[]) {
  const { readTimings } = await import("../../sandbox/index.ts");
  try {
    return readTimings(words);
  } catch (error) {
    throw usageError("timing-invalid", (error as Error).message, ["vulcan-ops sandbox timings"]);
  }
}

function numberOf(name: string, text: string | undefined, normal: number, most: number): number {
  if (text === undefined) return normal;
  const value = Number(text);
  if (/^\d{1,10}(\.\d{1,3})?$/.test(text) && value > 0 && value <= most) return value;
  throw usageError(`${name}-invalid`, `--${name} wants a number up to ${most}, not ${JSON.stringify(text)}`);
}
