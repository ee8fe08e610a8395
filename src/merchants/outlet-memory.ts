import { LRUCache } from "lru-cache";
import type { OutletRow } from "./merchants.queries";

/** At most so many: about 40 MB. */
const mostOutlets = 50_000;

/** The outlets that were read lately. Whoever learns that one changed must say so by `forget`. */
export class OutletMemory {
  readonly #rows = new LRUCache<string, OutletRow>({ max: mostOutlets });
  #forgotten = 0;

  /** The outlets in the order of the ids, null where there is none; `read` is asked for those that are not held. */
  async inOrder(
    ids: readonly string[],
    read: (ids: readonly string[]) => Promise<readonly OutletRow[]>,
  ): Promise<(OutletRow | null)[]> {
    const rows = new Map(ids.map((id) => [id, this.#rows.get(id)]));
    const missing = [...rows].filter(([, row]) => row === undefined).map(([id]) => id);
    if (missing.length > 0) {
      const before = this.#forgotten;
      for (const row of await read(missing)) {
        rows.set(row.outletId, row);
        // What was read while something was forgotten may be what was to be forgotten.
        if (this.#forgotten === before) this.#rows.set(row.outletId, Object.freeze(row));
      }
    }
    return ids.map((id) => rows.get(id) ?? null);
  }

  forget(ids: readonly string[]): void {
    if (ids.length === 0) return;
    this.#forgotten += 1;
    for (const id of ids) this.#rows.delete(id);
  }

  forgetAll(): void {
    this.#forgotten += 1;
    this.#rows.clear();
  }
}
