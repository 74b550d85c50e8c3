import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { JournalEvent } from "../../../src/domain/execution-event.ts";
import type { ExecutionNoted } from "../../../src/domain/execution-note.ts";
import { identityAt } from "../../../src/domain/identity.ts";
import { assembleReport } from "../../../src/domain/report/assemble.ts";
import type { ReportDocument } from "../../../src/domain/report/document.ts";
import { forExternal } from "../../../src/domain/report/external.ts";
import { type Surroundings, unreadSurroundings } from "../../../src/domain/report/surroundings.ts";
import { prose } from "../../../src/ui/render/markdown.ts";
import { reportHtml } from "../../../src/ui/render/report/html.ts";
import { reportMarkdown } from "../../../src/ui/render/report/markdown.ts";
import { jsonText } from "../../../src/ui/text/json-text.ts";
import { misfitsOf } from "../../support/output-schemas.ts";

const fixtures = join(import.meta.dirname, "../../fixtures/journals");
const PROCEDURES = ["rollback", "undo", "migrate-down", "restore", "cutover", "maintenance", "upgrade"];

const eventsOf = (name: string): readonly JournalEvent[] =>
  readFileSync(join(fixtures, `${name}.jsonl`), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as JournalEvent);

/** What AWS would have said of the rollback's night. */
const NIGHT: Surroundings = {
  deployments: {
    known: true,
    value: [
      {
        arn: "arn:aws:ecs:eu-west-1:111122223333:service-deployment/vulcan-prod/vulcan-prod/jCjVjOIRTSolFYKyiNfAJ",
        status: "ROLLBACK_SUCCESSFUL",
        taskDefinition: "vulcan-prod:43",
        createdAt: "2026-11-30T23:50:00Z",
        startedAt: "2026-11-30T23:50:05Z",
        finishedAt: "2026-12-01T00:00:36Z",
      },
    ],
  },
  serviceEvents: {
    known: true,
    value: [{ at: "2026-12-01T00:00:40Z", text: "(service vulcan-prod) has reached a steady state." }],
  },
  alarms: {
    known: true,
    value: [
      {
        name: "vulcan-prod-5xx",
        from: Date.parse("2026-11-30T23:54:00Z"),
        to: Date.parse("2026-11-30T23:54:00Z") + 1,
        into: "ALARM",
      },
      {
        name: "vulcan-prod-5xx",
        from: Date.parse("2026-12-01T00:03:00Z"),
        to: Date.parse("2026-12-01T00:03:00Z") + 1,
        into: "OK",
      },
    ],
  },
  logs: {
    known: true,
    value: [
      {
        group: "/ecs/vulcan-prod",
        streamPrefix: "vulcan/vulcan/",
        from: "2026-11-30T23:00:00.300Z",
        to: "2026-12-01T00:06:07.800Z",
      },
    ],
  },
};

function reportOf(
  name: string,
  notes: readonly ExecutionNoted[] = [],
  events: readonly JournalEvent[] = eventsOf(name),
): ReportDocument {
  const [started] = events;
  if (started?.type !== "execution.started") throw new Error(`${name} does not begin with its start`);
  const lastAt = events.at(-1)?.at ?? started.at;
  return assembleReport({
    executions: [{ events, notes }],
    surroundings: name === "rollback" ? NIGHT : unreadSurroundings("left out by --offline"),
    identity: identityAt(started.target, started.caller.account, started.endpoint),
    span: {
      from: new Date(Date.parse(started.at) - 3_600_000).toISOString(),
      to: new Date(Date.parse(lastAt) + 300_000).toISOString(),
    },
    madeAt: "2026-12-24T09:00:00.000Z",
    version: "0.1.0",
    zone: "Europe/Berlin",
    unread: [],
  });
}

const NOTE: ExecutionNoted = {
  type: "execution.noted",
  at: "2026-12-01T00:04:00.000Z",
  execution: "x0001",
  text: "Support: <b>no</b> new tickets | all quiet",
  operator: "ben",
  host: "desk-2",
};

const golden = (name: string): string => `../../golden/reports/${name}`;

describe.each(PROCEDURES)("the report of %s", (name) => {
  const report = reportOf(name, name === "rollback" ? [NOTE] : []);

  it("as Markdown, HTML and JSON", async () => {
    await expect(reportMarkdown(report)).toMatchFileSnapshot(golden(`${name}.md`));
    await expect(reportHtml(report)).toMatchFileSnapshot(golden(`${name}.html`));
    await expect(`${jsonText(report, 2)}\n`).toMatchFileSnapshot(golden(`${name}.json`));
  });

  it("fits its schema, inside and outside", () => {
    expect([misfitsOf("report", report), misfitsOf("report", forExternal(report))]).toEqual([[], []]);
  });

  it("has no script, no address to load and no style attribute", () => {
    const html = reportHtml(report);
    expect(html).not.toMatch(/<script|<link|<img|<iframe|\ssrc=|\shref=|\sstyle=|\son\w+=|url\(|@import/i);
  });
});

it("tells what another machine continued after what it continued, though its clock is an hour behind", () => {
  const events = eventsOf("rollback");
  const sent = events.findIndex(({ type }) => type === "step.sent") + 1;
  const anHourBefore = ({ at }: JournalEvent) => new Date(Date.parse(at) - 3_600_000).toISOString();
  const moved = events.slice(sent).map((event) => ({ ...event, at: anHourBefore(event) }));
  const told = ({ timeline }: ReportDocument) =>
    timeline.filter(({ source }) => source === "execution").map(({ text }) => text);
  expect(told(reportOf("rollback", [], [...events.slice(0, sent), ...moved]))).toEqual(told(reportOf("rollback")));
});

describe("its title", () => {
  const [journal, end] = [eventsOf("rollback"), eventsOf("rollback").slice(-1)];
  const until = (type: JournalEvent["type"]) => journal.slice(0, journal.findIndex((event) => event.type === type) + 1);
  const titleOf = (...events: readonly JournalEvent[]) => reportOf("rollback", [], [...events, ...end]).title;
  const refused: JournalEvent = {
    ...{ type: "step.failed", at: "2026-12-01T00:00:30.000Z", execution: "x0001", step: "revert", phase: "do" },
    ...{ reason: "lock-lost", text: "taken over", evidence: [], next: [], effect: "none" },
  };

  it("says that nothing was changed where a step was confirmed, and its request not sent", () => {
    const confirmed = until("step.confirmed");
    expect(confirmed.at(-1)).toMatchObject({ step: "revert" });
    expect(titleOf(...confirmed, refused)).toBe("Roll back → 1.42.0 on vulcan-prod: nothing was changed");
  });

  it("says it of nothing that may have been sent", () => {
    for (const type of ["step.confirmed", "step.sent"] as const)
      expect(titleOf(...until(type))).toBe("Roll back → 1.42.0 on vulcan-prod");
  });

  it("says nothing of it where another machine may have records of more", () => {
    const without = { ...end[0], status: "unknown", exitCode: 7, reason: "records-elsewhere" } as JournalEvent;
    const { title } = reportOf("rollback", [], [...until("execution.started"), without]);
    expect(title).toBe("Runbook rollback-service on vulcan-prod");
  });

  it("names the runbook alone where nothing was confirmed", () => {
    expect(titleOf(...until("execution.started"))).toBe("Runbook rollback-service on vulcan-prod: nothing was changed");
  });
});

it("external: as Markdown", async () => {
  await expect(reportMarkdown(forExternal(reportOf("rollback", [NOTE])))).toMatchFileSnapshot(
    golden("rollback-external.md"),
  );
});

it("tells the durations of an incident, and of a planned change the whole alone", () => {
  const seconds = (name: string) =>
    Object.fromEntries(reportOf(name).durations.map(({ id, seconds: took }) => [id, took]));
  expect(seconds("rollback")).toEqual({ detect: 235, decide: 360.3, restore: 38.1, total: 67.5 });
  expect(seconds("cutover")).toMatchObject({ rto: expect.any(Number), rpo: expect.any(Number) });
  expect(seconds("restore").rpo).toBe(0);
  expect(Object.keys(seconds("maintenance"))).toEqual(["total"]);
});

it("text from outside is no markup", () => {
  expect(prose("# a *b* [c](d) <e> `f` _g_ a_b 1. x")).toBe(
    "\\# a \\*b\\* \\[c\\](d) \\<e\\> \\`f\\` \\_g\\_ a_b 1. x",
  );
  expect(prose("1. x\n- y")).toBe("1\\. x - y");
});
