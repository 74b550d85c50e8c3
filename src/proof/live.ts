import type { LiveRelease, LiveSchema, SeenQueries, TableSize } from "../domain/database/live.ts";
import type { TaskLimit } from "../domain/lint.ts";
import type { Known } from "../domain/status/target-status.ts";

/** What has been read of a target before its migrations are run here. */
export interface LiveTarget {
  readonly target: string;
  /** `user@host:port/database` */
  readonly place: string;
  readonly release: LiveRelease;
  /** The newest applied migration; 0 for none. */
  readonly newest: number;
  readonly schema: LiveSchema;
  readonly sizes: Known<readonly TableSize[]>;
  readonly limit: Known<TaskLimit | null>;
  readonly queries: Known<SeenQueries>;
}

/** Tables with fewer rows are worked on within a second. [O: at most 23 µs a row, an UPDATE of all] */
export const LARGE_ROWS = 10_000;

/** Fewer rows than that fit: a row with its pointer takes 28 bytes at least. [D: page layout] */
const SMALL_BYTES = LARGE_ROWS * 28;

/** What is known of a target's tables, by their names. */
export class LiveSizes {
  readonly #sizes: ReadonlyMap<string, TableSize>;

  constructor(sizes: readonly TableSize[]) {
    this.#sizes = new Map(sizes.map((one) => [one.table, one]));
  }

  rows(table: string): number | undefined {
    return this.#sizes.get(table)?.rows;
  }

  /** Bytes a row; undefined where either is not known. */
  width(table: string): number | undefined {
    const { rows = 0, bytes } = this.#sizes.get(table) ?? {};
    return rows === 0 || bytes === undefined ? undefined : bytes / rows;
  }

  /** Not known is not small. */
  isSmall(table: string): boolean {
    const { rows, bytes } = this.#sizes.get(table) ?? {};
    return rows === undefined ? (bytes ?? SMALL_BYTES) < SMALL_BYTES : rows < LARGE_ROWS;
  }

  /** `assets has about 41,000,000 rows` */
  text(table: string): string {
    const { rows, bytes } = this.#sizes.get(table) ?? {};
    if (rows !== undefined) return `${table} has about ${rows.toLocaleString("en-US")} row${rows === 1 ? "" : "s"}`;
    return this.isSmall(table)
      ? `${table} has ${Math.ceil((bytes ?? 0) / 1024)} kB`
      : `the rows of ${table} are not known`;
  }
}
