import type { CatalogueSnapshot } from "./catalogue-snapshot";
import type { CatalogueStore } from "./catalogue-store";

/** A DataLoader's `load`, without its batches: what is in memory needs none. */
export interface KeyLoader<Value> {
  load(key: string): Promise<Value>;
}

/**
 * Loads from memory. `find` answers undefined where the snapshot does not have the key, and null where it does but the
 * caller may not see it. A key that it does not have may be of something newer than this server has seen, which a row of
 * a member names already: so the snapshot is brought up to date, and then there is none.
 */
export function keyLoader<Row>(
  catalogue: CatalogueStore,
  find: (snapshot: CatalogueSnapshot, key: string) => Row | null | undefined,
): KeyLoader<Row | null> {
  return {
    load(key) {
      const found = find(catalogue.current, key);
      if (found !== undefined) return Promise.resolve(found);
      return catalogue.catchUp().then((snapshot) => find(snapshot, key) ?? null);
    },
  };
}
