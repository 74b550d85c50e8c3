import { openTarget } from "../src/app/open-target.ts";
import { readPrepared } from "../src/app/prepared.ts";
import { readStatus } from "../src/app/status/read.ts";
import { type Command, defineCommand } from "../src/cli/command.ts";
import { toOptions } from "../src/cli/options.ts";
import { askChoice } from "../src/cli/output.ts";
import { displayOptions, isAttended } from "../src/cli/process-context.ts";
import { renderHelp } from "../src/cli/render-help.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { renderStatusScreen } from "../src/ui/render/status.ts";
import { doctor } from "./doctor.ts";
import { historyList } from "./history/list.ts";
import { resume } from "./resume.ts";
import { rollback } from "./rollback.ts";
import { undo } from "./undo.ts";

interface Item {
  readonly value: string;
  readonly label: string;
  readonly command?: Command;
  readonly typed?: Readonly<Record<string, unknown>>;
}

const MENU: readonly Item[] = [
  { value: "rollback", label: "Roll back to the last good revision (asks at each step)", command: rollback },
  {
    value: "plan",
    label: "Show what a rollback would do, and change nothing",
    command: rollback,
    typed: { "dry-run": "read" },
  },
  { value: "doctor", label: "Check what would stop you", command: doctor },
  { value: "resume", label: "Resume the last unfinished execution", command: resume },
  { value: "undo", label: "Undo the last execution", command: undo },
  { value: "history", label: "List past executions", command: historyList },
  { value: "quit", label: "Quit" },
];

/** `vulcan-ops` without a command: on a terminal the target's state and a menu, otherwise the help. */
export const menu = defineCommand({
  name: "",
  describe: "The target's state, and what to do about it",
  options: {},
  async run(_options, context) {
    if (!isAttended(context)) {
      const page = readPrepared().help[""];
      if (page !== undefined) context.stdout.write(renderHelp(page, context.stdout.columns));
      return EXIT.done;
    }
    const target = await openTarget({}, context);
    const status = renderStatusScreen(await readStatus(target), displayOptions(context), target.clock.now());
    context.stderr.write(`${status}\n\n`);
    const choices = MENU.map(({ value, label }) => ({ value, label }));
    const chosen = await askChoice(context, "What now?", choices);
    const item = MENU.find(({ value }) => value === chosen);
    if (item?.command === undefined) return EXIT.done;
    const { options } = item.command;
    return item.command.run(toOptions(options, item.typed ?? {}), context);
  },
});
