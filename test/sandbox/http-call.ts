import type { Sandbox } from "../../src/sandbox/index.ts";
import { authorization } from "./support.ts";

// biome-ignore lint/suspicious/noExplicitAny: an answer is compared whole, member by member
type Answer = any;

/** One hand-made call in the documented wire form, for services whose SDK client is not installed. */
export async function jsonCall(
  sandbox: Sandbox,
  target: string,
  input: object,
): Promise<{ readonly status: number; readonly value: Answer }> {
  const response = await fetch(sandbox.endpoint, {
    method: "POST",
    headers: { ...authorization(sandbox), "content-type": "application/x-amz-json-1.1", "x-amz-target": target },
    body: JSON.stringify(input),
  });
  return { status: response.status, value: await response.json() };
}

export async function formCall(
  sandbox: Sandbox,
  form: Record<string, string>,
): Promise<{ readonly status: number; readonly body: string }> {
  const response = await fetch(sandbox.endpoint, {
    method: "POST",
    headers: authorization(sandbox),
    body: new URLSearchParams(form),
  });
  return { status: response.status, body: await response.text() };
}
