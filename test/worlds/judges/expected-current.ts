import { isServiceWrite, stepRequests } from "../facts.ts";
import type { Lived, RecordedRequest, Story } from "../story.ts";

/** A command's first change of the revision happens only where it replaces what --expect-current says. */
export function expectedCurrent(story: Story): readonly string[] {
  return story.lives.flatMap((lived) => {
    const expected = flagOf(lived, "--expect-current");
    const first = stepRequests(story).find(({ request, sent }) => sent.life === lived.life && setsRevision(request));
    if (expected === undefined || first === undefined || !/^\d{2}$/.test(expected)) return [];
    const replaced = revisionBefore(story, first.request);
    if (replaced === `vulcan-prod:${expected}`) return [];
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

/** What the service was set to when the request came. */
function revisionBefore({ requests, before, world }: Story, request: RecordedRequest): string {
  const earlier = requests.slice(0, requests.indexOf(request)).filter(setsRevision);
  const last = earlier.at(-1);
  if (last === undefined) return before.revision;
  // What ECS goes back to when a deployment is stopped.
  if (last.operation === "StopServiceDeployment")
    return world.procedure === "rollback" ? "vulcan-prod:42" : before.revision;
  return String(last.input.taskDefinition).split("/").at(-1) ?? "";
}
