/** The emulated settings of a terminal. `stty` in a task changes them. */
export interface LineFlags {
  /** `\n` goes out as `\r\n`. */
  onlcr: boolean;
  /** Input is sent back. */
  echo: boolean;
  /** `\r` comes in as `\n`. */
  icrnl: boolean;
  /** 0x03 becomes SIGINT. */
  isig: boolean;
  /** 0x04 ends the input. */
  icanon: boolean;
}

/** A terminal as the agent opens it. */
export const sane = (): LineFlags => ({ onlcr: true, echo: true, icrnl: true, isig: true, icanon: true });

const SETTINGS: Readonly<Record<string, Partial<LineFlags>>> = {
  ...Object.fromEntries(
    Object.keys(sane()).flatMap((name) => [
      [name, { [name]: true }],
      [`-${name}`, { [name]: false }],
    ]),
  ),
  opost: { onlcr: true },
  "-opost": { onlcr: false },
  raw: { onlcr: false, icrnl: false, isig: false, icanon: false },
  "-raw": sane(),
  sane: sane(),
};

/** Applies the arguments of `stty`. Unknown words change nothing. */
export function applySettings(flags: LineFlags, words: readonly string[]): void {
  for (const word of words) Object.assign(flags, SETTINGS[word] ?? {});
}

/** Output on its way out of the terminal. */
export function post(flags: LineFlags, bytes: Buffer): Buffer {
  if (!flags.onlcr || !bytes.includes(0x0a)) return bytes;
  return Buffer.from(bytes.toString("latin1").replaceAll("\n", "\r\n"), "latin1");
}

/** The effects of typed bytes. */
export interface Typed {
  readonly toCommand: Buffer;
  readonly echoed: Buffer;
  readonly interrupt: boolean;
  readonly end: boolean;
}

const INTERRUPT = 0x03;
const END = 0x04;

/** Input on its way to the command. Lines are not edited: a backspace reaches the command as it is. */
export function typed(flags: LineFlags, bytes: Buffer): Typed {
  const text = bytes.toString("latin1");
  const interrupt = flags.isig && bytes.includes(INTERRUPT);
  const end = flags.icanon && bytes.includes(END);
  let kept = flags.icrnl ? text.replaceAll("\r", "\n") : text;
  if (interrupt) kept = kept.replaceAll("\x03", "");
  if (end) kept = kept.replaceAll("\x04", "");
  const shown = `${interrupt ? "^C" : ""}${kept}`;
  return {
    toCommand: Buffer.from(kept, "latin1"),
    echoed: flags.echo ? post(flags, Buffer.from(shown, "latin1")) : Buffer.alloc(0),
    interrupt,
    end,
  };
}
