import { constants } from "node:fs";
import { access, lstat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Check } from "../../checks/doctor-check.ts";
import { type Diagnosis, fail, ok, warn } from "../../domain/diagnosis.ts";
import { listExecutions } from "../../journal/journal-file.ts";
import { heldLocks, isAlive } from "../../journal/lock-file.ts";
import { operatorOf } from "../operator.ts";

/** Whether a journal can be kept, by us alone, and whether a dead process still holds a lock. Makes nothing. */
export const stateFolder: Check = {
  id: "state",
  title: "State folder",
  async examine({ stateDir }) {
    const path = resolve(stateDir);
    const folder = await lookAt(path);
    const stale = (await heldLocks(path)).filter(({ holder }) => holder.host === operatorOf().host && !isAlive(holder));
    const { damaged } = await listExecutions(path);
    return [
      judgeFolder(path, folder),
      ...stale.map(({ holder: { execution, command } }) =>
        warn(
          `execution ${execution} (${command}) died and left its lock; the next one takes it over`,
          `vulcan-ops unlock ${execution}`,
        ),
      ),
      ...(damaged === 0 ? [] : [warn(`journals that cannot be read: ${damaged}`, "vulcan-ops history")]),
    ];
  },
};

/** A folder, or what is in its place; of one that is not there yet, whether it can be made. */
export interface Folder {
  readonly exists: boolean;
  readonly isDirectory: boolean;
  readonly isOwn: boolean;
  readonly mode: number;
  readonly isWritable: boolean;
}

async function lookAt(path: string): Promise<Folder> {
  const stat = await lstat(path).catch(() => undefined);
  if (stat === undefined) {
    return { exists: false, isDirectory: true, isOwn: true, mode: 0o700, isWritable: await canMake(path) };
  }
  const uid = process.getuid?.();
  return {
    exists: true,
    isDirectory: stat.isDirectory(),
    isOwn: uid === undefined || stat.uid === uid,
    mode: uid === undefined ? 0o700 : stat.mode & 0o777,
    isWritable: await isWritable(path),
  };
}

/** Can the nearest folder above that is there be written to? */
async function canMake(path: string): Promise<boolean> {
  const above = dirname(path);
  const stat = await lstat(above).catch(() => undefined);
  return stat === undefined && above !== path ? canMake(above) : isWritable(above);
}

function isWritable(path: string): Promise<boolean> {
  return access(path, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}

const ELSEWHERE = "vulcan-ops … --state-dir DIR with a folder of your own";

export function judgeFolder(
  path: string,
  { exists, isDirectory, isOwn, mode, isWritable: writable }: Folder,
): Diagnosis {
  if (!isDirectory) return fail(`${path} is not a folder, so no journal can be kept and nothing is sent`, ELSEWHERE);
  if (!isOwn) return fail(`${path} belongs to another user, so nothing is sent`, ELSEWHERE);
  if ((mode & 0o022) !== 0) return fail(`others may write to ${path}, so nothing is sent`, `chmod 700 ${path}`);
  if (!writable) {
    const what = exists ? `${path} cannot be written` : `${path} is not there and cannot be made`;
    return fail(`${what}, so no journal can be kept and nothing is sent`, ELSEWHERE);
  }
  if ((mode & 0o077) !== 0) return warn(`others may look into ${path}`, `chmod 700 ${path}`);
  return ok(exists ? `${path} is yours alone and can be written` : `${path} will be made at the first execution`);
}
