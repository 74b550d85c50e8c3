import { type IncomingMessage, type RequestListener, type ServerResponse, request as send } from "node:http";
import { nextTarget, type TargetGroup } from "./target-group.ts";

/** What happened to one request through the balancer. */
export interface ProxyResult {
  /** Status from the target; undefined when the balancer itself answered. */
  readonly targetStatus: number | undefined;
  readonly status: number;
  /** Real milliseconds until the answer's headers arrived. */
  readonly ms: number;
}

export type Observe = (group: TargetGroup, served: ProxyResult) => void;

/** Headers that belong to one connection only. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
]);

/** The load balancer: each request goes to the next healthy target and its answer streams back. */
export function balancer(group: () => TargetGroup | undefined, observe: Observe): RequestListener {
  return (request, response) => {
    const pool = group();
    if (pool === undefined) return refuse(response, 503);
    forward({ request, response, pool, observe, begun: performance.now() }, 1);
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly pool: TargetGroup;
  readonly observe: Observe;
  readonly begun: number;
}

function forward(exchange: Exchange, attempt: number): void {
  const target = nextTarget(exchange.pool);
  const port = target?.listener()?.port;
  if (target === undefined || port === undefined) {
    giveUp(exchange, target === undefined ? 503 : 502);
    return;
  }
  target.inFlight++;
  exchange.response.once("close", () => target.inFlight--);
  const upstream = send({
    host: "127.0.0.1",
    port,
    agent: target.agent,
    method: exchange.request.method,
    path: exchange.request.url,
    headers: upstreamHeaders(exchange.request),
  });
  upstream.once("response", (answer) => relay(exchange, answer));
  upstream.once("error", () => recover(exchange, upstream.reusedSocket, attempt));
  exchange.response.once("close", () => upstream.destroy());
  exchange.request.pipe(upstream);
}

/**
 * The target may close a kept-alive connection just when a request goes out. This is not a failure of the target, so a
 * request without a body is sent again. Any other error is a 502, as from a real balancer.
 */
function recover(exchange: Exchange, reused: boolean, attempt: number): void {
  if (exchange.response.headersSent) {
    exchange.response.destroy();
    return;
  }
  const bodyless = exchange.request.method === "GET" || exchange.request.method === "HEAD";
  if (reused && bodyless && attempt < 3 && !exchange.response.destroyed) forward(exchange, attempt + 1);
  else giveUp(exchange, 502);
}

function relay(exchange: Exchange, answer: IncomingMessage): void {
  const status = answer.statusCode ?? 502;
  exchange.observe(exchange.pool, { targetStatus: status, status, ms: performance.now() - exchange.begun });
  exchange.response.writeHead(status, withoutHop(answer.headers));
  answer.pipe(exchange.response);
  answer.once("error", () => exchange.response.destroy());
}

function giveUp(exchange: Exchange, status: number): void {
  if (exchange.response.headersSent || exchange.response.destroyed) return;
  exchange.observe(exchange.pool, { targetStatus: undefined, status, ms: performance.now() - exchange.begun });
  refuse(exchange.response, status);
}

const TITLES: Readonly<Record<number, string>> = { 502: "Bad Gateway", 503: "Service Temporarily Unavailable" };

function refuse(response: ServerResponse, status: number): void {
  const title = `${status} ${TITLES[status] ?? "Error"}`;
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  response.writeHead(status, { server: "awselb/2.0", "content-type": "text/html", "content-length": body.length });
  response.end(body);
}

function upstreamHeaders(request: IncomingMessage): Record<string, string | string[]> {
  const headers = withoutHop(request.headers);
  const client = request.socket.remoteAddress ?? "127.0.0.1";
  const before = request.headers["x-forwarded-for"];
  headers["x-forwarded-for"] = before === undefined ? client : `${before}, ${client}`;
  headers["x-forwarded-proto"] = "http";
  // Node frames the body itself: by content-length if it is given, else in chunks.
  if (request.headers["transfer-encoding"] !== undefined) headers["transfer-encoding"] = "chunked";
  return headers;
}

function withoutHop(headers: IncomingMessage["headers"]): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !HOP_BY_HOP.has(name)) kept[name] = value;
  }
  return kept;
}
