/**
 * The `stty` of a task. There is no real terminal: this program writes its request into the terminal's pipe. The
 * sandbox finds the request between the bytes before and after it. Like the real program, it acts on standard input and
 * fails if that is no terminal.
 */
export const STTY = `#!/bin/sh
if [ ! -p "$SANDBOX_TTY" ] || [ ! -S /dev/stdin ]; then
  echo "stty: 'standard input': Inappropriate ioctl for device" >&2
  exit 1
fi
case "$1" in
  size) cat "\${SANDBOX_TTY%/tty}/size" 2>/dev/null || echo "0 0" ;;
  ""|-a) echo "speed 38400 baud; line = 0;" ;;
  *) printf '\\033]stty-TOKEN;%s\\007' "$*" > "$SANDBOX_TTY" ;;
esac
`;

/** The machine's own curl. It connects the task's ports to those where its programs really listen; 8080 is Vulcan's. */
export const curl = (path: string, ports: Readonly<Record<number, number>>): string => {
  const ways = Object.entries({ 8080: 9, ...ports }).flatMap(([own, port]) =>
    ["localhost", "127.0.0.1"].map((host) => `--connect-to ${host}:${own}:127.0.0.1:${port}`),
  );
  return `#!/bin/sh\nPATH=${path}\nexec curl ${ways.join(" ")} "$@"\n`;
};

/** For an image without curl, on a machine that has it. */
export const NO_CURL = '#!/bin/sh\necho "curl: not found" >&2\nexit 127\n';

/** The `vulcan` of a task: it asks the sandbox, which knows the task's image and its database. */
export const vulcanLauncher = (client: string, socket: string, token: string): string =>
  `#!/bin/sh\nexec ${[process.execPath, client, socket, token].map(quote).join(" ")} "$@"\n`;

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** Sends its arguments and DB_URL, prints what comes back, exits with the code received. If killed, the link closes. */
export const VULCAN_CLIENT = `const [socket, token, ...args] = process.argv.slice(2);
const link = require("node:net").connect(socket, () => link.write(JSON.stringify({ token, args, databaseUrl: process.env.DB_URL }) + "\\n"));
let rest = "";
let code;
link.setEncoding("utf8");
link.on("data", (text) => {
  const lines = (rest + text).split("\\n");
  rest = lines.pop();
  for (const line of lines) {
    const message = JSON.parse(line);
    if (message.out !== undefined) process.stdout.write(message.out);
    if (message.err !== undefined) process.stderr.write(message.err);
    if (message.exit !== undefined) code = message.exit;
  }
});
link.on("error", () => {});
link.on("close", () => {
  if (code === undefined) process.stderr.write("vulcan: the task has gone\\n");
  process.exitCode = code ?? 1;
});
`;
