import { commandLine } from "../../domain/command-line.ts";
import { block, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import { unreadJournalsText } from "../../domain/unread-journal.ts";
import type { DoctorCheck, Folder } from "../doctor-subject.ts";

/** Whether a journal can be kept that only we can access, and whether a dead process still holds a lock. */
export const stateFolder: DoctorCheck = {
  id: "state",
  question: "State folder",
  async run(subject) {
    const { path, folder, deadHolders, unread } = await subject.stateFolder();
    return [
      judgeFolder(path, folder),
      ...deadHolders.map(({ execution, command }) =>
        warn("lock-left", `execution ${execution} (${command}) died and left its lock; the next one takes it over`, [
          commandLine`vulcan-ops unlock ${execution}`,
        ]),
      ),
      ...unreadJournalsText(unread).map(({ text, next }) => warn("journal-unread", text, [next])),
    ];
  },
};

const ELSEWHERE = ["the same command with --state-dir DIR, a folder of your own"];

const FOLDER = "state-folder";

export function judgeFolder(path: string, { exists, isDirectory, isOwn, mode, isWritable: writable }: Folder): Finding {
  if (!isDirectory)
    return block(FOLDER, `${path} is not a folder, so no journal can be kept and nothing is sent`, ELSEWHERE);
  if (!isOwn) return block(FOLDER, `${path} belongs to another user, so nothing is sent`, ELSEWHERE);
  if ((mode & 0o022) !== 0)
    return block(FOLDER, `others may write to ${path}, so nothing is sent`, [commandLine`chmod 700 ${path}`]);
  if (!writable) {
    const what = exists ? `${path} cannot be written` : `${path} is not there and cannot be made`;
    return block(FOLDER, `${what}, so no journal can be kept and nothing is sent`, ELSEWHERE);
  }
  if ((mode & 0o077) !== 0) return warn(FOLDER, `others may look into ${path}`, [commandLine`chmod 700 ${path}`]);
  return ok(
    FOLDER,
    exists ? `${path} is yours alone and can be written` : `${path} will be made at the first execution`,
  );
}
