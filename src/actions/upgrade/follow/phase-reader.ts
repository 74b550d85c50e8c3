import type { Service } from "../../../domain/aws/ecs.ts";
import type { ProtectedTask } from "../../../domain/aws/reads.ts";
import type { ActionReadContext, ActionVerifyContext } from "../../../domain/services.ts";
import type { PhaseProgress } from "../../../domain/upgrade/phase-progress.ts";
import type { Phase } from "../../../domain/upgrade/phases.ts";
import type { RolloutObserver } from "../../ecs/rollout/monitor.ts";
import type { RolloutSnapshot } from "../../ecs/rollout/snapshot.ts";
import { waitForTaskChange } from "../../ecs/rollout/wait-for-task-change.ts";
import { type DeploymentSetup, readSetup, SETUP_CALLS } from "../phases/deployment-setup.ts";
import { PhaseClock } from "../phases/phase-clock.ts";
import { phasesOf } from "../phases/phases-of.ts";
import type { DeploymentInFlight } from "./find-deployment.ts";
import { MigrationReader } from "./migration-reader.ts";
import { PushReader } from "./push-reader.ts";
import { RequestsReader } from "./requests-reader.ts";
import type { SpareCalls } from "./spare-calls.ts";

/** How often to look at what no call of AWS shows: sessions of the database. */
const BESIDE_MS = 5000;
/** How many of these looks to one at the log and at the versions. */
const LOG_EVERY = 2;
/** While old tasks drain, everything is read at least this often: another deployment may come. */
const DRAIN_READ_MS = 20_000;

/** Everything that the seven phases are told from: the reads of the wait, and what is read beside it. */
export class PhaseReader {
  readonly setup: DeploymentSetup;
  readonly #deployment: DeploymentInFlight;
  readonly #context: ActionReadContext;
  readonly #migration: MigrationReader;
  readonly #push: PushReader;
  readonly #requests: RequestsReader;
  readonly #times = new PhaseClock();
  #snapshot: RolloutSnapshot | undefined;
  #guarded: readonly ProtectedTask[] = [];
  #isMigrated = false;
  #hasReadBeside = false;

  private constructor(
    setup: DeploymentSetup,
    deployment: DeploymentInFlight,
    context: ActionReadContext,
    spare: SpareCalls,
  ) {
    const { wanted, began } = deployment;
    this.setup = setup;
    this.#deployment = deployment;
    this.#context = context;
    this.#migration = new MigrationReader({ wanted, began, setup }, context, spare);
    this.#push = new PushReader({ image: setup.to.image, began }, context, spare);
    this.#requests = new RequestsReader(wanted, context, spare);
  }

  static async open(
    service: Service,
    deployment: DeploymentInFlight,
    context: ActionReadContext,
    spare: SpareCalls,
  ): Promise<PhaseReader> {
    spare.spend(SETUP_CALLS);
    const setup = await readSetup(service, deployment.wanted, deployment.old, context);
    return new PhaseReader(setup, deployment, context, spare);
  }

  /** Every part was asked once: before that a phase would seem not to be visible. */
  get hasRead(): boolean {
    return this.#snapshot !== undefined && this.#hasReadBeside;
  }

  get snapshot(): RolloutSnapshot | undefined {
    return this.#snapshot;
  }

  /** Who waited for whom, as it was seen last. */
  get waited(): readonly string[] {
    return this.#migration.waited;
  }

  observer(context: ActionVerifyContext, changed: () => void): RolloutObserver {
    return {
      polled: (snapshot, guarded) => {
        this.#snapshot = snapshot;
        this.#guarded = guarded;
        this.#requests.note(snapshot);
        changed();
      },
      pauseInDrain: (snapshot) => {
        const deadline = Math.min(context.deadline, context.clock.now() + DRAIN_READ_MS);
        return waitForTaskChange(snapshot.service.desired, snapshot, { ...context, deadline });
      },
    };
  }

  /** The phases now. `failed`: the one in which the verdict found the failure. */
  phases(failed?: Phase): readonly PhaseProgress[] {
    if (this.#snapshot === undefined) return [];
    const now = this.#context.clock.now();
    const { first } = this.#requests;
    const facts = {
      wanted: this.#deployment.wanted,
      began: this.#deployment.began,
      now,
      snapshot: this.#snapshot,
      setup: this.setup,
      migration: this.#migration.facts,
      pushed: this.#push.pushed,
      guarded: this.#guarded,
      ...(first && { requests: first }),
    };
    return this.#times.note(phasesOf(facts, failed), now);
  }

  /** Runs until the signal ends it. What cannot be read is told as such, and ends nothing. */
  async readBeside(signal: AbortSignal, changed: () => void): Promise<void> {
    const { clock } = this.#context;
    for (let round = 0; !signal.aborted; round++) {
      await this.#readRound(round).catch(() => undefined);
      this.#hasReadBeside = true;
      if (!signal.aborted) changed();
      await clock.sleep(BESIDE_MS, signal).catch(() => undefined);
    }
  }

  async #readRound(round: number): Promise<void> {
    const snapshot = this.#snapshot;
    const state = this.phases()[3]?.state;
    const migrates = snapshot !== undefined && state !== "done" && state !== "ahead";
    const isTurn = round % LOG_EVERY === 0;
    const isNewlyDone = state === "done" && !this.#isMigrated;
    this.#isMigrated = state === "done";
    await Promise.all([
      this.#push.read(),
      ...(round === 0 || isNewlyDone || (migrates && isTurn) ? [this.#migration.readVersions()] : []),
      ...(migrates ? [this.#migration.readSessions()] : []),
      ...(migrates && isTurn ? [this.#migration.readLog(snapshot)] : []),
      ...(snapshot === undefined ? [] : [this.#requests.read(snapshot)]),
    ]);
  }

  /** What the verdict needs: the versions as they are now, and the log of what failed. */
  async readEnd(): Promise<void> {
    const snapshot = this.#snapshot;
    const log = snapshot === undefined ? undefined : this.#migration.readLog(snapshot, true);
    await Promise.all([this.#migration.readVersions(), log?.catch(() => undefined)]);
  }
}
