import type { ContainerOutput } from "../../domain/container-shell.ts";
import { CleanLines, cleanText } from "./strip-control-codes.ts";

/** Collects what a command prints, over as many sessions as it takes. */
export class Output {
  readonly #chunks: Buffer[] = [];
  readonly #lines = new CleanLines();
  readonly #onLine: ((line: string) => void) | undefined;
  #length = 0;

  constructor(onLine?: (line: string) => void) {
    this.#onLine = onLine;
  }

  get length(): number {
    return this.#length;
  }

  push(bytes: Buffer): void {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
    if (this.#onLine !== undefined) this.#lines.push(bytes).forEach(this.#onLine);
  }

  /** The whole; the clean text is made when it is asked for. */
  end(): ContainerOutput {
    if (this.#onLine !== undefined) this.#lines.end().forEach(this.#onLine);
    const bytes = Buffer.concat(this.#chunks);
    let text: string | undefined;
    return {
      bytes,
      get text() {
        text ??= cleanText(bytes);
        return text;
      },
    };
  }
}
