import { readPrepared } from "../src/app/prepared.ts";
import { showOverview } from "../src/app/status/read.ts";
import { openSite } from "../src/app/target/open.ts";
import type { Command } from "../src/cli/command.ts";
import type { Given } from "../src/cli/options.ts";
import { type Context, isAttended, look } from "../src/cli/process-context.ts";
import { EXIT, type ExitCode } from "../src/domain/exit-codes.ts";
import { chooseFrom } from "../src/ui/io/terminal-io.ts";
import { doctor } from "./doctor.ts";
import { history } from "./history.ts";
import { resume } from "./resume.ts";
import { rollback } from "./rollback.ts";
import { undo } from "./undo.ts";

const MENU: readonly {
  readonly value: string;
  readonly label: string;
  readonly command?: Command;
  readonly given?: Given;
}[] = [
  { value: "rollback", label: "Roll back to the last good revision (asks at each step)", command: rollback },
  {
    value: "plan",
    label: "Show what a rollback would do, and change nothing",
    command: rollback,
    given: { "dry-run": "read" },
  },
  { value: "doctor", label: "Check what would stop you", command: doctor },
  { value: "resume", label: "Resume the last unfinished execution", command: resume },
  { value: "undo", label: "Undo the last execution", command: undo },
  { value: "history", label: "List past executions", command: history },
  { value: "quit", label: "Quit" },
];

/** Bare `vulcan-ops`: on a terminal the target's state and a menu; elsewhere the help. */
export async function home(given: Given, context: Context): Promise<ExitCode> {
  if (!isAttended(context)) {
    context.stdout.write(readPrepared().help[""] ?? "");
    return EXIT.done;
  }
  const site = await openSite(given, context);
  context.stderr.write(`${await showOverview(site, given, context)}\n\n`);
  const choice = await chooseFrom(
    { input: context.stdin, output: context.stderr, look: look(context), stop: context.stop },
    "What now?",
    MENU,
  );
  const item = MENU.find(({ value }) => value === choice);
  return item?.command === undefined ? EXIT.done : item.command.run({ ...given, ...item.given }, context);
}
