import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { real } from "../support/simulated-time/real-time.ts";
import type { Story, Violation } from "./story.ts";

/** One world that was played, as a line of the results. */
export interface Result {
  readonly seed: number;
  readonly procedure: string;
  readonly scenario: string;
  /** How each life ended. */
  readonly ends: readonly string[];
  /** True ms, and ms of CPU of this process. */
  readonly ms: number;
  readonly cpu: number;
  readonly violations: readonly Violation[];
}

export function resultOf({ world, lives }: Story, violations: readonly Violation[], ms: number, cpu: number): Result {
  const { seed, procedure, scenario } = world;
  const ends = lives.map(({ command, code }) => `${command} ${code}`);
  return { seed, procedure, scenario, ends, ms: Math.round(ms), cpu: Math.round(cpu), violations };
}

export function appendResult(path: string, result: Result): void {
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, `${JSON.stringify({ at: new real.Date().toISOString(), ...result })}\n`);
}

/** All worlds of a file of results, of every run that was appended to it. */
export const readResults = (path: string): readonly Result[] =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Result);

/** Worlds a minute, ends and violations of each procedure. */
export function summary(results: readonly Result[]): string {
  const names = [...new Set(results.map(({ procedure }) => procedure))].sort();
  const lines = names.map((name) =>
    line(
      name,
      results.filter(({ procedure }) => procedure === name),
    ),
  );
  return [...lines, line("all", results)].join("\n");
}

function line(name: string, results: readonly Result[]): string {
  const minutes = results.reduce((sum, { ms }) => sum + ms, 0) / 60_000;
  const cpu = results.reduce((sum, { cpu: each }) => sum + each, 0) / 1000;
  const violated = results.filter(({ violations }) => violations.length > 0).length;
  const counts = new Map<string, number>();
  for (const end of results.flatMap(({ ends }) => ends)) counts.set(end, (counts.get(end) ?? 0) + 1);
  const ends = [...counts].sort((a, b) => b[1] - a[1]).map(([end, count]) => `${end}: ${count}`);
  const pace = `${(results.length / minutes).toFixed(1)} a minute, ${(cpu / results.length).toFixed(1)} s of CPU each`;
  return `${name}: ${results.length} worlds, ${pace}; ${violated} violated; ${ends.join(", ")}`;
}
