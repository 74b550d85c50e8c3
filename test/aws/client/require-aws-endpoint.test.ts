import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isAws } from "../../../src/aws/client/require-aws-endpoint.ts";
import { vulcanOpsProcess } from "../../support/process.ts";

describe("where AWS answers", () => {
  it.each([
    "ecs.eu-west-1.amazonaws.com",
    "ECS.eu-west-1.amazonaws.com",
    "rds.cn-north-1.amazonaws.com.cn",
    "vpce-0a1b-xyz.ecs.eu-west-1.vpce.amazonaws.com",
    "monitoring.eu-west-1.api.aws",
  ])("%s", (host) => {
    expect(isAws(host)).toBe(true);
  });

  it.each(["localhost", "127.0.0.1", "amazonaws.com.example.org", "ecs-amazonaws.com", "notamazonaws.com", ""])(
    "not %j",
    (host) => {
      expect(isAws(host)).toBe(false);
    },
  );
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

  const run = (...argv: string[]) =>
    vulcanOpsProcess(argv, {
      AWS_CONFIG_FILE: join(folder, "aws"),
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
    expect([code, stderr]).toEqual([11, expect.stringContaining("[production-redirected]")]);
    expect(stderr.replace(/\s+/g, " ")).toContain("would go to 127.0.0.1, which is not AWS");
    expect(asked).toBe(0);
  });
});
