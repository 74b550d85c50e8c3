import { isEcrImage } from "../../../domain/aws/ecs.ts";
import type { ActionReadContext } from "../../../domain/services.ts";
import { withTimeLimit } from "../../../domain/time-limit.ts";
import {
  type PipelineRun,
  type Pushed,
  type PushedImage,
  runOf,
  type Visible,
} from "../../../domain/upgrade/pipeline.ts";
import type { SpareCalls } from "./spare-calls.ts";

const IMAGE_LIMIT_MS = 3000;
/** GitHub allows 60 requests an hour without a token. [D: REST API, rate limits] */
const AGAIN_MS = 60_000;

interface Of {
  /** The image of the application's container; absent where it is not known. */
  readonly image: string | undefined;
  /** RFC 3339: when the deployment began. */
  readonly began: string;
}

/** Reads the phases 1 and 2: the pipeline's run once a minute until it is completed, and the image once. */
export class PushReader {
  readonly #of: Of;
  readonly #context: ActionReadContext;
  readonly #spare: SpareCalls;
  #pushed: Pushed = { run: { visible: false }, image: { visible: false } };
  #askedAt = Number.NEGATIVE_INFINITY;
  #isImageRead = false;

  constructor(of: Of, context: ActionReadContext, spare: SpareCalls) {
    this.#of = of;
    this.#context = context;
    this.#spare = spare;
  }

  get pushed(): Pushed {
    return this.#pushed;
  }

  async read(): Promise<void> {
    await Promise.all([this.#readRun(), this.#readImage()]);
  }

  async #readRun(): Promise<void> {
    const { services, clock } = this.#context;
    const { run } = this.#pushed;
    const isOver = run.visible && run.value.conclusion !== undefined;
    if (services.pipeline === undefined || isOver || clock.now() < this.#askedAt + AGAIN_MS) return;
    this.#askedAt = clock.now();
    const runs = await services.pipeline.runs();
    this.#pushed = { ...this.#pushed, run: this.#ownRun(runs) };
  }

  #ownRun(runs: Visible<readonly PipelineRun[]>): Visible<PipelineRun> {
    if (!runs.visible) return runs;
    const value = runOf(runs.value, this.#of.image ?? "", this.#of.began);
    return value === undefined ? { visible: false, why: "no run before this deployment" } : { visible: true, value };
  }

  async #readImage(): Promise<void> {
    const { image } = this.#of;
    if (image === undefined || this.#isImageRead || !this.#spare.take(1)) return;
    this.#isImageRead = true;
    const found = await this.#lookUp(image);
    this.#pushed = { ...this.#pushed, image: found };
  }

  async #lookUp(ref: string): Promise<Visible<PushedImage>> {
    if (!isEcrImage(ref)) return { visible: false, why: "not in Amazon ECR" };
    try {
      const found = await withTimeLimit(IMAGE_LIMIT_MS, this.#context.services.aws.around.image(ref));
      return { visible: true, value: { ref, ...found } };
    } catch (error) {
      return { visible: false, why: (error as Error).message };
    }
  }
}
