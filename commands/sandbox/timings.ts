import { type Given, listOf } from "../../src/cli/options.ts";
import { writeAnswer } from "../../src/cli/output.ts";
import type { Context } from "../../src/cli/process-context.ts";
import { usageError } from "../../src/domain/error.ts";
import { EXIT, type ExitCode } from "../../src/domain/exit-codes.ts";

export const TIMING_FLAG = {
  timing: {
    type: "array",
    describe: "NAME=SECONDS: how long something takes in it, repeatable (list: vulcan-ops sandbox timings)",
  },
} as const;

/** The timings that were asked for, read by the sandbox; exit 6 where it knows none of that name, or not that value. */
export function timingsOf<Timings>(given: Given, read: (words: readonly string[]) => Timings): Timings {
  try {
    return read(listOf(given, "timing"));
  } catch (error) {
    throw usageError("timing-invalid", (error as Error).message, ["vulcan-ops sandbox timings"]);
  }
}

const COLUMNS = { name: 19, value: 9, known: 12 };

/** Every duration and choice that can be changed, its default, and how that is known. */
export async function listTimings(given: Given, context: Context): Promise<ExitCode> {
  const { timings } = await import("../../src/sandbox/index.ts");
  const list = timings();
  const row = ({ name, default: value, known, summary }: (typeof list)[number]): string =>
    [
      name.padEnd(COLUMNS.name),
      (typeof value === "number" ? `${value} s` : String(value)).padEnd(COLUMNS.value),
      known.padEnd(COLUMNS.known),
      summary,
    ].join("");
  writeAnswer(given, context, { data: list, text: () => list.map((one) => `${row(one)}\n`).join("") });
  return EXIT.done;
}
