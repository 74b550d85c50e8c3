import { renameSync, writeFileSync } from "node:fs";
import type { ClockReading } from "./virtual-clock.ts";

/**
 * Publishes readings as a JSON file `{virtual, real, rate}`. From it, another process computes the same time:
 * `virtual + (Date.now() - real) * rate`. It writes a new file and renames it, so a reader never sees half a file.
 */
export function clockFile(path: string): (reading: ClockReading) => void {
  return (reading) => {
    writeFileSync(`${path}.new`, `${JSON.stringify(reading)}\n`, { mode: 0o644 });
    renameSync(`${path}.new`, path);
  };
}
