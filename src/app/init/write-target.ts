import { resolve } from "node:path";
import { type FoundTarget, foundValue } from "../../domain/found-target.ts";
import type { Environment } from "../../domain/ports.ts";
import {
  configurationFile,
  type FileToWrite,
  ownConfigurationPath,
  writeConfiguration,
} from "../../target/discovery.ts";
import { readPrepared } from "../prepared.ts";

export { writeConfiguration };

/** Where the target is written: to the working directory, to one's own file, or to a named one. */
export interface Destination {
  readonly own: boolean;
  readonly file?: string | undefined;
}

/** Settings that are written, in their order. */
const WRITTEN = ["account", "region", "cluster", "service", "database"] as const;

/**
 * What the file would be. Only one's own file gets the admin URL, for the admin token goes there; of a database that was
 * not found the file says nothing. Exit 6 where the file that is there is invalid, or where a name does not fit.
 */
export function fileFor(
  found: FoundTarget,
  { own, file }: Destination,
  { env, cwd }: Pick<Environment, "env" | "cwd">,
): FileToWrite {
  const path = own ? ownConfigurationPath(env) : resolve(cwd, file ?? "vulcan-ops.yaml");
  const isOwn = own || path === ownConfigurationPath(env);
  const adminUrl = foundValue(found, "adminUrl");
  const named = WRITTEN.flatMap((name) => {
    const value = foundValue(found, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const settings = {
    ...Object.fromEntries(named),
    production: found.production,
    ...(isOwn && adminUrl !== undefined && { adminUrl }),
  };
  return configurationFile(path, found.name, settings, { isOwn, version: readPrepared().version });
}
