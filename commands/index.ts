import { check } from "./check.ts";
import type { Command } from "./command.ts";
import { doctor } from "./doctor.ts";
import { explain } from "./explain.ts";
import { history } from "./history.ts";
import { maintenance } from "./maintenance.ts";
import { migrate } from "./migrate.ts";
import { plan } from "./plan.ts";
import { rehearse } from "./rehearse.ts";
import { restore } from "./restore.ts";
import { resume } from "./resume.ts";
import { rollback } from "./rollback.ts";
import { run } from "./run.ts";
import { sandbox } from "./sandbox.ts";
import { show } from "./show.ts";
import { status } from "./status.ts";
import { undo } from "./undo.ts";
import { unlock } from "./unlock.ts";
import { watch } from "./watch.ts";

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  rollback,
  status,
  doctor,
  watch,
  migrate,
  restore,
  maintenance,
  run,
  plan,
  check,
  explain,
  history,
  show,
  resume,
  undo,
  unlock,
  rehearse,
  sandbox,
];
