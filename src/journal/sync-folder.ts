import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** Puts a folder's entries on the disk: without it, a power cut can take a new file away, whatever was synced in it. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  await folder.sync().finally(() => folder.close());
}
