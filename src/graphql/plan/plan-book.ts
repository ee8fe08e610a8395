import type { PgTable } from "drizzle-orm/pg-core";
import type {
  AnyRowPlan,
  Capabilities,
  ObjectField,
  ObjectPlan,
  RoomPlan,
  RootField,
  RowExtension,
  RowField,
} from "./fields";

/** What all rooms together say of how their objects are read. */
export class PlanBook {
  readonly #extensions = new Map<string, RowExtension[]>();
  readonly #objects = new Map<string, ObjectPlan>();

  constructor(private readonly rooms: readonly RoomPlan[]) {
    for (const room of rooms) {
      for (const each of room.extensions ?? []) {
        this.#extensions.set(each.type, [...(this.#extensions.get(each.type) ?? []), each]);
      }
      for (const each of room.objects ?? []) this.#objects.set(each.type, each);
    }
  }

  fieldsOfRow(plan: AnyRowPlan, table: PgTable, caller: Capabilities): Readonly<Record<string, RowField>> {
    const added = (this.#extensions.get(plan.type) ?? []).map((each) => each.fields(table as never, caller));
    return Object.assign({}, plan.fields(table, caller), ...added) as Record<string, RowField>;
  }

  fieldsOfObject(type: string, caller: Capabilities): Readonly<Record<string, ObjectField>> {
    return this.#objects.get(type)?.fields(caller) ?? {};
  }

  rootsFor(caller: Capabilities): Readonly<Record<string, RootField | undefined>> {
    return Object.assign({}, ...this.rooms.map((room) => room.roots?.(caller) ?? {})) as Record<string, RootField>;
  }
}
