// A table and an ECS for the machine's tasks: as much of either as the machine uses. The table takes DynamoDB's own
// requests, so that an expression or a key that is wrong here is wrong.

/** Items by `pk sk`, as DynamoDB has them: `{N: "1"}`. */
export function createTable() {
  const items = new Map();
  const keyOf = ({ pk, sk }) => `${pk.S} ${sk.S}`;
  return {
    items,
    get({ Key, ConsistentRead }) {
      if (ConsistentRead !== true) throw new Error("a brake is read consistently");
      const Item = items.get(keyOf(Key));
      return Item === undefined ? {} : { Item };
    },
    put({ Item }) {
      items.set(keyOf(Item), Item);
      return {};
    },
    update({ Key, UpdateExpression, ExpressionAttributeNames = {}, ExpressionAttributeValues }) {
      const item = items.get(keyOf(Key)) ?? { ...Key };
      const name = (text) => (text.startsWith("#") ? ExpressionAttributeNames[text] : text);
      const value = (text) => {
        const absent = /^if_not_exists\((\S+), (\S+)\)$/.exec(text);
        if (absent !== null) return item[name(absent[1])] ?? ExpressionAttributeValues[absent[2]];
        return ExpressionAttributeValues[text];
      };
      const [, set = "", add = ""] = /^(?:SET (.*?))?(?: ?ADD (.*))?$/.exec(UpdateExpression) ?? [];
      const sets = set.split(/, (?![^(]*\))/).filter((part) => part !== "");
      const changed = sets.map((part) => {
        const [left, right] = part.split(" = ");
        return [name(left), value(right)];
      });
      for (const part of add.split(", ").filter((text) => text !== "")) {
        const [left, right] = part.split(" ");
        changed.push([name(left), { N: String(Number(item[name(left)]?.N ?? 0) + Number(value(right).N)) }]);
      }
      for (const [left, right] of changed) if (right === undefined) throw new Error(`no value for ${left}`);
      items.set(keyOf(Key), { ...item, ...Object.fromEntries(changed) });
      return {};
    },
    brake: (run, wave) => items.get(`brake#${run} ${wave}`),
  };
}

/** A task that ended with another exit than 0 is an error of the integration, whose cause is the task. */
export class TaskFailed extends Error {
  constructor(container) {
    super(
      JSON.stringify({
        Containers: [{ Name: "worker", ...container }],
        LastStatus: "STOPPED",
        StopCode: "EssentialContainerExited",
      }),
    );
    this.name = "States.TaskFailed";
  }
}

/**
 * ECS: `script` gives for a target the exits of its tasks, one after another: a number, `none` for a task without an
 * exit code, `refused` for one that ECS does not start. Its last one stays; default 0.
 */
export function createEcs(script = {}, { during = async () => {} } = {}) {
  const tries = new Map();
  const started = [];
  const events = [];
  const minute = () => new Date(Date.parse("2026-04-10T03:00:00Z") + events.length * 1000).toISOString();
  let [now, most] = [0, 0];
  return {
    started,
    events,
    most: () => most,
    async run({ Overrides, NetworkConfiguration }) {
      const [{ Name, Command }] = Overrides.ContainerOverrides;
      const [run, flag, plan, as, id] = Command;
      if (Name !== "worker" || run !== "run" || flag !== "--plan" || as !== "--as") throw new Error(Command.join(" "));
      if (NetworkConfiguration.AwsvpcConfiguration.Subnets.length !== 2) throw new Error("two subnets are wanted");
      const target = plan.split("/")[1];
      const count = (tries.get(target) ?? 0) + 1;
      tries.set(target, count);
      started.push({ target, id, plan });
      const exits = script[target] ?? [0];
      const exit = exits[Math.min(count, exits.length) - 1];
      const hasBegun = typeof exit === "number";
      if (hasBegun && count === 1) events.push({ execution: id, at: minute(), type: "execution.started" });
      now += 1;
      most = Math.max(most, now);
      try {
        await during(target, count);
        // A worker that is killed writes no end.
        const isEnd = hasBegun && exit !== 137;
        if (isEnd) events.push({ execution: id, at: minute(), type: "execution.ended", exitCode: exit });
        if (exit === "refused")
          throw Object.assign(new Error("Capacity is unavailable at this time"), { name: "ECS.ServerException" });
        if (exit === "none") throw new TaskFailed({ Reason: "CannotPullContainerError" });
        if (exit !== 0) throw new TaskFailed({ ExitCode: exit });
        return { Containers: [{ Name, ExitCode: 0 }] };
      } finally {
        now -= 1;
      }
    },
  };
}
