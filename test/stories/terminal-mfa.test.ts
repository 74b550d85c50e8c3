import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { has, MAIN } from "../support/process.ts";
import { mutations, openRig, type Rig } from "../support/sandbox-harness.ts";
import { startTerminals, type Terminals } from "../ui/tmux.ts";

let rig: Rig;
let terminals: Terminals;
const codes: string[] = [];

/** STS, which gives the sandbox's own key for a code. */
const sts = createServer(async (request, response) => {
  let body = "";
  for await (const part of request) body += part;
  const input = new URLSearchParams(body);
  const action = input.get("Action");
  const send = (status: number, text: string) => response.writeHead(status, { "content-type": "text/xml" }).end(text);
  if (action === "GetCallerIdentity")
    return send(
      200,
      "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::111122223333:assumed-role/operator/vulcan-ops</Arn><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
    );
  const code = input.get("TokenCode") ?? "";
  codes.push(code);
  if (code !== "123456")
    return send(
      403,
      "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>MultiFactorAuthentication failed with invalid MFA one time pass code.</Message></Error></ErrorResponse>",
    );
  const { AWS_ACCESS_KEY_ID: key } = rig.sandbox.env;
  return send(
    200,
    `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>x</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2036-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  );
});

describe.skipIf(!has("tmux"))("a profile that needs an MFA code, at a real terminal", () => {
  beforeAll(async () => {
    rig = await openRig("bad-release", 60);
    terminals = startTerminals();
    await new Promise<void>((resolve) => sts.listen(0, "127.0.0.1", resolve));
    writeFileSync(
      join(rig.stateDir, "aws-config"),
      "[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = x\n[profile mfa]\nregion = eu-west-1\nrole_arn = arn:aws:iam::111122223333:role/operator\nsource_profile = base\nmfa_serial = arn:aws:iam::111122223333:mfa/op\n",
    );
  });
  afterAll(async () => {
    terminals.close();
    sts.close();
    await rig.close();
  });
  beforeEach(() => {
    codes.length = 0;
  });

  const open = (more = "") => {
    const { AWS_ACCESS_KEY_ID: _key, AWS_SECRET_ACCESS_KEY: _secret, ...env } = rig.sandbox.env;
    const words = `rollback --profile mfa --state-dir ${rig.stateDir} ${more}`;
    return terminals.open(`sh -c 'trap : INT; "${process.execPath}" "${MAIN}" ${words}; echo EXIT=$?'`, {
      env: {
        ...env,
        AWS_ACCESS_KEY_ID: "",
        AWS_CONFIG_FILE: join(rig.stateDir, "aws-config"),
        AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${(sts.address() as AddressInfo).port}`,
        XDG_CONFIG_HOME: rig.stateDir,
      },
    });
  };
  const ASKED = /MFA code of arn:aws:iam::111122223333:mfa\/op for profile mfa: *$/m;

  it("asks for it once, shows none of it, asks again where it is wrong, and goes on to the plan", async () => {
    const pane = open("--verbose");
    await pane.until(ASKED);
    pane.type("000000", "Enter");
    await pane.until(/refused/);
    await pane.until(/That code was refused/);
    pane.type("123456", "Enter");
    const screen = await pane.until("Type 42 to roll back vulcan-prod to 1.42.0, q to cancel:");
    expect(codes).toEqual(["000000", "123456"]);
    expect(screen).not.toMatch(/000000|123456/);
    expect(screen).toContain("by profile mfa (role by base, MFA)");
    expect(screen).not.toContain("Waiting for credentials");
    pane.type("C-c");
    await pane.until("EXIT=130");
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it.each([
    ["Ctrl-C", "C-c", "EXIT=130"],
    ["Ctrl-D", "C-d", "EXIT=4"],
  ])("%s at it sends nothing, and leaves the terminal as it was", async (_name, keys, end) => {
    const pane = open();
    await pane.until(ASKED);
    pane.type(keys);
    await pane.until(end);
    expect(codes).toEqual([]);
    await pane.until("PANE-END");
    expect(pane.modes()).toContain(" icanon");
  });
});
