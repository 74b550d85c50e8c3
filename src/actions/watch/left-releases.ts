import type { TaskDefinition } from "../../domain/aws/ecs.ts";
import { isReturnedFrom, type ReturnedFrom } from "../../domain/failed-revision.ts";
import type { WatchOptions } from "./watch-options.ts";

/** The releases that executions on record rolled back from: a pipeline may deploy one again, as a new revision too. */
export class LeftReleases {
  readonly #services: WatchOptions["services"];
  #left: Promise<readonly ReturnedFrom[]> | undefined;
  readonly #notes = new Map<string, Promise<string | undefined>>();

  constructor(services: WatchOptions["services"]) {
    this.#services = services;
  }

  /** What to say where this revision is one of them, or runs the same images as one. A failed read is made again. */
  noteOf(taskDefinition: string): Promise<string | undefined> {
    const known = this.#notes.get(taskDefinition) ?? this.#find(taskDefinition);
    this.#notes.set(taskDefinition, known);
    return known.catch(() => {
      this.#notes.delete(taskDefinition);
      return undefined;
    });
  }

  #marks(): Promise<readonly ReturnedFrom[]> {
    this.#left ??= this.#readMarks();
    return this.#left.catch((failure: unknown) => {
      this.#left = undefined;
      throw failure;
    });
  }

  async #readMarks(): Promise<readonly ReturnedFrom[]> {
    return ((await this.#services.failedRevisions?.()) ?? []).filter(isReturnedFrom);
  }

  async #find(name: string): Promise<string | undefined> {
    const left = await this.#marks();
    const same = left.find(({ taskDefinition }) => taskDefinition === name);
    if (same !== undefined) return `${name} is deployed again: execution ${same.execution} rolled back from it`;
    const newest = left.toSorted((a, b) => (a.at < b.at ? 1 : -1)).slice(0, MOST_COMPARED);
    const { ecs } = this.#services.aws;
    const [now, ...then] = await Promise.all(
      [name, ...newest.map(({ taskDefinition }) => taskDefinition)].map((one) => ecs.taskDefinition(one)),
    );
    const alike = newest.find((_, index) => now !== undefined && isAlike(now, then[index]));
    if (alike === undefined) return undefined;
    return `${name} has the images of ${alike.taskDefinition}, which execution ${alike.execution} rolled back from`;
  }
}

/** A pipeline deploys what it built last: older ones are not deployed again by accident. */
const MOST_COMPARED = 5;

const isAlike = (now: TaskDefinition, then: TaskDefinition | undefined): boolean =>
  then !== undefined && imagesOf(now) === imagesOf(then);

const imagesOf = ({ containers }: TaskDefinition): string =>
  containers.map(({ name, image }) => `${name}=${image}`).join();
