import type { GoInput } from "./go-inputs.ts";
import { goBody, goFile, goFunc, goList } from "./go-source.ts";

type Reading = GoInput["downs"][number];

const body = (name: string, text: string, down: Reading, rest = ""): GoInput => ({
  name,
  text: goBody(text, rest),
  downs: { 6: down },
});
const list = (name: string, down: string, reading: Reading, rest = ""): GoInput => ({
  name,
  text: goList(down, rest),
  downs: { 6: reading },
});
const file = (name: string, rest: string, downs: GoInput["downs"]): GoInput => ({ name, text: goFile(rest), downs });

const DROP = ["DROP TABLE a"];
const down = `func down(ctx context.Context, tx pgx.Tx) error { _, err := tx.Exec(ctx, "DROP TABLE a"); return err }
func up(ctx context.Context, tx pgx.Tx) error { return nil }`;
const exec = (sql: string) => `_, err := tx.Exec(ctx, ${sql}); return err`;

const TEXTS = [
  body(
    "a call after a sum",
    exec('"DROP TABLE " + name("a") + ";"'),
    ["DROP TABLE a;"],
    "func name(of string) string { return of }",
  ),
  body(
    "a condition after a call",
    "if err := f(ctx, tx); err != nil && n > 1 { return err }; return nil",
    "unknown",
    "func f(ctx context.Context, tx pgx.Tx) error { return nil }",
  ),
  body(
    "iota",
    exec('fmt.Sprintf("DROP TABLE a_%d_%d", first, third)'),
    ["DROP TABLE a_1_3"],
    "const (\n\tfirst = iota + 1\n\tsecond\n\tthird\n)",
  ),
  body("a constant that repeats", exec("b"), DROP, 'const (\n\ta = "DROP TABLE a"\n\tb\n)'),
  body(
    "a constant of a constant",
    exec("drop + table"),
    DROP,
    'const drop = "DROP "\nconst table = "TABLE " + name\nconst name = "a"',
  ),
  body("constants in a circle", exec("x"), "unknown", "const x = y\nconst y = x"),
  body(
    "a name that a block hides",
    `const t = "b"\n{ const t = "a"; if _, err := tx.Exec(ctx, "DROP TABLE " + t); err != nil { return err } }\nreturn nil`,
    DROP,
  ),
  body("a name of the package that is hidden", `t := "a"; ${exec('"DROP TABLE " + t')}`, DROP, 'const t = "b"'),
  body(
    "a name that a parameter hides",
    'return run(ctx, tx, "DROP TABLE a")',
    DROP,
    `const q = "b"\nfunc run(ctx context.Context, tx pgx.Tx, q string) error { ${exec("q")} }`,
  ),
  body("a variable that is given twice", `q := "DROP TABLE b"; q = "DROP TABLE a"; ${exec("q")}`, DROP),
  body(
    "a variable of the package that another function assigns",
    exec("q"),
    "unknown",
    'var q = "DROP TABLE a"\nfunc set() { q = "DROP TABLE b" }',
  ),
  body(
    "a variable of the package that a pointer reaches",
    exec("q"),
    "unknown",
    'var q = "DROP TABLE a"\nfunc set() { change(&q) }',
  ),
  body("a variable of the package", exec("q"), DROP, 'var q = "DROP TABLE a"'),
  body("%q and %v", exec('fmt.Sprintf("DROP TABLE %q; -- %v", "a", 3)'), ['DROP TABLE "a"; -- 3']),
  body("%[1]s", exec('fmt.Sprintf("DROP TABLE %[1]s; DROP TYPE %[1]s_t", "a")'), ["DROP TABLE a; DROP TYPE a_t"]),
  body("%03d", exec('fmt.Sprintf("DROP TABLE a_%03d", 7)'), ["DROP TABLE a_007"]),
  body("a format that lacks a value", exec('fmt.Sprintf("DROP TABLE %s")'), "unknown"),
  body("a format with a value too many", exec('fmt.Sprintf("DROP TABLE a", 1)'), "unknown"),
  body(
    "a format of its own",
    exec('fmt.Sprintf("DROP TABLE %s", T("a"))'),
    "unknown",
    'type T string\nfunc (t T) String() string { return "b" }',
  ),
  body("a type of text", exec('string(T("DROP TABLE a"))'), DROP, "type T string"),
  body("a builder of text", `var b strings.Builder; b.WriteString("DROP TABLE a"); ${exec("b.String()")}`, "unknown"),
  body("a template", `t := template.Must(template.New("x").Parse("DROP TABLE a")); ${exec("render(t)")}`, "unknown"),
  body("bytes that are no characters", exec('"DROP TABLE a -- \\xff"'), "unknown"),
  body("escapes", exec('"DROP\\tTABLE\\u0020a\\x3b"'), ["DROP\tTABLE a;"]),
  body("a struct's field", exec("tables.users"), DROP, 'var tables = struct{ users string }{users: "DROP TABLE a"}'),
  body(
    "an element",
    exec("drops[1] + names[`x`]"),
    DROP,
    'var drops = []string{"b", "DROP TABLE "}\nvar names = map[string]string{"x": "a"}',
  ),
  body(
    "true of its own",
    "if err := run(ctx, tx); err != nil { return nil }; return nil",
    "unknown",
    "func run(ctx context.Context, tx pgx.Tx) error { return nil }\nvar nil = x",
  ),
];

const FLOWS = [
  body(
    "lists that are put together",
    'q := []string{"DROP TABLE a"}; q = append(q, "DROP TABLE b"); for _, s := range q { if _, err := tx.Exec(ctx, s); err != nil { return err } }; return nil',
    ["DROP TABLE a", "DROP TABLE b"],
  ),
  body(
    "a list that is extended twice",
    'a := append(base(), "x"); b := append(a, "b"); c := append(a, "c"); for _, s := range b { tx.Exec(ctx, s + c[0]) }; return nil',
    "unknown",
    'func base() []string { return []string{"a"} }',
  ),
  body(
    "an element that is assigned",
    'q := []string{"DROP TABLE b"}; q[0] = "DROP TABLE a"; for _, s := range q { tx.Exec(ctx, s) }; return nil',
    "unknown",
  ),
  body(
    "an element by another name",
    'q := []string{"DROP TABLE b"}; p := q; p[0] = "DROP TABLE a"; for _, s := range q { tx.Exec(ctx, s) }; return nil',
    "unknown",
  ),
  body(
    "a list that is sorted",
    'q := []string{"DROP TABLE b", "DROP TABLE a"}; sort.Strings(q); for _, s := range q { tx.Exec(ctx, s) }; return nil',
    "unknown",
  ),
  body(
    "a list of the package that is sorted elsewhere",
    "for _, s := range q { tx.Exec(ctx, s) }; return nil",
    "unknown",
    'var q = []string{"b", "a"}\nfunc init() { sort.Strings(q) }',
  ),
  body(
    "a list of the package",
    "for _, s := range q { if _, err := tx.Exec(ctx, s); err != nil { return err } }; return nil",
    DROP,
    'var q = []string{"DROP TABLE a"}',
  ),
  body(
    "a list that its loop changes",
    'q := []string{"a", "b"}; for i, s := range q { q[1] = "c"; tx.Exec(ctx, s); _ = i }; return nil',
    "unknown",
  ),
  body(
    "a map of two",
    'for k := range map[string]int{"a": 1, "b": 2} { tx.Exec(ctx, "DROP TABLE " + k) }; return nil',
    "unknown",
  ),
  body(
    "a range over a number",
    'for i := range 2 { if _, err := tx.Exec(ctx, fmt.Sprintf("DROP TABLE a%d", i)); err != nil { return err } }; return nil',
    ["DROP TABLE a0", "DROP TABLE a1"],
  ),
  body(
    "a range over structs",
    'for _, c := range []struct{ t, c string }{{"a", "x"}, {t: "b", c: "y"}} { if _, err := tx.Exec(ctx, "ALTER TABLE "+c.t+" DROP COLUMN "+c.c); err != nil { return err } }; return nil',
    ["ALTER TABLE a DROP COLUMN x", "ALTER TABLE b DROP COLUMN y"],
  ),
  body(
    "continue",
    'for _, t := range []string{"a"} { if skip(t) { continue }; tx.Exec(ctx, t) }; return nil',
    "unknown",
  ),
  body(
    "a loop over rows",
    'rows, err := tx.Query(ctx, "SELECT 1"); if err != nil { return err }; defer rows.Close(); for rows.Next() { var n int; if err := rows.Scan(&n); err != nil { return err } }; return rows.Err()',
    ["SELECT 1"],
  ),
  body(
    "a loop over rows that executes",
    'rows, _ := tx.Query(ctx, "SELECT 1"); for rows.Next() { tx.Exec(ctx, "DROP TABLE a") }; return nil',
    "unknown",
  ),
  body(
    "an early end without an error",
    `var n int; if err := tx.QueryRow(ctx, "SELECT 1").Scan(&n); err != nil { return nil }; ${exec('"DROP TABLE a"')}`,
    "unknown",
  ),
  body("an end in a branch", `if done { return nil }; ${exec('"DROP TABLE a"')}`, "unknown"),
  body("an error of its own", 'return errors.New("irreversible")', "unknown"),
  body("an error of the package", "return ErrNoDown", "unknown", 'var ErrNoDown = errors.New("irreversible")'),
  body("a panic", 'panic("irreversible")', "unknown"),
  body("log.Fatal", 'log.Fatal("irreversible"); return nil', "unknown"),
  body(
    "err == nil",
    'if _, err := tx.Exec(ctx, "DROP TABLE a"); err == nil { _, err = tx.Exec(ctx, "DROP TABLE b"); return err } else { return err }',
    ["DROP TABLE a", "DROP TABLE b"],
  ),
  body(
    "SQL after an error",
    'if _, err := tx.Exec(ctx, "DROP TABLE a"); err != nil { tx.Exec(ctx, "DROP TABLE b") }; return nil',
    "unknown",
  ),
  body("a switch", 'switch mode { case "x": tx.Exec(ctx, "DROP TABLE a") }; return nil', "unknown"),
  body("a switch that only logs", `switch mode { case "x": log.Println("x") }; ${exec('"DROP TABLE a"')}`, DROP),
  body("a deferred function that logs", `defer func() { log.Println("done") }(); ${exec('"DROP TABLE a"')}`, DROP),
  body("a deferred function that swallows", `defer func() { recover() }(); ${exec('"DROP TABLE a"')}`, "unknown"),
  body(
    "a function in place",
    'if err := func() error { _, err := tx.Exec(ctx, "DROP TABLE a"); return err }(); err != nil { return err }; return nil',
    DROP,
  ),
  body(
    "a function with a local name",
    'run := func(q string) error { _, err := tx.Exec(ctx, q); return err }; if err := run("DROP TABLE a"); err != nil { return err }; return run("DROP TABLE b")',
    ["DROP TABLE a", "DROP TABLE b"],
  ),
  body("a method by another name", 'run := tx.Exec; _, err := run(ctx, "DROP TABLE a"); return err', "unknown"),
  body(
    "a function that changes what is executed",
    `q := "DROP TABLE a"; set := func() { q = "DROP TABLE b" }; set(); ${exec("q")}`,
    "unknown",
  ),
  body(
    "a function that calls itself",
    "return again(ctx, tx)",
    "unknown",
    'func again(ctx context.Context, tx pgx.Tx) error { tx.Exec(ctx, "A"); return again(ctx, tx) }',
  ),
  body("a function of another package", "return schema.DropAll(ctx, tx)", "unknown"),
  body(
    "a value that has an effect",
    '_, err := tx.Exec(ctx, "DROP TABLE a", wipe(ctx, tx)); return err',
    ["DROP TABLE b", "DROP TABLE a"],
    'func wipe(ctx context.Context, tx pgx.Tx) int { tx.Exec(ctx, "DROP TABLE b"); return 1 }',
  ),
  body(
    "an effect behind &&",
    "if x && drop(ctx, tx) { return nil }; return nil",
    "unknown",
    'func drop(ctx context.Context, tx pgx.Tx) bool { tx.Exec(ctx, "DROP TABLE b"); return true }',
  ),
  body(
    "several values",
    `q, n := parts(); _ = n; ${exec("q")}`,
    DROP,
    'func parts() (string, int) { return "DROP TABLE a", 1 }',
  ),
  body(
    "values one after another",
    'return all(ctx, tx, "DROP TABLE a", "DROP TABLE b")',
    ["DROP TABLE a", "DROP TABLE b"],
    "func all(ctx context.Context, tx pgx.Tx, qs ...string) error { for _, q := range qs { if _, err := tx.Exec(ctx, q); err != nil { return err } }; return nil }",
  ),
  body(
    "values of a list",
    'return all(ctx, tx, []string{"DROP TABLE a"}...)',
    DROP,
    "func all(ctx context.Context, tx pgx.Tx, qs ...string) error { for _, q := range qs { if _, err := tx.Exec(ctx, q); err != nil { return err } }; return nil }",
  ),
  body(
    "an interface of the package",
    "return run(ctx, tx)",
    DROP,
    `type execer interface { Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) }\nfunc run(ctx context.Context, db execer) error { _, err := db.Exec(ctx, "DROP TABLE a"); return err }`,
  ),
  body(
    "another transaction of its own",
    'var other pgx.Tx; _, err := other.Exec(ctx, "DROP TABLE a"); return err',
    "unknown",
  ),
  body("a transaction that is replaced", 'tx = pool; _, err := tx.Exec(ctx, "DROP TABLE a"); return err', "unknown"),
  body("goto", "goto end\nend:\nreturn nil", "unknown"),
  body(
    "a batch that is filled in a branch",
    "b := new(pgx.Batch); if x { b.Queue(`DROP TABLE a`) }; return tx.SendBatch(ctx, b).Close()",
    "unknown",
  ),
];

const FUNCTIONS = [
  list(
    "a conversion to a type of function",
    "MigrateFunc(down)",
    DROP,
    `type MigrateFunc func(context.Context, pgx.Tx) error\n${down}`,
  ),
  list(
    "a generic maker",
    'exec[pgx.Tx]("DROP TABLE a")',
    DROP,
    "func exec[T pgx.Tx](q string) func(context.Context, pgx.Tx) error { return func(ctx context.Context, tx pgx.Tx) error { _, err := tx.Exec(ctx, q); return err } }",
  ),
  list(
    "a maker of several",
    'execAll("DROP TABLE a", "DROP TABLE b")',
    ["DROP TABLE a", "DROP TABLE b"],
    "func execAll(qs ...string) func(context.Context, pgx.Tx) error { return func(ctx context.Context, tx pgx.Tx) error { for _, q := range qs { if _, err := tx.Exec(ctx, q); err != nil { return err } }; return nil } }",
  ),
  list("a maker that is not here", 'exec("DROP TABLE a")', "unknown"),
  list(
    "a maker that chooses",
    "pick(true)",
    "unknown",
    `func pick(x bool) func(context.Context, pgx.Tx) error { if x { return down }; return up }\n${down}`,
  ),
  list("a variable that is a function", "drop", DROP, `var drop = ${goFunc(exec('"DROP TABLE a"'))}`),
  list(
    "a variable that is assigned a function",
    "drop",
    "unknown",
    `var drop = ${goFunc("return nil")}\nfunc init() { drop = other }`,
  ),
  list(
    "database/sql",
    'func(ctx context.Context, tx *sql.Tx) error { _, err := tx.ExecContext(ctx, "DROP TABLE a"); return err }',
    DROP,
  ),
  list(
    "database/sql without a context",
    'func(tx *sql.Tx) error { _, err := tx.Exec("DROP TABLE a"); return err }',
    DROP,
  ),
  list(
    "a parameter that is no transaction",
    'func(ctx context.Context, s *Store) error { _, err := s.Exec(ctx, "DROP TABLE a"); return err }',
    "unknown",
  ),
  list(
    "two transactions",
    'func(a pgx.Tx, b pgx.Tx) error { _, err := a.Exec(ctx, "DROP TABLE a"); return err }',
    "unknown",
  ),
  list(
    "an alias of the transaction",
    'func(ctx context.Context, tx Tx) error { _, err := tx.Exec(ctx, "DROP TABLE a"); return err }',
    DROP,
    "type Tx = pgx.Tx",
  ),
  list(
    "a wrapper of the transaction",
    'func(ctx context.Context, tx *Tx) error { _, err := tx.Exec(ctx, "DROP TABLE a"); return err }',
    "unknown",
    "type Tx struct { pgx.Tx }",
  ),
];

const FILES = [
  file(
    "a loop that makes them",
    `func all() []Migration { var l []Migration; for i, q := range []string{"x", "y"} { q := q; l = append(l, Migration{Version: i + 1, Up: up, Down: ${goFunc(exec("q"))}}) }; return l }\n${down}`,
    { 1: ["x"], 2: ["y"] },
  ),
  file(
    "a loop whose variable is shared",
    `func all() []Migration { var l []Migration; for i, q := range []string{"x", "y"} { l = append(l, Migration{Version: i + 1, Up: up, Down: ${goFunc(exec("q"))}}) }; return l }\n${down}`,
    { 1: "unknown", 2: "unknown" },
  ),
  file(
    "a variable that changes after",
    `func one() Migration { q := "x"; m := Migration{Version: 1, Up: up, Down: ${goFunc(exec("q"))}}; q = "y"; return m }\n${down}`,
    { 1: ["y"] },
  ),
  file(
    "a function that makes one",
    `func mig(v int, q string) Migration { return Migration{Version: v, Up: up, Down: ${goFunc(exec("q"))}} }\nvar list = []Migration{mig(1, "x"), mig(2, "y")}\n${down}`,
    { 1: ["x"], 2: ["y"] },
  ),
  file(
    "a function that chooses",
    `func build(prod bool) []Migration { if prod { return []Migration{mig(1, "x")} }; return []Migration{mig(1, "y")} }\nfunc mig(v int, q string) Migration { return Migration{Version: v, Up: up, Down: ${goFunc(exec("q"))}} }\n${down}`,
    { 1: "unknown" },
  ),
  file(
    "code that is never reached",
    `func all() []Migration { return []Migration{{Version: 1, Up: up, Down: down}}\n_ = Migration{Version: 1, Up: up, Down: up} }\n${down}`,
    { 1: "unknown" },
  ),
  file(
    "a function in once.Do",
    `func load() { once.Do(func() { register(Migration{Version: 1, Up: up, Down: down}) }) }\n${down}`,
    { 1: DROP },
  ),
  file(
    "append in init",
    `var migrations []Migration\nfunc init() { migrations = append(migrations, Migration{Version: 1, Up: up, Down: down}) }\n${down}`,
    { 1: DROP },
  ),
  file(
    "a list that is replaced",
    `var migrations = []Migration{{Version: 1, Up: up, Down: up}}\nfunc init() { migrations = patched(migrations) }\n${down}`,
    { 1: "unknown" },
  ),
  file(
    "an element that is replaced",
    `var migrations = []Migration{{Version: 1, Up: up, Down: up}}\nfunc init() { migrations[0] = patched() }\n${down}`,
    { 1: "unknown" },
  ),
  file(
    "a pointer that is written through",
    `var migrations = []Migration{{Version: 1, Up: up, Down: up}}\nfunc patch(m *Migration) { *m = other() }\n${down}`,
    { 1: "unknown" },
  ),
  file(
    "an index beside it",
    `var migrations = []Migration{{Version: 1, Up: up, Down: down}}\nfunc run() { done := make(map[int]bool); for _, m := range migrations { done[m.Version] = check(m) } }\n${down}`,
    { 1: DROP },
  ),
  file(
    "a sort",
    `var migrations = []Migration{{Version: 1, Up: up, Down: down}}\nfunc init() { sort.Slice(migrations, func(i, j int) bool { return migrations[i].Version < migrations[j].Version }) }\n${down}`,
    { 1: DROP },
  ),
  file("a further step", `var migrations = []Migration{{Version: 1, Up: up, Down: up, PostDown: down}}\n${down}`, {
    1: "unknown",
  }),
  file("SQL in a field", `var migrations = []Migration{{Version: 1, Up: up, DownSQL: "DROP TABLE a"}}\n${down}`, {
    1: "unknown",
  }),
  file(
    "a flag beside it",
    `var migrations = []Migration{{Version: 1, Up: up, Down: down, Transactional: true, Timeout: 30}}\n${down}`,
    { 1: DROP },
  ),
  file("no Down at all", `var migrations = []Migration{{Version: 1, Up: up}}\n${down}`, { 1: "no Down" }),
  file(
    "goose",
    `func init() { goose.AddNamedMigrationContext("00003_add.go", gooseUp, gooseDown) }\nfunc gooseUp(ctx context.Context, tx *sql.Tx) error { return nil }\nfunc gooseDown(ctx context.Context, tx *sql.Tx) error { _, err := tx.ExecContext(ctx, "DROP TABLE a"); return err }`,
    { 3: DROP },
  ),
  file(
    "a constructor that panics",
    `var m = must(Migration{Version: 1, Up: up, Down: down})\nfunc must(m Migration) Migration { if m.Down == nil { panic("x") }; return m }\n${down}`,
    { 1: DROP },
  ),
  file(
    "an early end before a variable changes",
    `func all() Migration { q := "x"; f := ${goFunc(exec("q"))}; if c { return Migration{Version: 1, Up: up, Down: f} }; q = "y"; return Migration{Version: 1, Up: up, Down: f} }\n${down}`,
    { 1: "unknown" },
  ),
  file(
    "a loop that is left",
    `func all() Migration { q := "x"; for _, t := range []string{"y", "z"} { if c { break }; q = t }; return Migration{Version: 1, Up: up, Down: ${goFunc(exec("q"))}} }\n${down}`,
    { 1: "unknown" },
  ),
  file(
    "a jump",
    `func all() Migration { q := "x"; goto end; q = "y"\nend:\nreturn Migration{Version: 1, Up: up, Down: ${goFunc(exec("q"))}} }\n${down}`,
    { 1: "unknown" },
  ),
  file(
    "a wrapper around the Down",
    `var m = Migration{Version: 1, Up: up, Down: logged(down)}\nfunc logged(f func(context.Context, pgx.Tx) error) func(context.Context, pgx.Tx) error { return ${goFunc('log.Println("down"); return f(ctx, tx)')} }\n${down}`,
    { 1: DROP },
  ),
  file(
    "a generic type",
    `type Step[T any] struct { Version int; Description string; Up, Down func(context.Context, T) error }\nvar m = []Step[pgx.Tx]{{1, "x", up, down}}\n${down}`,
    { 1: DROP },
  ),
  file(
    "a list with a name of its type",
    `type List []Migration\nvar m = List{{Version: 1, Up: up, Down: down}}\n${down}`,
    { 1: DROP },
  ),
  file(
    "pointers",
    `var m = []*Migration{{Version: 1, Up: up, Down: down}, &Migration{Version: 2, Up: up, Down: down}}\n${down}`,
    { 1: DROP, 2: DROP },
  ),
  file(
    "variables that are put into a list",
    `var one = Migration{Version: 1, Up: up, Down: down}\nvar m = []Migration{one}\n${down}`,
    { 1: DROP },
  ),
  file(
    "a name that is declared twice",
    `var m = []Migration{{Version: 1, Up: up, Down: twice}}\nfunc twice() {}\nvar twice = down\n${down}`,
    { 1: "unknown" },
  ),
];

export const GO_STYLES: readonly GoInput[] = [...TEXTS, ...FLOWS, ...FUNCTIONS, ...FILES];
