import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { usageError } from "../domain/error.ts";
import type { ConfigFile } from "./parse.ts";

/** A place where a configuration file is looked for. */
export interface ConfigPath {
  readonly path: string;
  /** `named`: by VULCAN_OPS_CONFIG. `project`: in the working directory. `own`: the user's own. */
  readonly kind: "named" | "project" | "own";
  readonly exists: boolean;
}

/** The user's own file. The XDG specification ignores a relative path: it would make a checkout's file the user's own. */
export function ownPath(env: NodeJS.ProcessEnv): string {
  const home = env.XDG_CONFIG_HOME;
  return join(home?.startsWith("/") ? home : join(homedir(), ".config"), "vulcan-ops", "vulcan-ops.yaml");
}

/** Where files are looked for, nearest first. Exit 6 where VULCAN_OPS_CONFIG names one that is not there. */
export function configPaths(env: NodeJS.ProcessEnv, cwd: string): readonly ConfigPath[] {
  const own = ownPath(env);
  const named = env.VULCAN_OPS_CONFIG || undefined;
  if (named !== undefined && !existsSync(named))
    throw usageError("config-absent", `VULCAN_OPS_CONFIG names ${named}, which is not there`);
  const first =
    named === undefined
      ? ({ path: resolve(cwd, "vulcan-ops.yaml"), kind: "project" } as const)
      : ({ path: resolve(named), kind: "named" } as const);
  const all = first.path === own ? [{ path: own, kind: "own" } as const] : [first, { path: own, kind: "own" } as const];
  return all.map((one) => ({ ...one, exists: existsSync(one.path) }));
}

/** The files that there are, nearest first. Exit 6 where one cannot be read or is invalid. */
export async function readFiles(env: NodeJS.ProcessEnv, cwd: string): Promise<ConfigFile[]> {
  const present = configPaths(env, cwd).filter(({ exists }) => exists);
  if (present.length === 0) return [];
  const { parseConfig } = await import("./parse.ts");
  return present.map(({ path, kind }) => {
    const [text, isOwn] = [readText(path), kind !== "project"];
    const known = parsed.get(path);
    if (known?.text === text && known.isOwn === isOwn) return known.file;
    const file = parseConfig(text, path, isOwn);
    parsed.set(path, { text, isOwn, file });
    return file;
  });
}

/** By path. A fleet opens each of its targets with the same text: parsing 60 KB of it takes longer than a read of AWS. */
const parsed = new Map<string, { readonly text: string; readonly isOwn: boolean; readonly file: ConfigFile }>();

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw usageError("config-unreadable", `cannot read ${path}: ${(error as Error).message}`);
  }
}
