import { describe, expect, it } from "vitest";
import { directToThisMachine, isPlain, networkOf, proxyFor } from "../../src/domain/network.ts";

const of = (env: NodeJS.ProcessEnv, ca?: string) => networkOf(env, { ca, name: "corp" });
const wayTo = (env: NodeJS.ProcessEnv, url: string) => {
  const { protocol, hostname, port } = new URL(url);
  const scheme = protocol === "https:" ? "https" : "http";
  const host = hostname.replace(/^\[|\]$/g, "");
  return proxyFor(of(env), scheme, host, Number(port || (scheme === "https" ? 443 : 80)))?.url;
};

const P = "http://proxy:3128";
const ECS = "https://ecs.eu-west-1.amazonaws.com";

describe("the way out, as the AWS CLI takes it (Python's getproxies and proxy_bypass)", () => {
  it.each<[string, NodeJS.ProcessEnv, string, string | undefined]>([
    ["https by HTTPS_PROXY", { HTTPS_PROXY: P }, ECS, P],
    ["in lower case", { https_proxy: P }, ECS, P],
    ["lower case wins", { https_proxy: P, HTTPS_PROXY: "http://other:1" }, ECS, P],
    ["an empty one in lower case unsets", { https_proxy: "", HTTPS_PROXY: P }, ECS, undefined],
    ["not by HTTP_PROXY", { HTTP_PROXY: P }, ECS, undefined],
    ["not by ALL_PROXY", { ALL_PROXY: P }, ECS, undefined],
    ["http by HTTP_PROXY", { HTTP_PROXY: P }, "http://10.0.0.1:4566", P],
    ["a name alone is http", { HTTPS_PROXY: "proxy:3128" }, ECS, P],
    ["NO_PROXY *", { HTTPS_PROXY: P, NO_PROXY: "*" }, ECS, undefined],
    ["NO_PROXY with the host", { HTTPS_PROXY: P, NO_PROXY: "a, ECS.eu-west-1.amazonaws.com" }, ECS, undefined],
    ["NO_PROXY with the end of its name", { HTTPS_PROXY: P, NO_PROXY: "amazonaws.com" }, ECS, undefined],
    ["with a dot before it", { HTTPS_PROXY: P, no_proxy: ".amazonaws.com" }, ECS, undefined],
    ["not in the middle of a word", { HTTPS_PROXY: P, NO_PROXY: "ws.com" }, ECS, P],
    ["with its port", { HTTP_PROXY: P, NO_PROXY: "10.0.0.1:4566" }, "http://10.0.0.1:4566", undefined],
    ["with another port", { HTTP_PROXY: P, NO_PROXY: "10.0.0.1:4567" }, "http://10.0.0.1:4566", P],
    ["IPv6", { HTTP_PROXY: P, NO_PROXY: "::1" }, "http://[::1]:4566", undefined],
  ])("%s", (_name, env, url, way) => {
    expect(wayTo(env, url)).toBe(way);
  });

  it("shows no password of a proxy", () => {
    const { https } = of({ HTTPS_PROXY: "http://me:hunter22@proxy:3128" }).proxies;
    expect(https?.url).toContain("hunter22");
    expect(https?.shown).toBe("http://me:[password]@proxy:3128");
  });

  it.each<[NodeJS.ProcessEnv, string | undefined, string | undefined]>([
    [{ AWS_CA_BUNDLE: "/a", REQUESTS_CA_BUNDLE: "/r" }, "/p", "/a of AWS_CA_BUNDLE"],
    [{ REQUESTS_CA_BUNDLE: "/r" }, "/p", "/p of ca_bundle of profile corp"],
    [{ REQUESTS_CA_BUNDLE: "/r" }, undefined, "/r of REQUESTS_CA_BUNDLE"],
    [{ AWS_CA_BUNDLE: "" }, undefined, undefined],
  ])("trusts by %j and the profile's %s: %s", (env, ca, expected) => {
    const { caBundle } = of(env, ca);
    expect(caBundle && `${caBundle.path} of ${caBundle.source}`).toBe(expected);
  });

  it("is plain where the shell names nothing: no code for it is loaded then", () => {
    expect(isPlain(of({ NO_PROXY: "x" }))).toBe(true);
    expect([{ HTTPS_PROXY: P }, { http_proxy: P }, { AWS_CA_BUNDLE: "/a" }].map((env) => isPlain(of(env)))).toEqual([
      false,
      false,
      false,
    ]);
  });

  it("leads a shell directly to a sandbox on this machine, beside what it excludes already", () => {
    expect(directToThisMachine({})).toEqual({});
    expect(directToThisMachine({ HTTP_PROXY: P })).toEqual({ NO_PROXY: "127.0.0.1" });
    expect(directToThisMachine({ HTTP_PROXY: P, no_proxy: ".corp" })).toEqual({ no_proxy: ".corp,127.0.0.1" });
    expect(directToThisMachine({ HTTP_PROXY: P, NO_PROXY: "127.0.0.1" })).toEqual({});
  });
});
