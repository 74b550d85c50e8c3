import { expect, it } from "vitest";
import { LeftReleases } from "../../../src/actions/watch/left-releases.ts";
import type { WatchOptions } from "../../../src/actions/watch/watch-options.ts";

const images: Readonly<Record<string, string>> = {
  "vulcan-prod:42": "vulcan:1.42.0",
  "vulcan-prod:43": "vulcan:1.43.0",
  "vulcan-prod:44": "vulcan:1.43.0",
  "vulcan-prod:45": "vulcan:1.44.0",
};
const MARK = {
  taskDefinition: "vulcan-prod:43",
  leftFor: "vulcan-prod:42",
  sentAt: "2026-04-10T03:41:00.000Z",
  at: "2026-04-10T03:42:00.000Z",
  execution: "7k2m",
};

const taskDefinition = async (name: string) => ({ name, containers: [{ name: "vulcan", image: images[name] }] });
const leftReleases = (marks: readonly object[] = [MARK]) =>
  new LeftReleases({
    aws: { ecs: { taskDefinition } },
    failedRevisions: async () => marks,
  } as unknown as WatchOptions["services"]);

it.each([
  ["vulcan-prod:43", "vulcan-prod:43 is deployed again: execution 7k2m rolled back from it"],
  ["vulcan-prod:44", "vulcan-prod:44 has the images of vulcan-prod:43, which execution 7k2m rolled back from"],
  ["vulcan-prod:45", undefined],
  ["vulcan-prod:42", undefined],
])("%s", async (name, note) => {
  expect(await leftReleases().noteOf(name)).toBe(note);
});

it("compares with all that were rolled back from, not with the last one alone", async () => {
  const earlier = { ...MARK, taskDefinition: "vulcan-prod:45", at: "2026-04-09T00:00:00.000Z", execution: "6j1a" };
  const images45 = { ...images, "vulcan-prod:46": "vulcan:1.44.0" } as Readonly<Record<string, string>>;
  const found = new LeftReleases({
    aws: { ecs: { taskDefinition: async (name: string) => ({ containers: [{ name: "v", image: images45[name] }] }) } },
    failedRevisions: async () => [MARK, earlier],
  } as never);
  expect(await found.noteOf("vulcan-prod:46")).toBe(
    "vulcan-prod:46 has the images of vulcan-prod:45, which execution 6j1a rolled back from",
  );
});

it("reads again what could not be read: one failure does not hide a release for the whole watch", async () => {
  let failures = 1;
  const flaky = async (name: string) =>
    failures-- > 0 ? Promise.reject(new Error("throttled")) : taskDefinition(name);
  const ofDefinition = new LeftReleases({
    aws: { ecs: { taskDefinition: flaky } },
    failedRevisions: async () => [MARK],
  } as never);
  expect(await ofDefinition.noteOf("vulcan-prod:44")).toBeUndefined();
  expect(await ofDefinition.noteOf("vulcan-prod:44")).toContain("has the images of vulcan-prod:43");

  let marks = 0;
  const ofMarks = new LeftReleases({
    aws: { ecs: { taskDefinition } },
    failedRevisions: async () => (marks++ === 0 ? Promise.reject(new Error("disk")) : [MARK]),
  } as never);
  expect(await ofMarks.noteOf("vulcan-prod:43")).toBeUndefined();
  expect(await ofMarks.noteOf("vulcan-prod:43")).toContain("is deployed again");
});

it("says nothing where nothing was rolled back, and where a read fails", async () => {
  expect(await leftReleases([]).noteOf("vulcan-prod:43")).toBeUndefined();
  const blind = new LeftReleases({ aws: {}, failedRevisions: async () => [MARK] } as never);
  expect(await blind.noteOf("vulcan-prod:44")).toBeUndefined();
});
