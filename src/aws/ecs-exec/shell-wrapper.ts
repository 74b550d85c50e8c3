import { createHash } from "node:crypto";
import { shellWord } from "../../domain/command-line.ts";
import { usageError } from "../../domain/error.ts";

/*
 * The agent splits a command into words (google/shlex) and starts the first one without any shell. So a command here is
 * `/bin/sh -c SCRIPT …`. The scripts contain no single quote, so one layer of quotes is enough. The operator's words
 * reach the script as its arguments. The scripts contain no line breaks either: no document says whether the service
 * takes them. (`ecs-exec.md` §1, §4)
 */

/**
 * Every mark is `\n<secret> WORD value\n`. BEGIN comes first, END with the exit code last. A follower prints STARTED or
 * ATTACHED. Without an exit code it ends with ABSENT (no latch), UNWRITABLE (no folder for the latch), OTHER (the latch
 * belongs to another command), GONE (no process), UNREADABLE (no log) or LAUNCHED (only the start was requested).
 */

/** The first statements of each script. They drop the script's own errors. The command's go to descriptor 9. */
const opening = (secret: string): string => {
  const [a, b] = [secret.slice(0, secret.length / 2), secret.slice(secret.length / 2)];
  return [
    "stty -onlcr -echo 2>/dev/null",
    "exec 9>&2 2>/dev/null",
    "export NO_COLOR=1 TERM=dumb",
    // Joined at run time, so that no text that shows the script itself contains a whole mark.
    `say() { printf "\\n%s%s %s\\n" ${a} ${b} "$1"; }`,
    // Waits for the client's newline: the agent drops unacknowledged output two seconds after the end.
    'fin() { say "$1"; read -r _; exit 0; }',
    "say BEGIN",
  ].join("; ");
};

/** Runs the command once and prints its exit code. The wrapper itself survives every command. */
export function wrapOnce(secret: string, argv: readonly string[]): string {
  const script = `${opening(secret)}; (exec "$@" </dev/null 2>&9 9>&-); fin "END $?"`;
  return line([script, "vulcan-ops", ...checked(argv)]);
}

/**
 * The job of a mutating command: $0 is its folder, $1 its key. The job itself takes the latch, so that a lost session
 * cannot prevent the command after the latch is taken. A second job exits.
 */
const JOB = [
  'mkdir "$0/once" || exit 0',
  "d=$0; k=$1; shift",
  'echo "$k" >"$d/key" && true >"$d/log" && echo $$ >"$d/pid.new" && mv "$d/pid.new" "$d/pid" || exit 1',
  '(exec "$@") >"$d/log" 2>&1',
  'echo $? >"$d/rc.new"',
  'mv "$d/rc.new" "$d/rc"',
].join("; ");

/** The folders for a latch, in this order. The image decides which of them exist. */
const FOLDERS = '"$TMPDIR" "$HOME" /tmp /var/tmp "$PWD"';

/** Rounds for which a job may have no living process and no exit code. */
const GRACE = 25;

export interface Detached {
  readonly secret: string;
  /** The latch's name. */
  readonly nonce: string;
  /** `attach` never starts anything; `launch` does not follow what it has started. */
  readonly mode: "start" | "attach" | "launch";
  /** How many bytes of the log are already known. */
  readonly offset: number;
  readonly beatRounds: number;
}

/**
 * Starts the command detached, at most once per nonce and container, and follows its log, even if another session
 * started it. The job ignores HUP and, if setsid exists, has its own session: it outlives the channel that started it.
 */
export function wrapDetached(settings: Detached, argv: readonly string[]): string {
  const { secret, nonce, mode, offset, beatRounds } = settings;
  if (!/^[A-Za-z0-9-]{1,64}$/.test(nonce))
    throw usageError("exec-nonce", "a nonce is made of letters, digits and hyphens");
  const script = [
    opening(secret),
    `n=.vulcan-ops-${nonce}; k=${keyOf(argv)}; o=${offset}; d=; p=; w=ATTACHED; i=0; z=0`,
    `for b in ${FOLDERS}; do case $b in /*) if [ -d "$b/$n" ]; then d=$b/$n; break; fi;; esac; done`,
    ...(mode === "attach" ? ['[ -d "$d/once" ] || fin ABSENT'] : [MAKE_FOLDER, LAUNCH]),
    "say $w",
    ...(mode === "launch" ? [LEAVE] : []),
    `while true; do ${round(beatRounds)}; done`,
  ].join("; ");
  return line([script, JOB, ...checked(argv)]);
}

const MAKE_FOLDER =
  `if [ -z "$d" ]; then for b in ${FOLDERS}; do case $b in ` +
  '/*) if mkdir -m 700 "$b/$n" || [ -d "$b/$n" ]; then d=$b/$n; break; fi;; esac; done; fi; [ -n "$d" ] || fin UNWRITABLE';

const LAUNCH =
  'if [ ! -d "$d/once" ]; then w=STARTED; s=; command -v setsid >/dev/null && s=setsid; ' +
  '(trap "" HUP; exec $s /bin/sh -c "$0" "$d" "$k" "$@") </dev/null >/dev/null 2>&1 9>&- & fi';

/** Exits once the latch exists: from then on, a session that attaches finds the job. */
const LEAVE =
  'while [ $i -lt 50 ]; do [ -d "$d/once" ] && fin LAUNCHED; i=$((i+1)); sleep 0.1 || sleep 1; done; fin GONE';

/** One check of the job. It tests for the exit code first, so that the log then contains all the output. */
const round = (beatRounds: number): string =>
  [
    'f=; [ -f "$d/rc" ] && f=1',
    'if [ -f "$d/key" ]; then x=; read -r x <"$d/key"; [ "$x" = "$k" ] || [ -z "$x" ] || fin OTHER; fi',
    `if [ -f "$d/log" ]; then p=$d/part.$$; tail -c +$((o+1)) "$d/log" >"$p" || fin UNREADABLE; ${SHOW_PART}; fi`,
    'if [ -n "$f" ]; then c=; rm -f "$p"; read -r c <"$d/rc"; fin "END $c"; fi',
    ALIVE,
    `if [ -z "$a" ]; then z=$((z+1)); [ $z -gt ${GRACE} ] && fin GONE; else z=0; fi`,
    `i=$((i+1)); [ $((i%${beatRounds})) = 0 ] && say BEAT`,
    "sleep 0.2 || sleep 1",
  ].join("; ");

const SHOW_PART = 'if [ -s "$p" ]; then s=$(($(wc -c <"$p"))); say "DATA $s"; cat "$p"; o=$((o+s)); fi';

/** Without an init process a dead job stays behind as a zombie, which `kill -0` reports as alive. */
const ALIVE =
  'a=; q=; [ -f "$d/pid" ] && read -r j <"$d/pid" && kill -0 "$j" && ' +
  '{ [ -f "/proc/$j/stat" ] && read -r q <"/proc/$j/stat"; case $q in *") Z "*) ;; *) a=1;; esac; }';

/** Identifies a command, so that no session takes one command's end for another's. */
const keyOf = (argv: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(argv)).digest("hex").slice(0, 16);

const line = (words: readonly string[]): string => ["/bin/sh", "-c", ...words].map(shellWord).join(" ");

/** `exec` reads the first word as a program's name only if it does not start like an option. */
function checked(argv: readonly string[]): readonly string[] {
  const [program = ""] = argv;
  if (program === "" || program.startsWith("-") || argv.some((word) => word.includes("\0"))) {
    throw usageError("exec-command", `${JSON.stringify(argv)} is no command: a program's name and its arguments`);
  }
  return argv;
}
