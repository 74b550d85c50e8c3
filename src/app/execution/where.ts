import type { Environment } from "../../domain/ports.ts";
import type { TargetOptions } from "../../domain/target.ts";

/** Whose executions are meant: those of a state folder, and of the shared journal that the target names. */
export interface Where extends TargetOptions {
  readonly stateDir?: string | undefined;
}

/** The shell that the command was typed in. `note` tells what could not be read of a shared journal. */
export type Shell = Pick<Environment, "env" | "cwd"> & Partial<Pick<Environment, "note" | "onlyReads">>;
