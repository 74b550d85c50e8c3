import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { ListedRecord, LogRecord } from "../../domain/shared-log.ts";
import { needed } from "../client/needed.ts";

type Item = Record<string, AttributeValue>;

/** The key of the sparse index, the same for every listed record, and the index's name. */
export const LISTED = "executions";

const DIGITS = 6;
/** The last place that a key of six digits names. */
export const LAST_PLACE = 10 ** DIGITS - 1;

export const pkOf = (execution: string): string => `x#${execution}`;
export const skOf = (n: number): string => String(n).padStart(DIGITS, "0");

/** A record as it is kept. `at` of one that is not listed is its line's own business. */
export function itemOf({ execution, n, line, writer, listed }: LogRecord): Item {
  return {
    pk: { S: pkOf(execution) },
    sk: { S: skOf(n) },
    line: { S: line },
    writer: { S: writer },
    ...(listed && {
      listed: { S: LISTED },
      at: { S: listed.at },
      target: { S: listed.target },
      end: { BOOL: listed.isEnd },
    }),
  };
}

/** Throws `IncompleteAnswer` where the item is not one of ours. */
export function recordOf(execution: string, item: Item): LogRecord {
  const { line, writer, listed, at, target, end } = item;
  return {
    execution,
    n: placeOf(item),
    line: needed(line?.S, "line of a record"),
    writer: needed(writer?.S, "writer of a record"),
    ...(listed !== undefined && {
      listed: {
        target: needed(target?.S, "target of a record"),
        at: needed(at?.S, "time of a record"),
        isEnd: end?.BOOL === true,
      },
    }),
  };
}

/** A line of the list. Throws `IncompleteAnswer` where the item is not one of ours. */
export function listedOf(item: Item): ListedRecord {
  const { pk, target, at, end } = item;
  return {
    execution: needed(/^x#(.+)$/.exec(pk?.S ?? "")?.[1], "execution of a listed record"),
    n: placeOf(item),
    target: needed(target?.S, "target of a listed record"),
    at: needed(at?.S, "time of a listed record"),
    isEnd: end?.BOOL === true,
  };
}

const placeOf = ({ sk }: Item): number => Number(needed(/^\d{6}$/.exec(sk?.S ?? "")?.[0], "place of a record"));
