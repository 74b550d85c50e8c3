import type { ContainerOutput } from "../../domain/container-shell.ts";
import { cleanText, LineCleaner } from "./strip-control-codes.ts";

/** Collects the output of a command, over as many sessions as needed. */
export class OutputBuffer {
  readonly #chunks: Buffer[] = [];
  readonly #lines = new LineCleaner();
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

  /** The whole output. `text` is computed on first access. */
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
