import type { Json } from "./json.ts";

/** Where a value came from. `unset`: nothing sets it, and it has no default. */
export type Origin =
  | { readonly kind: "flag" | "environment"; readonly name: string }
  | { readonly kind: "file"; readonly path: string; readonly line?: number }
  | { readonly kind: "default" | "unset" };

/** One setting of the target, as every command sees it. */
export interface SettingInForce {
  readonly name: string;
  /** Null: unset. */
  readonly value: Json;
  readonly origin: Origin;
}

/** A variable of the environment that is set. */
export interface VariableInForce {
  readonly name: string;
  /** Absent: it may hold a secret, so that only its being set is told. */
  readonly value?: string;
}

/** A place where a configuration file is looked for, nearest first. */
export interface ConfigurationFile {
  readonly path: string;
  /** `named`: by VULCAN_OPS_CONFIG. `project`: in the working directory. `own`: the user's own. */
  readonly kind: "named" | "project" | "own";
  readonly exists: boolean;
  readonly targets: readonly string[];
}

/** The configuration in force: what each command would work with, and where each value came from. */
export interface ConfigurationInForce {
  readonly target: SettingInForce;
  readonly settings: readonly SettingInForce[];
  readonly files: readonly ConfigurationFile[];
  readonly variables: readonly VariableInForce[];
  /** The folder of journals and locks. */
  readonly stateDir: SettingInForce;
  /** What makes every command fail, or should be changed. */
  readonly warnings: readonly string[];
}

/** `./vulcan-ops.yaml:5`, `--region`, `AWS_REGION`, `default`, `not set`. */
export function originText(origin: Origin): string {
  if (origin.kind === "flag" || origin.kind === "environment") return origin.name;
  if (origin.kind === "file") return origin.line === undefined ? origin.path : `${origin.path}:${origin.line}`;
  return origin.kind === "unset" ? "not set" : "default";
}
