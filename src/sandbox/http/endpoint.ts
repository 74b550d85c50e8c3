import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { World } from "../world.ts";
import { unknownCallerError } from "./access-key.ts";
import { type Answer, failure, success } from "./answer.ts";
import { AwsError } from "./aws-error.ts";
import type { CallFault } from "./fault.ts";
import { type Faults, faultAnswer } from "./faults.ts";
import type { Output } from "./input.ts";
import type { Operation, ServiceApi } from "./operation.ts";
import { header, readBody } from "./request.ts";
import { wordError } from "./request-error.ts";
import type { RecordedRequest } from "./request-log.ts";
import { type Call, route } from "./route.ts";

/** What the endpoint needs from its host. `world` waits while the world is being reset. */
export interface Host {
  readonly rooms: readonly ServiceApi[];
  readonly faults: Faults;
  /** The only access key id that the sandbox knows. */
  readonly accessKey: string;
  world(): Promise<World>;
  record(request: RecordedRequest): void;
  log(line: string): void;
}

/** Faults that do not replace the answer. */
const ANSWER_UNCHANGED: ReadonlySet<string> = new Set(["stall", "stale", "late", "missing", "partial"]);

/** How long reads stay stale by default (virtual ms): 1–2 s were observed. [O] */
const STALE = 1500;

interface Outcome {
  readonly answer: Answer | undefined;
  readonly effective: boolean;
  readonly error?: string;
}

/**
 * Answers AWS calls: route, apply a fault or perform, record, reply. Unknown callers are refused and not recorded. As
 * on AWS, no two requests have the same id, whatever the seed.
 */
export function endpoint(host: Host): RequestListener {
  return (request, response) => {
    answerOne(host, request, response).catch((error: unknown) => {
      host.log(`sandbox: request failed: ${String(error)}`);
      response.destroy();
    });
  };
}

async function answerOne(host: Host, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  const world = await host.world();
  const requestId = randomUUID();
  const at = world.clock.iso();
  const call = route(host.rooms, request, body);
  const refusal = unknownCallerError(request, host.accessKey, call.protocol.kind === "query");
  if (refusal !== undefined) return reply(response, failure(call, refusal, requestId));
  const operation = call.room?.operations[call.operation];
  const fault = host.faults.strike(call.operation);
  if (fault?.kind === "stall" && fault.when === "before") await host.faults.stall(fault.ms);
  // If the world was reset meanwhile, the call has no effect in the new world and is not in its log.
  if ((await host.world()) !== world) return void response.destroy();
  const outcome = await perform(world, call, operation, fault, requestId);
  if (outcome.effective) world.awaited.take(call.operation);
  const invocationId = header(request, "amz-sdk-invocation-id");
  const userAgent = header(request, "user-agent");
  // Record before the answer is sent: a client that dies while it waits must not hide what it has done.
  host.record({
    at,
    service: call.service,
    operation: call.operation,
    mutating: operation?.mutating ?? false,
    status: outcome.answer?.status ?? 0,
    effective: outcome.effective,
    requestId,
    ...(invocationId === undefined ? {} : { invocationId }),
    ...(userAgent === undefined ? {} : { userAgent }),
    input: call.input,
    ...(outcome.error === undefined ? {} : { error: outcome.error }),
    ...(fault === undefined ? {} : { fault: { kind: fault.kind, when: fault.when } }),
  });
  if (fault?.kind === "stall" && fault.when === "after") await host.faults.stall(fault.ms);
  reply(response, outcome.answer);
}

/** Performs the call, answers with the fault, or does both. */
async function perform(
  world: World,
  call: Call,
  operation: Operation | undefined,
  fault: CallFault,
  requestId: string,
): Promise<Outcome> {
  if (fault?.kind === "stale") call.room?.linger?.(world, call.input, fault.ms ?? STALE);
  if (fault?.kind === "ignored")
    return handle(world, call, operation && withoutEffect(call, operation), fault, requestId);
  if (fault === undefined || ANSWER_UNCHANGED.has(fault.kind)) return handle(world, call, operation, fault, requestId);
  const answer = faultAnswer(call, fault, requestId);
  if (fault.when === "before") return { answer, effective: false, error: fault.code ?? fault.kind };
  return { ...(await handle(world, call, operation, fault, requestId)), answer };
}

async function handle(
  world: World,
  call: Call,
  operation: Operation | undefined,
  fault: CallFault,
  requestId: string,
): Promise<Outcome> {
  try {
    if (call.malformed !== undefined) throw call.malformed;
    const output: Output = await (operation ?? unsimulated(call)).handle(world, call.input, fault);
    return { answer: success(call, output, requestId), effective: operation?.mutating ?? false };
  } catch (error) {
    const known = error instanceof AwsError ? error : new AwsError("InternalFailure", String(error), 500);
    const refusal = wordError(call.room?.wording, known);
    return { answer: failure(call, refusal, requestId), effective: false, error: refusal.code };
  }
}

/** An operation that is accepted and never carried out. Reads have no effect anyway. */
function withoutEffect({ service, operation: name }: Call, operation: Operation): Operation {
  if (!operation.mutating) return operation;
  const refused = (): Output => {
    throw new AwsError("NotImplemented", `The sandbox cannot accept ${service} ${name} without carrying it out.`, 501);
  };
  return { mutating: false, handle: operation.accepted ?? refused };
}

const unsimulated = (call: Call): Operation => ({
  mutating: false,
  handle: () => {
    throw new AwsError("NotImplemented", `The sandbox does not simulate ${call.service} ${call.operation}.`, 501);
  },
});

function reply(response: ServerResponse, answer: Answer | undefined): void {
  if (answer === undefined) {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(answer.status, { ...answer.headers, "content-length": Buffer.byteLength(answer.body) });
  response.end(answer.body);
}
