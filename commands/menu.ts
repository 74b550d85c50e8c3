import { newestUndoable } from "../src/app/execution/newest-undoable.ts";
import { openTarget } from "../src/app/open-target.ts";
import { readHelpPages } from "../src/app/prepared.ts";
import { readStatus } from "../src/app/status/read.ts";
import { targetNames } from "../src/app/status/read-every.ts";
import { type Command, defineCommand } from "../src/cli/command.ts";
import { toOptions } from "../src/cli/options.ts";
import { displayOptions, isAttended, type ProcessContext } from "../src/cli/process-context.ts";
import { renderHelp } from "../src/cli/render-help.ts";
import { EXIT, type ExitCode, stopCode } from "../src/domain/exit-codes.ts";
import { type MenuDeed, type MenuItem, menuOf } from "../src/domain/status/menu.ts";
import { nothingReadError } from "../src/domain/status/nothing-read.ts";
import { type TargetStatus, whyNothingIsKnown } from "../src/domain/status/target-status.ts";
import { askMenu } from "../src/ui/io/menu-prompt.ts";
import { renderStatusScreen } from "../src/ui/render/status.ts";

/** `vulcan-ops` without a command: on a terminal the target's state and a menu, otherwise the help. */
export const menu = defineCommand({
  name: "",
  describe: "The target's state, and what to do about it",
  options: {},
  async run(_options, context) {
    if (!isAttended(context)) {
      const page = readHelpPages()[""];
      if (page !== undefined) context.stdout.write(renderHelp(page, context.stdout.columns));
      return EXIT.done;
    }
    const open = await openTarget({}, context);
    const [status, undoable, targets] = await Promise.all([
      readStatus(open),
      newestUndoable(open),
      targetNames(context),
    ]);
    const blind = whyNothingIsKnown(status);
    if (blind !== undefined) throw nothingReadError(blind);
    return choose(menuOf(status, { undoable, hasTargets: targets.length > 1 }), status, context);
  },
});

async function choose(items: readonly MenuItem[], status: TargetStatus, context: ProcessContext): Promise<ExitCode> {
  const { stdin: input, stderr: output, stop } = context;
  const display = displayOptions(context);
  const reply = await askMenu(
    { input, output, display, stop },
    {
      short: renderStatusScreen(status, display),
      details: renderStatusScreen(status, { ...display, verbose: true }),
      choices: items.map(({ label, hint }, index) => ({ value: String(index), label, ...(hint && { hint }) })),
    },
  );
  if (reply.kind === "interrupted") return stopCode(stop);
  const item = reply.kind === "chosen" ? items[Number(reply.value)] : undefined;
  if (item === undefined) return EXIT.done;
  const { load, typed = () => ({}) } = DEEDS[item.deed];
  const command = await load();
  return context.enter(command, toOptions(command.options, typed(item)));
}

interface Deed {
  /** Only the command that is chosen loads. */
  load(): Promise<Command>;
  typed?(item: MenuItem): Readonly<Record<string, unknown>>;
}

const byId = ({ execution }: MenuItem) => ({ id: execution });

const DEEDS: Readonly<Record<MenuDeed, Deed>> = {
  rollback: { load: async () => (await import("./rollback.ts")).rollback },
  plan: { load: async () => (await import("./rollback.ts")).rollback, typed: () => ({ "dry-run": "read" }) },
  resume: { load: async () => (await import("./resume.ts")).resume, typed: byId },
  undo: { load: async () => (await import("./undo.ts")).undo, typed: byId },
  show: { load: async () => (await import("./show.ts")).show, typed: byId },
  unlock: { load: async () => (await import("./unlock.ts")).unlock, typed: byId },
  logs: { load: async () => (await import("./logs.ts")).logs, typed: ({ revision }) => ({ revision }) },
  watch: { load: async () => (await import("./watch.ts")).watch, typed: () => ({ for: "10m" }) },
  doctor: { load: async () => (await import("./doctor.ts")).doctor },
  history: { load: async () => (await import("./history/list.ts")).historyList },
  all: { load: async () => (await import("./status.ts")).status, typed: () => ({ all: true }) },
};
