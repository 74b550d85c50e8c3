import type { Sandbox } from "../../src/sandbox/index.ts";
import { authorization } from "./support.ts";

/** One call of Systems Manager in AWS JSON 1.1; no client library of it is installed. */
export async function callSsm(
  sandbox: Sandbox,
  operation: string,
  input: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const response = await fetch(sandbox.endpoint, {
    method: "POST",
    headers: {
      ...authorization(sandbox, "ssm"),
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AmazonSSM.${operation}`,
    },
    body: JSON.stringify(input),
  });
  return (await response.json()) as Record<string, unknown>;
}
