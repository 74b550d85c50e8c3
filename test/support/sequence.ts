import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The random worlds are one long file, so they come first; the units are many short ones, which fill the end. */
const PROJECTS = ["worlds", "real", "simulated", "units"];

/** Short files that play many worlds. Vitest knows no times in a fresh clone, and takes short files for quick ones. */
const LONG = /\/(kill[^/]*|screens|traces)\.test\.ts$/;

const rankOf = ({ project, moduleId }: TestSpecification): number =>
  2 * PROJECTS.indexOf(project.name) + (LONG.test(moduleId) ? 0 : 1);

/** One project after another, so that a process that has its sources goes on with them: else in vitest's own order. */
export class Sequence extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rankOf(a) - rankOf(b));
  }
}
