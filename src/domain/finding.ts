import type { Finding } from "./operation.ts";

const level =
  (level: Finding["level"]) =>
  (code: string, text: string, next?: readonly string[]): Finding => ({ level, code, text, ...(next && { next }) });

export const ok = level("ok");
export const warn = level("warn");
export const block = level("block");

/** Something that could not be looked at: worth knowing, never in the way. */
export const notChecked = (what: string, why: string): Finding => warn("not-checked", `not checked: ${what} (${why})`);

export const isUnseen = ({ code }: Finding): boolean => code === "not-checked";

/** `1 migration`, `2 migrations` */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
