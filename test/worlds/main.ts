import { simulateTime } from "../support/simulated-time/simulate.ts";
import { drawBoundary } from "./process-boundary.ts";

/**
 * The time is simulated, and the boundary drawn, before anything of the program is loaded. Processes of their own
 * (`--real`) live in true time.
 */
export async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes("--real")) return (await import("./campaign.ts")).campaign(argv);
  const driver = simulateTime(1);
  drawBoundary();
  const { campaign } = await import("./campaign.ts");
  const code = await campaign(argv);
  for (const jump of new Set(driver.suspicious)) process.stderr.write(`time: ${jump}\n`);
  return code;
}
