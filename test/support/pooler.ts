import { randomInt } from "node:crypto";
import { type AddressInfo, createServer, type Socket } from "node:net";
import pg from "pg";

/** A connection pooler that lends its one server session for a transaction at a time, as pgbouncer's transaction mode. */
export interface Pooler {
  /** The database's URL, by way of it. */
  readonly url: string;
  /** What each client has sent at its start, in order. */
  readonly startups: readonly Readonly<Record<string, string>>[];
  stop(): Promise<void>;
}

/** The session is handed on as it is: whatever one client leaves in it, the next one gets. Any password will do. */
export async function startPooler(databaseUrl: string): Promise<Pooler> {
  const server = await serverSession(databaseUrl);
  const startups: Record<string, string>[] = [];
  const guests = new Set<Socket>();
  const listener = createServer((socket) => {
    guests.add(socket);
    socket.on("error", () => {}); // `close` follows
    greet(socket, server, startups);
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const url = new URL(databaseUrl);
  url.port = String((listener.address() as AddressInfo).port);
  return {
    url: url.href,
    startups,
    async stop() {
      for (const guest of guests) guest.destroy();
      await new Promise((resolve) => listener.close(resolve));
      server.close();
    },
  };
}

/** One request that ends with ReadyForQuery, and who gets its answer. */
interface Request {
  readonly guest: Socket;
  readonly bytes: Buffer;
}

/** The one session: a request after another, and nobody else's between those of one transaction. */
class ServerSession {
  readonly #line: Socket;
  readonly #waiting: Request[] = [];
  #served: Request | undefined;
  /** Whose transaction is open. */
  #borrower: Socket | undefined;

  constructor(line: Socket) {
    this.#line = line;
    line.on(
      "data",
      messages((type, bytes) => this.#answer(type, bytes)),
    );
    line.on("error", () => {});
  }

  ask(request: Request): void {
    this.#waiting.push(request);
    this.#next();
  }

  /** Who leaves in the middle of a transaction leaves nothing of it. */
  leave(guest: Socket): void {
    if (this.#borrower === guest) this.ask({ guest, bytes: message("Q", "ROLLBACK\0") });
  }

  close(): void {
    this.#line.end(message("X", ""));
  }

  #next(): void {
    if (this.#served !== undefined) return;
    const at = this.#waiting.findIndex(({ guest }) => this.#borrower === undefined || guest === this.#borrower);
    [this.#served] = at < 0 ? [undefined] : this.#waiting.splice(at, 1);
    if (this.#served !== undefined) this.#line.write(this.#served.bytes);
  }

  #answer(type: string, bytes: Buffer): void {
    const { guest } = this.#served ?? {};
    if (guest?.writable) guest.write(bytes);
    if (type !== "Z") return;
    this.#borrower = String.fromCharCode(bytes[5] ?? 0) === "I" ? undefined : guest;
    this.#served = undefined;
    this.#next();
  }
}

/** pg knows how to get in; what it has opened is taken over as it is. */
async function serverSession(databaseUrl: string): Promise<ServerSession> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on("error", () => {});
  await client.connect();
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  stream.removeAllListeners("data");
  return new ServerSession(stream);
}

const SSL_REQUEST = 80_877_103;

/** From the first bytes on: no TLS, no password, a process number of its own. Then requests as they come. */
function greet(guest: Socket, server: ServerSession, startups: Record<string, string>[]): void {
  let head = Buffer.alloc(0);
  const start = (bytes: Buffer) => {
    head = Buffer.concat([head, bytes]);
    if (head.length < 8 || head.length < head.readInt32BE(0)) return;
    const length = head.readInt32BE(0);
    const [asked, rest] = [head.subarray(0, length), head.subarray(length)];
    head = Buffer.alloc(0);
    if (asked.readInt32BE(4) === SSL_REQUEST) return void guest.write("N");
    const words = asked.subarray(8).toString().split("\0");
    startups.push(
      Object.fromEntries(words.flatMap((word, at) => (at % 2 === 0 && word ? [[word, words[at + 1] ?? ""]] : []))),
    );
    guest.off("data", start);
    guest.write(Buffer.concat(WELCOME()));
    serve(guest, server, rest);
  };
  guest.on("data", start);
}

const WELCOME = () => [
  message("R", int32(0)),
  message("S", "server_version\x0018.0\0"),
  message("S", "client_encoding\0UTF8\0"),
  message("K", Buffer.concat([int32(randomInt(2 ** 30, 2 ** 31)), int32(7)])),
  message("Z", "I"),
];

function serve(guest: Socket, server: ServerSession, first: Buffer): void {
  let request: Buffer[] = [];
  const hear = messages((type, bytes) => {
    if (type === "X") return;
    request.push(bytes);
    if (type !== "Q" && type !== "S") return;
    server.ask({ guest, bytes: Buffer.concat(request) });
    request = [];
  });
  guest.on("data", hear);
  guest.once("close", () => server.leave(guest));
  hear(first);
}

/** Whole messages out of pieces. */
function messages(heard: (type: string, bytes: Buffer) => void): (piece: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (piece) => {
    rest = Buffer.concat([rest, piece]);
    while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
      const length = rest.readInt32BE(1) + 1;
      const bytes = rest.subarray(0, length);
      rest = rest.subarray(length);
      heard(String.fromCharCode(bytes[0] ?? 0), bytes);
    }
  };
}

function message(type: string, body: string | Buffer): Buffer {
  const content = Buffer.from(body as string);
  return Buffer.concat([Buffer.from(type), int32(content.length + 4), content]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
