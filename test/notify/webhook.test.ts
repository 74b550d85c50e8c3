import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { postToWebhook, webhookBody } from "../../src/notify/webhook.ts";

const SECRET = "T0SECRET";
let status = 200;
const heard: { readonly body: string; readonly type: string | undefined }[] = [];
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (part) => {
    body += part;
  });
  request.on("end", () => {
    heard.push({ body, type: request.headers["content-type"] });
    if (status === 0) return void request.socket.destroy();
    response.writeHead(status, status === 302 ? { location: "http://127.0.0.1:1/else" } : {}).end("no_service");
  });
});
let url = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/${SECRET}`;
});
afterAll(() => server.close());

describe("a message to a webhook", () => {
  it("is taken as Slack takes it, its three marks spelled out", async () => {
    expect(await postToWebhook(url, "a < b & c > d")).toEqual({ told: true });
    expect(heard.at(-1)).toEqual({ body: '{"text":"a &lt; b &amp; c &gt; d"}', type: "application/json" });
    expect(webhookBody("plain")).toBe('{"text":"plain"}');
  });

  it.each<[number, false | null, string]>([
    [404, false, "it answered 404"],
    [500, null, "it answered 500"],
    [302, false, "it cannot be reached"],
    [0, null, "it cannot be reached"],
  ])("answered with %i: delivered %s, and why holds nothing of the address", async (code, told, why) => {
    status = code;
    const said = await postToWebhook(url, "text");
    expect(said).toEqual({ told, why: expect.stringContaining(why) });
    expect(JSON.stringify(said)).not.toContain(SECRET);
  });

  it.each(["", "no URL", "http://example.com/services/T0SECRET", "ftp://127.0.0.1/T0SECRET", "https://"])(
    "is not sent to %j",
    async (address) => {
      const before = heard.length;
      expect(await postToWebhook(address, "text")).toEqual({
        told: false,
        why: "its address is no https URL",
      });
      expect(heard).toHaveLength(before);
    },
  );

  it("that is not answered in time may have arrived: not known", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    expect(await postToWebhook(`http://127.0.0.1:${port}/${SECRET}`, "text")).toEqual({
      told: null,
      why: "it did not answer within 3 s",
    });
    silent.closeAllConnections();
    silent.close();
  });

  it("that nobody listens to is told by its code alone", async () => {
    expect(await postToWebhook(`http://127.0.0.1:1/${SECRET}`, "text")).toEqual({
      told: false,
      why: expect.stringMatching(/^it cannot be reached( \([A-Z_]+\))?$/),
    });
  });
});
