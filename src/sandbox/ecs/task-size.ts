import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { text } from "../http/input.ts";

const GIB = 1024;

/** Fargate's sizes. For each number of CPU units: memory from and to (GiB), and its step (GiB). [D, O] */
const FARGATE: Readonly<Record<number, readonly [least: number, most: number, step: number]>> = {
  512: [1, 4, 1],
  1024: [2, 8, 1],
  2048: [4, 16, 1],
  4096: [8, 30, 1],
  8192: [16, 60, 4],
  16384: [32, 120, 8],
};

/** The smallest size has no even steps (MiB). */
const SMALLEST = { cpu: 256, memories: [512, 1024, 2048] };

/** The task's size in CPU units and MiB. A revision shows these, also if the request says `1 vCPU` or `2 GB`. [D] */
export function sizeOf(input: Input): { cpu?: string; memory?: string } {
  const cpu = read(input, "cpu", /^vcpus?$/i);
  const memory = read(input, "memory", /^gb$/i);
  return { ...(cpu === undefined ? {} : { cpu: `${cpu}` }), ...(memory === undefined ? {} : { memory: `${memory}` }) };
}

/** A whole number, or a number with a unit that is worth 1024. [text D for cpu, else I] */
function read(input: Input, name: string, unit: RegExp): number | undefined {
  const stated = text(input, name)?.trim();
  if (stated === undefined) return undefined;
  const [, figure = "", suffix = ""] = /^(\d*\.?\d+)\s*([a-z]*)$/i.exec(stated) ?? [];
  const value = Number(figure) * (unit.test(suffix) ? GIB : 1);
  const isUnit = suffix === "" || unit.test(suffix);
  if (isUnit && Number.isInteger(value) && value > 0) return value;
  throw new AwsError("ClientException", `Invalid '${name}' setting for task.`);
}

/** Whether Fargate has tasks of that size. */
export function fitsFargate(cpu: number, memory: number): boolean {
  if (cpu === SMALLEST.cpu) return SMALLEST.memories.includes(memory);
  const [least, most, step] = FARGATE[cpu] ?? [0, 0, 1];
  return memory >= least * GIB && memory <= most * GIB && memory % (step * GIB) === 0;
}
