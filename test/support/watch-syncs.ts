import { type FileHandle, open } from "node:fs/promises";
import { onTestFinished } from "vitest";

interface Handle {
  appendFile(data: Buffer): Promise<void>;
  datasync(): Promise<void>;
  sync(): Promise<void>;
}

/**
 * Told, whenever `datasync` has answered for a file, what of it a power cut would leave; and of each folder that was
 * synced. It stands at Node's own file handles, so the program has no seam for it. What it cannot show is whether the
 * system and the disk keep what `datasync` promises.
 */
export async function watchSyncs(told: { file?(onDisk: string): void; folder?(): void }): Promise<void> {
  const any = await open(import.meta.filename);
  const handles = Object.getPrototypeOf(any) as Handle;
  await any.close();
  const { appendFile, datasync, sync } = handles;
  const written = new WeakMap<object, string>();
  handles.appendFile = async function (data) {
    await appendFile.call(this, data);
    written.set(this, (written.get(this) ?? "") + data.toString());
  };
  handles.datasync = async function () {
    const text = written.get(this) ?? "";
    await datasync.call(this);
    told.file?.(text);
  };
  handles.sync = async function () {
    const isFolder = (await (this as unknown as FileHandle).stat()).isDirectory();
    await sync.call(this);
    if (isFolder) told.folder?.();
  };
  onTestFinished(() => void Object.assign(handles, { appendFile, datasync, sync }));
}
