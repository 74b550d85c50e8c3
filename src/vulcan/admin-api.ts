import { OpsError } from "../domain/error.ts";
import { EXIT } from "../domain/exit.ts";
import { sanitiseDeep } from "../domain/sanitise.ts";
import type { AppliedMigration, Vulcan } from "./migrations.ts";

/** Below the preflight's own limit, so that this message, which names the address, is the one that is seen. */
const LIMIT_MS = 1400;
const MOST_CHARACTERS = 1_000_000;

/** Vulcan's admin API at a target's `adminUrl`, asked with the operator's token. */
export function createAdminApi(adminUrl: string | undefined, token: string | undefined): Vulcan {
  return {
    async migrations() {
      if (adminUrl === undefined) throw silent("admin-url-missing", "adminUrl is not set for this target");
      if (!token) throw silent("admin-token-missing", "VULCAN_ADMIN_TOKEN is not set");
      const url = `${adminUrl.replace(/\/+$/, "")}/api/v1/admin/migrations`;
      return parse(await ask(url, token), url);
    },
  };
}

/** A redirect is not followed: it would carry the token to an address that nobody has configured. */
async function ask(url: string, token: string): Promise<string> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  const headers = { authorization: `Bearer ${token}`, accept: "application/json" };
  try {
    const response = await fetch(url, { headers, signal, redirect: "error" });
    const text = await response.text();
    if (response.ok) return text;
    throw silent("admin-api-refused", `${url} answered HTTP ${response.status}`);
  } catch (failure) {
    if (failure instanceof OpsError) throw failure;
    const why = signal.aborted
      ? `did not answer within ${LIMIT_MS / 1000} s`
      : `cannot be reached (${codeOf(failure)})`;
    throw silent("admin-api-silent", `${url} ${why}`);
  }
}

/** Connection codes only: other texts of the runtime may repeat what was sent. */
function codeOf(failure: unknown): string {
  const { code } = ((failure as Error).cause ?? failure) as { code?: unknown };
  return typeof code === "string" ? code : "no connection";
}

function parse(text: string, url: string): AppliedMigration[] {
  const rows = text.length > MOST_CHARACTERS ? undefined : rowsOf(text);
  if (rows === undefined) throw silent("admin-api-gibberish", `${url} did not answer with a list of migrations`);
  return sanitiseDeep(rows).sort((a, b) => a.version - b.version);
}

function rowsOf(text: string): AppliedMigration[] | undefined {
  try {
    const answer = JSON.parse(text) as unknown;
    const list = Array.isArray(answer) ? answer : (answer as { migrations?: unknown }).migrations;
    return Array.isArray(list) ? list.map(toMigration) : undefined;
  } catch {
    return undefined;
  }
}

function toMigration(row: { version?: unknown; description?: unknown; applied_at?: unknown }): AppliedMigration {
  const { version, description, applied_at: at } = row;
  if (typeof version !== "number" || !Number.isSafeInteger(version)) throw new TypeError("a row without a version");
  const time = typeof at === "string" ? Date.parse(at) : Number.NaN;
  return {
    version,
    description: typeof description === "string" ? description : "",
    ...(Number.isNaN(time) ? {} : { appliedAt: new Date(time).toISOString() }),
  };
}

function silent(code: string, message: string): OpsError {
  return new OpsError({ code, exitCode: EXIT.failed, fault: "remote", message, effect: "none" });
}
