import { CALL_FAULTS, CHANNEL_FAULTS, CHANNEL_OPERATION, type Fault } from "./fault.ts";

type Check = (value: unknown) => boolean;

const isCount: Check = (value) => typeof value === "number" && Number.isInteger(value) && value >= 1;
const isAmount: Check = (value) => typeof value === "number" && value >= 0;

/** What each member must be. `times` may be `always`, because JSON has no Infinity. */
const MEMBERS: Readonly<Record<keyof Fault, readonly [check: Check, wanted: string]>> = {
  operation: [(value) => typeof value === "string" && value !== "", "an operation's name, or *"],
  kind: [
    (value) => typeof value === "string" && (value in CALL_FAULTS || value in CHANNEL_FAULTS),
    `one of ${[...Object.keys(CALL_FAULTS), ...Object.keys(CHANNEL_FAULTS)].join(", ")}`,
  ],
  when: [(value) => value === "before" || value === "after", "before or after"],
  nth: [isCount, "a whole number from 1"],
  times: [(value) => value === "always" || isCount(value), "a whole number from 1, or always"],
  share: [(value) => typeof value === "number" && value > 0 && value <= 1, "a number above 0, up to 1"],
  ms: [isAmount, "a number of milliseconds"],
  bytes: [isAmount, "a number of bytes"],
  code: [(value) => typeof value === "string" && /^[A-Za-z][\w.]*$/.test(value), "an error code of AWS"],
  count: [isCount, "a whole number from 1"],
};

/** Reads a fault from JSON. The error says which member is wrong and what it must be. `when` is `before` by default. */
export function readFault(given: unknown): Fault {
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw new Error("a fault is an object");
  const fault: Readonly<Record<string, unknown>> = { when: "before", ...given };
  const unknownMember = Object.keys(fault).find((name) => !(name in MEMBERS));
  if (unknownMember !== undefined)
    throw new Error(`a fault has no ${unknownMember}; it has ${Object.keys(MEMBERS).join(", ")}`);
  for (const [name, [check, wanted]] of Object.entries(MEMBERS)) {
    const isMissing = fault[name] === undefined && name !== "operation" && name !== "kind";
    if (!isMissing && !check(fault[name])) throw new Error(`${name} must be ${wanted}`);
  }
  const { times, ...rest } = fault;
  const endless = times === "always" ? Number.POSITIVE_INFINITY : times;
  const read = { ...rest, ...(endless === undefined ? {} : { times: endless }) } as unknown as Fault;
  if (read.kind in CHANNEL_FAULTS !== (read.operation === CHANNEL_OPERATION)) {
    throw new Error(`the kinds that begin with channel- are for the operation ${CHANNEL_OPERATION}, and no others are`);
  }
  if ((read.kind === "refuse") !== (read.code !== undefined)) {
    throw new Error("the kind refuse wants a code, and no other kind has one");
  }
  return read;
}
