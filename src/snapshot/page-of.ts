import type { PageRequest } from "../db/page-request";

/** The page of rows that fit, and one row more where there are more; `rows` in the order of their keys. */
export function pageOf<Row>(
  rows: Iterable<Row>,
  keyOf: (row: Row) => string,
  fits: (row: Row) => boolean,
  { limit, after }: PageRequest,
): Row[] {
  const page: Row[] = [];
  const [last] = after ?? [];
  for (const row of rows) {
    if (last !== undefined && keyOf(row) <= last) continue;
    if (!fits(row)) continue;
    page.push(row);
    if (page.length > limit) break;
  }
  return page;
}

/** The rows under these keys, in the keys' order. */
export function* rowsUnder<Row>(rows: ReadonlyMap<string, Row>, keys: readonly string[]): Generator<Row> {
  for (const key of keys) {
    const row = rows.get(key);
    if (row !== undefined) yield row;
  }
}

/** True where one of the texts has the part in it, case ignored. */
export function nameContains(name: Readonly<Partial<Record<string, string>>>, part: string): boolean {
  const wanted = part.toLowerCase();
  return Object.values(name).some((text) => text?.toLowerCase().includes(wanted));
}
