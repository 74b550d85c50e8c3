import { simulateTime } from "../support/simulated-time/simulate.ts";

/** The time is simulated before anything of the program is loaded. */
export async function main(): Promise<readonly Figure[]> {
  const driver = simulateTime(1);
  const { figures } = await import("./follow-figures.ts");
  const measured = await figures();
  if (driver.suspicious.length > 0) throw new Error(driver.suspicious.join("\n"));
  return measured;
}

/** What was measured, its unit, and the most that was asked for. */
export type Figure = readonly [label: string, figure: number, unit: string, atMost: number];
