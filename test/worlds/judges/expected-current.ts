import { isServiceWrite, type OwnRequest, stepRequests } from "../facts.ts";
import type { Lived, RecordedRequest, Story } from "../story.ts";

/** A command's first change of the revision happens only where it replaces what --expect-current says. */
export function expectedCurrent(story: Story): readonly string[] {
  return story.lives.flatMap((lived) => {
    const expected = flagOf(lived, "--expect-current");
    const first = stepRequests(story).find(({ request, sent }) => sent.life === lived.life && setsRevision(request));
    if (expected === undefined || first === undefined || !/^\d{2}$/.test(expected)) return [];
    const [replaced, ...shown] = revisionsBefore(story, first);
    if ([replaced, ...shown].includes(`vulcan-prod:${expected}`)) return [];
    return [`${lived.life.name} (${lived.command}) was told --expect-current ${expected}, and replaced ${replaced}`];
  });
}

function flagOf({ argv }: Lived, name: string): string | undefined {
  const at = argv.lastIndexOf(name);
  return at < 0 ? undefined : argv[at + 1];
}

const setsRevision = (request: RecordedRequest): boolean =>
  isServiceWrite(request) &&
  (request.operation === "StopServiceDeployment" || request.input.taskDefinition !== undefined);

/** So long (ms) reads do not show a write that was drawn so, at most. */
const LATE_MS = 4500;

/** The pipeline of that scenario deploys so long (ms) after the first change, and without a request. */
const PIPELINE_MS = 60_000;

/** What the service was set to when the request came; then, where no read could show that yet, what reads showed. */
function revisionsBefore({ requests, before, world }: Story, { request, sent }: OwnRequest): readonly string[] {
  const place = requests.indexOf(request);
  const earlier = requests.slice(0, place).filter(setsRevision);
  const own = new Set(sent.life.sent.map(({ invocation }) => invocation));
  // After this read only the lock is read and the change is recorded: AWS takes no condition with the request.
  const read = requests.findLastIndex(
    ({ operation, invocationId = "" }, index) =>
      index < place && operation === "DescribeServices" && own.has(invocationId),
  );
  const isLate = (one: RecordedRequest) =>
    (read !== -1 && requests.indexOf(one) > read) ||
    (one.fault?.kind === "stale" && Date.parse(request.at) - Date.parse(one.at) < LATE_MS);
  const shown = earlier.findLastIndex((one) => !isLate(one));
  const [changed] = requests.filter(isServiceWrite);
  const isDeployed =
    world.scenario === "ci-deploys" && Date.parse(request.at) - Date.parse(changed?.at ?? request.at) >= PIPELINE_MS;
  const set = earlier.length === 0 ? [before.revision] : [earlier.at(-1), earlier[shown]].map(setBy);
  return isDeployed ? [...set, "vulcan-prod:44"] : set;

  function setBy(last: RecordedRequest | undefined): string {
    if (last === undefined) return before.revision;
    // What ECS goes back to when a deployment is stopped.
    if (last.operation === "StopServiceDeployment")
      return world.procedure === "rollback" ? "vulcan-prod:42" : before.revision;
    return String(last.input.taskDefinition).split("/").at(-1) ?? "";
  }
}
