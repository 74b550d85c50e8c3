import { constants } from "node:fs";
import { access, lstat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Folder, StateFolder } from "../../checks/doctor-subject.ts";
import { listExecutions } from "../../journal/list-executions.ts";
import { heldLocks, mayRun } from "../../journal/lock-file.ts";

/** The state folder as it is now. Creates nothing. */
export async function readStateFolder(stateDir: string): Promise<StateFolder> {
  const path = resolve(stateDir);
  const folder = await readFolder(path);
  const held = (await heldLocks(path)).map(({ holder }) => holder);
  const deadHolders = held.filter((holder) => !mayRun(holder));
  const { unread } = await listExecutions(path);
  return { path, folder, deadHolders, unread };
}

async function readFolder(path: string): Promise<Folder> {
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

/** Whether the nearest existing folder above is writable. */
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
