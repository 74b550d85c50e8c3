import type { IncomingMessage, ServerResponse } from "node:http";
import type { Fault } from "./fault.ts";
import { readBody } from "./request.ts";
import type { RecordedRequest } from "./request-log.ts";

/** What another process may ask of a running sandbox, under `/_sandbox/` on the endpoint's port. */
export interface Controlled {
  status(): unknown;
  requests(): readonly RecordedRequest[];
  state(): unknown;
  reset(scenario?: string): Promise<void>;
  inject(fault: Fault): void;
  clearFaults(): void;
  /** Called after the answer to POST stop has gone out. */
  stopAsked(): void;
}

type Body = Readonly<Record<string, unknown>>;
type Control = (sandbox: Controlled, body: Body) => unknown;

const CONTROLS: Readonly<Record<string, Control>> = {
  "GET status": (sandbox) => sandbox.status(),
  "GET requests": (sandbox) => sandbox.requests(),
  "GET state": (sandbox) => sandbox.state(),
  "POST reset": async (sandbox, body) => {
    await sandbox.reset(typeof body.scenario === "string" ? body.scenario : undefined);
    return sandbox.status();
  },
  "POST faults": (sandbox, body) => {
    const faults = Array.isArray(body.faults) ? (body.faults as Fault[]) : [body as unknown as Fault];
    if (body.clear === true) sandbox.clearFaults();
    for (const fault of faults) if (typeof fault.operation === "string") sandbox.inject(fault);
    return { ok: true };
  },
  "POST stop": () => ({ stopping: true }),
};

export const CONTROL_PREFIX = "/_sandbox/";

/** Answers one control request with JSON; 404 lists what there is. */
export async function control(sandbox: Controlled, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const name = `${request.method} ${(request.url ?? "").slice(CONTROL_PREFIX.length).replace(/\?.*$/, "")}`;
  const run = CONTROLS[name];
  // A web page must not be able to drive the sandbox: browsers always send Origin with a cross-site POST.
  if (request.headers.origin !== undefined) return send(response, 403, { error: "not from a browser" });
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
