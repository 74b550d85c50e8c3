import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** Reads only a regular file: a FIFO would wait for a writer forever, and a device might never end. */
export async function readWhole(path: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) throw new Error("it is not a regular file");
    return await file.readFile();
  } finally {
    await file.close();
  }
}
