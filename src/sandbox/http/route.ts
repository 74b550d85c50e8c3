import type { IncomingMessage } from "node:http";
import { AwsError } from "./aws-error.ts";
import { parseForm } from "./form.ts";
import type { Input } from "./input.ts";
import type { ServiceApi } from "./operation.ts";
import { header, signedFor } from "./request.ts";

/** Which of the four wire formats the answer must use. */
type Protocol =
  | { readonly kind: "json"; readonly version: "1.0" | "1.1" }
  | { readonly kind: "query" }
  | { readonly kind: "rest" };

/** A parsed request. The service may be unknown, but the protocol is always known. */
export interface Call {
  readonly room: ServiceApi | undefined;
  readonly service: string;
  readonly operation: string;
  readonly protocol: Protocol;
  readonly input: Input;
  /** The error if the request cannot be parsed; it is sent in the request's protocol. */
  readonly malformed?: AwsError;
}

/** Routes by X-Amz-Target, else by the form's Action and Version, else by the credential scope. */
export function route(rooms: readonly ServiceApi[], request: IncomingMessage, body: string): Call {
  const target = header(request, "x-amz-target");
  if (target !== undefined) return routeTarget(rooms, request, target, body);
  const room = rooms.find(({ scope, paths }) => paths !== undefined && scope === signedFor(request));
  return room?.paths === undefined ? routeForm(rooms, request, body) : routePath(room, room.paths, request, body);
}

/** By the path, whose parts in braces are members of the input, as are those of the query and of the body. [D: REST JSON] */
function routePath(
  room: ServiceApi,
  paths: Readonly<Record<string, string>>,
  request: IncomingMessage,
  body: string,
): Call {
  const url = new URL(request.url ?? "/", "http://sandbox");
  const known = Object.entries(paths).map(([route, operation]) => ({
    members: membersIn(route, request, url),
    operation,
  }));
  const found = known.find(({ members }) => members !== undefined);
  const query = Object.fromEntries(url.searchParams);
  const { input, malformed } = readJson(body);
  return {
    room,
    service: room.name,
    operation: found?.operation ?? `${request.method} ${url.pathname}`,
    protocol: { kind: "rest" },
    input: { ...input, ...query, ...found?.members },
    ...(malformed && { malformed }),
  };
}

/** The values of the parts in braces; undefined where the request is of another method or path. */
function membersIn(route: string, { method }: IncomingMessage, { pathname }: URL): Input | undefined {
  const [verb, path = ""] = route.split(" ");
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const values = new RegExp(`^${path.replace(/\{\w+\}/g, "([^/]+)")}$`).exec(pathname)?.slice(1);
  if (verb !== method || values === undefined) return undefined;
  return Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(values[index] ?? "")]));
}

function routeTarget(rooms: readonly ServiceApi[], request: IncomingMessage, target: string, body: string): Call {
  const dot = target.lastIndexOf(".");
  const prefix = target.slice(0, dot);
  const room = rooms.find((candidate) => candidate.target === prefix);
  const requestedVersion = /x-amz-json-(1\.[01])/.exec(header(request, "content-type") ?? "")?.[1];
  const version =
    requestedVersion === "1.0" || requestedVersion === "1.1" ? requestedVersion : (room?.jsonVersion ?? "1.1");
  return {
    room,
    service: room?.name ?? signedFor(request) ?? prefix,
    operation: target.slice(dot + 1),
    protocol: { kind: "json", version },
    ...readJson(body),
  };
}

function routeForm(rooms: readonly ServiceApi[], request: IncomingMessage, body: string): Call {
  const url = new URL(request.url ?? "/", "http://sandbox");
  const { Action, Version, ...input } = parseForm(body === "" ? url.search.slice(1) : body);
  const scope = signedFor(request);
  const versioned = rooms.filter(({ queryVersion }) => queryVersion !== undefined && queryVersion === Version);
  const scoped = rooms.find((candidate) => candidate.scope === scope);
  // A version that no room speaks is another API under the same signing name: classic load balancers are one.
  const isOtherApi = Version !== undefined && scoped?.queryVersion !== undefined;
  const room =
    versioned.find((candidate) => candidate.scope === scope) ?? versioned[0] ?? (isOtherApi ? undefined : scoped);
  const otherApi = `${scope} (API version ${String(Version)})`;
  return {
    room,
    service: room?.name ?? (isOtherApi ? otherApi : (scope ?? "unknown")),
    operation: String(Action ?? `${request.method} ${url.pathname}`),
    protocol: { kind: "query" },
    input,
  };
}

function readJson(body: string): Pick<Call, "input" | "malformed"> {
  try {
    const value: unknown = body === "" ? {} : JSON.parse(body);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { input: value as Input };
  } catch {} // answered below, like every other body that is not an object
  return { input: {}, malformed: new AwsError("SerializationException", "The request body is not a JSON object.") };
}
