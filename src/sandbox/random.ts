const DIGITS = "0123456789";
const HEX = "0123456789abcdef";
const URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** A source of numbers and identifiers that repeats exactly for the same seed. */
export interface Random {
  /** 0 ≤ n < 1. */
  next(): number;
  hex(length: number): string;
  digits(length: number): string;
  urlSafe(length: number): string;
  uuid(): string;
}

/** Mulberry32: small, fast and good enough for identifiers; never use it for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const from = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[Math.floor(next() * alphabet.length)]).join("");
  const hex = (length: number): string => from(HEX, length);
  return {
    next,
    hex,
    digits: (length) => from(DIGITS.slice(1), 1) + from(DIGITS, length - 1),
    urlSafe: (length) => from(URL_SAFE, length),
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
  };
}
