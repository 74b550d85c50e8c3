import type { Finding } from "./operation.ts";

const ORDER: readonly Finding["level"][] = ["block", "warn", "ok"];

/** What stops first, then what is to be known, then what is in order. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return ORDER.flatMap((level) => findings.filter((finding) => finding.level === level));
}

/** `vulcan-prod:42: 1 in the way, 2 to know, 9 in order` */
export function tally(what: string, findings: readonly Finding[]): string {
  const count = (level: Finding["level"]) => findings.filter((finding) => finding.level === level).length;
  const blocked = count("block") === 0 ? "" : `${count("block")} in the way, `;
  return `${what}: ${blocked}${count("warn")} to know, ${count("ok")} in order`;
}
