import { isReady, type Service, type Task } from "../../domain/aws/ecs.ts";
import { isTransient } from "../../domain/error.ts";
import { clockTime, formatDuration } from "../../domain/time.ts";
import { counted, type Evidence } from "../../domain/watch/evidence.ts";
import { Ledger } from "../../domain/watch/measurements.ts";
import type { Measured } from "../../domain/watch/metric.ts";
import type { WatchReport } from "../../domain/watch/report.ts";
import { lengthOf, type Point } from "../../domain/watch/series.ts";
import { judgeWatch } from "../../domain/watch/verdict.ts";
import { primaryOf } from "../ecs/rollout/snapshot.ts";
import { WARM_UP } from "./deployment-times.ts";
import { LeftReleases } from "./left-releases.ts";
import { detailsOf, type Prepared } from "./prepare.ts";
import type { WatchOptions } from "./watch-options.ts";

/** Everything that has been seen since the watch began. */
export class WatchSampler {
  readonly #watching: WatchOptions;
  readonly #prepared: Prepared;
  readonly #ledger = new Ledger();
  readonly #desired: Point[] = [];
  #service: Service;
  #warmUntil: number;
  readonly #left: LeftReleases;
  #again: string | undefined;
  /** So many reads in succession have shown another revision than the one that is watched. */
  #seenOther = 0;
  #remarks: readonly string[] = [];
  #unreadHistory: string | undefined;
  #trouble: { readonly since: number; readonly text: string } | undefined;

  constructor(watching: WatchOptions, prepared: Prepared) {
    this.#watching = watching;
    this.#prepared = prepared;
    this.#service = prepared.service;
    this.#left = new LeftReleases(watching.services);
    this.#warmUntil = prepared.warmUntil;
    this.#note(prepared.service);
  }

  /** One read of the service. From the first minute that counts on, also the whole window in one call. */
  async sample(): Promise<void> {
    const { services, target, clock } = this.#watching;
    const { subject, asked, isByTasks } = this.#prepared;
    const now = clock.now();
    const isEarly = lengthOf(counted({ ...this.#evidence(), now })) === 0;
    try {
      const [service, past, answer, tasks] = await Promise.all([
        services.aws.ecs.service(target.cluster, target.service),
        services.aws.ecs.history(target.cluster, target.service).catch((error: Error) => error),
        isEarly ? undefined : services.aws.watch.metrics(subject, { from: asked.from, to: now }),
        isByTasks ? services.aws.ecs.tasks(target.cluster, target.service, "RUNNING") : undefined,
      ]);
      const { record } = this.#prepared;
      const history = past instanceof Error ? undefined : past;
      this.#unreadHistory = past instanceof Error ? past.message : undefined;
      record.learn({ service, history, details: await detailsOf(this.#watching, record, history) });
      this.#note(service);
      this.#again = await this.#deployedAgain(service);
      this.#ledger.learn({ ...answer?.measured, ...(tasks && hostsOf(tasks, now)) }, now);
      this.#remarks = answer?.remarks ?? [];
      this.#trouble = undefined;
    } catch (error) {
      if (!isTransient(error)) throw error;
      this.#trouble = { since: this.#trouble?.since ?? now, text: (error as Error).message };
    }
  }

  report(earlier: readonly string[], endedEarly?: string): WatchReport {
    const { asked, before, most } = this.#prepared;
    const { cluster, service } = this.#watching.target;
    const evidence = { ...this.#evidence(), ...(endedEarly === undefined ? {} : { endedEarly }) };
    const judgement = judgeWatch(evidence);
    // One read may be stale. Minutes after the last change of this execution it is not.
    const isReplaced = this.#seenOther > (judgement.verdict === undefined ? 1 : 0);
    return {
      ...judgement,
      ...(isReplaced && { replacedBy: this.#service.taskDefinition }),
      at: evidence.now,
      cluster,
      service,
      asked,
      before,
      measured: evidence.measured,
      ...(most && { mostConnections: most }),
      notes: [...earlier, ...this.#notes(evidence.now)],
    };
  }

  /** A deployment of the watch may bring back the release that an execution rolled back from. */
  async #deployedAgain(service: Service): Promise<string | undefined> {
    const primary = primaryOf(service);
    const isNew = primary !== undefined && Date.parse(primary.createdAt) >= this.#prepared.asked.from;
    return isNew ? this.#left.noteOf(primary.taskDefinition) : undefined;
  }

  #note(service: Service): void {
    const now = this.#watching.clock.now();
    const grew = service.desired > this.#service.desired;
    if (grew || primaryOf(service)?.rollout === "IN_PROGRESS") this.#warmUntil = now + WARM_UP;
    this.#desired.push({ at: now, value: service.desired });
    const { revision = service.taskDefinition } = this.#watching;
    this.#seenOther = service.taskDefinition === revision ? 0 : this.#seenOther + 1;
    this.#service = service;
  }

  #evidence(): Evidence {
    const { asked, before, most, record, isByTasks } = this.#prepared;
    const { failed } = record;
    const open = this.#trouble === undefined ? record.open : "the deployments could not be read last";
    return {
      asked,
      now: this.#watching.clock.now(),
      measured: this.#ledger.measured,
      before,
      desired: this.#desired,
      ...(isByTasks && { isByTasks }),
      warmUntil: this.#warmUntil,
      ...(failed !== undefined && { failed }),
      ...(open !== undefined && { open }),
      ...(most && { maxConnections: most.most }),
    };
  }

  #notes(now: number): string[] {
    const primary = primaryOf(this.#service);
    const { asked, record } = this.#prepared;
    const isNew = primary !== undefined && Date.parse(primary.createdAt) >= asked.from;
    const late = this.#ledger.lateMinutes;
    return [
      ...(isNew ? [`${primary.taskDefinition} was deployed in the middle, ${clockTime(primary.createdAt)}`] : []),
      ...(this.#again === undefined ? [] : [this.#again]),
      ...record.notes,
      ...(late > 0 ? [`${late} min seen late, when CloudWatch or this machine was back`] : []),
      ...this.#remarks,
      ...(this.#unreadHistory === undefined ? [] : [`the deployment history is not read: ${this.#unreadHistory}`]),
      ...(this.#trouble === undefined ? [] : [unreadText(this.#trouble, now)]),
    ];
  }
}

/** Tasks of this minute as hosts. */
function hostsOf(tasks: readonly Task[], now: number): Measured {
  const unhealthy = tasks.filter(({ health }) => health === "UNHEALTHY").length;
  return {
    healthy: [{ at: now, value: tasks.filter(isReady).length }],
    unhealthy: [{ at: now, value: unhealthy }],
  };
}

function unreadText({ since, text }: { readonly since: number; readonly text: string }, now: number): string {
  return `nothing could be read for ${formatDuration((now - since) / 1000)}, asked again every minute: ${text}`;
}
