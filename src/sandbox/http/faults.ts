import { type Random, seededRandom } from "../random.ts";
import { type Answer, failure } from "./answer.ts";
import { AwsError } from "./aws-error.ts";
import type { ArmedFault, CallFault, Fault, FaultKind } from "./fault.ts";
import { text } from "./input.ts";
import type { Call } from "./route.ts";

/** Counts the calls that each fault has seen, and decides which of them it strikes. */
export class Faults {
  readonly #seed: number;
  #armed: { readonly fault: Fault; seen: number; struck: number }[] = [];
  #random: Random;
  readonly #stalled = new Set<() => void>();

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = seededRandom(seed);
  }

  inject(fault: Fault): void {
    this.#armed.push({ fault, seen: 0, struck: 0 });
  }

  clear(): void {
    this.#armed = [];
    this.#random = seededRandom(this.#seed);
    for (const resume of this.#stalled) resume();
  }

  /** Delays a call by this many real ms, or until the faults are cleared. */
  stall(ms = 1000): Promise<void> {
    return new Promise((resolve) => {
      const resume = (): void => {
        clearTimeout(timer);
        this.#stalled.delete(resume);
        resolve();
      };
      const timer = setTimeout(resume, ms).unref();
      this.#stalled.add(resume);
    });
  }

  /** Each armed fault with its counts. */
  report(): readonly ArmedFault[] {
    return this.#armed.map(({ fault, seen, struck }) => ({ ...fault, seen, struck }));
  }

  /** The fault that strikes this call. Every armed fault of the operation counts the call. */
  strike(operation: string): CallFault {
    return this.#struck((name) => name === "*" || name === operation)[0];
  }

  /** All faults that strike this session's data channel. */
  strikeChannel(operation: string): readonly Fault[] {
    return this.#struck((name) => name === operation);
  }

  #struck(matches: (name: string) => boolean): Fault[] {
    const struck: Fault[] = [];
    for (const armed of this.#armed) {
      if (!matches(armed.fault.operation)) continue;
      armed.seen++;
      const first = armed.fault.nth ?? 1;
      const last = first + (armed.fault.times ?? (armed.fault.share === undefined ? 1 : Number.POSITIVE_INFINITY)) - 1;
      if (armed.seen < first || armed.seen > last) continue;
      if (armed.fault.share !== undefined && this.#random.next() >= armed.fault.share) continue;
      armed.struck++;
      struck.push(armed.fault);
    }
    return struck;
  }
}

const REFUSALS: Readonly<Partial<Record<FaultKind, readonly [code: string, message: string, status: number]>>> = {
  throttle: ["ThrottlingException", "Rate exceeded", 400],
  "http500-json": ["ServerException", "Service Unavailable. Please try again later.", 500],
  "expired-token": ["ExpiredTokenException", "The security token included in the request is expired", 400],
  "not-connected": [
    "TargetNotConnectedException",
    "The execute command failed due to an internal error. Try again later.",
    400,
  ],
  "access-denied": ["AccessDeniedException", "User is not authorized to perform this operation", 400],
};

const PAGES: Readonly<Partial<Record<FaultKind, readonly [status: number, title: string]>>> = {
  "http500-html": [500, "Internal Server Error"],
  "http503-html": [503, "Service Unavailable"],
};

/** Query services answer 404 for a missing resource. JSON services answer 400 for every mistake of the caller. [D] */
function refusalWithCode({ protocol }: Call, code: string): AwsError {
  const isMissing = protocol.kind === "query" && /NotFound(Fault)?$/.test(code);
  const status = code === "InternalFailure" ? 500 : isMissing ? 404 : 400;
  return new AwsError(code, `The sandbox was told to refuse this call with ${code}.`, status);
}

/** Systems Manager names its target; ECS does not. [O] */
function refusalOf({ operation, input }: Call, kind: FaultKind): (typeof REFUSALS)[FaultKind] {
  if (kind === "not-connected" && operation === "StartSession")
    return ["TargetNotConnected", `${text(input, "Target")} is not connected.`, 400];
  return REFUSALS[kind];
}

/** The fault's answer in the call's protocol; undefined if it gives none and cuts the connection. */
export function faultAnswer(call: Call, { kind, code: requestedCode }: Fault, requestId: string): Answer | undefined {
  if (kind === "refuse") return failure(call, refusalWithCode(call, requestedCode ?? "InternalFailure"), requestId);
  const refusal = refusalOf(call, kind);
  if (refusal !== undefined) {
    const [code, message, status] = refusal;
    // The query services answer refused credentials with 403, the JSON ones with 400. [D]
    const refused = call.protocol.kind === "query" && (kind === "expired-token" || kind === "access-denied");
    return failure(call, new AwsError(code, message, refused ? 403 : status), requestId);
  }
  const page = PAGES[kind];
  if (page === undefined) return undefined;
  const [status, title] = page;
  const body = `<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>${title}</h1></body></html>`;
  return { status, headers: { "content-type": "text/html", "x-amzn-requestid": requestId }, body };
}
