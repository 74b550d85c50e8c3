import { randomBytes } from "node:crypto";
import { open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isAlive, processStart } from "./lock-file.ts";
import { unwritable } from "./state-dir.ts";

/** Enough for the restoring steps, END and the release of the lock of every shipped runbook. */
export const ROOM_BYTES = 64 * 1024;

/** Space on the disk that is kept for the records that must still be written when the disk is full. */
export interface Room {
  /** Gives the space back to the disk. False if it has been given back before. */
  free(): Promise<boolean>;
  /** Keeps it again if the disk has it. */
  isKept(): Promise<boolean>;
}

/**
 * Fills a file beside the journal. Throws (exit 6) where the disk has not that much: without it, a full disk could end an
 * execution after a request with no record of it.
 */
export async function reserveRoom(dir: string, id: string): Promise<Room> {
  const path = join(dir, "executions", `${id}.room`);
  await removeLeftovers(join(dir, "executions"));
  await fill(path);
  let isThere = true;
  return {
    async free() {
      const had = isThere;
      isThere = false;
      await rm(path, { force: true });
      return had;
    },
    async isKept() {
      isThere ||= await fill(path).then(
        () => true,
        () => false,
      );
      return isThere;
    },
  };
}

/** Random bytes: a file system that compresses would keep no room for others. */
async function fill(path: string): Promise<void> {
  const owner = `${process.pid} ${processStart(process.pid)}\n`;
  try {
    const file = await open(path, "w", 0o600);
    try {
      await file.writeFile(Buffer.concat([Buffer.from(owner), randomBytes(ROOM_BYTES - owner.length)]));
      await file.datasync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(path, { force: true }).catch(() => undefined);
    const reason = `${ROOM_BYTES / 1024} KB are kept free for its last records (${(error as Error).message})`;
    throw unwritable(path, reason, error);
  }
}

/** What processes that were killed could not give back. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of (await readdir(folder)).filter((each) => each.endsWith(".room"))) {
    const path = join(folder, name);
    const [pid = "", start = ""] = (await readFile(path, "latin1").catch(() => "")).split("\n", 1)[0]?.split(" ") ?? [];
    if (!/^\d+$/.test(pid) || isAlive({ pid: Number(pid), processStart: start })) continue;
    await rm(path, { force: true }).catch(() => undefined);
  }
}
