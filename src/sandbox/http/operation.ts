import type { World } from "../world.ts";
import type { Fault } from "./fault.ts";
import type { Input, Output } from "./input.ts";
import type { Wording } from "./request-error.ts";

/** One AWS operation: whether it changes the world, and what it does. */
export interface Operation {
  readonly mutating: boolean;
  /** `fault` is a fault that only the operation itself can apply: data that is late, missing or partial. */
  handle(world: World, input: Input, fault?: Fault): Output | Promise<Output>;
  /** The answer to a call that is accepted and never carried out. Absent where the answer names what the call made. */
  readonly accepted?: (world: World, input: Input) => Output;
}

/** One AWS service: how its requests are recognised and which operations it has. */
export interface ServiceApi {
  /** Signing name in the credential scope: `ecs`, `elasticloadbalancing`, … */
  readonly scope: string;
  /** The service's name in the request log. */
  readonly name: string;
  /** Operations by method and path, `POST /schedules/{Name}`, when the service speaks REST with JSON. */
  readonly paths?: Readonly<Record<string, string>>;
  /** X-Amz-Target without the operation, when the service speaks JSON. */
  readonly target?: string;
  readonly jsonVersion?: "1.0" | "1.1";
  /** How a JSON error names its code, where it is more than the code. */
  readonly errorType?: (code: string) => string;
  /** Whether JSON answers carry the header `x-amz-crc32`. */
  readonly hasChecksum?: true;
  /** Whether JSON errors carry the query protocol's code as well. */
  readonly queryCompatible?: boolean;
  /** API version of the query form, when the service speaks it. */
  readonly queryVersion?: string;
  readonly xmlNamespace?: string;
  /** EC2 answers without the elements `…Result` and `ResponseMetadata`, and has its own form of errors. */
  readonly xmlStyle?: "ec2";
  /** The usual element name of list items; `member` by default. */
  readonly xmlItem?: string;
  /** Element names of list items where they are not the usual one. */
  readonly xmlItems?: Readonly<Record<string, string>>;
  /** Members that are maps, not structures. */
  readonly xmlMaps?: readonly string[];
  /** The service's own codes for errors that all services have. */
  readonly wording?: Wording;
  readonly operations: Readonly<Record<string, Operation>>;
  /** For `ms` virtual ms, reads still show the state from before this call. */
  linger?(world: World, input: Input, ms: number): void;
}

export const reading = (handle: Operation["handle"]): Operation => ({ mutating: false, handle });
export const changing = (handle: Operation["handle"], accepted?: Operation["accepted"]): Operation => ({
  mutating: true,
  handle,
  ...(accepted && { accepted }),
});
