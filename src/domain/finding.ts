import type { Finding } from "./operation.ts";

const level =
  (level: Finding["level"]) =>
  (code: string, text: string, next?: readonly string[]): Finding => ({ level, code, text, ...(next && { next }) });

export const ok = level("ok");
export const warn = level("warn");
export const block = level("block");

/** A check that could not be made. It warns, and never blocks. */
export const notChecked = (what: string, why: string): Finding => notTried(`not checked: ${what} (${why})`);

/** The same in other words: trying would change something, or the read that it needs failed. */
export const notTried = (text: string, next?: readonly string[]): Finding => warn("not-checked", text, next);

export const isNotChecked = ({ code }: Finding): boolean => code === "not-checked";

/** `1 migration`, `2 migrations` */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

const ORDER: readonly Finding["level"][] = ["block", "warn", "ok"];

/** Blocking findings first, then warnings, then what passed. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return ORDER.flatMap((level) => findings.filter((finding) => finding.level === level));
}

/** `vulcan-prod:42: 1 blocking, 2 warnings, 9 passed` */
export function summariseFindings(what: string, findings: readonly Finding[]): string {
  const count = (level: Finding["level"]) => findings.filter((finding) => finding.level === level).length;
  const blocked = count("block") === 0 ? "" : `${count("block")} blocking, `;
  return `${what}: ${blocked}${counted(count("warn"), "warning")}, ${count("ok")} passed`;
}
