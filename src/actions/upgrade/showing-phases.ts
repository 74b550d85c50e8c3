import type { Action } from "../../domain/action.ts";
import type { Service } from "../../domain/aws/ecs.ts";
import type { ProtectedTask } from "../../domain/aws/reads.ts";
import type { ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { phaseLine } from "../../domain/upgrade/phase-progress.ts";
import type { RolloutContext } from "../ecs/rollout/monitor.ts";
import { budgetOf } from "../ecs/rollout/reader.ts";
import { primaryOf, type RolloutSnapshot } from "../ecs/rollout/snapshot.ts";
import { waitForTaskChange } from "../ecs/rollout/wait-for-task-change.ts";
import { MigrationReader } from "./follow/migration-reader.ts";
import { SpareCalls } from "./follow/spare-calls.ts";
import { type DeploymentSetup, readSetup, SETUP_CALLS } from "./phases/deployment-setup.ts";
import { readLogFacts } from "./phases/migration-facts.ts";
import { phasesOf } from "./phases/phases-of.ts";

/** The same action, whose wait for a rollout tells the phases as `upgrade --follow` does. An undo has no such phases. */
export function showingPhases(action: Action<ActionServices>): Action<ActionServices> {
  const { verify } = action;
  if (verify === undefined) return action;
  return {
    ...action,
    verify: (given, attempt, context) => {
      if (context.isUndo === true) return verify(given, attempt, context);
      const began = attempt.confirmedAt ?? context.earlierAttempts?.at(-1)?.confirmedAt;
      const wait = new PhaseWait(String(given.taskDefinition), began, context);
      return verify(given, attempt, wait.context());
    },
  };
}

/** One for each set of services: the wait of the next step is of the same deployment. */
const SETUPS = new WeakMap<ActionServices, { readonly wanted: string; readonly setup: Promise<DeploymentSetup> }>();

function setupOnce(
  service: Service,
  { wanted, old }: { readonly wanted: string; readonly old: string | undefined },
  context: ActionVerifyContext,
): Promise<DeploymentSetup> {
  const known = SETUPS.get(context.services);
  if (known?.wanted === wanted) return known.setup;
  budgetOf(context.services).spend(SETUP_CALLS, context.clock.now());
  const setup = readSetup(service, wanted, old, context);
  SETUPS.set(context.services, { wanted, setup });
  return setup;
}

/** How often to read which versions are applied. */
const VERSIONS_MS = 10_000;

/** Of the wait's own lines, those that no phase tells. */
const KEPT = /^(log: |warning: |ECS: |ECS does not stop|.* waits for \w+ on .* behind )/;
const LOG = /^log: /;

/** Turns what a wait reports into the lines of the phases 3 to 7. */
class PhaseWait {
  readonly #wanted: string;
  readonly #began: string;
  readonly #context: ActionVerifyContext;
  readonly #spare: SpareCalls;
  readonly #migration: MigrationReader;
  #setup: DeploymentSetup;
  #isSetupAsked = false;
  #versionsAt = Number.NEGATIVE_INFINITY;
  #snapshot: RolloutSnapshot | undefined;
  #guarded: readonly ProtectedTask[] = [];

  constructor(wanted: string, began: string | undefined, context: ActionVerifyContext) {
    this.#wanted = wanted;
    this.#began = began ?? new Date(context.clock.now()).toISOString();
    this.#context = context;
    this.#spare = new SpareCalls(context);
    this.#setup = { to: { taskDefinition: wanted } };
    const of = { wanted, began: this.#began, setup: this.#setup };
    this.#migration = new MigrationReader(of, context, this.#spare);
  }

  context(): RolloutContext {
    const { progress } = this.#context;
    return {
      ...this.#context,
      observer: {
        polled: (snapshot, guarded) => this.#note(snapshot, guarded),
        // One kind of call until a task has stopped: whole reads at that pace would take all calls of the minute.
        pauseInDrain: (snapshot) => waitForTaskChange(snapshot.service.desired, snapshot, this.#context),
      },
      progress: (text, data) => progress(this.#compose(text), data),
    };
  }

  /** What is read beside the wait comes later, and what cannot be read is left out. */
  #note(snapshot: RolloutSnapshot, guarded: readonly ProtectedTask[]): void {
    this.#snapshot = snapshot;
    this.#guarded = guarded;
    void this.#readSetup(snapshot).catch(() => undefined);
    const now = this.#context.clock.now();
    if (now < this.#versionsAt + VERSIONS_MS) return;
    this.#versionsAt = now;
    void this.#migration.readVersions();
  }

  async #readSetup(snapshot: RolloutSnapshot): Promise<void> {
    const { service } = snapshot;
    // Until a task has started, nothing of it is told; the first seconds need their calls for what happens.
    if (
      this.#isSetupAsked ||
      !snapshot.running.some((task) => task.taskDefinition === this.#wanted && task.startedAt !== undefined)
    )
      return;
    this.#isSetupAsked = true;
    const old = service.deployments.find(({ id }) => id !== primaryOf(service)?.id)?.taskDefinition;
    this.#setup = await setupOnce(service, { wanted: this.#wanted, old }, this.#context);
  }

  #compose(text: string): string {
    const snapshot = this.#snapshot;
    const lines = text.split("\n");
    if (snapshot === undefined || text.startsWith("cannot read")) return text;
    const now = this.#context.clock.now();
    const log = readLogFacts(lines.filter((line) => LOG.test(line)).map((line) => ({ text: line })));
    const phases = phasesOf({
      wanted: this.#wanted,
      began: this.#began,
      now,
      snapshot,
      setup: this.#setup,
      migration: { ...this.#migration.facts, log },
      guarded: this.#guarded,
    });
    const told = phases.slice(2).filter(({ state }) => state === "now");
    const shown =
      told.length > 0
        ? told
        : phases
            .slice(2)
            .filter(({ state }) => state !== "ahead")
            .slice(-1);
    return [...shown.map((one) => phaseLine(one, now)), ...lines.filter((line) => KEPT.test(line))].join("\n");
  }
}
