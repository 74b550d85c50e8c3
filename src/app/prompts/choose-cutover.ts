import { type Given, textOf } from "../../cli/options.ts";
import { asksPeople, openScreen } from "../../cli/output.ts";
import type { Context } from "../../cli/process-context.ts";
import { usageError } from "../../domain/error.ts";
import { createClock } from "../clock.ts";

const STOP = "stop";

/**
 * `--cutover`; without it a terminal is asked, unless the plan alone is wanted, and anybody else means none. Undefined:
 * the operator stopped there.
 */
export async function chooseCutover(given: Given, context: Context): Promise<string | undefined> {
  const said = textOf(given, "cutover");
  const unused = ["database-secret", "leave"].find((flag) => textOf(given, flag) !== undefined);
  if (unused !== undefined && said !== "revision")
    throw usageError("secret-unused", `--${unused} is for --cutover revision alone`, [
      "the same command with --cutover revision",
    ]);
  if (said !== undefined) return said;
  if (given["dry-run"] !== undefined || !asksPeople(given, context) || given.yes === true) return "none";
  const screen = openScreen(given, context, { yes: false, sandbox: false }, createClock(context.env));
  try {
    const { value } = await screen.ask({
      kind: "choice",
      id: "cutover",
      message: "What shall happen once the restored database is there?",
      detail: [],
      choices: [
        { value: "none", label: "nothing: it stays beside the one that serves" },
        { value: "revision", label: "the service gets a new revision that leads to it" },
        { value: "rename", label: "it gets the name of the one that serves now" },
        { value: STOP, label: "stop here" },
      ],
      fallback: "none",
    });
    return value === STOP ? undefined : value;
  } finally {
    screen.close();
  }
}
