import type { Agent, IncomingMessage } from "node:http";
import { sanitiseDeep } from "../domain/sanitise.ts";
import { limitOf } from "../domain/time-limit.ts";
import type { PipelineReads, PipelineRun, PipelineSettings, Visible } from "../domain/upgrade/pipeline.ts";

const LIMIT_MS = 3000;
const MOST_CHARACTERS = 2_000_000;
/** Runs a page: enough to find the one before a deployment. */
const RUNS = 10;
/** GitHub's own default of the variable. [D: default environment variables] */
const API_URL = "https://api.github.com";
/** A bearer token goes there: only https, or this machine. */
const ALLOWED_URL = /^(https:\/\/[\w.-]+|http:\/\/(localhost|127\.0\.0\.1))(:\d{1,5})?(\/[\w./-]*)?$/;

/** The agent for a request to this address, where it is not Node's own. */
type WayOut = (url: string) => Promise<Agent | undefined>;

/**
 * The runs of a workflow by GitHub's REST API, `GET /repos/{owner}/{repo}/actions/workflows/{file}/runs`. [D] The token
 * is in a header alone. Never rejects: what cannot be read is not visible, and says why without the address.
 */
export function createPipelineReads(
  settings: PipelineSettings,
  env: NodeJS.ProcessEnv,
  wayOut?: WayOut,
): PipelineReads {
  const { githubRepository, workflow, tokenFromEnv } = settings;
  const token = tokenFromEnv === undefined ? undefined : env[tokenFromEnv];
  const base = (env.GITHUB_API_URL || API_URL).replace(/\/+$/, "");
  return {
    async runs() {
      if (tokenFromEnv !== undefined && !token) return unseen(`${tokenFromEnv} is not set`);
      if (!ALLOWED_URL.test(base)) return unseen("GITHUB_API_URL is no https URL");
      const url = `${base}/repos/${githubRepository}/actions/workflows/${workflow}/runs?per_page=${RUNS}`;
      const signal = AbortSignal.timeout(limitOf(LIMIT_MS));
      try {
        return await answerOf(await get(url, token, signal, await wayOut?.(url)));
      } catch (error) {
        return unseen(
          signal.aborted
            ? `GitHub did not answer within ${limitOf(LIMIT_MS) / 1000} s`
            : `GitHub cannot be reached${codeOf(error)}`,
        );
      }
    },
  };
}

const unseen = (why: string): Visible<never> => ({ visible: false, why });

/** Follows no redirect: it would send the token to an address that is not configured. */
async function get(
  url: string,
  token: string | undefined,
  signal: AbortSignal,
  agent: Agent | undefined,
): Promise<IncomingMessage> {
  const { get: send } = url.startsWith("https:") ? await import("node:https") : await import("node:http");
  const headers = {
    accept: "application/vnd.github+json",
    "user-agent": "vulcan-ops",
    "x-github-api-version": "2022-11-28",
    ...(token && { authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve, reject) => {
    send(url, { headers, signal, agent: agent ?? false }, resolve).on("error", reject);
  });
}

async function answerOf(response: IncomingMessage): Promise<Visible<readonly PipelineRun[]>> {
  const status = response.statusCode ?? 0;
  if (status !== 200) {
    response.destroy();
    return unseen(refusal(status, response.headers));
  }
  const runs = runsIn(await textOf(response));
  return runs === undefined ? unseen("GitHub did not answer with a list of runs") : { visible: true, value: runs };
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of response.setEncoding("utf8")) {
    text += part;
    if (text.length > MOST_CHARACTERS) break;
  }
  return text;
}

/** [D: REST API, rate limits; troubleshooting: 404 in place of 403 where a token may not see a repository] */
function refusal(status: number, headers: IncomingMessage["headers"]): string {
  if (status === 401) return "GitHub answered 401: the token is not valid";
  if ((status === 403 || status === 429) && headers["x-ratelimit-remaining"] === "0") {
    const reset = Number(headers["x-ratelimit-reset"]);
    const until =
      Number.isSafeInteger(reset) && reset > 0 ? ` until ${new Date(reset * 1000).toISOString().slice(11, 16)}Z` : "";
    return `GitHub's rate limit is reached${until}`;
  }
  if (status === 404) return "GitHub answered 404: no such workflow, or the token may not see it";
  return `GitHub answered ${status}`;
}

/** Only connection codes: other texts of the runtime may repeat what was sent. */
function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" && /^[A-Z_]+$/.test(code) ? ` (${code})` : "";
}

function runsIn(text: string): readonly PipelineRun[] | undefined {
  try {
    const { workflow_runs: runs } = JSON.parse(text) as { readonly workflow_runs?: unknown };
    return Array.isArray(runs) ? sanitiseDeep(runs.flatMap(toRun)) : undefined;
  } catch {
    return undefined;
  }
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

function toRun(run: unknown): PipelineRun[] {
  const {
    run_number: number,
    head_sha: sha,
    status,
    created_at: createdAt,
    ...rest
  } = (run ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof number !== "number" || typeof sha !== "string" || typeof status !== "string") return [];
  if (!/^[0-9a-f]{40,64}$/.test(sha) || !isInstant(createdAt)) return [];
  const { head_branch: branch, conclusion, run_started_at: startedAt, updated_at: updatedAt, html_url: url } = rest;
  return [
    {
      number,
      sha,
      status,
      createdAt: exact(createdAt),
      ...(typeof branch === "string" && { branch }),
      ...(typeof conclusion === "string" && { conclusion }),
      ...(isInstant(startedAt) && { startedAt: exact(startedAt) }),
      ...(isInstant(updatedAt) && { updatedAt: exact(updatedAt) }),
      ...(typeof url === "string" && url.startsWith("https://") && { url }),
    },
  ];
}

const isInstant = (text: unknown): text is string => typeof text === "string" && INSTANT.test(text);

/** GitHub gives whole seconds; times are compared as texts with milliseconds. */
const exact = (text: string): string => text.replace("Z", ".000Z");
