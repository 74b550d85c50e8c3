import { expect, it } from "vitest";
import { readStatus } from "../../../src/app/fleet/read-status.ts";
import type { MachineInput } from "../../../src/domain/fleet/machine-input.ts";
import type { TableItem, TargetEvent } from "../../../src/domain/fleet/run.ts";
import type { FleetStore } from "../../../src/domain/fleet/store.ts";

const RUN = "revert-42";
const NOW = Date.parse("2026-04-10T04:00:00Z");

/** A table of one wave, in which something happens after the read of that number. */
function tableOf(targets: readonly string[], tolerated: number, happens: (read: number, table: Table) => void) {
  const input: MachineInput = {
    ...{ run: RUN, digest: "d1", from: "2026-04-10T02:00:00.000Z", until: "2026-04-10T06:00:00.000Z" },
    waves: [
      {
        ...{ name: "all", approval: false, approvalSeconds: 60, concurrency: 2, tolerated, size: targets.length },
        targets: targets.map((target) => ({ target, id: `id${target}`, plan: `plan:${RUN}/${target}`, jitter: 0 })),
      },
    ],
  };
  const events = targets.map((target): TargetEvent => event(target, 0, "execution.started"));
  const table: Table = { brake: { pk: `brake#${RUN}`, sk: "all", failed: 0, tolerated }, events };
  let reads = 0;
  const then = <T>(value: T): Promise<T> => {
    happens(++reads, table);
    return Promise.resolve(value);
  };
  const never = () => Promise.reject(new Error("a status only reads"));
  const store: FleetStore = {
    ...{ name: "dynamodb://t", put: never, stop: never, halt: never },
    read: (pk) => then({ pk, sk: "#waves", input: JSON.stringify(input) }),
    list: (pk) => then([table.brake].filter((item) => item.pk === pk)),
    tail: (execution) => then(table.events.filter((one) => one.execution === execution)),
  };
  return { store, reads: () => reads };
}

interface Table {
  brake: TableItem;
  readonly events: TargetEvent[];
}

const event = (target: string, minute: number, type: string, exitCode?: number): TargetEvent => ({
  ...{ execution: `id${target}`, at: `2026-04-10T03:0${minute}:00.000Z`, type },
  ...(exitCode !== undefined && { exitCode }),
});

/** Its worker ends, and the machine counts it. */
function fails(target: string, table: Table): void {
  table.events.push(event(target, 9, "execution.ended", 1));
  table.brake = { ...table.brake, failed: 1, [`t#${target}`]: "1" };
}

it.each([1, 2, 3, 4, 5, 6, 7, 8])(
  "tells none as interrupted that ends, and is counted, after read %i",
  async (when) => {
    const { store, reads } = tableOf(["a"], 1, (read, table) => read === when && fails("a", table));
    const { waves } = await readStatus(store, RUN, NOW);
    expect(waves[0]?.targets[0]?.state).toBe(when === 8 ? "running" : "failed");
    expect(reads()).toBe(when > 3 && when < 8 ? 12 : 8);
  },
);

it.each([4, 5, 6, 7, 8])(
  "tells no wave as done whose last target ends after read %i, and whose brake is on",
  async (when) => {
    const { store } = tableOf(["a", "b"], 0, (read, table) => {
      if (read !== when) return;
      fails("a", table);
      table.events.push(event("b", 9, "execution.ended", 0));
    });
    expect((await readStatus(store, RUN, NOW)).state).toBe("failed");
  },
);

it("ends where the brakes change at each read", async () => {
  const { store, reads } = tableOf(["a"], 99, (read, table) => {
    table.brake = { ...table.brake, failed: read };
  });
  expect((await readStatus(store, RUN, NOW)).state).toBe("running");
  expect(reads()).toBe(1 + 3 + 3 * 4);
});
