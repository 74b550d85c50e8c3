import { OpsError } from "../../../src/domain/error.ts";
import type { LogRecord, SharedLog } from "../../../src/domain/shared-log.ts";

/** What happens to the next calls. `lost`: the record is written, and its answer does not arrive. */
export type Weather = "fair" | "silent" | "lost" | "refused";

export interface MemoryLog extends SharedLog {
  readonly records: LogRecord[];
  weather: Weather;
  /** Calls of `put`, answered or not. */
  puts: number;
}

/** A log that writes each place once, as a table with a condition does. */
export function memoryLog(name = "dynamodb://journal?region=eu-west-1"): MemoryLog {
  const records: LogRecord[] = [];
  const log: MemoryLog = {
    name,
    records,
    weather: "fair",
    puts: 0,
    async put(record) {
      log.puts++;
      if (log.weather === "silent") throw silent();
      if (log.weather === "refused") throw refused();
      const isFree = !records.some(({ execution, n }) => execution === record.execution && n === record.n);
      if (isFree) records.push(record);
      if (log.weather === "lost") {
        log.weather = "fair";
        throw silent();
      }
      return isFree ? "written" : "taken";
    },
    async read(execution, from) {
      if (log.weather === "silent") throw silent();
      return records.filter((record) => record.execution === execution && record.n >= from).sort((a, b) => a.n - b.n);
    },
    async list(most) {
      if (log.weather === "silent") throw silent();
      return records
        .flatMap(({ execution, n, listed }) => (listed === undefined ? [] : [{ execution, n, ...listed }]))
        .reverse()
        .slice(0, most);
    },
  };
  return log;
}

const silent = () =>
  new OpsError({
    code: "journal-store-silent",
    exitCode: 1,
    fault: "remote",
    message: "the shared journal did not answer for 2 s",
    effect: "unknown",
  });

const refused = () =>
  new OpsError({
    code: "journal-store-refused",
    exitCode: 1,
    fault: "operator",
    message: "dynamodb:PutItem is refused",
    next: ["vulcan-ops journal template"],
  });
