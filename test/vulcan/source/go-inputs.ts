import { goBody, goFile, goFunc, goList } from "./go-source.ts";

/** A Go file, and as what each of its Downs has to be read. */
export interface GoInput {
  readonly name: string;
  readonly text: string;
  readonly downs: Readonly<Record<number, readonly string[] | "unknown" | "no Down">>;
}

type Reading = GoInput["downs"][number];

const body = (name: string, text: string, down: Reading, rest = ""): GoInput => ({
  name,
  text: goBody(text, rest),
  downs: { 6: down },
});
const file = (name: string, rest: string, downs: GoInput["downs"]): GoInput => ({ name, text: goFile(rest), downs });

const DROP = ["DROP TABLE a"];
const down = `func down(ctx context.Context, tx pgx.Tx) error { _, err := tx.Exec(ctx, "DROP TABLE a"); return err }
func up(ctx context.Context, tx pgx.Tx) error { _, err := tx.Exec(ctx, "CREATE TABLE a ()"); return err }`;
const run = `func run(ctx context.Context, tx pgx.Tx, q string) error { if _, err := tx.Exec(ctx, q); err != nil { return err }; return nil }`;

/** Whose Down seemed to take nothing away, and does. */
const SEEMED_COMPLETE: readonly GoInput[] = [
  body(
    "a range over a function",
    "for range dropAll {}; return nil",
    "unknown",
    "func dropAll(yield func() bool) { other() }",
  ),
  body("an Exec of something else", 'return runner.Exec(ctx, "", dropAll)', "unknown"),
  file(
    "a Down that is assigned later",
    `var migrations = []Migration{{Version: 6, Down: ${goFunc("return nil")}}}
func init() { migrations[0].Down = dropAll }`,
    { 6: "unknown" },
  ),
];

const SEEMED_TO_DROP: readonly GoInput[] = [
  body("a branch that is never taken", "if false { tx.Exec(ctx, `DROP TABLE a`) }; return nil", "unknown"),
  body("another database", "clickhouse.Exec(ctx, `DROP TABLE a`); return nil", "unknown"),
  body("code behind a return", "return nil; tx.Exec(ctx, `DROP TABLE a`)", []),
  body(
    "a call that is deferred",
    "defer tx.Exec(ctx, `DROP TABLE a`); _, err := tx.Exec(ctx, `CREATE TABLE b ()`); return err",
    "unknown",
  ),
  body("a loop that counts", "for i := 0; i < 2; i++ { tx.Exec(ctx, `DELETE FROM a`) }; return nil", "unknown"),
];

const COMMON: readonly GoInput[] = [
  body("a local constant", "const ddl = `DROP TABLE a`; _, err := tx.Exec(ctx, ddl); return err", DROP),
  body("a local variable", "sql := `DROP TABLE a`; _, err := tx.Exec(ctx, sql); return err", DROP),
  body(
    "a constant of the package",
    "_, err := tx.Exec(ctx, dropA); return err",
    DROP,
    "const (\n\tcreateA = `CREATE`\n\tdropA = `DROP TABLE a`\n)",
  ),
  file("functions of the package", `var list = []Migration{{Version: 6, Up: up, Down: down}}\n${down}`, { 6: DROP }),
  { name: "a Down that is nil", text: goList("nil, // irreversible\n"), downs: { 6: "no Down" } },
  body(
    "a range over a literal",
    'for _, t := range []string{"a", "b"} { if _, err := tx.Exec(ctx, fmt.Sprintf("DROP TABLE IF EXISTS %s CASCADE", t)); err != nil { return err } }; return nil',
    ["DROP TABLE IF EXISTS a CASCADE", "DROP TABLE IF EXISTS b CASCADE"],
  ),
  body(
    "a range over a list with a name",
    'tables := []string{"a", "b"}\nfor _, t := range tables { if _, err := tx.Exec(ctx, "DROP TABLE "+t); err != nil { return fmt.Errorf("drop %s: %w", t, err) } }\nreturn nil',
    ["DROP TABLE a", "DROP TABLE b"],
  ),
  body(
    "a range over statements",
    "for _, q := range []string{`DROP TABLE a`, `DROP TABLE b`} { _, err := tx.Exec(ctx, q)\nif err != nil { return err } }\nreturn nil",
    ["DROP TABLE a", "DROP TABLE b"],
  ),
  body("a sum with a constant", '_, err := tx.Exec(ctx, "DROP TABLE "+tbl); return err', DROP, 'const tbl = "a"'),
  body("a function that executes", "return run(ctx, tx, `DROP TABLE a`)", DROP, run),
  {
    name: "a function that makes the Down",
    text: goList(
      "sqlMigration(`DROP TABLE a`)",
      "func sqlMigration(q string) func(context.Context, pgx.Tx) error { return func(ctx context.Context, tx pgx.Tx) error { _, err := tx.Exec(ctx, q); return err } }",
    ),
    downs: { 6: DROP },
  },
  body("a context of its own", '_, err := tx.Exec(context.Background(), "DROP TABLE a"); return err', DROP),
  body(
    "a line in the log",
    'log.Printf("down"); slog.Info("down", "n", 1); _, err := tx.Exec(ctx, "DROP TABLE a"); return err',
    DROP,
  ),
  body(
    "an error that is wrapped",
    'if _, err := tx.Exec(ctx, "DROP TABLE a"); err != nil { return errors.Wrap(err, "down") }; return nil',
    DROP,
  ),
  body(
    "an error that is new",
    'if _, err := tx.Exec(ctx, "DROP TABLE a"); err != nil { return errors.New("down") }; return nil',
    DROP,
  ),
  body(
    "a count of rows",
    'tag, err := tx.Exec(ctx, "DROP TABLE a"); if (err != nil) { return err }; slog.Info("x", "n", tag.RowsAffected()); return nil',
    DROP,
  ),
  {
    name: "a result with a name",
    text: goList('func(ctx context.Context, tx pgx.Tx) (err error) { _, err = tx.Exec(ctx, "DROP TABLE a"); return }'),
    downs: { 6: DROP },
  },
  body(
    "a query that deletes",
    "var n int\nreturn tx.QueryRow(ctx, `WITH d AS (DELETE FROM a RETURNING 1) SELECT count(*) FROM d`).Scan(&n)",
    ["WITH d AS (DELETE FROM a RETURNING 1) SELECT count(*) FROM d"],
  ),
  body("a format", '_, err := tx.Exec(ctx, fmt.Sprintf("DROP TABLE %s; -- %d%%", "a", 7)); return err', [
    "DROP TABLE a; -- 7%",
  ]),
  body(
    "a list that is joined",
    'const drop = "DROP TABLE "\n_, err := tx.Exec(ctx, drop+strings.Join([]string{"a", "b"}, ", ")); return err',
    ["DROP TABLE a, b"],
  ),
  body("a text that grows", 'q := "DROP "; q += "TABLE a"; _, err := tx.Exec(ctx, q); return err', DROP),
  body(
    "a name that is quoted",
    '_, err := tx.Exec(ctx, "DROP TABLE "+pgx.Identifier{"s", "a"}.Sanitize()); return err',
    ['DROP TABLE "s"."a"'],
  ),
  body(
    "a batch",
    "b := &pgx.Batch{}; b.Queue(`DROP TABLE a`); b.Queue(`DROP TABLE b`); return tx.SendBatch(ctx, b).Close()",
    ["DROP TABLE a", "DROP TABLE b"],
  ),
];

const UNKNOWABLE: readonly GoInput[] = [
  body(
    "the environment",
    '_, err := tx.Exec(ctx, fmt.Sprintf("DROP TABLE %s", os.Getenv("T"))); return err',
    "unknown",
  ),
  body(
    "a text that a branch changes",
    'q := "DROP TABLE a"; if cond { q = "DROP TABLE b" }; _, err := tx.Exec(ctx, q); return err',
    "unknown",
  ),
  body("the connection below", 'tx.Conn().Exec(ctx, "DROP TABLE a"); return nil', "unknown"),
  body("a savepoint", "sub, _ := tx.Begin(ctx); sub.Exec(ctx, `DROP TABLE a`); return nil", "unknown"),
  body("a goroutine", "go tx.Exec(ctx, `DROP TABLE a`); return nil", "unknown"),
  body("a select", "select { case <-ctx.Done(): tx.Exec(ctx, `DROP TABLE a`) }; return nil", "unknown"),
  body("a channel", "done <- true; _, err := tx.Exec(ctx, `DROP TABLE a`); return err", "unknown"),
  body(
    "SQL in a branch",
    "if n > 1 { if _, err := tx.Exec(ctx, `DROP TABLE a`); err != nil { return err } }; return nil",
    "unknown",
  ),
  {
    name: "a method's value",
    text: goFile("func (s *Store) all() []Migration { return []Migration{{Version: 6, Up: s.up, Down: s.down}} }"),
    downs: { 6: "unknown" },
  },
];

const migrationOf = (version: number, kind = "Migration") => `${kind}{Version: ${version}, Up: up, Down: down}`;

const FILES: readonly GoInput[] = [
  file("a function that returns it", `func Initial() *Migration { return &${migrationOf(1)} }\n${down}`, { 1: DROP }),
  file("init and Register", `func init() { registry.Register(${migrationOf(1)}) }\n${down}`, { 1: DROP }),
  file("both in a struct of their own", `var one = Migration{Version: 1, UpDown: &T{Up: up, Down: down}}\n${down}`, {
    1: DROP,
  }),
  file("fields without keys", `var list = []Migration{{1, "d", up, down}}\n${down}`, { 1: DROP }),
  file("fields without keys of a type that is elsewhere", `var list = []other.Migration{{1, "d", up, down}}\n${down}`, {
    1: "unknown",
  }),
  file("a map", `var list = map[int]Migration{1: {Up: up, Down: down}, 2: ${migrationOf(2)}}\n${down}`, {
    1: DROP,
    2: DROP,
  }),
  file("a function of another file", `func init() { Reg[pgx.Tx](1, "d", up, down) }\n${down}`, { 1: "unknown" }),
  file("with and without keys in one list", `var list = []Migration{${migrationOf(1)}, {2, "d", up, down}}\n${down}`, {
    1: DROP,
    2: DROP,
  }),
  file(
    "versions in other spellings",
    `const six = 6\nvar list = []Migration{{Version: 20_260_101, Down: down}, {Version: six, Down: down}}\n${down}`,
    {
      6: DROP,
      20260101: DROP,
    },
  ),
  file(
    "a second list",
    `var list = []Migration{${migrationOf(1)}, ${migrationOf(2)}}\nvar testOnly = []Migration{${migrationOf(1)}}\n${down}`,
    {
      1: "unknown",
      2: DROP,
    },
  ),
  {
    name: "the ends of lines of Windows",
    text: goBody("_, err := tx.Exec(ctx, `DROP\nTABLE a`)\nreturn err").replaceAll("\n", "\r\n"),
    downs: { 6: ["DROP\nTABLE a"] },
  },
  {
    name: "a mark of byte order",
    text: `\ufeff${goBody("_, err := tx.Exec(ctx, `DROP TABLE a`); return err")}`,
    downs: { 6: DROP },
  },
  body(
    "brackets in comments and runes",
    "/* } { tx.Exec(ctx, `X`) */ x := '{' // }`\n_ = x\n_, err := tx.Exec(ctx, `DROP TABLE a`); return err",
    DROP,
  ),
  body("a quote inside of a text", '_, err := tx.Exec(ctx, `DROP ` + "`" + `a` + "`"); return err', ["DROP `a`"]),
  body(
    "values beside several statements",
    '_, err := tx.Exec(ctx, "DELETE FROM a WHERE x = $1; DROP TABLE a", 5); return err',
    "unknown",
  ),
];

export const GO_INPUTS: readonly GoInput[] = [
  ...SEEMED_COMPLETE,
  ...SEEMED_TO_DROP,
  ...COMMON,
  ...UNKNOWABLE,
  ...FILES,
];
