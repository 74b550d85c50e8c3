import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OpsError } from "../../src/domain/error.ts";
import { type LostNotice, NOTICE_FIELDS, type Notice, type NoticeFields } from "../../src/domain/notices/notice.ts";
import { pageEvents } from "../../src/domain/notices/page.ts";
import type { NoticeSettings } from "../../src/domain/notices/settings.ts";
import { openNotices } from "../../src/target/notices.ts";
import { openServices } from "../support/notices/services.ts";
import { has } from "../support/process.ts";

const none = Object.fromEntries(Object.keys(NOTICE_FIELDS).map((name) => [name, ""])) as NoticeFields;
const notice = (more: Partial<Notice> = {}, fields: Partial<NoticeFields> = {}): Notice => ({
  moment: "outcome",
  urgency: "well",
  at: "2026-04-10T03:41:07.000Z",
  key: "k",
  isCritical: false,
  isContinued: false,
  ...more,
  fields: { ...none, execution: "b7k2mq", title: "Roll back", place: "PRODUCTION web", ...fields },
});
const ARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:ops/pager-AbCdEf";

function opened(settings: NoticeSettings, env: NodeJS.ProcessEnv, secret = async (_arn: string) => "KEY") {
  const said: LostNotice[] = [];
  const gateway = { send: async () => ({ answer: { told: true } }) };
  const way = async () => undefined;
  const means = { settings, env, way, gateway, prefix: "", secret };
  return { notices: openNotices(means, (lost) => said.push(lost)), said };
}

describe.skipIf(!has("openssl"))("a service whose certificate no one knows", () => {
  const folder = mkdtempSync(join(tmpdir(), "vulcan-ops-tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  let server: ReturnType<typeof createServer>;
  let bodies = 0;
  beforeAll(async () => {
    const words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1".split(
      " ",
    );
    execFileSync("openssl", [...words, "-keyout", key, "-out", cert], { stdio: "ignore" });
    server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => {
      bodies++;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("gets nothing, and is said once with the error of TLS, without its address", async () => {
    const VULCAN_OPS_WEBHOOK = `https://127.0.0.1:${(server.address() as AddressInfo).port}/services/T0SECRET`;
    const { notices, said } = opened({}, { VULCAN_OPS_WEBHOOK });
    notices?.tell(notice({ moment: "begin", urgency: "news" }));
    notices?.tell(notice());
    const lost = await notices?.settled();
    expect(lost?.map(({ moment }) => moment)).toEqual(["begin", "outcome"]);
    expect(said).toEqual([
      { moment: "begin", by: "the webhook", why: "it cannot be reached (DEPTH_ZERO_SELF_SIGNED_CERT)" },
    ]);
    expect([bodies, JSON.stringify(lost).includes("T0SECRET")]).toEqual([0, false]);
  });
});

describe("PagerDuty", () => {
  const kinds = (one: Notice, hasTriggered = false) =>
    pageEvents(one, "text", false, hasTriggered).map(({ kind, body }) => [
      kind,
      body.event_action,
      body.dedup_key,
      (body.payload as { severity?: string } | undefined)?.severity,
    ]);
  const key = "vulcan-ops/b7k2mq";

  it("one alert an execution, which the end that puts all back resolves, in another process as well", () => {
    const change = ["change", undefined, undefined, undefined];
    const resolve = ["alert", "resolve", key, undefined];
    expect(kinds(notice({ moment: "begin", urgency: "news" }))).toEqual([change]);
    expect(kinds(notice())).toEqual([change]);
    expect(kinds(notice({ urgency: "fails", isCritical: true }))).toEqual([["alert", "trigger", key, "critical"]]);
    expect(kinds(notice({ urgency: "asks" }))).toEqual([["alert", "trigger", key, "warning"]]);
    expect(kinds(notice(), true)).toEqual([change, resolve]);
    expect(kinds(notice({ isContinued: true }))).toEqual([change, resolve]);
    const [rehearsal] = pageEvents(notice({ urgency: "fails", isCritical: true }), "text", true, false);
    expect(rehearsal?.body.payload).toMatchObject({ severity: "info" });
  });
});

describe("a key in a secret", () => {
  it("is read when a message is sent, once, and is in the body alone; what refuses it loses the notice", async () => {
    const services = await openServices();
    const env = { VULCAN_OPS_PAGERDUTY_URL: `${services.url}/pd` };
    const settings: NoticeSettings = { pagerDutyKey: { kind: "secret", arn: ARN } };
    const asked: string[] = [];
    const { notices } = opened(settings, env, async (arn) => {
      asked.push(arn);
      return "SECRETKEY";
    });
    expect(asked).toEqual([]);
    // Planted in a field: secrets of another kind, and what would command a terminal.
    const reason = "AKIAIOSFODNN7EXAMPLE \u001b[2J";
    notices?.tell(notice({ urgency: "fails" }, { reason }));
    notices?.tell(notice());
    expect([await notices?.settled(), asked]).toEqual([[], [ARN]]);
    expect(services.heard.every(({ body }) => body.routing_key === "SECRETKEY")).toBe(true);
    expect(JSON.stringify(services.heard)).not.toMatch(/AKIAIOSFODNN7EXAMPLE|\\u001b/);
    await services.close();

    const refused = opened(settings, env, async () => {
      throw new OpsError({ code: "aws-refused", exitCode: 4, fault: "operator", message: "AWS refused" });
    });
    refused.notices?.tell(notice());
    const why = "its secret cannot be read: AWS refused";
    expect(await refused.notices?.settled()).toEqual([{ moment: "outcome", by: "PagerDuty", why }]);
  });
});
