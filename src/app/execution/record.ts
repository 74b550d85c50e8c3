import type { Environment } from "../../domain/ports.ts";
import { type Loaded, listExecutions, loadJournal } from "../../journal/journal-file.ts";
import { type Access, stateDirOf } from "../open-target.ts";

type Where = Pick<Access, "stateDir">;

/** Every execution on record, newest first, and how many journals cannot be read. */
export const readHistory = (options: Where, environment: Pick<Environment, "env">): ReturnType<typeof listExecutions> =>
  listExecutions(stateDirOf(options, environment));

/** One execution with its events; exit 6 where there is none of that id. */
export const readExecution = (id: string, options: Where, environment: Pick<Environment, "env">): Promise<Loaded> =>
  loadJournal(stateDirOf(options, environment), id);
