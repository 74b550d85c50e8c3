import { describe, expect, it } from "vitest";
import { passwordFindings } from "../../src/actions/database/password-end.ts";
import { verifyCutover } from "../../src/actions/database/verify-cutover.ts";
import { verifyNoClients } from "../../src/actions/database/verify-no-clients.ts";
import { verifyRestore } from "../../src/actions/database/verify-restore.ts";
import { cutOver } from "../../src/actions/ecs/cut-over.ts";
import { scaleService } from "../../src/actions/ecs/scale-service.ts";
import { connectionFindings } from "../../src/actions/rds/connection-findings.ts";
import { sideEffectFindings } from "../../src/actions/rds/cutover-findings.ts";
import { renameInstance } from "../../src/actions/rds/rename.ts";
import { waitForDns } from "../../src/actions/rds/wait-for-dns.ts";
import type { Instance } from "../../src/domain/aws/rds.ts";
import type { Traffic } from "../../src/domain/database/facts.ts";
import { deedText } from "../../src/domain/deed.ts";
import { OpsError } from "../../src/domain/error.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";
import type { ActionServices } from "../../src/domain/services.ts";
import { containerOf, definitionOf, type Moment, serviceOf, TARGET, tasksOf, waitingFor, worldOf } from "./support.ts";

function instanceOf(id: string, over: Partial<Instance> = {}): Instance {
  return {
    id,
    resourceId: `db-${id}`,
    status: "available",
    endpoint: { host: `${id}.c1x2y3.eu-west-1.rds.amazonaws.com`, port: 5432 },
    settings: {},
    pending: [],
    engine: "postgres 16.4",
    parameterGroups: [{ name: "default.postgres16", status: "in-sync" }],
    replicas: [],
    roles: [],
    isPasswordManaged: false,
    ...over,
  };
}

/** A world with these instances and, where they are to tell, sessions that are there look after look. */
function worldWith(
  instances: readonly Instance[],
  moment: Moment = {},
  looks: readonly Traffic[] = [],
): ActionServices {
  const world = worldOf(moment);
  let look = 0;
  const instance = async (id: string) => instances.find((one) => one.id === id);
  const data = {
    needsTask: false,
    tables: async () => [],
    facts: async () => Promise.reject(new Error("not asked")),
    traffic: async () => looks[Math.min(look++, looks.length - 1)] as Traffic,
    value: async () => Promise.reject(new Error("not asked")),
  };
  return {
    ...world,
    aws: { ...world.aws, rds: { ...world.aws.rds, instance } },
    ...(looks.length > 0 && { data }),
  };
}

const lookingAt = (services: ActionServices) => ({ services, target: TARGET, clock: waitingFor(services).clock });
const codes = (findings: readonly { readonly code: string }[]) => findings.map(({ code }) => code);

async function planOf(action: typeof renameInstance, given: Readonly<Record<string, unknown>>, world: ActionServices) {
  const observed = await action.observe(given as never, lookingAt(world));
  if (observed.kind !== "observed") throw new Error("it was deferred");
  return action.plan(given as never, observed.value, {});
}

describe("a rename", () => {
  const given = { from: "vulcan-prod", to: "vulcan-prod-old" };

  it("is one request at once, undone by the old name of that very instance", async () => {
    const plan = await planOf(renameInstance, given, worldWith([instanceOf("vulcan-prod")]));
    expect(plan.proposal?.operation.input).toEqual({
      DBInstanceIdentifier: "vulcan-prod",
      NewDBInstanceIdentifier: "vulcan-prod-old",
      ApplyImmediately: true,
    });
    expect(plan.proposal?.undo).toMatchObject({
      with: { from: "vulcan-prod-old", to: "vulcan-prod", resource: "db-vulcan-prod" },
    });
  });

  it.each([
    ["tasks of the service run", {}, { running: tasksOf(42, 1) }, [], "tasks-left"],
    ["somebody has the new name", {}, {}, [instanceOf("vulcan-prod-old")], "name-taken"],
    ["the name is another instance's by now", { resource: "db-X" }, {}, [], "foreign-instance"],
  ])("is not sent where %s", async (_, more, moment, others, code) => {
    const plan = await planOf(
      renameInstance,
      { ...given, ...more },
      worldWith([instanceOf("vulcan-prod"), ...others], moment),
    );
    expect([codes(plan.findings), plan.proposal]).toEqual([[code], undefined]);
  });

  it.each([
    ["done, as far as it can be", [instanceOf("vulcan-prod-old", { resourceId: "db-P" })], "inProgress"],
    ["under way", [instanceOf("vulcan-prod", { resourceId: "db-P", status: "renaming" })], "inProgress"],
    ["not taken", [instanceOf("vulcan-prod", { resourceId: "db-P" })], "notDone"],
    ["nowhere to be seen", [], "unknown"],
  ])("whose answer was lost is looked up: %s", async (_, instances, kind) => {
    const looking = lookingAt(worldWith(instances));
    const confirmedAt = new Date(looking.clock.now()).toISOString();
    const attempt = { confirmedAt, basis: { resource: "db-P" }, outputs: {} };
    expect(await renameInstance.probe?.(given, attempt, looking)).toMatchObject({ kind });
  });
});

describe("the switch", () => {
  const given = { taskDefinition: "vulcan-prod:44", tasks: 3, left: "vulcan-prod", taken: "copy" };
  const moment: Moment = { service: serviceOf(43, { desired: 0 }), definitions: [definitionOf(44), definitionOf(43)] };

  it("starts all tasks in one request, and its undo stops all of them in one", async () => {
    const { proposal } = await planOf(cutOver, given, worldWith([], moment));
    expect(proposal?.operation.input).toMatchObject({ taskDefinition: "vulcan-prod:44", desiredCount: 3 });
    expect(proposal?.undo).toMatchObject({
      operation: { input: { taskDefinition: "vulcan-prod:43", desiredCount: 0 } },
      with: { tasks: 0, left: "copy", taken: "vulcan-prod", since: expect.stringMatching(/Z$/) },
    });
  });

  it.each<[string | undefined, string, string]>([
    [undefined, "copy", "Switch the database of vulcan-prod from vulcan-prod to copy"],
    ["copy", "copy", "Switch the database of vulcan-prod from vulcan-prod to copy"],
    ["copy", "vulcan-prod", "Switch the database of vulcan-prod from vulcan-prod-old to copy, renamed vulcan-prod"],
  ])("names the two databases, also where %s is called %s after it", async (formerName, taken, text) => {
    const left = taken === "vulcan-prod" ? "vulcan-prod-old" : given.left;
    const { deed } = await planOf(cutOver, { ...given, left, taken, formerName }, worldWith([], moment));
    expect(deed && deedText(deed)).toBe(text);
  });

  it("is not sent while a task is left, a draining one included", async () => {
    const plan = await planOf(
      cutOver,
      given,
      worldWith([], { ...moment, stopped: tasksOf(43, 1, { status: "DEACTIVATING" }) }),
    );
    expect(codes(plan.findings)).toEqual(["tasks-left"]);
  });
});

it("no task starts while no instance has the name that it would look for", async () => {
  const given = { desired: 3, still: 0, database: "vulcan-prod" };
  const moment: Moment = { service: serviceOf(42, { desired: 0 }) };
  const held = await planOf(scaleService, given, worldWith([instanceOf("vulcan-prod-old")], moment));
  expect([held.proposal, held.waitsFor]).toEqual([
    undefined,
    expect.stringContaining("no instance is called vulcan-prod"),
  ]);
  expect((await planOf(scaleService, given, worldWith([instanceOf("vulcan-prod")], moment))).proposal).toBeDefined();
});

describe("a new name of a database", () => {
  const failing = (code: string) =>
    new OpsError({ code, exitCode: EXIT.failed, fault: "remote", message: code, effect: "none" });
  const waitedFor = async (code: string) => {
    const world = worldWith([instanceOf("vulcan-prod")], {}, [{ clients: [], written: 0 }]);
    const traffic = async () => Promise.reject(failing(code));
    const waiting = waitingFor({ ...world, data: { ...world.data, traffic } as never }, 3600);
    const begun = waiting.clock.now();
    const verdict = await waitForDns("vulcan-prod", waiting);
    return { minutes: (waiting.clock.now() - begun) / 60_000, text: verdict.kind === "true" ? verdict.text : "" };
  };

  it("leads somewhere once a server answers there, whatever it says", async () => {
    expect(await waitedFor("database-refused")).toEqual({
      minutes: 0,
      text: "vulcan-prod is available, and its name leads to it",
    });
  });

  it.each(["database-unreachable", "tunnel-no-task", "tunnel-not-connected", "aws-throttled", "aws-refused"])(
    "is given RDS's ten minutes where nobody could be asked: %s",
    async (code) => {
      const { minutes, text } = await waitedFor(code);
      expect(minutes).toBeGreaterThanOrEqual(10);
      expect(text).toMatch(/should lead to it by now.*not proven/);
    },
  );
});

describe("nobody writes to the old database", () => {
  const client = { pid: 7, user: "etl", application: "import" };
  const quiet = (written: number): Traffic => ({ clients: [], written });
  const verdictOf = async (looks: readonly Traffic[], moment: Moment = {}) => {
    const waiting = waitingFor(worldWith([instanceOf("vulcan-prod")], moment, looks), 60);
    return verifyNoClients.verify?.(
      { name: "vulcan-prod", since: "2026-04-10T03:20:00.000Z" },
      { outputs: {} },
      waiting,
    );
  };

  it.each([
    ["at once", [quiet(5), quiet(5)]],
    ["once the last one has gone", [{ clients: [client], written: 4 }, quiet(5), quiet(5)]],
    ["once the last rows are in", [quiet(4), quiet(5), quiet(5)]],
  ])("%s", async (_, looks) => {
    expect(await verdictOf(looks)).toMatchObject({ kind: "true" });
  });

  it("a session that stays, a task that stays, rows that nobody seems to write: each is named", async () => {
    const stays = await verdictOf([{ clients: [client], written: 4 }]);
    expect(stays).toMatchObject({ kind: "false", failure: { reason: "database-in-use" } });
    expect(JSON.stringify(stays)).toContain("PID 7 is connected: user etl, import");
    expect(JSON.stringify(await verdictOf([quiet(1)], { running: tasksOf(42, 2) }))).toContain(
      "2 tasks of the service are left",
    );
    const growing = Array.from({ length: 40 }, (_, index) => quiet(index));
    expect(JSON.stringify(await verdictOf(growing))).toContain("rows are still being written");
  });
});

describe("a proof that was set up and cannot be given", () => {
  const refused = new OpsError({
    code: "database-refused",
    exitCode: EXIT.credentials,
    fault: "operator",
    message: "refused the user",
  });
  const silent = new OpsError({
    code: "database-silent",
    exitCode: EXIT.failed,
    fault: "remote",
    message: "did not answer",
  });
  const quiet: Traffic = { clients: [], written: 5 };
  const serving: Traffic = { clients: [{ pid: 7, user: "vulcan", application: "" }], written: 5 };

  /** Traffic of an instance, look after look; an error is a look that failed. */
  function asked(
    looks: Readonly<Record<string, readonly (Traffic | OpsError)[]>>,
    data: Partial<NonNullable<ActionServices["data"]>> = {},
  ) {
    const names = Object.keys(looks);
    const seen: Record<string, number> = {};
    const told = async (host: string) => {
      const name = names.find((one) => host.startsWith(`${one}.`)) ?? "";
      const look = looks[name] ?? [];
      seen[name] = (seen[name] ?? -1) + 1;
      const found = look[Math.min(seen[name], look.length - 1)];
      if (found === undefined || found instanceof OpsError) throw found;
      return found;
    };
    const world = worldWith(
      names.map((name) => instanceOf(name)),
      {},
      [quiet],
    );
    const facts = async () => Promise.reject(refused);
    const reads = {
      ...(world.data as NonNullable<ActionServices["data"]>),
      facts,
      traffic: async ({ host }: { host: string }) => told(host),
      ...data,
    };
    return waitingFor({ ...world, data: reads }, 300);
  }

  const at = "2026-04-10T03:20:00.000Z";
  const quietOf = (waiting: ReturnType<typeof asked>) =>
    verifyNoClients.verify?.({ name: "old", since: at }, { outputs: {} }, waiting);
  const servesOf = (waiting: ReturnType<typeof asked>) =>
    verifyCutover.verify?.({ left: "old", taken: "new" }, { outputs: {} }, waiting);
  const contentOf = (waiting: ReturnType<typeof asked>, cutover: string) =>
    verifyRestore.verify?.({ source: "old", name: "new", to: at, cutover }, { outputs: {} }, waiting);

  it("of the content: it stops before a cutover; a restore alone is done, and is not proven", async () => {
    const waiting = () => asked({ old: [], new: [] });
    expect(await contentOf(waiting(), "rename")).toMatchObject({
      kind: "unproven",
      onward: "stop",
      failure: { reason: "data-unproven" },
    });
    expect(await contentOf(waiting(), "none")).toMatchObject({ kind: "unproven", onward: "again" });
    const hidden = { facts: async () => Promise.reject(silent) };
    expect(await contentOf(asked({ old: [], new: [] }, hidden), "none")).toMatchObject({ kind: "true" });
    expect(await contentOf(asked({ old: [], new: [] }, hidden), "revision")).toMatchObject({
      kind: "unproven",
      onward: "stop",
    });
  });

  it("of the quiet: refused stops it at once, silence after a minute; one that answers in time is believed", async () => {
    expect(await quietOf(asked({ old: [refused] }))).toMatchObject({
      kind: "unproven",
      onward: "stop",
      failure: { reason: "quiet-unproven" },
      outputs: { doubt: "NOT PROVEN that old has no other writer: refused the user" },
    });
    expect(await quietOf(asked({ old: [silent] }))).toMatchObject({ kind: "unproven", onward: "stop" });
    expect(await quietOf(asked({ old: [silent, silent, quiet, quiet] }))).toMatchObject({ kind: "true" });
  });

  it("of the quiet, where the way leads through a task, was foreseen: it goes on with its doubt", async () => {
    expect(await quietOf(asked({ old: [silent] }, { needsTask: true }))).toMatchObject({
      kind: "true",
      outputs: { doubt: expect.anything() },
    });
  });

  it("of where it serves: what is left is done, and the end is not good", async () => {
    const failed = { kind: "unproven", onward: "again", failure: { reason: "cutover-unproven" } };
    expect(await servesOf(asked({ old: [quiet], new: [refused] }))).toMatchObject(failed);
    expect(await servesOf(asked({ old: [refused], new: [serving] }))).toMatchObject(failed);
    expect(await servesOf(asked({ old: [quiet], new: [silent, serving, serving] }))).toMatchObject({ kind: "true" });
  });
});

describe("an IAM token as password", () => {
  const now = Date.parse("2026-04-10T03:20:00.000Z");
  const of = (passwordUntil?: string) => {
    const world = worldWith([], {}, [{ clients: [], written: 0 }]);
    const data = { ...(world.data as NonNullable<ActionServices["data"]>), ...(passwordUntil && { passwordUntil }) };
    return passwordFindings({ ...world, data }, { what: "the proof", seconds: 900 }, now);
  };

  it("is said with its end, beside when it is used", () => {
    expect(of()).toEqual([]);
    expect(passwordFindings(worldOf({}), { what: "the proof", seconds: 900 }, now)).toEqual([]);
    expect(of("2026-04-10T03:30:00.000Z")).toMatchObject([
      {
        level: "warn",
        code: "password-ends",
        text: "the password for VULCAN_DATABASE_URL is an IAM token, valid until 2026-04-10 03:30:00Z; the proof comes in 15 min or later, at 2026-04-10 03:35:00Z, and is refused then",
      },
    ]);
    expect(of("2026-04-10T03:10:00.000Z")).toMatchObject([{ level: "warn", code: "password-ended" }]);
    expect(of("2026-04-10T03:40:00.000Z")).toMatchObject([{ level: "ok" }]);
  });
});

describe("what a cutover is told beforehand", () => {
  const source = instanceOf("vulcan-prod");
  const at = "2026-04-10T03:20:00.000Z";

  it("an address in a variable is replaced; one in a secret needs a secret, and its value is told", () => {
    const place = "vulcan-prod.c1x2y3.eu-west-1.rds.amazonaws.com:5432/vulcan";
    const plain = containerOf(42, { environment: [{ name: "DB_URL", fingerprint: "x", place }] });
    expect(codes(connectionFindings(definitionOf(42, { containers: [plain] }), source, "copy", undefined))).toEqual([
      "connection",
    ]);
    const hidden = definitionOf(42, {
      containers: [containerOf(42, { secrets: [{ name: "DB_URL", from: "arn:a" }] })],
    });
    expect(connectionFindings(hidden, source, "copy", undefined)).toMatchObject([
      {
        level: "block",
        text: expect.stringContaining("copy.c1x2y3.eu-west-1.rds.amazonaws.com instead of vulcan-prod.c1x2y3"),
      },
    ]);
    expect(codes(connectionFindings(hidden, source, "copy", "arn:b"))).toEqual(["connection"]);
  });

  const OWN = "vulcan-prod.c1x2y3.eu-west-1.rds.amazonaws.com:5432/vulcan";
  const plainAt = (name: string, place?: string) => ({ name, fingerprint: "x", ...(place && { place }) });
  const both = { environment: [plainAt("DB_URL", OWN)], secrets: [{ name: "REPORTING_DATABASE_URL", from: "arn:a" }] };
  const told = (container: Parameters<typeof containerOf>[1], secret?: string, leave?: readonly string[]) =>
    connectionFindings(
      definitionOf(42, { containers: [containerOf(42, container)] }),
      source,
      "copy",
      secret,
      leave,
    ).map(({ level, code, text }) => `${level} ${code} ${text.split(" ")[0]}`);

  it.each<[string, readonly string[], readonly string[]]>([
    [
      "a secret beside a plain address blocks",
      told(both),
      ["ok connection DB_URL", "block connection-secret REPORTING_DATABASE_URL"],
    ],
    [
      "a new secret changes both",
      told(both, "arn:b"),
      ["ok connection DB_URL", "ok connection REPORTING_DATABASE_URL"],
    ],
    [
      "one that is to be left is told",
      told(both, undefined, ["REPORTING_DATABASE_URL"]),
      ["ok connection DB_URL", "warn connection-left REPORTING_DATABASE_URL"],
    ],
    [
      "a name to be left that is none blocks",
      told(both, "arn:b", ["OTHER_URL"]),
      ["block leave-unknown --leave", "ok connection DB_URL", "ok connection REPORTING_DATABASE_URL"],
    ],
    [
      "of two secrets the one that is not left",
      told(
        {
          secrets: [
            { name: "DB_URL", from: "arn:1" },
            { name: "PG_HOST", from: "arn:2" },
          ],
        },
        "arn:b",
        ["PG_HOST"],
      ),
      ["ok connection DB_URL", "warn connection-left PG_HOST"],
    ],
    [
      "another address, and one that nothing tells",
      told({
        environment: [plainAt("DB_URL", OWN), plainAt("DB_REPLICA_URL", "reads.example:5432"), plainAt("PG_DSN")],
      }),
      ["ok connection DB_URL", "warn connection-left DB_REPLICA_URL", "warn connection-unknown PG_DSN"],
    ],
    [
      "a password is no address",
      told({ ...both, secrets: [{ name: "DB_PASSWORD", from: "arn:p" }] }),
      ["ok connection DB_URL"],
    ],
  ])("every variable that names a database is listed: %s", (_name, found, expected) => {
    expect(found).toEqual(expected);
  });

  it("migrations that came later are applied again by whoever holds them", () => {
    const later = { version: 8, description: "x", appliedAt: "2026-04-10T03:30:00.000Z" };
    expect(codes(sideEffectFindings(at, "vulcan-prod:43", [later]))).toEqual([
      "migrations-again",
      "documents-newer",
      "jobs-again",
      "sequences-rewind",
      "keys-newer",
    ]);
    expect(codes(sideEffectFindings(at, "vulcan-prod:43", []))[0]).toBe("migrations-same");
  });
});
