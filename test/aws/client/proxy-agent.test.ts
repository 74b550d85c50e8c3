import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { createClients } from "../../../src/aws/client/clients.ts";
import { agentsFor } from "../../../src/aws/client/proxy-agent.ts";
import { openSocket } from "../../../src/aws/ecs-exec/websocket.ts";
import { createReads } from "../../../src/aws/reads.ts";
import { endpointsOf } from "../../../src/domain/aws/endpoints.ts";
import { OpsError } from "../../../src/domain/error.ts";
import { networkOf } from "../../../src/domain/network.ts";
import { postToWebhook } from "../../../src/notify/webhook.ts";
import { createAdminApi } from "../../../src/vulcan/admin-api.ts";
import { type ConnectProxy, startProxy } from "../../support/connect-proxy.ts";
import { has } from "../../support/process.ts";

const CALLER =
  "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::111122223333:assumed-role/a/b</Arn><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

describe.skipIf(!has("openssl"))("the way out through a proxy, with the certificates of the shell's bundle", () => {
  const folder = mkdtempSync(join(tmpdir(), "vulcan-ops-proxy-"));
  const [key, cert, other] = ["key.pem", "cert.pem", "other.pem"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  let proxy: ConnectProxy;
  let secure: Server;
  let sockets: WebSocketServer;
  const plain = createHttp((_request, response) => response.writeHead(200, { "content-type": "text/xml" }).end(CALLER));
  const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

  beforeAll(async () => {
    for (const path of [other, cert]) {
      const words = [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
      ];
      const names = ["-subj", "/CN=test", "-addext", "subjectAltName=DNS:aws.test,DNS:hooks.test,DNS:admin.test"];
      execFileSync("openssl", [...words, ...names, "-keyout", key, "-out", path], { stdio: "ignore" });
    }
    secure = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
      const isAdmin = request.url?.startsWith("/api/") === true;
      response.writeHead(200, { "content-type": isAdmin ? "application/json" : "text/xml" });
      response.end(isAdmin ? "[]" : CALLER);
    });
    sockets = new WebSocketServer({ server: secure });
    const listening = [secure, plain].map((one) => new Promise<void>((done) => one.listen(0, "127.0.0.1", done)));
    await Promise.all(listening);
    proxy = await startProxy();
  });
  afterAll(() => {
    for (const client of sockets.clients) client.terminate();
    for (const one of [secure, plain]) {
      one.close();
      one.closeAllConnections();
    }
    proxy.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    proxy.requests.length = 0;
    proxy.authorizations.length = 0;
    proxy.status = 200;
  });

  const network = (env: NodeJS.ProcessEnv = {}) =>
    networkOf({ HTTPS_PROXY: proxy.url, AWS_CA_BUNDLE: cert, ...env }, { name: "default" });
  const ask = (env: NodeJS.ProcessEnv = {}, url = `https://aws.test:${portOf(secure)}`) => {
    const sts = { service: "sts", url, source: "AWS_ENDPOINT_URL_STS", remedy: "", isAws: false } as const;
    const keys = { accessKeyId: "a", secretAccessKey: "b" };
    const source = { text: "keys", renew: [], isRenewable: false };
    const credentials = { sign: async () => keys, source: () => source, life: async () => ({ source }) };
    const settings = { region: "eu-west-1", credentials, endpoints: endpointsOf([sts]), network: network(env) };
    return createReads(createClients(settings, 1)).caller();
  };
  const failure = async (asking: Promise<unknown>) => {
    const error: unknown = await asking.catch((thrown: unknown) => thrown);
    return error instanceof OpsError ? error.detail : { code: String(error), message: "" };
  };

  it("is a tunnel for a client of AWS, with the name and password of the proxy's address", async () => {
    const url = proxy.url.replace("//", "//me:p%40ss@");
    expect((await ask({ HTTPS_PROXY: url })).account).toBe("111122223333");
    expect(proxy.requests).toEqual([`CONNECT aws.test:${portOf(secure)}`]);
    expect(proxy.authorizations).toEqual([`Basic ${Buffer.from("me:p@ss").toString("base64")}`]);
  });

  it("is one tunnel for many requests of one client", async () => {
    const { httpsAgent } = agentsFor(network(), "aws");
    const { get } = await import("node:https");
    for (let request = 0; request < 3; request++)
      await new Promise<void>((done, fail) => {
        get(`https://aws.test:${portOf(secure)}/`, { agent: httpsAgent }, (answer) =>
          answer.resume().on("end", done),
        ).on("error", fail);
      });
    expect(proxy.requests.length).toBe(1);
  });

  it("is not taken to a host of NO_PROXY", async () => {
    const { code, message } = await failure(ask({ NO_PROXY: "aws.test" }));
    expect([code, message]).toEqual(["aws-unreachable", expect.stringContaining("aws.test")]);
    expect(proxy.requests).toEqual([]);
  });

  it.each([407, 502])("that answers %i is named as what failed", async (status) => {
    proxy.status = status;
    const { code, message } = await failure(ask());
    expect([code, message]).toEqual([
      "aws-unreachable",
      expect.stringContaining(`${proxy.url} of HTTPS_PROXY answered`),
    ]);
    expect(message).toContain(String(status));
  });

  it("that is not there is named as what failed", async () => {
    const { message } = await failure(ask({ HTTPS_PROXY: "http://127.0.0.1:1" }));
    expect(message).toContain("the proxy http://127.0.0.1:1 of HTTPS_PROXY cannot be reached (ECONNREFUSED)");
  });

  it("trusts the bundle and nothing else, and says so", async () => {
    const { code, next } = (await failure(ask({ AWS_CA_BUNDLE: other }))) as OpsError["detail"];
    expect(code).toBe("aws-untrusted");
    expect(next?.[0]).toContain("AWS_CA_BUNDLE");
  });

  it.each([
    ["that is not there", "/nowhere.pem", /AWS_CA_BUNDLE names \/nowhere\.pem, which cannot be read \(ENOENT\)/],
    ["without a certificate", join(folder, "empty.pem"), /which holds no certificate/],
  ])("refuses a bundle %s before anything is sent", async (_name, path, message) => {
    writeFileSync(join(folder, "empty.pem"), "");
    const found = await failure(ask({ AWS_CA_BUNDLE: path }));
    expect([found.code, found.message]).toEqual(["ca-bundle-unreadable", expect.stringMatching(message)]);
    expect(proxy.requests).toEqual([]);
  });

  it("passes requests that are not encrypted on by HTTP_PROXY, with the whole address", async () => {
    const url = `http://plain.test:${portOf(plain)}`;
    expect((await ask({ HTTP_PROXY: proxy.url }, url)).account).toBe("111122223333");
    expect(proxy.requests).toEqual([`POST ${url}/`]);
  });

  it("is the same for the channel of ECS Exec", async () => {
    const { httpsAgent } = agentsFor(network(), "aws");
    const opened = new Promise<void>((resolve) => sockets.once("connection", () => resolve()));
    const ports = { newId: () => "", heartbeat: { pingMs: 60_000, missed: 1 }, onOpen: () => undefined };
    const url = `wss://aws.test:${portOf(secure)}/v1/data-channel/s?role=publish_subscribe`;
    const socket = await openSocket(url, "token", { ...ports, onFrame: () => undefined, agent: httpsAgent });
    await opened;
    socket.close();
    expect(proxy.requests).toEqual([`CONNECT aws.test:${portOf(secure)}`]);
  });

  it("is the same for the webhook and for Vulcan's admin API", async () => {
    const way = async () => agentsFor(network(), "any").httpsAgent;
    expect(await postToWebhook(`https://hooks.test:${portOf(secure)}/services/T0`, "text", way)).toEqual({
      told: true,
    });
    expect(
      await createAdminApi(`https://admin.test:${portOf(secure)}`, { read: async () => "token" }, way).migrations(),
    ).toEqual([]);
    expect(proxy.requests).toEqual([`CONNECT hooks.test:${portOf(secure)}`, `CONNECT admin.test:${portOf(secure)}`]);
    proxy.status = 502;
    const closed = async () => agentsFor(network(), "any").httpsAgent;
    const delivery = await postToWebhook(`https://hooks.test:${portOf(secure)}/services/T0`, "text", closed);
    expect(delivery).toEqual({ told: false, why: "it cannot be reached (EPROXY)" });
  });
});
