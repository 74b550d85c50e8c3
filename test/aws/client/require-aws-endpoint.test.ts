import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClients } from "../../../src/aws/client/clients.ts";
import { isAwsApi } from "../../../src/aws/client/require-aws-endpoint.ts";
import { AWS_SERVICES, SERVICE_IDS } from "../../../src/domain/aws/endpoints.ts";
import { vulcanOpsProcess } from "../../support/process.ts";

/** At least one of each partition. */
const REGIONS = [
  "eu-west-1",
  "ap-southeast-7",
  "us-gov-west-1",
  "cn-northwest-1",
  "us-iso-east-1",
  "us-isob-east-1",
  "eu-isoe-west-1",
  "us-isof-south-1",
  "eusc-de-east-1",
];

type EndpointProvider = (asked: object) => { readonly url: URL };

interface ClientConfig {
  readonly serviceId: string;
  readonly endpointProvider: EndpointProvider;
}

/** Nothing where the partition has no such endpoint. */
function hostOf(provider: EndpointProvider, asked: object): string[] {
  try {
    return [provider(asked).url.hostname];
  } catch {
    return [];
  }
}

describe("where AWS answers", () => {
  it.each([
    "ecs.eu-west-1.amazonaws.com",
    "ECS.eu-west-1.amazonaws.com",
    "rds.cn-north-1.amazonaws.com.cn",
    "vpce-0a1b-xyz.ecs.eu-west-1.vpce.amazonaws.com",
    "monitoring.eu-west-1.api.aws",
    "sts.amazonaws.com",
    "api.ecr.eu-west-1.amazonaws.com",
    "vpce-0a1b-xyz-eu-west-1a.api.ecr.eu-west-1.vpce.amazonaws.com",
    "ecs-fips.us-gov-west-1.amazonaws.com",
    "application-autoscaling.ap-southeast-3.amazonaws.com",
    "ssm.us-iso-east-1.c2s.ic.gov",
  ])("%s", (host) => {
    expect(isAwsApi({ protocol: "https:", hostname: host })).toBe(true);
    expect(isAwsApi({ protocol: "http:", hostname: host })).toBe(false);
  });

  it.each(AWS_SERVICES)(
    "%s: wherever the SDK itself asks, in each partition, by each kind of endpoint",
    async (service) => {
      const client = await createClients({ region: "eu-west-1" }, 1)[service]();
      const { endpointProvider, serviceId } = client.config as unknown as ClientConfig;
      // From which the SDK derives the variable, and we what a rehearsal unsets.
      expect(serviceId).toBe(SERVICE_IDS[service]);
      const flags = [true, false];
      const asked = REGIONS.flatMap((Region) =>
        flags.flatMap((UseFIPS) =>
          flags.flatMap((UseDualStack) => hostOf(endpointProvider, { Region, UseFIPS, UseDualStack })),
        ),
      );
      expect(asked.length).toBeGreaterThanOrEqual(REGIONS.length);
      expect(asked.filter((hostname) => !isAwsApi({ protocol: "https:", hostname }))).toEqual([]);
    },
  );

  it.each([
    "localhost",
    "127.0.0.1",
    "amazonaws.com.example.org",
    "ecs-amazonaws.com",
    "notamazonaws.com",
    "",
    "ec2-54-1-2-3.eu-west-1.compute.amazonaws.com",
    "ec2-54-1-2-3.compute-1.amazonaws.com",
    "ec2-54-1-2-3.amazonaws.com",
    "ec2.internal.eu-west-1.compute.amazonaws.com",
    "proxy-1234567890.eu-west-1.elb.amazonaws.com",
    "stolen.s3.eu-west-1.amazonaws.com",
    "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
    "mine.abcdefghijkl.eu-west-1.rds.amazonaws.com",
    "search-mine-abc.eu-west-1.es.amazonaws.com",
    "anything.us-gov.amazonaws.com",
  ])("not %j", (host) => {
    expect(isAwsApi({ protocol: "https:", hostname: host })).toBe(false);
  });
});

describe("a production target, and an endpoint_url in the AWS configuration", () => {
  const folder = mkdtempSync(join(tmpdir(), "vulcan-ops-aws-"));
  let asked = 0;
  let server: Server;
  beforeAll(async () => {
    server = createServer((_, response) => {
      asked++;
      response.end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    writeFileSync(join(folder, "aws"), `[default]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:${port}\n`);
    const settings = '{production: true, account: "111122223333", region: eu-west-1}';
    writeFileSync(join(folder, "ops.yaml"), `schemaVersion: "1"\ndefaultTarget: prod\ntargets:\n  prod: ${settings}\n`);
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (...argv: string[]) => runWith("aws", ...argv);
  const runWith = (awsConfig: string, ...argv: string[]) =>
    vulcanOpsProcess(argv, {
      AWS_CONFIG_FILE: join(folder, awsConfig),
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_ENDPOINT_URL: "",
      AWS_PROFILE: "",
      VULCAN_OPS_CLOCK: "",
      VULCAN_OPS_CONFIG: join(folder, "ops.yaml"),
      XDG_STATE_HOME: folder,
    });

  it.each([
    ["rollback", "--dry-run"],
    ["restore", "--latest", "--dry-run"],
    ["status"],
    ["watch", "--for", "5m"],
    ["migrate", "status", "--from", "container"],
  ])("%s %s: refused before anything leaves", async (...argv) => {
    const { code, stderr } = await run(...argv);
    expect([code, stderr]).toEqual([11, expect.stringContaining("[production-redirected, exit 11]")]);
    expect(stderr.replace(/\s+/g, " ")).toMatch(
      /would go to http:\/\/127.0.0.1:\d+, which is no encrypted API of AWS: endpoint_url of profile default/,
    );
    expect(asked).toBe(0);
  });

  it.each([
    ["https://ec2-54-1-2-3.eu-west-1.compute.amazonaws.com", "compute.amazonaws.com, which is no encrypted API of AWS"],
    ["http://ecs.eu-west-1.amazonaws.com", "http://ecs.eu-west-1.amazonaws.com, which is no encrypted API of AWS"],
  ])("that leads to %s is refused as well", async (url, why) => {
    writeFileSync(join(folder, "other"), `[default]\nregion = eu-west-1\nendpoint_url = ${url}\n`);
    const { code, stderr } = await runWith("other", "rollback", "--dry-run");
    expect([code, stderr.replace(/\s+/g, " ")]).toEqual([11, expect.stringContaining(why)]);
  });
});
