/** What a probe read. */
export type Reading =
  /** `from`: epoch ms; the number tells of nothing that was before. */
  | { readonly kind: "number"; readonly value: number; readonly from: number }
  /** `at`: epoch ms. */
  | { readonly kind: "time"; readonly at: number }
  | { readonly kind: "none"; readonly why: string };

/** The change that replaced the tasks. Epoch ms. */
export interface Replacement {
  readonly begun: number;
  /** When the last old task was gone; absent while one still runs. Its sockets live until then. */
  readonly gone?: number;
}

/** The readings before a change. `of` tells which probe it was: one that was rewritten since is not comparable. */
export interface Baseline {
  /** Epoch ms. */
  readonly at: number;
  readonly readings: Readonly<Record<string, { readonly of: string; readonly reading: Reading }>>;
}

/** As an output of a step keeps it. */
export const baselineText = (baseline: Baseline): string => JSON.stringify(baseline);

/** Undefined where the text is no baseline: what cannot be read is no number. */
export function parseBaseline(text: string | undefined): Baseline | undefined {
  try {
    const { at, readings } = JSON.parse(text ?? "") as Partial<Baseline>;
    if (!Number.isFinite(at) || typeof readings !== "object" || readings === null) return undefined;
    const whole = Object.entries(readings).filter(([, one]) => typeof one?.of === "string" && isReading(one.reading));
    return { at: at as number, readings: Object.fromEntries(whole) };
  } catch {
    return undefined;
  }
}

function isReading(value: Partial<Record<string, unknown>> | undefined): boolean {
  if (value?.kind === "number") return Number.isFinite(value.value) && Number.isFinite(value.from);
  return value?.kind === "time" ? Number.isFinite(value.at) : value?.kind === "none" && typeof value.why === "string";
}
