import { counted } from "../finding.ts";
import { type Headline, headlineOf, wordsIn } from "../headline.ts";
import {
  type Case,
  caseOf,
  isYoung,
  type Situation,
  type Summary,
  servingSentence,
  servingState,
  wayBack,
  wholeServing,
} from "./case.ts";
import {
  deploying,
  failingDeployment,
  nothingServes,
  rolledBack,
  rollingBack,
  stuckDeployment,
} from "./deployment-cases.ts";
import { ownExecution, runningExecution } from "./execution-cases.ts";
import { isNear, problems } from "./problems.ts";
import { type TargetStatus, unreadParts } from "./target-status.ts";
import { failingTraffic, silentTraffic } from "./traffic-cases.ts";

/** The first that holds decides. */
const CASES: readonly ((one: Case) => Situation | undefined)[] = [
  ownExecution,
  runningExecution,
  unreadService,
  nothingServes,
  failingDeployment,
  stuckDeployment,
  rollingBack,
  deploying,
  failingTraffic,
  otherProblems,
  rolledBack,
  unreadRest,
  silentTraffic,
];

export function situationOf(status: TargetStatus): Situation {
  const one = caseOf(status);
  for (const judge of CASES) {
    const found = judge(one);
    if (found !== undefined) return found;
  }
  return {
    code: "fine",
    tone: "fine",
    sentences: [servingSentence(one)],
    states: [servingState(one)],
    below: [],
    action: { do: "watch", why: "compare key metrics with the time before" },
  };
}

/** For programs: without what only a screen needs. */
export function summaryOf(status: TargetStatus): Summary {
  const { code, tone, sentences, action } = situationOf(status);
  return { code, tone, sentences, action };
}

/** What a reader of the first row alone has to know. */
export function statusHeadline(status: TargetStatus): Headline {
  const situation = situationOf(status);
  return headlineOf(nextOf(situation, caseOf(status)), situation.states);
}

function nextOf({ action, tone }: Situation, { name }: Case): string {
  switch (action.do) {
    case "rollback":
      // Its revision stands beside it, in the menu.
      return `roll back to ${name(action.to).replace(/ \(:\d+\)$/, "")}`;
    case "logs":
      return "read the logs";
    case "doctor":
      return "run the doctor";
    case "watch":
      return tone === "fine" ? "nothing to do" : "watch";
    default:
      return `${action.do} ${action.execution}`;
  }
}

function unreadService({ status }: Case): Situation | undefined {
  const { service } = status;
  if (service.known) return undefined;
  return {
    code: "service-unread",
    tone: "unknown",
    sentences: [{ tone: "unknown", text: `The service cannot be read: ${service.why}` }],
    states: ["The service cannot be read"],
    below: [{ tone: "unknown", text: service.why }],
    action: { do: "doctor", why: "find what stops the reads" },
  };
}

function otherProblems(one: Case): Situation | undefined {
  const [first, ...more] = problems(one.status);
  if (first === undefined) return undefined;
  const others = more.length === 0 ? "" : ` (${counted(more.length, "more problem")})`;
  const whole = `${first.charAt(0).toUpperCase()}${first.slice(1)}`;
  const text = `${whole}${others}`;
  const [clause = whole] = whole.split(/: |; /);
  const isShort = wordsIn(text) <= MOST_STATE_WORDS;
  return {
    code: "problem",
    tone: "failing",
    sentences: [{ tone: "failing", text }, servingSentence(one)],
    states: isShort ? [text] : [`${clause}${others}`, clause],
    below: [...(isShort ? [] : [{ tone: "failing", text: whole } as const]), servingSentence(one)],
    action: concernsRelease(one)
      ? ((isYoung(one) ? wayBack(one) : undefined) ?? { do: "logs", why: "see what the tasks say" })
      : { do: "doctor", why: "find what stops a rollback" },
  };
}

/** Beside the longest thing to do. */
const MOST_STATE_WORDS = 8;

/** Tasks are missing, or an alarm of this target fires: the release may be the cause. */
function concernsRelease({ status: { alarms }, serving }: Case): boolean {
  const isShort = serving !== undefined && serving.healthy < serving.desired;
  return isShort || (alarms.known && alarms.value.some(isNear));
}

function unreadRest(one: Case): Situation | undefined {
  const missing = unreadParts(one.status);
  if (missing.length === 0) return undefined;
  const names = missing.map(([name]) => partName(name)).join(", ");
  const serving = servingSentence(one);
  return {
    code: "partly-unread",
    tone: "unknown",
    sentences: [serving, { tone: "unknown", text: `Not read: ${names}.` }],
    states: [`${servingState(one)}; not all was read`, servingState(one)],
    below: [...(wholeServing(one) === undefined ? [serving] : []), { tone: "unknown", text: `Not read: ${names}.` }],
    action: { do: "doctor", why: "find what stops the reads" },
  };
}

/** A part of the status in the words of the screen. */
export const partName = (part: string): string => PART_NAMES[part] ?? part;

const PART_NAMES: Readonly<Record<string, string>> = {
  balancer: "targets",
  past: "deployment history",
  window: "restore window",
  muteRules: "mute rules",
};
