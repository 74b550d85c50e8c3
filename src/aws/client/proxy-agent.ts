import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import tls from "node:tls";
import { usageError } from "../../domain/error.ts";
import { type Network, type ProxyServer, proxyFor } from "../../domain/network.ts";
import { sanitise } from "../../domain/sanitise.ts";
import { PROXY_FAILURE } from "./proxy-failure.ts";

/** One of each for all clients of a process. */
export interface Agents {
  readonly httpAgent: http.Agent;
  readonly httpsAgent: https.Agent;
}

type Trust = "aws" | "any";

const made = new WeakMap<Network, Partial<Record<Trust, Agents>>>();

/**
 * The same ones for the same network. `aws`: the CA bundle replaces the usual ones, as in the AWS CLI. `any`: it is
 * trusted beside them. Throws OpsError where the bundle cannot be read.
 */
export function agentsFor(network: Network, trust: Trust): Agents {
  const known = made.get(network) ?? {};
  made.set(network, known);
  known[trust] ??= newAgents(network, trust);
  return known[trust];
}

const OPTIONS = { keepAlive: true, maxSockets: 50 } as const;

function newAgents(network: Network, trust: Trust): Agents {
  const trusted = trustedBy(network, trust);
  return { httpAgent: new PlainAgent(network, trusted), httpsAgent: new SecureAgent(network, trusted) };
}

/** What each TLS connection is checked by. Undefined: Node's own certificates. */
type Trusted = () => tls.SecureContext | undefined;

/** A bundle of a hundred certificates is parsed once, and only where a connection is encrypted. */
function trustedBy({ caBundle }: Network, trust: Trust): Trusted {
  if (caBundle === undefined) return () => undefined;
  const own = readBundle(caBundle);
  let context: tls.SecureContext | undefined;
  return () => {
    context ??= tls.createSecureContext({ ca: trust === "aws" ? own : [...usual(), own] });
    return context;
  };
}

/** Node before 22.15 does not tell which ones NODE_EXTRA_CA_CERTS adds. */
function usual(): readonly string[] {
  const { getCACertificates: read } = tls as { getCACertificates?: (kind: string) => string[] };
  return read?.("default") ?? tls.rootCertificates;
}

/** Milliseconds that a proxy may take to connect. */
const CONNECT_MS = 10_000;

type Connected = (error: Error | null, socket: Duplex) => void;
type Target = https.RequestOptions &
  Pick<tls.ConnectionOptions, "secureContext"> & {
    readonly host?: string | null;
    readonly port?: number | string | null;
  };

/** Opens a tunnel through the proxy of each host that has one. (RFC 9110 §9.3.6) */
class SecureAgent extends https.Agent {
  readonly #network: Network;
  readonly #trusted: Trusted;

  constructor(network: Network, trusted: Trusted) {
    super(OPTIONS);
    this.#network = network;
    this.#trusted = trusted;
  }

  override createConnection(options: Target, connected?: Connected): Duplex | null | undefined {
    const [host, port] = [String(options.host ?? ""), Number(options.port ?? 443)];
    const proxy = proxyFor(this.#network, "https", host, port);
    const secureContext = this.#trusted();
    const checked: Target = secureContext === undefined ? options : { ...options, secureContext };
    if (proxy === undefined) return super.createConnection(checked, connected as never);
    openTunnel(proxy, host, port).then(
      (socket) => {
        const { path: _path, ...rest } = checked;
        const secure = tls.connect({ ...(rest as tls.ConnectionOptions), host, port, socket });
        connected?.(null, secure);
      },
      (error: Error) => connected?.(error, undefined as never),
    );
    return undefined;
  }
}

async function openTunnel(proxy: ProxyServer, host: string, port: number): Promise<Socket> {
  const url = parsed(proxy);
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const { request } = url.protocol === "https:" ? https : http;
  return new Promise((resolve, reject) => {
    const asking = request({
      ...addressOf(url),
      method: "CONNECT",
      path: authority,
      headers: { host: authority, ...authorization(url) },
      agent: false,
      timeout: CONNECT_MS,
    });
    asking.once("timeout", () => asking.destroy(proxyError(proxy, `did not answer within ${CONNECT_MS / 1000} s`)));
    asking.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === PROXY_FAILURE ? error : proxyError(proxy, `cannot be reached (${error.code ?? "?"})`)),
    );
    asking.once("connect", ({ statusCode = 0 }, socket: Socket) => {
      socket.setTimeout(0);
      if (statusCode === 200) return resolve(socket);
      socket.destroy();
      const wants = statusCode === 407 ? ": it wants another name and password" : "";
      reject(proxyError(proxy, `answered CONNECT ${authority} with ${statusCode}${wants}`));
    });
    asking.end();
  });
}

type AddRequest = (this: http.Agent, request: http.ClientRequest, options: Target) => void;
const nodes = http.Agent.prototype as unknown as { readonly addRequest: AddRequest };

/** Sends requests that are not encrypted to the proxy of their host, with the whole address. (RFC 9112 §3.2.2) */
class PlainAgent extends http.Agent {
  readonly #network: Network;
  readonly #trusted: Trusted;

  constructor(network: Network, trusted: Trusted) {
    super(OPTIONS);
    this.#network = network;
    this.#trusted = trusted;
  }

  // Node calls it for each request, before the request has a connection; its types do not name it.
  addRequest(request: http.ClientRequest, options: Target): void {
    const [host, port] = [String(options.host ?? ""), Number(options.port ?? 80)];
    const proxy = proxyFor(this.#network, "http", host, port);
    if (proxy === undefined) {
      nodes.addRequest.call(this, request, options);
      return;
    }
    const url = parsed(proxy);
    request.path = `http://${host.includes(":") ? `[${host}]` : host}:${port}${request.path}`;
    for (const [name, value] of Object.entries(authorization(url))) request.setHeader(name, value);
    nodes.addRequest.call(this, request, { ...options, ...addressOf(url) });
  }

  override createConnection(options: Target, connected?: Connected): Duplex | null | undefined {
    const isSecure = (options as { readonly protocol?: string }).protocol === "https:";
    if (!isSecure) return super.createConnection(options as http.ClientRequestArgs, connected as never);
    const { path: _path, ...rest } = options;
    const secureContext = this.#trusted();
    return tls.connect({ ...(rest as tls.ConnectionOptions), ...(secureContext && { secureContext }) });
  }
}

const addressOf = ({ hostname, port, protocol }: URL) => ({
  protocol,
  host: hostname.replace(/^\[|\]$/g, ""),
  port: Number(port || (protocol === "https:" ? 443 : 80)),
});

function authorization({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}

function parsed(proxy: ProxyServer): URL {
  if (URL.canParse(proxy.url)) return new URL(proxy.url);
  throw usageError("proxy-invalid", `${proxy.variable} names no proxy: ${proxy.shown}`, [`unset ${proxy.variable}`]);
}

function proxyError({ shown, variable }: ProxyServer, what: string): Error {
  return Object.assign(new Error(`the proxy ${shown} of ${variable} ${what}`), { code: PROXY_FAILURE });
}

function readBundle({ path, source }: NonNullable<Network["caBundle"]>): string {
  const next = [`correct or remove ${source}`];
  const where = sanitise(path, { most: 200 });
  let text: string;
  try {
    // In one read, each byte as a character: certificates are ASCII.
    text = readFileSync(path).toString("latin1");
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? "unknown";
    throw usageError("ca-bundle-unreadable", `${source} names ${where}, which cannot be read (${why})`, next);
  }
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw usageError("ca-bundle-unreadable", `${source} names ${where}, which holds no certificate`, next);
}
