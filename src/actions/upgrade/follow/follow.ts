import type { Verdict } from "../../../domain/action.ts";
import { familyOf, type Service } from "../../../domain/aws/ecs.ts";
import { releaseOf } from "../../../domain/aws/release-of.ts";
import { type ExitCode, stopCode } from "../../../domain/exit-codes.ts";
import { releaseChange, releaseName } from "../../../domain/release.ts";
import type { ActionServices, ActionVerifyContext } from "../../../domain/services.ts";
import type { FollowEnd, FollowReport } from "../../../domain/upgrade/follow-report.ts";
import { currentPhase } from "../../../domain/upgrade/phase-progress.ts";
import { type Phase, phaseOf } from "../../../domain/upgrade/phases.ts";
import { verdictOf, verdictRow } from "../../../domain/upgrade/verdicts.ts";
import { awaitRollout } from "../../ecs/rollout/monitor.ts";
import { servingNow } from "../../ecs/rollout/progress-text.ts";
import { budgetOf } from "../../ecs/rollout/reader.ts";
import type { RolloutSnapshot } from "../../ecs/rollout/snapshot.ts";
import { describeMigration } from "../../vulcan/migrate-on-startup.ts";
import { commitText, runText } from "../phases/push-and-image.ts";
import { type DeploymentInFlight, FIND_CALLS, findDeployment, lastEnd } from "./find-deployment.ts";
import { PhaseReader } from "./phase-reader.ts";
import { SpareCalls } from "./spare-calls.ts";

/** What a following reads with. The signal ends it. */
export type Following = Pick<ActionVerifyContext, "target" | "clock" | "signal"> & {
  readonly services: ActionServices;
};

/** A deployment that has not ended by then is STUCK. AWS's own action for pipelines waits as long by default. [D] */
const LIMIT_MS = 30 * 60_000;
/** All calls of a following are counted, and it holds no lock beside them. */
const MOST_CALLS = 40;
/** Whose credentials they are, asked before. */
const CALLER_CALLS = 1;
/** Least calls of reading the history: the list, and what its newest rows brought. */
const HISTORY_CALLS = 3;

/**
 * Follows the deployment in flight to its end, and reports each change. It only reads. Where none is in flight, the
 * report has no phases, and tells how the last deployment ended. Rejects as reads do that do not pass.
 */
export async function followDeployment(
  following: Following,
  show: (report: FollowReport) => void,
): Promise<FollowReport> {
  budgetOf(following.services, MOST_CALLS);
  const spare = new SpareCalls(following);
  spare.spend(CALLER_CALLS + FIND_CALLS);
  const { snapshot, deployment } = await findDeployment(following);
  if (deployment === undefined) return nothingInFlight(snapshot.service, following, spare);
  const reader = await PhaseReader.open(snapshot.service, deployment, following, spare);
  return new Follower(deployment, following, reader, show).follow(snapshot);
}

async function nothingInFlight(service: Service, following: Following, spare: SpareCalls): Promise<FollowReport> {
  const { services, target, clock } = following;
  spare.spend(HISTORY_CALLS);
  const history = await services.aws.ecs.history(target.cluster, target.service).catch(() => []);
  const names = [...new Set([service.taskDefinition, ...history.slice(0, 1).map((row) => row.taskDefinition)])];
  const definitions = await Promise.all(
    names.filter((name) => name !== "").map((name) => services.aws.ecs.taskDefinition(name).catch(() => undefined)),
  );
  const name = (taskDefinition: string) => {
    const definition = definitions.find((one) => one?.name === taskDefinition);
    return releaseName(
      releaseOf(taskDefinition, definition, service, target.container),
      familyOf(service.taskDefinition),
    );
  };
  const now = clock.now();
  const building = await runInProgress(services);
  const end = lastEnd(service, history, now, name);
  return {
    at: now,
    cluster: target.cluster,
    service: target.service,
    change: name(service.taskDefinition),
    began: history[0]?.startedAt ?? new Date(now).toISOString(),
    phases: [],
    end: building === undefined ? end : { ...end, evidence: [...end.evidence, building], next: [FOLLOW] },
  };
}

const FOLLOW = verdictRow("LEFT").nextOfFollow;

/** A pipeline that has not come to the deployment yet. */
async function runInProgress({ pipeline }: ActionServices): Promise<string | undefined> {
  const runs = await pipeline?.runs();
  const run = runs?.visible === true ? runs.value[0] : undefined;
  if (run === undefined || run.conclusion !== undefined) return undefined;
  return `the pipeline has not deployed yet: ${runText(run)}, ${commitText(run)}`;
}

/** What is stuck, or was left, has not failed. */
const FAILED: ReadonlySet<FollowEnd["verdict"]> = new Set(["FAILED", "ROLLED BACK BY ECS"]);

/** One following: what is shown while it lasts, and what its end is. */
class Follower {
  readonly #deployment: DeploymentInFlight;
  readonly #following: Following;
  readonly #reader: PhaseReader;
  readonly #show: (report: FollowReport) => void;
  #trouble: string | undefined;

  constructor(
    deployment: DeploymentInFlight,
    following: Following,
    reader: PhaseReader,
    show: (report: FollowReport) => void,
  ) {
    this.#deployment = deployment;
    this.#following = following;
    this.#reader = reader;
    this.#show = show;
  }

  async follow(seen: RolloutSnapshot): Promise<FollowReport> {
    const { clock, signal } = this.#following;
    const over = new AbortController();
    const reading = this.#reader.readBeside(AbortSignal.any([signal, over.signal]), () => this.#tell());
    const context: ActionVerifyContext = {
      ...this.#following,
      deadline: clock.now() + LIMIT_MS,
      progress: (text) => this.#noteTrouble(text),
    };
    const observer = this.#observer(context);
    try {
      return await this.#end(await awaitRollout(this.#deployment.wanted, { ...context, observer, seen }, "drained"));
    } catch (error) {
      if (!signal.aborted) throw error;
      return this.#report(this.#left(stopCode(signal)));
    } finally {
      over.abort();
      await reading;
    }
  }

  #observer(context: ActionVerifyContext) {
    return this.#reader.observer(context, () => {
      this.#trouble = undefined;
      this.#tell();
    });
  }

  /** The wait reports a read that fails; all else is told by the phases. */
  #noteTrouble(text: string): void {
    if (!text.startsWith("cannot read the service")) return;
    this.#trouble = text;
    this.#tell();
  }

  #tell(): void {
    if (this.#reader.hasRead) this.#show(this.#report());
  }

  #report(end?: FollowEnd): FollowReport {
    const { clock, target } = this.#following;
    const { from, to } = this.#reader.setup;
    const family = familyOf(to.taskDefinition);
    return {
      at: clock.now(),
      cluster: target.cluster,
      service: target.service,
      change: from === undefined ? releaseName(to, family) : releaseChange(from, to, family),
      began: this.#deployment.began,
      phases: this.#reader.phases(end !== undefined && FAILED.has(end.verdict) ? end.phase : undefined),
      ...(this.#trouble && { trouble: this.#trouble }),
      ...(end && { end }),
    };
  }

  async #end(verdict: Verdict): Promise<FollowReport> {
    await this.#reader.readEnd();
    return this.#report(verdict.kind === "true" ? this.#upgraded() : this.#failed(verdict));
  }

  #upgraded(): FollowEnd {
    const { exit, nextOfFollow } = verdictRow("UPGRADED");
    const { to } = this.#reader.setup;
    const [, , , migrated, healthy, , gone] = this.#reader.phases();
    const parts = [healthy?.sentence, `migrations: ${migrated?.sentence}`, `old tasks: ${gone?.sentence}`];
    const text = `${releaseName(to, familyOf(to.taskDefinition))} serves. ${parts.join("; ")}. The data was not compared`;
    return { verdict: "UPGRADED", exitCode: exit, reason: "upgraded", text, evidence: [], next: [nextOfFollow] };
  }

  #failed({ failure: given }: Exclude<Verdict, { readonly kind: "true" }>): FollowEnd {
    const described = describeMigration(given, this.#reader.waited);
    const verdict = verdictOf(given.reason);
    // What ECS did decides the verdict; why the migration failed decides the reason of a plain failure.
    const reason = verdict === "FAILED" ? described.reason : given.reason;
    const phase = phaseOf({ ...described, reason }) ?? this.#phaseNow(verdict);
    const { exit, nextOfFollow } = verdictRow(verdict);
    return {
      verdict,
      ...(phase && { phase }),
      exitCode: exit,
      reason,
      ...this.#served(described.text),
      evidence: [...described.evidence, ...(verdict === "STUCK" ? this.#missing(phase, described.evidence) : [])],
      next: [nextOfFollow],
    };
  }

  /** The sentence on what users get is told apart from why: it has to be seen, however long the other is. */
  #served(text: string): Pick<FollowEnd, "text" | "serving"> {
    if (this.#reader.snapshot === undefined) return { text };
    const serving = servingNow(this.#reader.snapshot);
    return { text: text.replace(serving, "").replace(/[. ]+$/, ""), serving };
  }

  /** What the phase waits for, as far as the evidence does not say it. */
  #missing(phase: Phase | undefined, evidence: readonly string[]): readonly string[] {
    const stuck = this.#reader.phases().find((one) => one.phase === phase);
    return (stuck?.details ?? []).filter(
      (detail) => !evidence.some((line) => detail.includes(line) || line.includes(detail)),
    );
  }

  /** Where nothing in the evidence shows it, a deployment is stuck in the phase that lasts. */
  #phaseNow(verdict: FollowEnd["verdict"]): Phase | undefined {
    return verdict === "STUCK" ? currentPhase(this.#reader.phases())?.phase : undefined;
  }

  #left(exitCode: ExitCode): FollowEnd {
    const { nextOfFollow } = verdictRow("LEFT");
    const phase = this.#reader.hasRead ? currentPhase(this.#reader.phases())?.phase : undefined;
    const text = "you left; AWS continues the deployment. Nothing was changed from here";
    return {
      verdict: "LEFT",
      ...(phase && { phase }),
      exitCode,
      reason: "interrupted",
      ...this.#served(text),
      evidence: [],
      next: [nextOfFollow],
    };
  }
}
