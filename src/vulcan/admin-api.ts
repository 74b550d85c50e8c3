import type { Agent, IncomingMessage } from "node:http";
import { OpsError } from "../domain/error.ts";
import { EXIT, type ExitCode } from "../domain/exit-codes.ts";
import { type AppliedMigration, toMigrations } from "../domain/migrations/applied.ts";
import type { VulcanReads } from "../domain/migrations/reads.ts";
import type { HeldText } from "../domain/secret-source.ts";
import { limitOf } from "../domain/time-limit.ts";

/** Below the preflight's own limit, so that the operator sees this message, which names the address. */
const LIMIT_MS = 1400;
const MOST_CHARACTERS = 1_000_000;

/** Vulcan's admin API at a target's `adminUrl`, with the operator's token, which is read for each request. */
export function createAdminApi(
  adminUrl: string | undefined,
  held: Pick<HeldText, "read"> | undefined,
  wayOut?: WayOut,
): VulcanReads {
  return {
    async migrations() {
      if (adminUrl === undefined) throw apiError("admin-url-missing", "adminUrl is not set for this target");
      const token = await held?.read();
      if (!token) throw apiError("admin-token-missing", "VULCAN_ADMIN_TOKEN is not set");
      const url = `${adminUrl.replace(/\/+$/, "")}/api/v1/admin/migrations`;
      return parse(await ask(url, token, await wayOut?.(url)), url);
    },
  };
}

/** The agent for a request to this address, where it is not Node's own. */
type WayOut = (url: string) => Promise<Agent | undefined>;

async function ask(url: string, token: string, agent: Agent | undefined): Promise<string> {
  const signal = AbortSignal.timeout(limitOf(LIMIT_MS));
  try {
    const response = await get(url, { authorization: `Bearer ${token}`, accept: "application/json" }, signal, agent);
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return await textOf(response);
    response.destroy();
    throw refusal(url, status);
  } catch (failure) {
    if (failure instanceof OpsError) throw failure;
    const why = signal.aborted
      ? `did not answer within ${limitOf(LIMIT_MS) / 1000} s`
      : `cannot be reached (${codeOf(failure)})`;
    throw apiError("admin-api-silent", `${url} ${why}`);
  }
}

/**
 * Uses Node's own client: `fetch` takes longer to load and to end than a bare Node start. It follows no redirect: a
 * redirect would send the token to an address that is not configured.
 */
async function get(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
  agent: Agent | undefined,
): Promise<IncomingMessage> {
  const { get: send } = url.startsWith("https:") ? await import("node:https") : await import("node:http");
  return new Promise((resolve, reject) => {
    send(url, { headers, signal, agent: agent ?? false }, resolve).on("error", reject);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of response.setEncoding("utf8")) {
    text += part;
    if (text.length > MOST_CHARACTERS) break;
  }
  return text;
}

function refusal(url: string, status: number): OpsError {
  const what = status >= 300 && status < 400 ? ", a redirect, which is not followed" : "";
  const exitCode = status === 401 || status === 403 ? EXIT.credentials : EXIT.failed;
  return apiError("admin-api-refused", `${url} answered HTTP ${status}${what}`, exitCode);
}

/** Only connection codes: other texts of the runtime may repeat what we sent. */
function codeOf(failure: unknown): string {
  const { code } = ((failure as Error).cause ?? failure) as { code?: unknown };
  return typeof code === "string" ? code : "no connection";
}

function parse(text: string, url: string): AppliedMigration[] {
  const rows = text.length > MOST_CHARACTERS ? undefined : migrationsIn(text);
  if (rows === undefined) throw apiError("admin-api-gibberish", `${url} did not answer with a list of migrations`);
  return rows;
}

/** The list in an answer of the admin API; undefined if it is none. */
export function migrationsIn(text: string): AppliedMigration[] | undefined {
  try {
    const answer = JSON.parse(text) as unknown;
    return toMigrations(Array.isArray(answer) ? answer : (answer as { migrations?: unknown }).migrations);
  } catch {
    return undefined;
  }
}

function apiError(code: string, message: string, exitCode: ExitCode = EXIT.failed): OpsError {
  return new OpsError({ code, exitCode, fault: "remote", message, effect: "none" });
}
