import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A disk of which a test says how much is free. */
export interface SmallDisk {
  /** Where it is mounted. */
  readonly dir: string;
  /** Kilobytes of a block: it is full, and free, in steps of them. */
  readonly block: number;
  /** Clears it, but for so many kilobytes that are taken: so many are free. */
  leave(kilobytes: number): void;
  /** Frees all that no file of the test takes. */
  grow(): void;
  close(): void;
}

const DISK_KB = 4096;
const BALLAST = "ballast";

/**
 * A file as a disk with blocks of 1 KB; where this process may mount none, memory, which has pages of 4 KB. Undefined
 * where it may mount nothing.
 */
export function smallDisk(): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), "vulcan-ops-disk-"));
  const dir = join(folder, "mounted");
  const isMounted = run("mkdir", dir) && (mountFile(join(folder, "image"), dir) || mountMemory(dir));
  if (isMounted) return diskAt(dir, () => run("umount", dir) && rmSync(folder, { recursive: true }));
  rmSync(folder, { recursive: true, force: true });
  return undefined;
}

const run = (command: string, ...args: readonly string[]) => spawnSync(command, args).status === 0;

function mountFile(image: string, dir: string): boolean {
  writeFileSync(image, "");
  truncateSync(image, DISK_KB * 1024);
  return run("mkfs.ext2", "-q", "-F", "-b", "1024", "-m", "0", image) && run("mount", "-o", "loop", image, dir);
}

const mountMemory = (dir: string): boolean =>
  run("mount", "-t", "tmpfs", "-o", `size=${DISK_KB}k,mode=700`, "tmpfs", dir);

function diskAt(dir: string, close: () => void): SmallDisk {
  const { bsize } = statfsSync(dir);
  const freeBytes = () => statfsSync(dir).bavail * bsize;
  const ballast = join(dir, BALLAST);
  const leave = (kilobytes: number): void => {
    for (const name of readdirSync(dir)) rmSync(join(dir, name), { recursive: true });
    writeFileSync(ballast, "");
    // The file system's own blocks of a file come beside those of its bytes.
    for (let over = freeBytes() - kilobytes * 1024; over > 0; over = freeBytes() - kilobytes * 1024)
      appendFileSync(ballast, Buffer.alloc(Math.max(bsize, Math.floor(over / 2 / bsize) * bsize)));
  };
  return { dir, block: bsize / 1024, leave, grow: () => rmSync(ballast), close };
}
