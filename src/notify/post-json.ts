import type { Agent, IncomingMessage } from "node:http";

/** How long a service may take to accept a message, in ms. */
export const PATIENCE_MS = 3000;

/** Only https, or this machine: the address or a header is a secret. */
const ALLOWED_URL = /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)[:/])/;

/** Larger than any answer that says whether a message was taken. */
const MOST_ANSWER = 64 * 1024;

/** The agent for a request to this address, where it is not Node's own. */
export type WayOut = (url: string) => Promise<Agent | undefined>;

/** What came of one request. `isSent` false: it did not leave; null: it may have. `why` has no part of the address. */
export type Posted =
  | { readonly status: number; readonly text: string }
  | { readonly isSent: false | null; readonly why: string };

/** Posts once, follows no redirect, and waits `PATIENCE_MS` at most. Never rejects. */
export async function postJson(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  wayOut: WayOut | undefined,
): Promise<Posted> {
  if (!ALLOWED_URL.test(url) || !URL.canParse(url)) return { isSent: false, why: "its address is no https URL" };
  try {
    return await post(url, body, headers, await wayOut?.(url));
  } catch (error) {
    return { isSent: isNotSent(error) ? false : null, why: reasonOf(error) };
  }
}

async function post(
  url: string,
  body: string,
  own: Readonly<Record<string, string>>,
  agent: Agent | undefined,
): Promise<Posted> {
  const { request } = url.startsWith("https:") ? await import("node:https") : await import("node:http");
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...own };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: "POST", headers, signal, agent: agent ?? false }, (answer) => {
      textOf(answer).then((text) => resolve({ status: answer.statusCode ?? 0, text }), reject);
    });
    sending.once("error", (error) => reject(signal.aborted ? signal.reason : error)).end(body);
  });
}

/** An answer that breaks off has its status all the same. */
function textOf(answer: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const end = (): void => resolve(text);
    answer.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      if (text.length > MOST_ANSWER) answer.destroy();
    });
    answer.once("end", end).once("error", end).once("close", end);
  });
}

/** No connection came about: the name, the way to it, a proxy or its certificate. Anything else may follow the text. */
const NO_CONNECTION =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EPROXY|EPROTO|.*(CERT|SIGNATURE|ISSUER|TLS|SSL).*)$/;

const isNotSent = (error: unknown): boolean => NO_CONNECTION.test(String((error as { code?: unknown } | null)?.code));

/** The error's own message may contain the address, so we use only its name and its code. */
function reasonOf(error: unknown): string {
  const { name = "", code } = (error ?? {}) as { name?: string; code?: unknown };
  if (name === "TimeoutError") return `it did not answer within ${PATIENCE_MS / 1000} s`;
  return typeof code === "string" && /^[A-Z_]+$/.test(code) ? `it cannot be reached (${code})` : "it cannot be reached";
}
