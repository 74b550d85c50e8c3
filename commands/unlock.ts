import { guardError, usageError } from "../src/domain/error.ts";
import { EXIT } from "../src/domain/exit.ts";
import { breakLocks, findLocks, isAlive } from "../src/journal/lock.ts";
import { openStateDir } from "../src/journal/state-dir.ts";
import type { Command } from "./command.ts";
import { operatorOf, stateDirOf } from "./context.ts";
import { STATE_FLAGS } from "./flags.ts";
import { isSet, textOf } from "./given.ts";

export const unlock: Command = {
  usage: "unlock <id>",
  describe: "Let go of the lock that an execution holds",
  flags: {
    yes: { type: "boolean", alias: "y", describe: "Also where its process is still running" },
    ...STATE_FLAGS,
  },
  async run(given, context) {
    const dir = await openStateDir(stateDirOf(given, context));
    const id = textOf(given, "id") ?? "";
    const held = await findLocks(dir, id);
    if (held.length === 0) throw usageError("lock-absent", `execution ${id} holds no lock`, ["vulcan-ops history"]);
    const alive = held.find((holder) => holder.host === operatorOf().host && isAlive(holder));
    if (alive !== undefined && !isSet(given, "yes")) {
      throw guardError(
        "holder-alive",
        `the process of execution ${id} is still running (pid ${alive.pid}); stop it with Ctrl-C first`,
        [`vulcan-ops unlock ${id} --yes`],
      );
    }
    await breakLocks(dir, id);
    context.stderr.write(
      `The lock of execution ${id} is released; what it sent to AWS goes on. Next: vulcan-ops resume ${id}\n`,
    );
    return EXIT.done;
  },
};
