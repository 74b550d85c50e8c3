import { imageVersion } from "../../../domain/release.ts";
import { clockTime } from "../../../domain/time.ts";
import type { PhaseProgress } from "../../../domain/upgrade/phase-progress.ts";
import type { PipelineRun, Pushed, Visible } from "../../../domain/upgrade/pipeline.ts";
import { secondsBetween, WAY_BACK } from "./facts.ts";

const HASH_LENGTH = 7;
const DIGEST_LENGTH = 19;

/** Phase 1: the commit that the pipeline builds. */
export function push(pushed: Pushed | undefined): PhaseProgress {
  const run = pushed?.run;
  if (run?.visible !== true) return { phase: 1, state: "unseen", sentence: unseen(run), details: [] };
  const { createdAt } = run.value;
  return { phase: 1, state: "done", since: createdAt, sentence: commitText(run.value), details: [] };
}

/** `a1b2c3d to main at 03:28:20Z` */
export const commitText = ({ sha, branch, createdAt }: PipelineRun): string =>
  `${sha.slice(0, HASH_LENGTH)}${branch === undefined ? "" : ` to ${branch}`} at ${clockTime(createdAt)}`;

/** Phase 2: what the pipeline's run says, and whether the registry has the image. */
export function image(pushed: Pushed | undefined): PhaseProgress {
  const run = pushed?.run.visible === true ? pushed.run.value : undefined;
  const found = pushed?.image;
  const since = run?.startedAt ?? run?.createdAt;
  const isAbsent = found?.visible === true && found.value.digest === undefined;
  const texts = [imageText(found), ...(run === undefined ? [] : [runText(run)])];
  const seconds = secondsBetween(since, found?.visible === true ? found.value.pushedAt : undefined);
  return {
    phase: 2,
    state: isAbsent ? "failed" : found?.visible === true ? "done" : "unseen",
    ...(since && { since }),
    ...(seconds !== undefined && { seconds }),
    sentence: texts.join("; "),
    ...(isAbsent && { action: WAY_BACK }),
    details: run?.conclusion === undefined || run.conclusion === "success" ? [] : [run.url ?? "no address of the run"],
  };
}

function imageText(found: Pushed["image"] | undefined): string {
  if (found?.visible !== true) return unseen(found);
  const { ref, digest, pushedAt } = found.value;
  const name = imageVersion(ref) ?? ref.split("/").at(-1) ?? ref;
  if (digest === undefined) return `the registry does not have ${name}`;
  return `${name}${pushedAt === undefined ? "" : ` pushed ${clockTime(pushedAt)}`}, ${digest.slice(0, DIGEST_LENGTH)}`;
}

export function runText({ number, status, conclusion, startedAt, createdAt, updatedAt }: PipelineRun): string {
  if (conclusion === undefined) return `run ${number} ${status.replaceAll("_", " ")}`;
  const seconds = secondsBetween(startedAt ?? createdAt, updatedAt);
  return `run ${number}: ${conclusion}${seconds === undefined ? "" : ` in ${seconds} s`}`;
}

const unseen = (part: Visible<unknown> | undefined): string =>
  part?.visible === false && part.why !== undefined ? `not visible: ${part.why}` : "not visible from here";
