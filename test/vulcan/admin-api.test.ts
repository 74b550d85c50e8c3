import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAdminApi } from "../../src/vulcan/admin-api.ts";
import { SOON_MS } from "../support/soon.ts";

let answer: (request: IncomingMessage, response: ServerResponse) => void;
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(`${request.url} ${request.headers.authorization}`);
  answer(request, response);
});
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const reply = (status: number, body: string, headers = {}) => {
  answer = (_request, response) => void response.writeHead(status, headers).end(body);
};
const TOKEN = { read: async () => "s3cret-token" };

const refusal = (address = url) =>
  createAdminApi(address, TOKEN)
    .migrations()
    .then(
      () => "no error",
      (error: Error) => error.message,
    );

describe("Vulcan's admin API", () => {
  it("lists the migrations, oldest first, to whoever has the token", async () => {
    const rows = [
      { version: 2, description: "Add b table", applied_at: "2026-04-02T00:00:00Z", duration_ms: 3 },
      { version: 1, description: "Add \u001b[2Ja table", applied_at: "2026-04-01T00:00:00Z", duration_ms: 3 },
    ];
    reply(200, JSON.stringify(rows));
    expect(await createAdminApi(`${url}/`, TOKEN).migrations()).toEqual([
      { version: 1, description: "Add \\u{1b}[2Ja table", appliedAt: "2026-04-01T00:00:00.000Z", durationMs: 3 },
      { version: 2, description: "Add b table", appliedAt: "2026-04-02T00:00:00.000Z", durationMs: 3 },
    ]);
    expect(asked.at(-1)).toBe("/api/v1/admin/migrations Bearer s3cret-token");
  });

  it.each<[string, number, string, string]>([
    ["refuses", 401, "{}", "HTTP 401"],
    ["answers with a page", 200, "<html>", "not answer with a list"],
    ["answers with nothing", 200, "null", "not answer with a list"],
    ["answers with rows of something else", 200, '[{"id":1}]', "not answer with a list"],
  ])("says so where it %s", async (_name, status, body, expected) => {
    reply(status, body);
    expect(await refusal()).toContain(expected);
  });

  it("does not carry the token to where it is redirected", async () => {
    const before = asked.length;
    reply(302, "", { location: `${url}/elsewhere` });
    expect(await refusal()).toContain("HTTP 302, a redirect, which is not followed");
    expect(asked.length).toBe(before + 1);
  });

  it("gives up on a server that accepts and never answers, within its limit, and never names the token", async () => {
    answer = () => {};
    const begun = performance.now();
    const message = await refusal();
    expect(message).toContain("did not answer within 1.4 s");
    expect(message).not.toContain("s3cret-token");
    expect(performance.now() - begun).toBeLessThan(SOON_MS);
  });

  it("is not asked at all without an address or a token", async () => {
    const before = asked.length;
    expect(await createAdminApi(undefined, TOKEN).migrations().catch(String)).toContain("adminUrl is not set");
    expect(await createAdminApi(url, undefined).migrations().catch(String)).toContain("VULCAN_ADMIN_TOKEN is not set");
    expect(asked).toHaveLength(before);
  });

  it("says that nobody is there", async () => {
    expect(await refusal("http://127.0.0.1:1")).toMatch(/cannot be reached \(\w+/);
  });
});
