import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { configuredEndpoints } from "../../../src/aws/client/configured-endpoints.ts";
import { AWS_SERVICES, describeElsewhere } from "../../../src/domain/aws/endpoints.ts";

const folder = mkdtempSync(join(tmpdir(), "vulcan-ops-endpoints-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const AWS_CONFIG_FILE = join(folder, "config");
writeFileSync(
  AWS_CONFIG_FILE,
  `[default]
endpoint_url = http://127.0.0.1:1

[profile plain]
region = eu-west-1

[profile local]
endpoint_url = http://127.0.0.1:2
services = some

[services some]
rds =
  endpoint_url = http://127.0.0.1:3
elastic_load_balancing_v2 =
  endpoint_url = http://127.0.0.1:4

[profile ignoring]
ignore_configured_endpoint_urls = true
endpoint_url = http://127.0.0.1:5

[profile torn]
services = none

[profile odd]
endpoint_url = not a url

[profile escaping]
endpoint_url = http://127.0.0.1:8/\u001b]0;pwned\u0007
`,
);

const read = (env: NodeJS.ProcessEnv, profile?: string) =>
  configuredEndpoints({ AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE: "/dev/null", ...env }, profile);
const urlOf = async (service: string, env: NodeJS.ProcessEnv, profile?: string) =>
  (await read(env, profile)).configured.find((one) => one.service === service)?.url;

describe("where requests go", () => {
  it("is what the profile's endpoint_url says: of the profile that is used, not of the default one", async () => {
    expect((await read({})).elsewhere).toBe("http://127.0.0.1:1");
    expect((await read({}, "local")).elsewhere).toBe("http://127.0.0.1:2");
    expect((await read({ AWS_PROFILE: "local" })).elsewhere).toBe("http://127.0.0.1:2");
    expect(await read({}, "plain")).toEqual({ configured: [] });
    expect(await read({}, "unknown")).toEqual({ configured: [] });
  });

  it("is for one service what its services section says, and its variable before all", async () => {
    expect(await urlOf("rds", {}, "local")).toBe("http://127.0.0.1:3");
    expect(await urlOf("elb", {}, "local")).toBe("http://127.0.0.1:4");
    expect(await urlOf("rds", { AWS_ENDPOINT_URL: "http://127.0.0.1:6" }, "local")).toBe("http://127.0.0.1:6");
    const both = { AWS_ENDPOINT_URL: "http://127.0.0.1:6", AWS_ENDPOINT_URL_RDS: "http://127.0.0.1:7" };
    expect(await urlOf("rds", both, "local")).toBe("http://127.0.0.1:7");
    expect(await urlOf("ecs", both, "local")).toBe("http://127.0.0.1:6");
  });

  it("is AWS itself where configured endpoints are ignored", async () => {
    expect(await read({}, "ignoring")).toEqual({ configured: [] });
    const env = { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "TRUE", AWS_ENDPOINT_URL: "http://127.0.0.1:6" };
    expect(await read(env, "local")).toEqual({ configured: [] });
  });

  it("is still AWS where an API host of AWS's is configured, and not where it is asked without encryption", async () => {
    const url = "https://vpce-0a1b-xyz.ecs.eu-west-1.vpce.amazonaws.com";
    expect((await read({ AWS_ENDPOINT_URL_ECS: url }, "plain")).elsewhere).toBeUndefined();
    const open = url.replace("https", "http");
    expect((await read({ AWS_ENDPOINT_URL_ECS: open }, "plain")).elsewhere).toBe(open);
  });

  it("names each address with its services, unless all go to one", async () => {
    const all = await read({ AWS_ENDPOINT_URL: "http://127.0.0.1:6" });
    expect([describeElsewhere(all), all.configured.length]).toEqual(["http://127.0.0.1:6", AWS_SERVICES.length]);
    const some = { AWS_ENDPOINT_URL_RDS: "http://a:1", AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING: "http://b:2" };
    expect(describeElsewhere(await read(some, "plain"))).toBe(
      "http://a:1 (RDS) and http://b:2 (Application Auto Scaling)",
    );
    expect(describeElsewhere(await read({}, "plain"))).toBeUndefined();
  });

  it("is refused where it cannot be read: exit 6", async () => {
    await expect(read({}, "torn")).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining("[services none]"),
    });
    const escaping = await read({}, "escaping").catch((error: Error) => error.message);
    expect(escaping).toContain("\\u{1b}]0;pwned");
    await expect(read({}, "odd")).rejects.toMatchObject({ exitCode: 6, message: expect.stringContaining("is no URL") });
  });

  it.each([
    ["localhost:4566", "does not begin with https:// or http://: localhost:4566"],
    ["javascript:alert(1)", "does not begin with https:// or http://"],
    ["ftp://127.0.0.1", "does not begin with https:// or http://"],
    ["http://ops:s3cret-pass@127.0.0.1:9", "has a user or a password, which no request sends"],
    ["ops:s3cret-pass@127.0.0.1:9", "does not begin with https:// or http://: it has an @"],
    ["http://ops:s3cret pass@127.0.0.1:999999", "is no URL: it has an @"],
    ["https://ecs.eu-west-1.amazonaws.com@127.0.0.1", "has a user or a password"],
    ["http://127.0.0.1:9?token=s3cret", "has a query"],
    ["http://127.0.0.1:9#s3cret", "has a fragment"],
  ])("%s is none: exit 6, and no password is repeated", async (AWS_ENDPOINT_URL, text) => {
    const error = await read({ AWS_ENDPOINT_URL }, "plain").catch((failure: unknown) => failure);
    expect(error).toMatchObject({
      detail: { code: "endpoint-invalid", exitCode: 6, next: ["unset AWS_ENDPOINT_URL"] },
      message: expect.stringContaining(`AWS_ENDPOINT_URL ${text}`),
    });
    expect((error as Error).message).not.toContain("s3cret");
  });
});
