import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, vi } from "vitest";

/** One request to AWS, with the name of its operation by its header or its form. */
export interface Asked {
  readonly request: IncomingMessage;
  readonly operation: string;
  readonly body: string;
}

type Answer = (asked: Asked, response: ServerResponse) => void;

/** For this test file, AWS is a server that answers as it says; the clients send it every request. */
export function useOwnEndpoint(answer: Answer): void {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts).toString();
      const [target] = String(request.headers["x-amz-target"] ?? "")
        .split(".")
        .slice(-1);
      answer({ request, operation: target || (/Action=(\w+)/.exec(body)?.[1] ?? ""), body }, response);
    });
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    for (const [name, value] of Object.entries({
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_PROFILE: undefined,
    }))
      vi.stubEnv(name, value);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
  });
}

/** Answers of AWS's JSON protocols. */
export function answerJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(value));
}
