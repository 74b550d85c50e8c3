import { commandLine } from "../../domain/command-line.ts";
import { type Diagnosis, fail, ok, warn } from "../../domain/diagnosis.ts";
import type { Check, Folder } from "../doctor-check.ts";

/** Whether a journal can be kept, by us alone, and whether a dead process still holds a lock. */
export const stateFolder: Check = {
  id: "state",
  title: "State folder",
  async examine(patient) {
    const { path, folder, deadHolders, damaged } = await patient.stateFolder();
    return [
      judgeFolder(path, folder),
      ...deadHolders.map(({ execution, command }) =>
        warn(
          `execution ${execution} (${command}) died and left its lock; the next one takes it over`,
          commandLine`vulcan-ops unlock ${execution}`,
        ),
      ),
      ...(damaged === 0 ? [] : [warn(`journals that cannot be read: ${damaged}`, "vulcan-ops history")]),
    ];
  },
};

const ELSEWHERE = "vulcan-ops … --state-dir DIR with a folder of your own";

export function judgeFolder(
  path: string,
  { exists, isDirectory, isOwn, mode, isWritable: writable }: Folder,
): Diagnosis {
  if (!isDirectory) return fail(`${path} is not a folder, so no journal can be kept and nothing is sent`, ELSEWHERE);
  if (!isOwn) return fail(`${path} belongs to another user, so nothing is sent`, ELSEWHERE);
  if ((mode & 0o022) !== 0)
    return fail(`others may write to ${path}, so nothing is sent`, commandLine`chmod 700 ${path}`);
  if (!writable) {
    const what = exists ? `${path} cannot be written` : `${path} is not there and cannot be made`;
    return fail(`${what}, so no journal can be kept and nothing is sent`, ELSEWHERE);
  }
  if ((mode & 0o077) !== 0) return warn(`others may look into ${path}`, commandLine`chmod 700 ${path}`);
  return ok(exists ? `${path} is yours alone and can be written` : `${path} will be made at the first execution`);
}
