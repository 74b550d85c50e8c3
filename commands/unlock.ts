import { endpointOf } from "../src/app/target/endpoint-override.ts";
import { openSite, type Site } from "../src/app/target/open.ts";
import type { Command } from "../src/cli/command.ts";
import { STATE_FLAGS, TARGET_FLAGS } from "../src/cli/flags.ts";
import { type Given, isSet, textOf } from "../src/cli/options.ts";
import { type Context, isAttended, look, operatorOf, stateDirOf } from "../src/cli/process-context.ts";
import { guardError, NOTHING_SENT, OpsError, usageError } from "../src/domain/error.ts";
import { EXIT, type ExitCode } from "../src/domain/exit-codes.ts";
import type { SharedHolder } from "../src/domain/lock.ts";
import { holderText } from "../src/domain/lock.ts";
import { loadJournal } from "../src/journal/journal-file.ts";
import { breakLocks, findLocks, type Holder, isAlive } from "../src/journal/lock-file.ts";
import { openStateDir } from "../src/journal/state-dir.ts";
import { chooseFrom } from "../src/ui/io/terminal-io.ts";
import { paragraph } from "../src/ui/text/layout.ts";

export const unlock: Command = {
  usage: "unlock <id>",
  describe: "Let go of the lock that an execution holds, on this machine and shared",
  flags: {
    yes: { type: "boolean", alias: "y", describe: "Also where its process still runs, or it is another operator's" },
    ...TARGET_FLAGS,
    ...STATE_FLAGS,
  },
  async run(given, context) {
    const dir = await openStateDir(stateDirOf(given, context));
    const id = (textOf(given, "id") ?? "").toLowerCase();
    const held = await findLocks(dir, id);
    const shared = await findShared(id, dir, given, context);
    if (held.length === 0 && shared.holder === undefined) throw absent(id, shared.why);
    if (!isSet(given, "yes")) {
      assertEnded(id, held);
      const isAgreed = shared.holder === undefined || (await agrees(shared.holder, context, shared.site));
      if (!isAgreed) return EXIT.declined;
    }
    await breakLocks(dir, id);
    if (shared.holder !== undefined) await removeShared(id, shared.site);
    return said(id, shared.why, context);
  },
};

/** The shared lock, where this execution has it; else why it is not known. */
type Shared =
  | { readonly holder: SharedHolder; readonly site: Site; readonly why?: undefined }
  | { readonly holder?: undefined; readonly why?: string };

/** Looked for at the target that the execution's journal names, or the flags. Not being able to look stops no rescue. */
async function findShared(id: string, dir: string, given: Given, context: Context): Promise<Shared> {
  try {
    const started = await loadJournal(dir, id).then(
      ({ execution }) => execution.started,
      () => undefined,
    );
    if (started !== undefined && started.endpoint !== endpointOf(context.env)) {
      return { why: `it belongs to ${started.endpoint ?? "AWS itself"}, and this shell points somewhere else` };
    }
    const site = await openSite(given, context, started?.target);
    await site.caller();
    const holder = await site.sharedLock.read();
    return holder?.execution === id ? { holder, site } : {};
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    return { why: error.message };
  }
}

/** Somebody may have taken it over while the question stood. */
async function removeShared(id: string, { sharedLock }: Site): Promise<void> {
  if ((await sharedLock.read())?.execution === id) await sharedLock.remove();
}

function absent(id: string, why: string | undefined): OpsError {
  const unseen = why === undefined ? "" : ` here; the shared one could not be looked at: ${why}`;
  return usageError("lock-absent", `execution ${id} holds no lock${unseen}`, ["vulcan-ops history"]);
}

function assertEnded(id: string, held: readonly Holder[]): void {
  const alive = held.find((holder) => holder.host === operatorOf().host && isAlive(holder));
  if (alive === undefined) return;
  throw guardError(
    "holder-alive",
    `the process of execution ${id} is still running (pid ${alive.pid}); stop it with Ctrl-C first`,
    [`vulcan-ops unlock ${id} --yes`],
  );
}

/** Another operator may be at work at this moment, where nobody here can see it. */
async function agrees(holder: SharedHolder, context: Context, { clock }: Site): Promise<boolean> {
  const self = operatorOf();
  if (holder.operator === self.operator && holder.host === self.host) return true;
  const whose = `The shared lock is another operator's: ${holderText(holder, clock.now())}.`;
  if (!isAttended(context)) {
    const { detail } = usageError("answer-missing", `${whose} Without a terminal --yes has to answer.`, [
      `vulcan-ops unlock ${holder.execution} --yes`,
    ]);
    throw new OpsError({ ...detail, unchanged: NOTHING_SENT });
  }
  context.stderr.write(`${paragraph(whose, look(context), 0).join("\n")}\n`);
  const terminal = { input: context.stdin, output: context.stderr, look: look(context), stop: context.stop };
  const choices = [
    { value: "no", label: "Leave it to them" },
    { value: "yes", label: "Let go of it: their execution may be at work" },
  ];
  return (await chooseFrom(terminal, "Let go of it all the same?", choices, "no")) === "yes";
}

function said(id: string, why: string | undefined, context: Context): ExitCode {
  const unseen = why === undefined ? [] : [`The shared lock was not looked at: ${why}.`];
  const text = [
    `The lock of execution ${id} is released; what it sent to AWS goes on. Next: vulcan-ops resume ${id}`,
    ...unseen,
  ];
  context.stderr.write(`${text.join("\n")}\n`);
  return EXIT.done;
}
