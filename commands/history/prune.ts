import { isShared, planPruning } from "../../src/app/execution/prune-history.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { askChoice, printAnswer } from "../../src/cli/output.ts";
import { isAttended, type ProcessContext } from "../../src/cli/process-context.ts";
import { OUTPUT_OPTIONS, STATE_OPTIONS } from "../../src/cli/shared-options.ts";
import { commandLine } from "../../src/domain/command-line.ts";
import { usageError } from "../../src/domain/error.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";
import type { RecordedExecution } from "../../src/domain/recorded-execution.ts";
import { sanitise } from "../../src/domain/sanitise.ts";
import { unreadJournalsText } from "../../src/domain/unread-journal.ts";

export const historyPrune = defineCommand({
  name: "history prune",
  describe: "Remove journals of old executions that nothing needs any more; shows them and asks first",
  options: {
    "older-than": { type: "string", value: "DAYS", describe: "Age in days since the last record" },
    "dry-run": { type: "boolean", describe: "Show what would be removed; remove nothing" },
    yes: { type: "boolean", alias: "y", describe: "Remove without a question" },
    ...OUTPUT_OPTIONS,
    ...STATE_OPTIONS,
  },
  examples: [["vulcan-ops history prune --older-than 90 --dry-run", "what would be removed; removes nothing"]],
  async run(options, context) {
    const days = daysOf(options.olderThan);
    const { go, kept, unread, unbegun, remove } = await planPruning(options, context, days);
    const isDry = options.dryRun === true;
    const agreed =
      isDry ||
      go.length + unbegun.length === 0 ||
      options.yes === true ||
      (await agrees(go, unbegun.length, days, context));
    if (!agreed) return EXIT.declined;
    const gone = isDry ? [] : await remove();
    const shown = isDry ? go : gone;
    const data = {
      removed: gone.map(({ id }) => id),
      ...(isDry ? { wouldGo: go.map(({ id }) => id) } : {}),
      kept: kept.map(({ execution, why }) => ({ execution: execution.id, why })),
    };
    printAnswer(options, context, { data, text: () => listOf(shown) });
    const verb = isDry ? "would be removed" : "removed";
    context.stderr.write(
      shown.length + kept.length === 0
        ? `No execution on record is older than ${dayCount(days)}.\n`
        : `Older than ${dayCount(days)}: ${countOf(shown.length)} ${verb}, ${kept.length} kept.\n`,
    );
    const shared = shown.filter(isShared).length;
    if (shared > 0) context.stderr.write(keptThere(shared));
    if (unbegun.length > 0) context.stderr.write(`${unbegunText(unbegun.length)} ${verb}.\n`);
    for (const { execution, why } of kept) context.stderr.write(`${execution.id} stays: ${why}.\n`);
    for (const { text, next } of unreadJournalsText(unread)) context.stderr.write(`${text}, and stays: ${next}\n`);
    return EXIT.done;
  },
});

const keptThere = (count: number): string =>
  `The shared journal keeps ${count} of them: vulcan-ops show ID brings one back.\n`;

function daysOf(text: string | undefined): number {
  if (text !== undefined && /^[1-9]\d{0,4}$/.test(text)) return Number(text);
  const what =
    text === undefined ? "--older-than is missing" : `--older-than wants whole days, not ${JSON.stringify(text)}`;
  throw usageError("older-than", what, ["vulcan-ops history prune --older-than 90 --dry-run"]);
}

const unbegunText = (count: number): string =>
  count === 1 ? "1 journal without a first record" : `${count} journals without a first record`;

const whatOf = (count: number, unbegun: number): string =>
  unbegun === 0 ? countOf(count) : `${countOf(count)} and ${unbegunText(unbegun)}`;

async function agrees(
  going: readonly RecordedExecution[],
  unbegun: number,
  days: number,
  context: ProcessContext,
): Promise<boolean> {
  if (!isAttended(context)) {
    throw usageError(
      "answer-missing",
      `${whatOf(going.length, unbegun)} would be removed; without a terminal --yes has to answer`,
      [
        commandLine`vulcan-ops history prune --older-than ${days} --dry-run`,
        commandLine`vulcan-ops history prune --older-than ${days} --yes`,
      ],
    );
  }
  context.stderr.write(listOf(going));
  const choices = [
    { value: "no", label: "Keep them" },
    { value: "yes", label: `Remove ${whatOf(going.length, unbegun)}: they can then not be shown or undone` },
  ];
  return (await askChoice(context, `Remove ${whatOf(going.length, unbegun)}?`, choices, "no")) === "yes";
}

const dayCount = (days: number): string => (days === 1 ? "1 day" : `${days} days`);

const countOf = (count: number): string => `${count} ${count === 1 ? "journal" : "journals"}`;

const listOf = (executions: readonly RecordedExecution[]): string =>
  executions
    .map(({ id, at, runbook, target, ended }) =>
      sanitise(`${id}  ${at.slice(0, 10)}  ${runbook}  ${target.name}  ${ended?.status ?? "unfinished"}`),
    )
    .map((line) => `${line}\n`)
    .join("");
