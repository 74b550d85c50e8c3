import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreateSecretCommand, DeleteSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { json, type Rules, rewritingProxy } from "../support/rewriting-proxy.ts";
import { mutations, type Outcome, openRig, type Rig, serviceRevision, vulcanOps } from "../support/sandbox-harness.ts";
import { LATER } from "../support/stories/restore.ts";

const IN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:";
const URL_ARN = `${IN}vulcan/prod/db-url-Ab12Cd`;
const TOKEN_ARN = `${IN}vulcan/prod/admin-token-Ef56Gh`;
const PARAMETER = "arn:aws:ssm:eu-west-1:111122223333:parameter/vulcan/prod/ops";

let rig: Rig;
/** What may be seen nowhere: the database's password and the token. */
let planted: readonly string[];
let dir: string;
beforeAll(async () => {
  rig = await openRig("healthy", 600, { timings: LATER });
});
beforeEach(async () => {
  await rig.sandbox.reset("healthy");
  planted = [new URL(rig.sandbox.databaseUrl).password, rig.sandbox.env.VULCAN_ADMIN_TOKEN ?? ""];
  expect(planted.filter((text) => text.length < 8)).toEqual([]);
  dir = mkdtempSync(join(rig.stateDir, "state-"));
});
afterAll(() => rig.close());

const create = async (name: string, value: string): Promise<string> => {
  const made = await new SecretsManagerClient({}).send(new CreateSecretCommand({ Name: name, SecretString: value }));
  return made.ARN ?? "";
};

interface Setting {
  readonly databaseUrlFrom?: string;
  readonly adminTokenFrom?: string;
  readonly account?: string;
  readonly region?: string;
}

/** One's own file; no variable holds either text. */
function environment(settings: Setting): Record<string, string> {
  const path = join(dir, "own.yaml");
  const lines = Object.entries({ adminUrl: rig.sandbox.loadBalancer, ...settings });
  const target = lines.map(([name, value]) => `    ${name}: "${value}"\n`).join("");
  writeFileSync(path, `schemaVersion: "1"\ntargets:\n  vulcan-prod:\n${target}`);
  return { VULCAN_OPS_CONFIG: path, VULCAN_DATABASE_URL: "", VULCAN_ADMIN_TOKEN: "" };
}

async function run(line: string, settings: Setting, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const argv = line.split(" ");
  return vulcanOps(argv, { columns: 1000, env: { ...environment(settings), XDG_STATE_HOME: dir, ...env } });
}

/** The places where a planted text is: files of the state folder, and what was printed. */
function hits(...outcomes: readonly Outcome[]): readonly string[] {
  const files = readdirSync(dir, { recursive: true, encoding: "utf8" })
    .map((name) => join(dir, name))
    .filter((path) => statSync(path).isFile());
  const texts = [
    ...files.map((path) => [path, readFileSync(path, "utf8")] as const),
    ...outcomes.flatMap(({ stdout, stderr }, index) => [[`${index}`, stdout + stderr] as const]),
  ];
  return texts.filter(([, text]) => planted.some((secret) => text.includes(secret))).map(([place]) => place);
}

describe("what a secret holds", () => {
  it("proves a restored database, and is nowhere to be seen: not in journal, plan, report, JSON or last reads", async () => {
    const settings = { databaseUrlFrom: URL_ARN, adminTokenFrom: TOKEN_ARN };
    const restore = "restore --latest --as vulcan-prod-then --yes --confirm vulcan-prod-then";
    const plan = await run("plan restore-database --input as=vulcan-prod-then --output json", settings);
    const done = await run(`${restore} --output ndjson`, settings);
    expect([plan.code, done.code, done.stderr]).toEqual([0, 0, expect.anything()]);
    expect(done.stdout).not.toMatch(/NOT PROVEN|SQL is not/);
    const id = /"execution":"(\w+)"/.exec(done.stdout)?.[1] ?? "";
    const others = await Promise.all(
      [
        `show ${id}`,
        `show ${id} --output json`,
        `report ${id}`,
        "config",
        "config --output json",
        "doctor --verbose",
        "status --output json",
      ].map((line) => run(line, settings)),
    );
    expect(hits(plan, done, ...others)).toEqual([]);
    // The same search finds the texts where they are.
    writeFileSync(join(dir, "planted"), planted.join(" "));
    expect(hits()).toEqual([join(dir, "planted")]);
  });

  it("asks the admin API for the migrations that a rollback checks, and is read only then", async () => {
    await rig.sandbox.reset("bad-but-healthy");
    const rollback = "rollback --yes --confirm 42 --expect-current 43 --output ndjson";
    const done = await run(rollback, { adminTokenFrom: TOKEN_ARN });
    expect([done.code, serviceRevision(rig.sandbox)]).toEqual([0, "vulcan-prod:42"]);
    expect(done.stdout).not.toMatch(/VULCAN_ADMIN_TOKEN|adminTokenFrom/);
    expect(done.stdout).toMatch(/migration/);
    expect(hits(done)).toEqual([]);
    const reads = rig.sandbox.requests().filter(({ operation }) => operation === "GetSecretValue");
    expect(reads).toHaveLength(1);
  });

  it("may be a member of its JSON, in either form, a former version, or a parameter", async () => {
    const url = rig.sandbox.databaseUrl;
    const arn = await create("vulcan/ops", JSON.stringify({ url, token: planted[1] }));
    await new SSMClient({}).send(
      new PutParameterCommand({ Name: "/vulcan/prod/ops", Type: "SecureString", Value: `${url}\n` }),
    );
    for (const databaseUrlFrom of [
      `${arn}#url`,
      `${arn}:url::`,
      `${arn}:url:AWSCURRENT:`,
      PARAMETER,
      `${URL_ARN.slice(0, -7)}`,
    ]) {
      const found = await run("migrate status --from sql --output json", {
        databaseUrlFrom,
        adminTokenFrom: `${arn}#token`,
      });
      expect({ databaseUrlFrom, code: found.code, stderr: found.stderr }).toEqual({
        databaseUrlFrom,
        code: 0,
        stderr: "",
      });
      expect(found.stdout).toContain('"answeredBy": "sql"');
      expect(hits(found)).toEqual([]);
    }
    const byApi = await run("migrate status --from api --output json", { adminTokenFrom: `${arn}#token` });
    expect([byApi.code, byApi.stdout]).toEqual([0, expect.stringContaining('"answeredBy": "api"')]);
  });
});

const denied: Rules = {
  own: (operation) =>
    operation === "GetSecretValue"
      ? json(
          {
            __type: "AccessDeniedException",
            message: `User: arn:aws:iam::111122223333:user/ops is not authorized to perform: secretsmanager:GetSecretValue on resource: ${URL_ARN} because no identity-based policy allows the secretsmanager:GetSecretValue action`,
          },
          400,
        )
      : undefined,
};

interface Refusal {
  readonly from: string | (() => Promise<string>);
  readonly setting?: keyof Setting;
  readonly says: string;
  readonly next: string;
  readonly more?: Setting;
  readonly rules?: Rules;
}

const REFUSALS: Readonly<Record<string, Refusal>> = {
  "AWS denies it": {
    from: URL_ARN,
    rules: denied,
    says: `the secret of databaseUrlFrom (${URL_ARN}) cannot be read: AWS refused secretsmanager:GetSecretValue`,
    next: "vulcan-ops iam",
  },
  "it is not there": {
    from: `${IN}gone-AbCdEf`,
    says: `the secret of databaseUrlFrom (${IN}gone-AbCdEf) is not there`,
    next: "aws secretsmanager list-secrets",
  },
  "it is to be deleted": {
    from: async () => {
      const arn = await create("old", rig.sandbox.databaseUrl);
      await new SecretsManagerClient({}).send(new DeleteSecretCommand({ SecretId: arn }));
      return arn;
    },
    says: "is marked for deletion",
    next: "aws secretsmanager restore-secret",
  },
  "it is another account's": {
    from: URL_ARN.replace("111122223333", "999999999999"),
    says: "databaseUrlFrom names a secret that belongs to account 999999999999, and target vulcan-prod to 111122223333",
    next: "vulcan-ops config",
  },
  "it is another region's": {
    from: URL_ARN.replace("eu-west-1", "us-east-1"),
    more: { region: "eu-west-1" },
    says: "belongs to region us-east-1, and target vulcan-prod to eu-west-1",
    next: "vulcan-ops config",
  },
  "its JSON has no such member": {
    from: async () => `${await create("json", JSON.stringify({ other: rig.sandbox.databaseUrl }))}#url`,
    says: "has no such text, and databaseUrlFrom asks for its member url",
    next: "vulcan-ops config",
  },
  "it is no JSON, and a member is asked for": {
    from: `${URL_ARN}#url`,
    says: "is no JSON object, and databaseUrlFrom asks for its member url",
    next: "vulcan-ops config",
  },
  "it is JSON, and no member is asked for": {
    from: () => create("whole", JSON.stringify({ url: rig.sandbox.databaseUrl })),
    says: "holds a JSON object: add #KEY to its ARN",
    next: "aws secretsmanager put-secret-value",
  },
  "it is no URL": {
    from: TOKEN_ARN,
    says: "is no URL of a PostgreSQL database",
    next: "aws secretsmanager put-secret-value",
  },
  "it is empty": { from: () => create("empty", " "), says: "is empty", next: "aws secretsmanager put-secret-value" },
  "it is no token": {
    from: () => create("lines", `${rig.sandbox.env.VULCAN_ADMIN_TOKEN}\nX-More: 1`),
    setting: "adminTokenFrom",
    says: "is no token: it has a space, a line break or another odd sign in it",
    next: "aws secretsmanager put-secret-value",
  },
  "a parameter is not there": {
    from: PARAMETER,
    says: `the parameter of databaseUrlFrom (${PARAMETER}) is not there`,
    next: "aws ssm describe-parameters",
  },
};

describe("a secret that cannot be used", () => {
  it.each(Object.entries(REFUSALS))("%s: the doctor says so, and what to type", async (_name, refusal) => {
    const { from, setting = "databaseUrlFrom", says, next, more = {}, rules } = refusal;
    const arn = typeof from === "string" ? from : await from();
    const proxy = rules && (await rewritingProxy(process.env.AWS_ENDPOINT_URL ?? ""));
    proxy?.use(rules ?? {});
    const settings = { [setting]: arn, ...more };
    const env = proxy === undefined ? {} : { AWS_ENDPOINT_URL: proxy.url };
    const found = await run("doctor --output json", settings, env);
    const { findings } = JSON.parse(found.stdout) as {
      findings: readonly { check: string; level: string; evidence: string; fixes?: readonly string[] }[];
    };
    const [about, ...others] = findings.filter(({ check }) => check === "secrets");
    expect([about, others]).toEqual([
      expect.objectContaining({ level: "fail", evidence: expect.stringContaining(says) }),
      [],
    ]);
    expect(about?.fixes?.join("\n")).toContain(next);
    const status = await run(`migrate status --from ${setting === "databaseUrlFrom" ? "sql" : "api"}`, settings, env);
    await proxy?.close();
    expect([status.code === 0, status.stderr]).toEqual([false, expect.stringContaining(says)]);
    expect(status.stderr).toContain(next);
    expect(hits(found, status)).toEqual([]);
  });

  it("stops no rollback and no restore: what it would have said is not checked", async () => {
    const settings = { databaseUrlFrom: `${IN}gone-AbCdEf`, adminTokenFrom: `${IN}gone-AbCdEf` };
    const restore = "restore --latest --as vulcan-prod-then --yes --confirm vulcan-prod-then";
    const restored = await run(restore, settings);
    expect(restored.stdout + restored.stderr).toContain(
      `SQL is not asked: the secret of databaseUrlFrom (${IN}gone-AbCdEf)`,
    );
    expect(mutations(rig.sandbox)).toContain("RestoreDBInstanceToPointInTime");
    await rig.sandbox.reset("bad-but-healthy");
    const back = await run("rollback --yes --confirm 42 --expect-current 43", settings);
    expect([back.code, serviceRevision(rig.sandbox)]).toEqual([0, "vulcan-prod:42"]);
  });

  it("is given up after 3 s: a rollback waits no longer for its text", async () => {
    await rig.sandbox.reset("bad-but-healthy");
    const proxy = await rewritingProxy(process.env.AWS_ENDPOINT_URL ?? "");
    proxy.use({ silent: (operation) => operation === "GetSecretValue" });
    const settings = { databaseUrlFrom: URL_ARN, adminTokenFrom: TOKEN_ARN };
    const env = { AWS_ENDPOINT_URL: proxy.url };
    const back = await run("rollback --yes --confirm 42 --expect-current 43", settings, env);
    const status = await run("migrate status --from sql", settings, env);
    await proxy.close();
    expect([back.code, serviceRevision(rig.sandbox)]).toEqual([0, "vulcan-prod:42"]);
    expect([status.code, status.stderr]).toEqual([1, expect.stringMatching(/gave no answer within \d+ s/)]);
  });
});

describe("around it", () => {
  it("is in the least policy by its own ARN, where it is set", async () => {
    const settings = { databaseUrlFrom: `${URL_ARN}#url`, adminTokenFrom: `${IN}vulcan/prod/token` };
    const sids = async (line: string, given: Setting) => {
      const { stdout } = await run(line, given);
      const { Statement } = JSON.parse(stdout) as { Statement: readonly { Sid: string }[] };
      return Statement.filter(({ Sid }) => /^Target/.test(Sid));
    };
    expect(await sids("iam --for restore", settings)).toEqual([
      {
        Sid: "TargetSecrets",
        Effect: "Allow",
        Action: ["secretsmanager:GetSecretValue"],
        Resource: [URL_ARN, `${IN}vulcan/prod/token-??????`].toSorted(),
      },
    ]);
    expect(await sids("iam --for restore", { databaseUrlFrom: PARAMETER })).toMatchObject([
      { Sid: "TargetParameters", Action: ["ssm:GetParameter"], Resource: PARAMETER },
    ]);
    expect(await sids("iam --for logs", settings)).toEqual([]);
    expect(await sids("iam --for restore", {})).toEqual([]);
  });

  it("shows its ARN and the line that it came from, and takes it from no file of a checkout", async () => {
    const settings = { databaseUrlFrom: URL_ARN };
    const { stdout } = await run("config", settings);
    expect(stdout).toMatch(new RegExp(`databaseUrlFrom +${URL_ARN} +.*own\\.yaml:\\d+`));
    const checkout = mkdtempSync(join(dir, "checkout-"));
    writeFileSync(
      join(checkout, "vulcan-ops.yaml"),
      `schemaVersion: "1"\ntargets: {vulcan-prod: {databaseUrlFrom: "${URL_ARN}"}}\n`,
    );
    const refused = await vulcanOps(["config"], { columns: 1000, cwd: checkout, env: { VULCAN_OPS_CONFIG: "" } });
    expect([refused.code, refused.stderr]).toEqual([
      6,
      expect.stringContaining('"databaseUrlFrom" may only stand in your own configuration file'),
    ]);
  });

  it("is not asked for where AWS is not to be asked", async () => {
    const settings = { databaseUrlFrom: URL_ARN, adminTokenFrom: TOKEN_ARN };
    const { code, stderr } = await run("migrate status --without-aws", settings);
    expect([code, stderr]).toEqual([
      6,
      expect.stringContaining("databaseUrlFrom names a secret, and AWS is not to be asked"),
    ]);
    expect(rig.sandbox.requests().filter(({ operation }) => operation === "GetSecretValue")).toEqual([]);
  });
});
