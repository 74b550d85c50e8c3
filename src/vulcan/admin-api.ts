import { OpsError } from "../domain/error.ts";
import { EXIT } from "../domain/exit.ts";
import { type AppliedMigration, toMigrations } from "../domain/migrations.ts";
import type { Vulcan } from "./migrations.ts";

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
  return rows;
}

function rowsOf(text: string): AppliedMigration[] | undefined {
  try {
    const answer = JSON.parse(text) as unknown;
    return toMigrations(Array.isArray(answer) ? answer : (answer as { migrations?: unknown }).migrations);
  } catch {
    return undefined;
  }
}

function silent(code: string, message: string): OpsError {
  return new OpsError({ code, exitCode: EXIT.failed, fault: "remote", message, effect: "none" });
}
