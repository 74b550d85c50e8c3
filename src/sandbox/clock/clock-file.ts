import { renameSync, writeFileSync } from "node:fs";
import type { ClockReading } from "./virtual-clock.ts";

/**
 * Publishes readings as a JSON file `{virtual, real, rate}`, so that another process computes the same time:
 * `virtual + (Date.now() - real) * rate`. Written beside and renamed, so a reader never sees half a file.
 */
export function clockFile(path: string): (reading: ClockReading) => void {
  return (reading) => {
    writeFileSync(`${path}.new`, `${JSON.stringify(reading)}\n`, { mode: 0o644 });
    renameSync(`${path}.new`, path);
  };
}
