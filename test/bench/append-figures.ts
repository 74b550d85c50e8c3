import { join } from "node:path";
import { createClients, WRITE_ATTEMPTS } from "../../src/aws/client/clients.ts";
import { createSharedLog } from "../../src/aws/dynamodb/shared-log.ts";
import type { StepVerified } from "../../src/domain/execution-event.ts";
import { createJournal, type JournalFile } from "../../src/journal/journal-file.ts";
import { sharedJournal } from "../../src/journal/shared/shared-journal.ts";
import { openStateDir } from "../../src/journal/state-dir.ts";

/** Times, in ms, of records of a usual size: in a file, or also in the table of the store that the environment leads to. */
const RECORDS = 300;
const BYTES = 600;
const TABLE = "vulcan-ops-journal";

const [kind = "file", folder = ""] = process.argv.slice(2);
const execution = `b${process.pid}`;
const file = await createJournal(await openStateDir(join(folder, kind)), execution);
const journal = kind === "file" ? file : shared(file);
const times: number[] = [];
for (let number = 0; number < RECORDS; number++) {
  const begun = performance.now();
  await journal.append(record());
  times.push(performance.now() - begun);
}
await journal.close();
process.stdout.write(JSON.stringify(times));

function record(): StepVerified {
  const of = { at: "2026-04-10T12:00:00.000Z", execution, step: "wait", phase: "do" } as const;
  return { type: "step.verified", ...of, text: "y".repeat(BYTES), outputs: {} };
}

function shared(copy: JournalFile): JournalFile {
  const clients = createClients({ region: "eu-west-1" }, WRITE_ATTEMPTS);
  const log = createSharedLog(clients, { table: TABLE, name: `dynamodb://${TABLE}` });
  return sharedJournal({
    ...{ log, file: copy, execution, target: "prod", writer: "bench", now: () => Date.now() },
    mayDetach: async (_event, failure) => {
      throw failure;
    },
    tell: () => undefined,
    say: (sentence) => process.stderr.write(`${sentence}\n`),
    leaves: () => undefined,
  });
}
