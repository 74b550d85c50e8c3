import { invalid } from "./invalid.ts";
import type { Path } from "./path.ts";
import type { Item, Value } from "./value.ts";

type Steps = readonly (string | number)[];

/** The item with another value there. What leads there has to be there already. [D] */
export const setAt = (item: Item, path: Path, value: Value): Item => inMap(item, path, value);

/** The item without it; the same where it is not there. */
export const removeAt = (item: Item, path: Path): Item => inMap(item, path, undefined);

function inMap(members: Item, [first = "", ...rest]: Steps, value: Value | undefined): Item {
  const next = rest.length === 0 ? value : within(members[first], rest, value);
  const { [first]: _, ...others } = members;
  return next === undefined ? others : { ...members, [first]: next };
}

function within(container: Value | undefined, steps: Steps, value: Value | undefined): Value {
  const [first, ...rest] = steps;
  if (typeof first === "string" && container?.M !== undefined) return { M: inMap(container.M as Item, steps, value) };
  if (typeof first !== "number" || container?.L === undefined)
    throw invalid("The document path provided in the update expression is invalid for update");
  const list = [...(container.L as readonly Value[])];
  const next = rest.length === 0 ? value : within(list[first], rest, value);
  // Beyond the end it is appended. [D]
  if (next === undefined) list.splice(first, 1);
  else list[Math.min(first, list.length)] = next;
  return { L: list };
}
