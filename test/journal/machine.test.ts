import { describe, expect, it } from "vitest";
import {
  isSameMachine,
  type MachineIds,
  thisMachine,
  type Visibility,
  visibilityOf,
} from "../../src/journal/machine.ts";

const LAPTOP: MachineIds = { host: "laptop", machine: "m1", boot: "b1", pidSpace: "pid:[1]" };
const { machine: _, ...CONTAINER } = { ...LAPTOP, pidSpace: "pid:[7]" };
const NAMED: MachineIds = { host: "laptop" };

describe("whether a process can be looked up from here", () => {
  it.each<[string, MachineIds, MachineIds, Visibility]>([
    ["the same place", LAPTOP, LAPTOP, "here"],
    ["under another name, as DHCP gave it", { ...LAPTOP, host: "laptop-2" }, LAPTOP, "here"],
    ["before the machine was started anew", { ...LAPTOP, boot: "b0" }, LAPTOP, "gone"],
    ["before that, under another name", { ...LAPTOP, boot: "b0", host: "x" }, LAPTOP, "gone"],
    ["another machine of the same name", { ...LAPTOP, machine: "m2", boot: "b2" }, LAPTOP, "elsewhere"],
    ["a container of the same name, on this machine", { ...CONTAINER, pidSpace: "pid:[8]" }, CONTAINER, "elsewhere"],
    ["a container of the same name, on another machine", { ...CONTAINER, boot: "b2" }, CONTAINER, "elsewhere"],
    ["the machine, from its container", LAPTOP, CONTAINER, "elsewhere"],
    ["the same container", CONTAINER, { ...CONTAINER, host: "renamed" }, "here"],
    ["an earlier release wrote the name alone", NAMED, LAPTOP, "here"],
    ["an earlier release wrote another name", { host: "other" }, LAPTOP, "elsewhere"],
    ["a system without ids", NAMED, NAMED, "here"],
  ])("%s: %s", (_name, there, here, sight) => {
    expect(visibilityOf(there, here)).toBe(sight);
  });

  it("two machines are one by their ids, and by name only without one", () => {
    expect(isSameMachine(LAPTOP, { ...LAPTOP, host: "laptop-2" })).toBe(true);
    expect(isSameMachine(LAPTOP, { ...LAPTOP, machine: "m2" })).toBe(false);
    expect(isSameMachine(LAPTOP, NAMED)).toBe(true);
  });

  it.runIf(process.platform === "linux")("this place has a boot id that is none of the machine's own words", () => {
    const here = thisMachine();
    expect(here.boot).toMatch(/^[0-9a-f]{16}$/);
    expect(visibilityOf(here)).toBe("here");
  });
});
