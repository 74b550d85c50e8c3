import { commandLine, option } from "../../domain/command-line.ts";
import { usageError } from "../../domain/error.ts";
import type { FoundValue } from "../../domain/found-target.ts";

/** Asks a person for one of several. Undefined without a terminal, or without an answer. */
export type Choose = (
  message: string,
  values: readonly string[],
  preset: string | undefined,
) => Promise<string | undefined>;

/** One thing of which an account may have several. */
export interface Wanted {
  /** As the setting and its flag are called: `cluster`. */
  readonly name: string;
  /** For people: `ECS cluster`. */
  readonly noun: string;
  /** By a flag. */
  readonly given: string | undefined;
  readonly all: readonly string[];
  /** The one that is offered first. */
  readonly preset?: string | undefined;
  /** It may be missing. */
  readonly isOptional?: boolean;
}

/** The one that is given, the only one, or the one that is chosen. Exit 6 where there is none, or no answer. */
export async function pick(wanted: Wanted, choose: Choose): Promise<FoundValue> {
  const { name, noun, given, all, preset, isOptional = false } = wanted;
  const [only, ...others] = all;
  if (given !== undefined && !all.includes(given)) throw absent(wanted, given);
  if (given !== undefined) return { name, value: given, why: `by --${name}` };
  if (only === undefined && isOptional) return { name, why: `this account and region have no ${noun}` };
  if (only === undefined) throw absent(wanted, undefined);
  if (others.length === 0) return { name, value: only, why: "the only one" };
  const value = await choose(`Which ${noun}?`, all, all.includes(preset ?? "") ? preset : undefined);
  if (value !== undefined) return { name, value, why: `chosen of ${all.length}` };
  throw usageError(
    "init-several",
    `there are ${all.length}, and no terminal to ask at: which ${noun}? ${listed(all)}`,
    all.slice(0, MOST_NEXT).map((one) => commandLine`vulcan-ops init … ${option(name, one)}`),
  );
}

const MOST_NEXT = 3;
const MOST_NAMED = 20;

const listed = (all: readonly string[]): string =>
  all.length > MOST_NAMED
    ? `${all.slice(0, MOST_NAMED).join(", ")} and ${all.length - MOST_NAMED} more`
    : all.join(", ");

function absent({ noun, all }: Wanted, given: string | undefined): Error {
  const none = `this account and region have no ${noun}`;
  const message =
    given === undefined || all.length === 0 ? none : `there is no ${noun} ${given}; there is: ${listed(all)}`;
  return usageError("init-absent", message, ["vulcan-ops init … --region REGION", "vulcan-ops init … --profile NAME"]);
}
