import type { OpsError } from "../../src/domain/error.ts";
import { createJournal } from "../../src/journal/journal-file.ts";
import { started, verified } from "./events.ts";

/** What a process tells that wrote until the disk was full. */
export interface Told {
  readonly appended: number;
  readonly code: string;
  readonly exitCode: number;
  readonly next: readonly string[];
}

const journal = await createJournal(process.argv[2] ?? "", started.execution);
await journal.append(started);
let appended = 1;
try {
  for (; appended < 1000; appended++) await journal.append(verified(`event ${appended} ${"x".repeat(700)}`));
} catch (error) {
  const { code, exitCode, next = [] } = (error as OpsError).detail;
  const told: Told = { appended, code, exitCode, next };
  process.stdout.write(JSON.stringify(told));
}
