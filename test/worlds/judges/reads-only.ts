import { foreignRequests, isServiceWrite, ownRequests } from "../facts.ts";
import type { Lived, Story } from "../story.ts";
import { READING } from "../world.ts";

/** How a command may end that only looks. */
const ENDS: ReadonlySet<Lived["code"]> = new Set([0, 1, 4, 7, 8, 10, 130, "died"]);

/** Whoever deploys shortly before the end of a life may change what it has just seen (virtual ms). */
const MEANWHILE = 180_000;

/** A command that only looks changes nothing, keeps no journal, and says that all is well only where it is. */
export function readsOnly(story: Story): readonly string[] {
  const { world, journals, lives } = story;
  if (!READING.has(world.procedure)) return [];
  return [
    ...ownRequests(story).map(({ request }) => `${request.operation} was sent by a command that only reads`),
    ...journals.map(({ path }) => `${path} was written by a command that only reads`),
    ...lives.flatMap((lived) => [...wrongEnd(lived), ...falseSuccess(story, lived)]),
  ];
}

function wrongEnd({ life, code, stdout, stderr }: Lived): readonly string[] {
  if (!ENDS.has(code)) return [`${life.name} ended with ${code}: ${stderr.slice(0, 200)}`];
  const said = lastOf(stdout);
  const isSaid = said?.verdict === undefined || said.verdict === null || said.exitCode === undefined;
  return isSaid || said.exitCode === code ? [] : [`${life.name} ended with ${code}, and says ${said.exitCode}`];
}

function falseSuccess(story: Story, { life, code, after, to }: Lived): readonly string[] {
  if (code !== 0 || after === undefined) return [];
  const since = new Date(to - MEANWHILE).toISOString();
  if (foreignRequests(story).some((request) => isServiceWrite(request) && request.at >= since)) return [];
  const isWell = after.running.length === after.desired && after.running.every((one) => one === after.revision);
  const text = `${life.name} ended with 0, and ${after.running.join(", ")} run of ${after.desired} × ${after.revision}`;
  const isLost = story.world.scenario === "lost-agents" && story.world.procedure === "reconnects";
  return [...(isWell ? [] : [text]), ...(isLost ? [`${life.name} ended with 0, and agents never came back`] : [])];
}

/** The last line of its answer. */
function lastOf(stdout: string): { readonly verdict?: unknown; readonly exitCode?: unknown } | undefined {
  const line = stdout.trimEnd().split("\n").at(-1) ?? "";
  return line.startsWith("{") ? JSON.parse(line) : undefined;
}
