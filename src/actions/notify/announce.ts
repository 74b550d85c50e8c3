import { type Attempt, defineAction, type Report, type StepPlan, type Verdict } from "../../domain/action.ts";
import { announcement, MOMENTS, type Moment, messageRequest } from "../../domain/announcement.ts";
import type { Values } from "../../domain/field.ts";
import { block } from "../../domain/finding.ts";
import type { Operation } from "../../domain/operation.ts";
import type { ActionServices } from "../../domain/services.ts";
import { utcTime } from "../../domain/time.ts";

const inputs = {
  moment: { type: "choice", choices: MOMENTS, description: "Moment of the maintenance to announce." },
  opens: { type: "time", description: "When the window begins." },
  closes: { type: "time", description: "When the window ends." },
  after: { type: "boolean", required: false, description: "An earlier announcement. Without it nothing is announced." },
  unless: { type: "boolean", required: false, description: "Another announcement that replaces this one." },
  formerOpens: { type: "time", required: false, description: "When a moved window would have begun." },
  formerCloses: { type: "time", required: false, description: "When a moved window would have ended." },
  mustArrive: { type: "boolean", required: false, description: "Whether it fails where no channel takes it." },
  dependent: { type: "boolean", required: false, description: "Whether `after` decides." },
} as const;

type Inputs = Values<typeof inputs>;

interface Observation {
  readonly service: string;
  readonly zone: string | undefined;
  readonly report: Report | undefined;
  readonly channel: ActionServices["channel"];
  readonly now: number;
}

/** Announces the maintenance at most once. A failure never fails the run: the operator gets the text to paste. */
export const announce = defineAction<ActionServices, typeof inputs, Observation>({
  name: "notify.announce",
  summary: "Announce a maintenance by the configured channel, or print the text to post.",
  risk: "change",
  requests: ["notify:Announce", "sns:Publish"],
  inputs,
  outputs: { told: { type: "boolean", description: "true once it was announced, or printed to post" } },
  observe: async (_given, { services, target, clock, report }) => ({
    kind: "observed",
    value: { service: target.service, zone: target.zone, report, channel: services.channel, now: clock.now() },
  }),
  plan: (given, observation) => planAnnouncement(given, observation),
  verify: async (given, attempt) => judge(given, attempt),
  probe: async () => ({ kind: "done", evidence: "whether the message arrived is not known; it is not sent twice" }),
});

function planAnnouncement(given: Inputs, { service, zone, report, channel, now }: Observation): StepPlan {
  const nothing = { changes: [], findings: [], outputs: {} };
  const needless = whyNeedless(given, now);
  if (needless !== undefined) return { ...nothing, summary: needless };
  const text = `${channel?.prefix ?? ""}${announcement(given.moment as Moment, { service, zone, report, ...given })}`;
  const outputs = { told: true };
  if (channel === undefined && given.mustArrive === true) return { ...nothing, ...noChannel(text) };
  if (channel === undefined)
    return { ...nothing, outputs, summary: `no webhook or SNS topic configured. Message to post: ${text}` };
  return {
    ...nothing,
    outputs,
    summary: `by ${channel.by}: ${text}`,
    deed: { verb: "announce", past: "announced", object: `the maintenance of ${service} by ${channel.by}` },
    proposal: {
      operation: messageRequest(channel, text),
      undo: { kind: "stays", reason: "a sent message stays sent" },
      basis: {},
      consequence: given.moment,
    },
  };
}

const WAYS = ["set VULCAN_OPS_WEBHOOK, or announceTopic in vulcan-ops.yaml", "vulcan-ops notify"];

/** Where the announcement is all that was asked for. */
function noChannel(message: string) {
  const text = `no webhook or SNS topic is configured. Message to post: ${message}`;
  return { summary: text, findings: [block("channel-missing", text, WAYS)] };
}

const textIn = ({ input }: Operation): string => String(input.text ?? input.Message ?? "");

function whyNeedless({ moment, opens, after, unless, dependent }: Inputs, now: number): string | undefined {
  if (dependent === true && after !== true) return "no start was announced";
  if (unless === true) return "the end was announced";
  if (moment === "advance" && Date.parse(opens) <= now) return `the window has begun: ${utcTime(opens)}`;
  return undefined;
}

function judge({ moment, mustArrive }: Inputs, { operation, receipt }: Attempt): Verdict {
  const { told, why = "" } = receipt?.answer ?? {};
  const text = operation === undefined ? "" : textIn(operation);
  if (told === true) return { kind: "true", text: `announced (${moment})` };
  if (told === false) {
    if (mustArrive === true) return lost("not-announced", `not announced: ${String(why)}`, text);
    const said = `NOT ANNOUNCED: ${String(why)}. Message to post: ${text}`;
    return { kind: "true", text: said, missed: "the maintenance was not announced" };
  }
  const missed = "it is not known whether the maintenance was announced";
  const because = why === "" ? "" : ` (${String(why)})`;
  if (mustArrive === true) return lost("announcement-unknown", `${missed}${because}`, text);
  return { kind: "true", text: `not known whether it was announced${because}. Message to post: ${text}`, missed };
}

const lost = (reason: string, text: string, message: string): Verdict => ({
  kind: "false",
  failure: { reason, text, evidence: [`Message to post: ${message}`], next: [] },
});
