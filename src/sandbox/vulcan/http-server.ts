import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Behaviour, Image } from "./image.ts";
import type { AppliedMigration } from "./migrate.ts";

/** What the pages of one running task show and call. */
export interface HttpHandlers {
  readonly image: Image;
  readonly revision: string;
  readonly taskId: string;
  /** The bearer token for the admin pages. */
  readonly adminToken: string;
  /** How long `/health` takes to answer (real ms). */
  readonly healthMs: number;
  migrations(): Promise<readonly AppliedMigration[]>;
  /** Writes the row with that number into the table `beats`. */
  beat(number: number): Promise<void>;
}

/** Why `/health` fails, or undefined while it passes. */
export function healthProblem(behaviour: Behaviour): string | undefined {
  return behaviour.kind === "failing-health" ? behaviour.reason : undefined;
}

/** The pages of Vulcan: `/health`, the list of migrations, a page that writes, and one page for everything else. */
export function pages(site: HttpHandlers): RequestListener {
  const fails = failer(site.image.behaviour);
  return (request, response) => {
    answer(site, fails, request, response).catch((error: unknown) => send(response, 500, { error: String(error) }));
  };
}

async function answer(
  site: HttpHandlers,
  fails: () => string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  request.resume();
  const url = new URL(request.url ?? "/", "http://vulcan");
  if (url.pathname === "/health") return health(site, response);
  if (url.pathname === "/api/v1/admin/migrations") return listMigrations(site, request, response);
  const beat = /^\/beats\/(\d{1,9})$/.exec(url.pathname)?.[1];
  if (beat !== undefined && request.method === "POST") {
    await site.beat(Number(beat));
    return send(response, 201, { beat: Number(beat), task: site.taskId });
  }
  const error = fails();
  if (error !== undefined) return send(response, 500, { error });
  // `wait` delays the page (real milliseconds), to show that a drain lets it finish.
  const wait = Number(url.searchParams.get("wait") ?? 0);
  if (wait > 0) await sleep(Math.min(wait, 60_000), undefined, { ref: false });
  const { image, revision, taskId } = site;
  send(response, 200, {
    service: "vulcan",
    version: image.version,
    revision,
    image: image.ref,
    digest: image.digest,
    task: taskId,
  });
}

async function listMigrations(site: HttpHandlers, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const isAdmin = request.headers.authorization === `Bearer ${site.adminToken}`;
  if (isAdmin) send(response, 200, await site.migrations());
  else send(response, 401, { error: "unauthorized" });
}

async function health(site: HttpHandlers, response: ServerResponse): Promise<void> {
  if (site.healthMs > 0) await sleep(site.healthMs, undefined, { ref: false });
  const problem = healthProblem(site.image.behaviour);
  if (problem === undefined) send(response, 200, { status: "ok", version: site.image.version });
  else send(response, 503, { status: "unhealthy", error: problem });
}

/** Spreads the failing share evenly over the requests, not at random, so that every run is the same. */
function failer(behaviour: Behaviour): () => string | undefined {
  if (behaviour.kind !== "errors-on-requests") return () => undefined;
  let due = 0;
  return () => {
    due += behaviour.share;
    if (due < 1) return undefined;
    due -= 1;
    return behaviour.reason;
  };
}

function send(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
}
