import type { IncomingMessage, ServerResponse } from "node:http";
import { isKey, KEY_HEADER } from "./access-key.ts";
import type { ArmedFault, Fault } from "./fault.ts";
import { readFault } from "./read-fault.ts";
import { header, readBody } from "./request.ts";
import type { RecordedRequest } from "./request-log.ts";

/** What another process can ask of a running sandbox, under `/_sandbox/` on the endpoint's port. */
export interface SandboxControl {
  /** The value that the header `x-sandbox-key` must have. */
  readonly key: string;
  status(): unknown;
  requests(): readonly RecordedRequest[];
  state(): unknown;
  reset(scenario?: string): Promise<void>;
  /** The armed faults, with the number of calls that they have seen and struck. */
  faults(): readonly ArmedFault[];
  inject(fault: Fault): void;
  clearFaults(): void;
  /** Called after the answer to POST stop has been sent. */
  stopAsked(): void;
}

type Body = Readonly<Record<string, unknown>>;
type Control = (sandbox: SandboxControl, body: Body) => unknown;

const CONTROLS: Readonly<Record<string, Control>> = {
  "GET status": (sandbox) => sandbox.status(),
  "GET requests": (sandbox) => sandbox.requests(),
  "GET state": (sandbox) => sandbox.state(),
  "POST reset": async (sandbox, body) => {
    await sandbox.reset(typeof body.scenario === "string" ? body.scenario : undefined);
    return sandbox.status();
  },
  "GET faults": (sandbox) => sandbox.faults(),
  "POST faults": (sandbox, body) => {
    const given: unknown[] = Array.isArray(body.faults) ? body.faults : body.clear === true ? [] : [body];
    const faults = given.map(readFault);
    if (body.clear === true) sandbox.clearFaults();
    for (const fault of faults) sandbox.inject(fault);
    return sandbox.faults();
  },
  "POST stop": () => ({ stopping: true }),
};

export const CONTROL_PREFIX = "/_sandbox/";

/** Answers one control request with JSON. A 404 lists the existing controls. */
export async function control(
  sandbox: SandboxControl,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const name = `${request.method} ${(request.url ?? "").slice(CONTROL_PREFIX.length).replace(/\?.*$/, "")}`;
  const run = CONTROLS[name];
  // A web page must not be able to control the sandbox: browsers always send Origin with a cross-site POST.
  if (request.headers.origin !== undefined) return send(response, 403, { error: "not from a browser" });
  if (!isKey(header(request, KEY_HEADER), sandbox.key)) {
    return send(response, 403, { error: `the header ${KEY_HEADER} must hold the sandbox's AWS_ACCESS_KEY_ID` });
  }
  if (run === undefined) return send(response, 404, { error: `no ${name}`, controls: Object.keys(CONTROLS) });
  try {
    const body = await readBody(request);
    send(response, 200, await run(sandbox, body === "" ? {} : (JSON.parse(body) as Body)));
    if (name === "POST stop") response.once("finish", () => sandbox.stopAsked());
  } catch (error) {
    send(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
}

function send(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
}
