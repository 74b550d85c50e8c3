// What a run's status is, made of the items of the table as DynamoDB has them: a second opinion, which shares no line with
// the program's own.

/** Exits with which an execution is not at its end: another worker, or a person, continues it. */
const OPEN_EXITS = [7, 130, 143];

/** `items`: by `pk sk`. `now`: epoch ms. */
export function foldTable(items, run, now) {
  const at = (pk, sk) => items.get(`${pk}#${run} ${sk}`);
  const input = JSON.parse(at("plan", "#waves").input.S);
  const records = recordsByExecution(items);
  const waves = input.waves.map((wave) => {
    const brake = at("brake", wave.name);
    const answer = at("approved", wave.name);
    const failed = Number(brake?.failed?.N ?? 0);
    const tolerated = Number(brake?.tolerated?.N ?? wave.tolerated);
    const targets = wave.targets.map(({ target, id }) => {
      return { target, id, ...foldTarget(records.get(id) ?? [], { target, brake, isOver: failed > tolerated, now }) };
    });
    const state = foldWave({
      ...{ failed, tolerated, answer, targets, isReleased: brake !== undefined },
      ...{ isAsked: at("approval", wave.name) !== undefined, isLate: now > Date.parse(input.until) },
    });
    const stopped = {
      ...(brake?.stoppedBy && { stoppedBy: brake.stoppedBy.S }),
      ...(brake?.stoppedAt && { stoppedAt: brake.stoppedAt.S }),
    };
    const answered = answer === undefined ? {} : { answeredBy: answer.by.S, answeredAt: answer.at.S };
    return { name: wave.name, state, failed, tolerated: Math.max(0, tolerated), targets, ...answered, ...stopped };
  });
  const begins = Date.parse(input.from) > now ? { begins: input.from } : {};
  return { run, digest: input.digest, state: foldRun(waves), ...begins, waves };
}

/** Each execution's records by their places, as the log orders them; their times play no part. */
function recordsByExecution(items) {
  const all = new Map();
  for (const [key, { line }] of items) {
    const [, id, place] = /^x#(\w+) (\d+)$/.exec(key) ?? [];
    if (id === undefined) continue;
    const own = all.get(id) ?? [];
    own[Number(place)] = JSON.parse(line.S);
    all.set(id, own);
  }
  for (const [id, own] of all) all.set(id, Object.values(own));
  return all;
}

function foldTarget(records, { target, brake, isOver, now }) {
  const isCounted = brake !== undefined && Object.hasOwn(brake, `t#${target}`);
  if (records.length === 0) return { state: isCounted ? "never began" : isOver ? "not started" : "waiting" };
  const { type, at, exitCode } = records.at(-1);
  const step = records.findLast((one) => typeof one.step === "string")?.step;
  const seen = { at, ...(step !== undefined && { step }) };
  const halted = brake?.haltedAt?.S;
  const isKilled = halted !== undefined && (now - Date.parse(halted)) / 1000 > 120;
  if (type !== "execution.ended") return { ...seen, state: isCounted || isKilled ? "interrupted" : "running" };
  const ended = { ...seen, exitCode };
  if (exitCode === 0) return { ...ended, state: "done" };
  if (!OPEN_EXITS.includes(exitCode)) return { ...ended, state: "failed" };
  return { ...ended, state: isCounted || halted !== undefined ? "interrupted" : "running" };
}

function foldWave({ failed, tolerated, answer, targets, isReleased, isAsked, isLate }) {
  if (answer?.rejected?.BOOL === true) return "rejected";
  const states = new Set(targets.map(({ state }) => state));
  const isLeft = ["waiting", "running", "not started", "interrupted"].some((state) => states.has(state));
  if (tolerated < 0) return isLeft ? "stopped" : "done";
  if (failed > tolerated) return "braked";
  if (!["waiting", "running", "not started"].some((state) => states.has(state))) return "done";
  if (isReleased || [...states].some((state) => state !== "waiting")) return "running";
  if (isAsked && answer === undefined) return isLate ? "expired" : "approval";
  return "waiting";
}

function foldRun(waves) {
  const has = (...states) => waves.some(({ state }) => states.includes(state));
  if (has("stopped")) return "stopped";
  if (has("braked", "rejected", "expired")) return "failed";
  if (waves.every(({ state }) => state === "done")) return "done";
  if (has("approval")) return "approval";
  return has("running", "done") ? "running" : "waiting";
}
