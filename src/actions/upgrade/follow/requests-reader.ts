import { groupsOf, isBehind } from "../../../domain/aws/targets.ts";
import type { ActionReadContext } from "../../../domain/services.ts";
import { isNetwork, type Subject } from "../../../domain/watch/metric.ts";
import { MINUTE, minuteOf } from "../../../domain/watch/series.ts";
import type { RolloutSnapshot } from "../../ecs/rollout/snapshot.ts";
import type { FirstRequests } from "../phases/facts.ts";
import type { SpareCalls } from "./spare-calls.ts";

/** The target groups and their load balancers. */
const SUBJECT_CALLS = 2;

/**
 * Tells whether requests reach the new tasks. CloudWatch counts them for a target group, not for a target: so it can
 * tell once no old target takes new requests. [D: AWS/ApplicationELB, dimensions]
 */
export class RequestsReader {
  readonly #wanted: string;
  readonly #context: ActionReadContext;
  readonly #spare: SpareCalls;
  #aloneSince: number | undefined;
  #groups: Subject["groups"] | undefined;
  #askedAt = 0;
  #first: FirstRequests | undefined;

  constructor(wanted: string, context: ActionReadContext, spare: SpareCalls) {
    this.#wanted = wanted;
    this.#context = context;
    this.#spare = spare;
  }

  get first(): FirstRequests | undefined {
    return this.#first;
  }

  note(snapshot: RolloutSnapshot): void {
    if (!servesAlone(this.#wanted, snapshot)) this.#aloneSince = undefined;
    else this.#aloneSince ??= this.#context.clock.now();
  }

  /** One call a minute, until requests were counted. */
  async read({ service }: RolloutSnapshot): Promise<void> {
    const now = this.#context.clock.now();
    const since = this.#aloneSince;
    if (since === undefined || this.#first !== undefined || now < this.#askedAt + MINUTE) return;
    const span = { from: minuteOf(since) + MINUTE, to: minuteOf(now) };
    if (span.to <= span.from || !this.#spare.take(this.#groups === undefined ? SUBJECT_CALLS + 1 : 1)) return;
    this.#askedAt = now;
    const { watch } = this.#context.services.aws;
    this.#groups ??= (await watch.subject(this.#context.target, service)).groups.filter((group) => !isNetwork(group));
    if (this.#groups.length === 0) return;
    const found = (await watch.traffic(this.#groups, span)).find(({ requests }) => requests > 0);
    if (found !== undefined) this.#first = { minute: new Date(found.at).toISOString(), count: found.requests };
  }
}

/** Some targets are healthy, and each of those belongs to a new task. */
function servesAlone(wanted: string, { service, running, targets }: RolloutSnapshot): boolean {
  const own = running.filter(({ taskDefinition }) => taskDefinition === wanted);
  const healthy = groupsOf(service, targets).flatMap((group) =>
    group.targets.filter(({ state }) => state === "healthy"),
  );
  return healthy.length > 0 && healthy.every((target) => own.some((task) => isBehind(target, task)));
}
