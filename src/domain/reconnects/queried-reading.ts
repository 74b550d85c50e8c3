import type { QueriedValue } from "../database/facts.ts";
import type { Reading } from "./reading.ts";

/** OIDs of int8, int2, int4, float4, float8 and numeric. [PostgreSQL: pg_type.dat] */
const NUMBERS: ReadonlySet<number> = new Set([20, 21, 23, 700, 701, 1700]);
/** timestamp and timestamptz. */
const TIMES: ReadonlySet<number> = new Set([1114, 1184]);

const NUMBER = /^-?\d{1,15}(\.\d+)?(e[+-]?\d{1,3})?$/i;
/** In the zone of the session, which is UTC. */
const TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,6})?(\+00)?$/;

/** The value of a SELECT as a reading. `at`: epoch ms, when it was read. What is neither number nor time is none. */
export function queriedReading({ text, type }: QueriedValue, at: number): Reading {
  if (text === null) return { kind: "none", why: "the statement gives NULL" };
  if (NUMBERS.has(type) && NUMBER.test(text)) return { kind: "number", value: Number(text), from: at };
  const [, day, time, fraction = ""] = (TIMES.has(type) && TIME.exec(text)) || [];
  if (day !== undefined) return { kind: "time", at: Date.parse(`${day}T${time}${fraction.slice(0, 4)}Z`) };
  return { kind: "none", why: "the statement gives neither a number nor a time" };
}
