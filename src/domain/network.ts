import { redactText } from "./redact.ts";
import { sanitise } from "./sanitise.ts";

/** The shell's way out, by the rules of the AWS CLI. */
export interface Network {
  /** By the scheme of a request's URL. */
  readonly proxies: Readonly<Partial<Record<Scheme, ProxyServer>>>;
  /** Hosts that are asked directly; `*` is all. */
  readonly direct: readonly string[];
  /** A file of certificates to trust. */
  readonly caBundle?: { readonly path: string; readonly source: string };
}

type Scheme = "http" | "https";

export interface ProxyServer {
  /** May hold a password. */
  readonly url: string;
  /** The same for a screen. */
  readonly shown: string;
  /** The variable that names it. */
  readonly variable: string;
}

/** In the order in which the AWS CLI takes them. REQUESTS_CA_BUNDLE comes last, after the profile's `ca_bundle`. */
const CA_VARIABLES = { first: "AWS_CA_BUNDLE", last: "REQUESTS_CA_BUNDLE" } as const;

/**
 * What the environment, and the `ca_bundle` of the profile, say of the network. Names in lower case win, and an empty
 * one unsets the other (Python's urllib.request.getproxies_environment, which the AWS CLI uses).
 */
export function networkOf(env: NodeJS.ProcessEnv, ofProfile: { ca?: string | undefined; name: string }): Network {
  const direct = variable(env, "no_proxy")?.value.split(",") ?? [];
  const [http, https] = [proxyOf(env, "http"), proxyOf(env, "https")];
  const caBundle = caBundleOf(env, ofProfile);
  return {
    proxies: { ...(http && { http }), ...(https && { https }) },
    direct: direct.map((host) => host.trim().toLowerCase()).filter((host) => host !== ""),
    ...(caBundle && { caBundle }),
  };
}

/** Whether nothing but Node's own agents is needed. */
export const isPlain = ({ proxies, caBundle }: Network): boolean =>
  proxies.http === undefined && proxies.https === undefined && caBundle === undefined;

/** What a shell needs so that its requests to this machine take no proxy; empty where it names none. */
export function directToThisMachine(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const { proxies, direct } = networkOf(env, { name: "" });
  const isDirectAlready = ["*", THIS_MACHINE].some((host) => direct.includes(host));
  if ((proxies.http === undefined && proxies.https === undefined) || isDirectAlready) return {};
  const name = env.no_proxy === undefined ? "NO_PROXY" : "no_proxy";
  return { [name]: [...direct, THIS_MACHINE].join(",") };
}

const THIS_MACHINE = "127.0.0.1";

/** The proxy for requests to this host; undefined: directly. `host` is without the brackets of IPv6. */
export function proxyFor(network: Network, scheme: Scheme, host: string, port: number): ProxyServer | undefined {
  const proxy = network.proxies[scheme];
  if (proxy === undefined || network.direct.some((entry) => isDirect(entry, host.toLowerCase(), port)))
    return undefined;
  return proxy;
}

/** A host, with or without a port, or the end of its name: with or without a dot before it. */
function isDirect(entry: string, host: string, port: number): boolean {
  const name = entry.replace(/^\.+/, "");
  if (name === "*") return true;
  return [host, `${host}:${port}`].some((one) => one === name || one.endsWith(`.${name}`));
}

function proxyOf(env: NodeJS.ProcessEnv, scheme: Scheme): ProxyServer | undefined {
  const found = variable(env, `${scheme}_proxy`);
  if (found === undefined) return undefined;
  const { name, value } = found;
  const url = /^https?:\/\//i.test(value) ? value : `http://${value.replace(/^\/\//, "")}`;
  return { url, shown: redactText(sanitise(url, { most: 200 })), variable: name };
}

function variable(env: NodeJS.ProcessEnv, name: string): { name: string; value: string } | undefined {
  const chosen = env[name] === undefined ? name.toUpperCase() : name;
  const value = env[chosen]?.trim();
  return value ? { name: chosen, value } : undefined;
}

function caBundleOf(env: NodeJS.ProcessEnv, { ca, name }: { ca?: string | undefined; name: string }) {
  const { first, last } = CA_VARIABLES;
  const sources: readonly (readonly [string | undefined, string])[] = [
    [env[first], first],
    [ca, `ca_bundle of profile ${name}`],
    [env[last], last],
  ];
  const [path, source = ""] = sources.find(([value]) => value) ?? [];
  return path ? { path, source: sanitise(source) } : undefined;
}
