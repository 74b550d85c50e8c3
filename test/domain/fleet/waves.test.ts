import { expect, it } from "vitest";
import { executionIdIn, setDigest } from "../../../src/domain/fleet/run-name.ts";
import { selectTargets } from "../../../src/domain/fleet/select-targets.ts";
import { shareOut } from "../../../src/domain/fleet/waves.ts";

const KNOWN = ["shop-de", "shop-fr", "shop-us", "billing", "a-shop-b"].map((name) => ({
  name,
  tags: name.endsWith("us") ? ["us"] : ["eu"],
}));
const TWENTY = Array.from({ length: 20 }, (_, index) => ({ name: `s${index}`, tags: [] }));
const NAMES = TWENTY.map(({ name }) => name);
const wave = (name: string, more: object = {}) => ({ name, approval: false, concurrency: 5, tolerated: 0, ...more });

it.each([
  [["billing"], ["billing"]],
  [["shop-*"], ["shop-de", "shop-fr", "shop-us"]],
  [["*-d*"], ["shop-de"]],
  [["*"], KNOWN.map(({ name }) => name)],
  [
    ["tag:us", "shop-*"],
    ["shop-us", "shop-de", "shop-fr"],
  ],
])("%j chooses %j", (words, chosen) => {
  expect(selectTargets(words, KNOWN)).toEqual(chosen);
});

it.each([[["shop"]], [["shop-*", "tag:asia"]], [["shop.de"]]])("%j has a word that chooses none", (words) => {
  expect(() => selectTargets(words, KNOWN)).toThrow(/chooses no target/);
});

const sizes = (...waves: object[]) =>
  shareOut(waves as Parameters<typeof shareOut>[0], NAMES, TWENTY).map(({ targets }) => targets.length);

it("shares out by percent, at least one, and the last gets the rest", () => {
  expect(sizes(wave("a", { share: 1 }), wave("b", { share: 25 }), wave("c"))).toEqual([1, 5, 14]);
  expect(sizes(wave("a", { share: 50 }), wave("b", { share: 50 }))).toEqual([10, 10]);
  expect(sizes(wave("a", { share: 10 }), wave("b", { targets: ["s1*"] }), wave("c"))).toEqual([2, 11, 7]);
});

it.each([
  ["a target in no wave", [wave("a", { share: 10 })], /in no wave/],
  ["a target in two", [wave("a", { targets: ["s1"] }), wave("b", { targets: ["s1*"] })], /s1 is in two waves, a and b/],
  ["a wave without one", [wave("a", { share: 100 }), wave("b")], /wave b has no target/],
])("refuses %s", (_name, waves, error) => {
  expect(() => sizes(...waves)).toThrow(error);
});

it("gives an execution an id that journals take, the same each time, and another for another run or target", () => {
  const ids = ["run-1", "run-2"].flatMap((run) => NAMES.map((target) => executionIdIn(run, target)));
  expect(ids.filter((id) => !/^[0-9a-z]{4,12}$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(40);
  expect(executionIdIn("revert-42", "shop-de")).toBe("h72egb1xw25e");
});

it("gives a set one digest, whatever the order of its targets; and another for each plan and wave that differs", () => {
  const digest = (plans: readonly (readonly [string, string])[], tolerated = 1) =>
    setDigest(new Map(plans), [{ name: "all", tolerated }]);
  const both = [
    ["a", "1"],
    ["b", "2"],
  ] as const;
  expect(digest(both)).toBe(digest(both.toReversed()));
  const others = [digest([["a", "1"]]), digest([["a", "2"]]), digest([...both, ["c", "3"]]), digest(both, 2)];
  expect(new Set([digest(both), ...others]).size).toBe(5);
});
