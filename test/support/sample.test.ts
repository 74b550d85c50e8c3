import { afterEach, describe, expect, it, vi } from "vitest";
import { sample } from "./sample.ts";

const cases = Array.from({ length: 20 }, (_, index) => index);
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("a sample of cases", () => {
  it("has so many of them, in their order, and is the same each time", () => {
    vi.stubEnv("VULCAN_OPS_SAMPLE", "");
    const drawn = sample(cases, 5);
    expect(drawn).toHaveLength(5);
    expect(drawn).toEqual([...drawn].sort((a, b) => a - b));
    expect(sample(cases, 5)).toEqual(drawn);
  });

  it("has those that are always wanted, and is all of them where that is asked for", () => {
    vi.stubEnv("VULCAN_OPS_SAMPLE", "");
    expect(sample(cases, 3, (one) => one === 7 || one === 13)).toEqual(expect.arrayContaining([7, 13]));
    vi.stubEnv("VULCAN_OPS_SAMPLE", "all");
    expect(sample(cases, 3)).toEqual(cases);
  });
});
