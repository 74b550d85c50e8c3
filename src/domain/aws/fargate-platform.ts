/** The first platform versions of Fargate for Linux and for Windows that have ECS Exec (`ecs-exec.md` §6). */
const FIRST = { linux: [1, 4, 0], windows: [1, 0, 0] } as const;

/** Whether Fargate's platform is too old for ECS Exec. A version without numbers, such as LATEST, is not. */
export function isTooOldForExec(version: string, family = "Linux"): boolean {
  const first = FIRST[/^windows/i.test(family) ? "windows" : "linux"];
  const parts = version.split(".").map(Number);
  if (parts.some(Number.isNaN)) return false;
  const index = first.findIndex((wanted, at) => (parts[at] ?? 0) !== wanted);
  return index !== -1 && (parts[index] ?? 0) < (first[index] ?? 0);
}
