import type { Failure, Verdict } from "../../../domain/action.ts";
import type { Service } from "../../../domain/aws/ecs.ts";
import type { Wait } from "../../../domain/services.ts";
import { type Asked, askedFor } from "../../rollout/asked.ts";
import { isCompleted, type Judgement, judge } from "./assess.ts";
import { type FailedJudgement, failureOf, isBreakerDue, readTail, stopReasons } from "./failure-report.ts";
import { counts, describe, drained, served, stalled } from "./progress-text.ts";
import { RolloutWatch } from "./reader.ts";
import { othersAlive, othersTargeted, primaryOf, type Sight } from "./snapshot.ts";

const POLL_MS = 4000;
/** An end is looked at once more after this: one lucky moment is no success, and one stale read no failure. */
const CONFIRM_MS = { serving: 500, failed: 3000 };
/** Draining takes minutes, and nobody waits for it with a hand on the switch. */
const DRAIN_POLL_MS = 12_000;
/** What no glance shows is looked for this often. */
const EVIDENCE_MS = 30_000;
/** A service that looks complete, and is not, is looked at this often. */
const CANDIDATE_MS = 12_000;
const STALLED_MS = 120_000;
/** How long a breaker that has counted enough may take to act before the report goes without it. */
const BREAKER_MS = 20_000;
/** What a target group has unless somebody chose otherwise. */
const USUAL_DRAIN_SECONDS = 300;

export type Until = "serving" | "drained";

/**
 * Follows the rollout of `wanted` to a verdict: glances at the service, and reads tasks and targets where a glance shows
 * that they moved or that an end is near. A read that fails for a passing reason does not end the wait.
 */
export async function awaitRollout(wanted: string, waiting: Wait, until: Until = "serving"): Promise<Verdict> {
  const watch = new RolloutWatch(waiting);
  const rollout = new Rollout(wanted, waiting, watch);
  for (;;) {
    const verdict = await rollout.look(until);
    if (verdict !== undefined) return verdict;
    if (waiting.clock.now() >= waiting.deadline) return { kind: "open", failure: rollout.outOfTime() };
    await watch.pause(rollout.interval());
  }
}

/** What is remembered between two looks. */
class Rollout {
  readonly #wanted: string;
  readonly #waiting: Wait;
  readonly #watch: RolloutWatch;
  readonly #since: string;
  readonly #asked: Asked | undefined;
  #sight: Sight | undefined;
  #sightAt = 0;
  #glance = "";
  #progress = "";
  #movedAt: number;
  #before: Judgement["kind"] = "going";
  #provenAt: number | undefined;
  #isServing = false;
  #drainSeconds: number | undefined;

  constructor(wanted: string, waiting: Wait, watch: RolloutWatch) {
    this.#wanted = wanted;
    this.#waiting = waiting;
    this.#watch = watch;
    this.#movedAt = waiting.clock.now();
    this.#since = new Date(waiting.clock.now()).toISOString();
    this.#asked = askedFor(wanted, waiting);
  }

  interval(): number {
    if (this.#isServing) return DRAIN_POLL_MS;
    return this.#before === "going" ? POLL_MS : CONFIRM_MS[this.#before];
  }

  async look(until: Until): Promise<Verdict | undefined> {
    const service = await this.#watch.glance();
    if (service === undefined) return undefined;
    const isFresh = await this.#refresh(service);
    if (this.#sight === undefined) return undefined;
    const judgement = judge(this.#wanted, this.#sight, this.#since, this.#asked);
    await this.#tell(judgement);
    return this.#settle(judgement, isFresh, until);
  }

  /** The evidence, where it is due; otherwise the last one under the newest glance. */
  async #refresh(service: Service): Promise<boolean> {
    const due = this.#due(service);
    const known = due === "routine" ? this.#sight : undefined;
    const sight = due === "no" ? undefined : await this.#watch.evidence(service, known);
    if (sight !== undefined) this.#sightAt = this.#waiting.clock.now();
    this.#sight = sight ?? (this.#sight === undefined ? undefined : { ...this.#sight, service });
    return sight !== undefined;
  }

  /** Whether tasks and targets have to be looked at, and how urgently. */
  #due(service: Service): "urgent" | "routine" | "no" {
    const before = this.#sight?.service;
    const hasMoved = this.#note(service);
    // What stopped tasks have proven stays true; a breaker that is waited for shows at a glance.
    if (this.#provenAt !== undefined) return hasMoved ? "urgent" : "no";
    if (before === undefined || this.#before !== "going" || this.#isServing) return "urgent";
    const age = this.#waiting.clock.now() - this.#sightAt;
    if (hasMoved && isUrgent(this.#wanted, before, service)) return "urgent";
    if (isCandidate(this.#wanted, service) && age >= CANDIDATE_MS) return "urgent";
    if (hasMoved && this.#watch.isCheap("all")) return "routine";
    return age >= 2 * EVIDENCE_MS || (age >= EVIDENCE_MS && this.#watch.isCheap("half")) ? "routine" : "no";
  }

  /** Compares with the glance before. */
  #note(service: Service): boolean {
    const [picture, progress] = [pictureOf(service), progressOf(service)];
    const hasMoved = picture !== this.#glance;
    if (progress !== this.#progress) this.#movedAt = this.#waiting.clock.now();
    this.#glance = picture;
    this.#progress = progress;
    return hasMoved;
  }

  async #tell(judgement: Judgement): Promise<void> {
    const sight = this.#sight as Sight;
    if (this.#isServing && judgement.kind === "serving") {
      this.#waiting.progress(await this.#served(), counts(this.#wanted, sight));
      return;
    }
    const still = this.#waiting.clock.now() - this.#movedAt;
    const warning = still >= STALLED_MS && judgement.kind === "going" ? stalled(still) : "";
    this.#waiting.progress(`${describe(this.#wanted, sight, judgement)}${warning}`, counts(this.#wanted, sight));
  }

  /** Success is seen twice with all its evidence; what stopped tasks prove stands at once; other ends are seen twice. */
  async #settle(judgement: Judgement, isFresh: boolean, until: Until): Promise<Verdict | undefined> {
    const isSecond = judgement.kind === this.#before;
    this.#before = judgement.kind === "serving" && !isFresh ? "going" : judgement.kind;
    if (judgement.kind === "going" || (judgement.kind === "serving" && !isFresh)) return undefined;
    if (judgement.kind === "failed") {
      if (judgement.isProven ? this.#isHeld(judgement) : !isSecond) return undefined;
      return { kind: "false", failure: await this.#report(judgement) };
    }
    if (!isSecond) return undefined;
    this.#isServing = true;
    return until === "drained" ? this.#drained() : { kind: "true", text: await this.#served() };
  }

  /** A breaker that is about to act decides what the operator has to know: a few seconds for it. */
  #isHeld({ reason }: FailedJudgement): boolean {
    const now = this.#waiting.clock.now();
    this.#provenAt ??= now;
    const isDue = reason !== "task-cannot-start" && isBreakerDue(this.#wanted, this.#sight as Sight);
    return isDue && now - this.#provenAt < BREAKER_MS;
  }

  async #report(judgement: FailedJudgement): Promise<Failure> {
    const sight = this.#sight as Sight;
    const newest = this.#sightAt === this.#waiting.clock.now() ? sight : await this.#newest(sight);
    const tail = await readTail(this.#wanted, newest, this.#waiting);
    return failureOf(judgement, this.#wanted, newest, tail);
  }

  async #newest(sight: Sight): Promise<Sight> {
    const isRecent = this.#waiting.clock.now() - this.#sightAt < POLL_MS;
    return isRecent ? sight : ((await this.#watch.evidence(sight.service).catch(() => undefined)) ?? sight);
  }

  async #served(): Promise<string> {
    const sight = this.#sight as Sight;
    const isDraining = othersAlive(this.#wanted, sight).length > 0;
    if (isDraining) this.#drainSeconds ??= await this.#readDrain(sight);
    return served(this.#wanted, sight, this.#drainSeconds ?? 0, this.#waiting.clock.now());
  }

  async #readDrain({ service }: Sight): Promise<number> {
    const reading = service.targetGroups.map((group) => this.#waiting.world.aws.drainSeconds(group));
    return Math.max(0, ...(await Promise.all(reading).catch(() => [USUAL_DRAIN_SECONDS])));
  }

  #drained(): Verdict | undefined {
    const sight = this.#sight as Sight;
    const isLeft = othersAlive(this.#wanted, sight).length + othersTargeted(this.#wanted, sight).length > 0;
    return isLeft ? undefined : { kind: "true", text: drained(this.#wanted, sight) };
  }

  outOfTime(): Failure {
    const sight = this.#sight;
    const wanted = this.#wanted;
    const evidence = sight === undefined ? [] : stopReasons(wanted, sight);
    if (sight !== undefined && this.#isServing) {
      const text = `${wanted} serves, but the time limit passed before the others were gone: ${describe(wanted, sight, { kind: "serving" }).split("\n")[1] ?? "targets are left"}. AWS goes on draining`;
      return { reason: "still-draining", text, evidence, next: ["vulcan-ops resume", "vulcan-ops"] };
    }
    const judgement = sight === undefined ? undefined : judge(wanted, sight, this.#since, this.#asked);
    const state = judgement?.kind === "going" ? judgement.why : "its state could not be read";
    const text = `the time limit passed with the rollout of ${wanted} still going on: ${state}. AWS continues it`;
    return { reason: "still-in-progress", text, evidence, next: ["vulcan-ops resume", "vulcan-ops undo"] };
  }
}

/** All that a glance shows, as one text. */
function pictureOf(service: Service): string {
  return JSON.stringify([progressOf(service), service.events[0] ?? null]);
}

/** What counts as movement: ECS that says once more that it cannot place a task has not moved. */
function progressOf({ taskDefinition, desired, running, pending, deployments }: Service): string {
  return JSON.stringify([taskDefinition, desired, running, pending, deployments]);
}

/** As far as a glance can tell, it is done. */
function isCandidate(wanted: string, service: Service): boolean {
  const primary = primaryOf(service);
  return primary?.taskDefinition === wanted && isCompleted(primary, service) && primary.running >= service.desired;
}

/** An end may have come: done, replaced, or a task that is gone (ECS counts it, or merely has one less on its way up). */
function isUrgent(wanted: string, before: Service, now: Service): boolean {
  if (isCandidate(wanted, now) && !isCandidate(wanted, before)) return true;
  const [was, is] = [primaryOf(before), primaryOf(now)];
  if (was?.id !== is?.id || was === undefined || is === undefined) return true;
  if (is.rollout !== was.rollout || is.failed > was.failed) return true;
  if (is.running + is.pending < was.running + was.pending) return true;
  return (
    now.events[0]?.text !== before.events[0]?.text && /\bunable\b|unhealthy|failed/.test(now.events[0]?.text ?? "")
  );
}
