import type { Failure, Verdict } from "../../../domain/action.ts";
import type { Service } from "../../../domain/aws/ecs.ts";
import type { ProtectedTask } from "../../../domain/aws/reads.ts";
import { liftLine, protectedWords } from "../../../domain/aws/task-protection.ts";
import type { ActionVerifyContext } from "../../../domain/services.ts";
import { clockTime } from "../../../domain/time.ts";
import { type Assessment, assessRollout } from "./assess.ts";
import { type FailedAssessment, failureOf, isBreakerDue, readTail, stopReasons } from "./failure-report.ts";
import { glance, openFor } from "./glance.ts";
import { lingering } from "./lingering.ts";
import { counts, describe, drained, healthyCount, served, servingNow, stalled } from "./progress-text.ts";
import { drainSecondsOnce, isDrainKnown } from "./read-once.ts";
import { RolloutReader, TAIL_CALLS } from "./reader.ts";
import { type SentUpdate, sentUpdate } from "./sent-update.ts";
import { fingerprint, hasUnknownTasks, isBegun, isCandidate, isUrgent, progressOf } from "./service-signs.ts";
import { otherTargets, otherTasksAlive, primaryOf, type RolloutSnapshot } from "./snapshot.ts";

/** A look at the service, or at what is still open: a failure is told within 5 s, with the reads that tell why. */
export const POLL_MS = 3600;
/** Require two consecutive reads, this far apart, before reporting an end. */
const CONFIRM_MS = { serving: 500, failed: 3000 };
/** Draining takes minutes and is not urgent. */
const DRAIN_POLL_MS = 12_000;
/** How often to read what the service alone does not show. */
const EVIDENCE_MS = 30_000;
/** How often to read everything while a service seems complete but is not. */
const CANDIDATE_MS = 12_000;
const STALLED_MS = 120_000;
/** How often to ask which tasks are protected while nothing moves. */
const GUARDED_MS = 120_000;
/** How long a breaker with enough failures may take to act. After that the report goes out without it. */
const BREAKER_MS = 20_000;
/** A target group's default. */
const USUAL_DRAIN_SECONDS = 300;

export type Until = "serving" | "drained";

/** What else is made of the reads of a wait. */
export interface RolloutObserver {
  /** Called after each poll. `guarded`: old tasks that ECS does not stop, as they were read last. */
  polled(snapshot: RolloutSnapshot, guarded: readonly ProtectedTask[]): void;
  /** Sleeps until a read is worth it, once the new revision serves. Absent: a fixed pause. */
  pauseInDrain?(snapshot: RolloutSnapshot): Promise<void>;
}

/** The context of a wait for a rollout. Whatever leads to the wait hands the observer on. */
export interface RolloutContext extends ActionVerifyContext {
  readonly observer?: RolloutObserver;
  /** What was just read, with all evidence: the wait begins with it. */
  readonly seen?: RolloutSnapshot;
}

/**
 * Follows the rollout of `wanted` to a verdict. Reads the service often. Reads tasks and targets when the service shows
 * that they moved or that an end is near. A read that fails transiently does not end the wait.
 */
export async function awaitRollout(
  wanted: string,
  context: RolloutContext,
  until: Until = "serving",
): Promise<Verdict> {
  const reader = new RolloutReader(context, context.seen?.service);
  const rollout = new RolloutMonitor(wanted, context, reader);
  for (;;) {
    const verdict = await rollout.poll(until);
    if (verdict !== undefined) return verdict;
    if (context.clock.now() >= context.deadline) return { kind: "open", failure: rollout.outOfTime() };
    await (rollout.pauseInDrain() ?? reader.pause(rollout.interval()));
  }
}

/** State that is kept between two polls. */
class RolloutMonitor {
  readonly #wanted: string;
  readonly #context: RolloutContext;
  readonly #reader: RolloutReader;
  readonly #since: string;
  readonly #asked: SentUpdate | undefined;
  /** Not judged yet. */
  #seen: RolloutSnapshot | undefined;
  #snapshot: RolloutSnapshot | undefined;
  #snapshotAt = 0;
  #isGlancesTurn = false;
  #service = "";
  #progress = "";
  #movedAt: number;
  #before: Assessment["kind"] = "going";
  #provenAt: number | undefined;
  #isServing = false;
  #drainSeconds: number | undefined;
  #guarded: readonly ProtectedTask[] = [];
  #guardedAt = Number.NEGATIVE_INFINITY;

  constructor(wanted: string, context: RolloutContext, reader: RolloutReader) {
    this.#wanted = wanted;
    this.#context = context;
    this.#reader = reader;
    this.#seen = context.seen;
    this.#movedAt = context.clock.now();
    this.#since = new Date(context.clock.now()).toISOString();
    this.#asked = sentUpdate(wanted, context);
  }

  /** The observer's own pause, where it has one and the revision serves. */
  pauseInDrain(): Promise<void> | undefined {
    const snapshot = this.#snapshot;
    if (!this.#isServing || this.#before !== "serving" || snapshot === undefined) return undefined;
    return this.#context.observer?.pauseInDrain?.(snapshot);
  }

  interval(): number {
    if (this.#isServing) return DRAIN_POLL_MS;
    if (this.#before !== "going") return CONFIRM_MS[this.#before];
    return this.#reader.pace(POLL_MS);
  }

  async poll(until: Until): Promise<Verdict | undefined> {
    const seen = await this.#glance();
    if (seen === "enough") return this.#judge(false, until);
    const service = this.#seen?.service ?? (await this.#reader.readService());
    if (service === undefined) return undefined;
    const isFresh = await this.#refresh(service);
    return this.#snapshot === undefined ? undefined : this.#judge(isFresh, until);
  }

  /**
   * Every other time, looks at what the service does not show: whether its new tasks have become healthy. The service is
   * read as well if the calls allow it, or if an end may have come.
   */
  async #glance(): Promise<"enough" | "read the service"> {
    const before = this.#snapshot;
    if (before === undefined || this.#before !== "going" || this.#isServing) return "read the service";
    this.#isGlancesTurn = !this.#isGlancesTurn;
    const open = this.#isGlancesTurn ? openFor(this.#wanted, before) : undefined;
    if (open === undefined) return "read the service";
    const seen = await glance(this.#wanted, before, this.#reader);
    this.#snapshot = seen ?? before;
    if (seen !== undefined && openFor(this.#wanted, seen) === undefined) return "read the service";
    return this.#reader.fits(1, POLL_MS) ? "read the service" : "enough";
  }

  async #judge(isFresh: boolean, until: Until): Promise<Verdict | undefined> {
    if (this.#snapshot === undefined) return undefined;
    const judgement = assessRollout(this.#wanted, this.#snapshot, this.#since, this.#asked);
    await this.#reportProgress(judgement);
    return this.#confirmEnd(judgement, isFresh, until);
  }

  /** Reads the evidence if it is due. Otherwise keeps the last evidence, with the newest read of the service. */
  async #refresh(service: Service): Promise<boolean> {
    const due = this.#due(service);
    const snapshot =
      this.#seen ?? (due === "no" ? undefined : await this.#reader.readSnapshot(service, this.#snapshot, due));
    this.#seen = undefined;
    if (snapshot !== undefined) this.#snapshotAt = this.#context.clock.now();
    this.#snapshot = snapshot ?? (this.#snapshot === undefined ? undefined : { ...this.#snapshot, service });
    return snapshot !== undefined;
  }

  /** Whether tasks and targets have to be read, and how urgently. */
  #due(service: Service): "urgent" | "routine" | "no" {
    const known = this.#snapshot;
    const hasMoved = this.#noteSnapshot(service);
    // What stopped tasks have proven stays true. If we wait for the breaker, the service shows when it acts.
    if (this.#provenAt !== undefined) return hasMoved ? "urgent" : "no";
    if (known === undefined) return isBegun(this.#wanted, service) ? "routine" : "urgent";
    if (this.#before !== "going" || this.#isServing) return "urgent";
    const age = this.#context.clock.now() - this.#snapshotAt;
    if (hasMoved && isUrgent(this.#wanted, known.service, service)) return "urgent";
    if (isCandidate(this.#wanted, service) && age >= CANDIDATE_MS) return "urgent";
    if (hasUnknownTasks(this.#wanted, service, known) && age >= CANDIDATE_MS) return "routine";
    const isDue = hasMoved || age >= EVIDENCE_MS;
    const fits = isDue && this.#reader.fits(this.#reader.routineCalls(service, known), POLL_MS);
    return fits || age >= 2 * EVIDENCE_MS ? "routine" : "no";
  }

  /** Compares with the previous read of the service. */
  #noteSnapshot(service: Service): boolean {
    const [picture, progress] = [fingerprint(service), progressOf(service)];
    const hasMoved = picture !== this.#service;
    if (progress !== this.#progress) this.#movedAt = this.#context.clock.now();
    this.#service = picture;
    this.#progress = progress;
    return hasMoved;
  }

  async #reportProgress(judgement: Assessment): Promise<void> {
    const snapshot = this.#snapshot as RolloutSnapshot;
    const still = this.#context.clock.now() - this.#movedAt;
    const guarded = still >= STALLED_MS ? await this.#readGuarded(snapshot) : [];
    this.#context.observer?.polled(snapshot, guarded);
    const held = guarded.length === 0 ? "" : `\nECS does not stop them: ${protectedWords(guarded)}`;
    if (this.#isServing && judgement.kind === "serving") {
      this.#context.progress(`${await this.#served()}${held}`, counts(this.#wanted, snapshot));
      return;
    }
    const warning = still >= STALLED_MS && judgement.kind === "going" ? `${stalled(still)}${held}` : "";
    this.#context.progress(`${describe(this.#wanted, snapshot, judgement)}${warning}`, counts(this.#wanted, snapshot));
  }

  /** Old tasks that ECS is not stopping may be protected. Asked once in a while, because protection lasts for hours. */
  async #readGuarded({ running }: RolloutSnapshot): Promise<readonly ProtectedTask[]> {
    const others = running.filter((task) => task.taskDefinition !== this.#wanted).map(({ id }) => id);
    if (others.length === 0) return [];
    const now = this.#context.clock.now();
    if (now - this.#guardedAt >= GUARDED_MS) {
      this.#guarded = (await this.#reader.readProtected()) ?? this.#guarded;
      this.#guardedAt = now;
    }
    return this.#guarded.filter(({ id }) => others.includes(id));
  }

  /** Success needs two reads with all evidence. What stopped tasks prove counts at once. Other ends need two reads. */
  async #confirmEnd(judgement: Assessment, isFresh: boolean, until: Until): Promise<Verdict | undefined> {
    const isSecond = judgement.kind === this.#before;
    this.#before = judgement.kind === "serving" && !isFresh ? "going" : judgement.kind;
    if (judgement.kind === "going" || (judgement.kind === "serving" && !isFresh)) return undefined;
    if (judgement.kind === "failed") {
      if (judgement.isProven ? this.#isHeld(judgement) : !isSecond) return undefined;
      return { kind: "false", failure: await this.#report(judgement) };
    }
    if (!isSecond) return undefined;
    this.#isServing = true;
    if (until === "drained") return this.#drained();
    return {
      kind: "true",
      text: await this.#served(),
      ...healthyCount(this.#wanted, this.#snapshot as RolloutSnapshot),
    };
  }

  /** A breaker that is about to act changes what the operator has to know. Give it a few seconds. */
  #isHeld({ reason }: FailedAssessment): boolean {
    const now = this.#context.clock.now();
    this.#provenAt ??= now;
    const isDue = reason !== "task-cannot-start" && isBreakerDue(this.#wanted, this.#snapshot as RolloutSnapshot);
    return isDue && now - this.#provenAt < BREAKER_MS;
  }

  async #report(judgement: FailedAssessment): Promise<Failure> {
    const snapshot = this.#snapshot as RolloutSnapshot;
    const newest = this.#snapshotAt === this.#context.clock.now() ? snapshot : await this.#newest(snapshot);
    this.#reader.spend(TAIL_CALLS);
    const tail = await readTail(this.#wanted, newest, this.#context);
    return failureOf(judgement, this.#wanted, newest, tail);
  }

  async #newest(snapshot: RolloutSnapshot): Promise<RolloutSnapshot> {
    const isRecent = this.#context.clock.now() - this.#snapshotAt < POLL_MS;
    return isRecent
      ? snapshot
      : ((await this.#reader.readSnapshot(snapshot.service, snapshot, "urgent").catch(() => undefined)) ?? snapshot);
  }

  async #served(): Promise<string> {
    const snapshot = this.#snapshot as RolloutSnapshot;
    const isDraining = otherTasksAlive(this.#wanted, snapshot).length > 0;
    if (isDraining) this.#drainSeconds ??= await this.#readDrain(snapshot);
    return served(this.#wanted, snapshot, this.#drainSeconds ?? 0, this.#context.clock.now());
  }

  async #readDrain({ service }: RolloutSnapshot): Promise<number> {
    const { services } = this.#context;
    this.#reader.spend(service.targetGroups.filter((group) => !isDrainKnown(services, group)).length);
    const reading = service.targetGroups.map((group) => drainSecondsOnce(services, group));
    return Math.max(0, ...(await Promise.all(reading).catch(() => [USUAL_DRAIN_SECONDS])));
  }

  #drained(): Verdict | undefined {
    const snapshot = this.#snapshot as RolloutSnapshot;
    const targets = otherTargets(this.#wanted, snapshot).flat();
    const isLeft = otherTasksAlive(this.#wanted, snapshot).length + targets.length > 0;
    return isLeft ? undefined : { kind: "true", text: drained(this.#wanted, snapshot) };
  }

  outOfTime(): Failure {
    const snapshot = this.#snapshot;
    const wanted = this.#wanted;
    const evidence = snapshot === undefined ? [] : [...stopReasons(wanted, snapshot), ...notPlaced(wanted, snapshot)];
    if (snapshot !== undefined && this.#isServing) {
      const text = `${wanted} serves, but the time limit passed before the others were gone: ${lingering(wanted, snapshot).join("; ")}. AWS continues to stop them`;
      return {
        reason: "still-draining",
        text,
        ...this.#holding(snapshot, evidence, ["vulcan-ops resume", "vulcan-ops"]),
      };
    }
    const judgement = snapshot === undefined ? undefined : assessRollout(wanted, snapshot, this.#since, this.#asked);
    const state = judgement?.kind === "going" ? judgement.why.replaceAll("\n", "; ") : "its state could not be read";
    const serving = snapshot === undefined ? "" : `. ${servingNow(snapshot)}`;
    const text = `the time limit passed with the rollout of ${wanted} still going on: ${state}. AWS continues it${serving}`;
    return {
      reason: "still-in-progress",
      text,
      ...this.#holding(snapshot, evidence, ["vulcan-ops resume", "vulcan-ops undo"]),
    };
  }

  /** With the protected tasks that hold it up, as they were read last, and the line that lets them stop. */
  #holding(snapshot: RolloutSnapshot | undefined, evidence: readonly string[], next: readonly string[]) {
    const ids = snapshot?.running.filter((task) => task.taskDefinition !== this.#wanted).map(({ id }) => id) ?? [];
    const held = this.#guarded.filter(({ id }) => ids.includes(id));
    if (held.length === 0) return { evidence, next };
    const { cluster } = this.#context.target;
    return { evidence: [protectedWords(held), ...evidence], next: [...next, liftLine(cluster, held)] };
  }
}

/** ECS's newest words on a task of this deployment that it could not place or start. */
function notPlaced(wanted: string, { service }: RolloutSnapshot): readonly string[] {
  const primary = primaryOf(service);
  if (primary?.taskDefinition !== wanted) return [];
  const found = service.events.find(({ at, text }) => at >= (primary.createdAt ?? "") && /\bunable to\b/.test(text));
  return found === undefined ? [] : [`${clockTime(found.at)} ${found.text}`];
}
