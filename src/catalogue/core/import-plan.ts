import { diffContents, type VersionChange } from "../../publishing/core/diff";
import { itemOrder, keyOf, parseLine, type CatalogueItem } from "./catalogue-item";

export interface RejectedLine {
  readonly line: number;
  readonly reason: string;
}

/** One item that the file would add or change. */
export interface PlannedItem {
  readonly line: number;
  /** Its place among all items of the file, such that what it refers to comes before it. */
  readonly order: number;
  readonly key: string;
  readonly item: CatalogueItem;
  /** How the alliance has it now; null where it is new. */
  readonly current: CatalogueItem | null;
  /** Empty for a new item. */
  readonly changes: readonly VersionChange[];
}

export interface ImportPlan {
  readonly added: readonly PlannedItem[];
  readonly changed: readonly PlannedItem[];
  readonly unchanged: number;
  readonly rejected: readonly RejectedLine[];
}

/** What a file would do to the catalogue as it stands. Items that the file does not name are left as they are. */
export function planImport(lines: readonly string[], current: ReadonlyMap<string, CatalogueItem>): ImportPlan {
  const rejected: RejectedLine[] = [];
  const planned = new Map<string, PlannedItem>();
  lines.forEach((text, index) => {
    const line = index + 1;
    const parsed = text.trim() === "" ? { reason: "the line is empty" } : parseLine(text);
    if ("reason" in parsed) return void rejected.push({ line, reason: parsed.reason });
    const key = keyOf(parsed.item);
    const first = planned.get(key);
    if (first) return void rejected.push({ line, reason: `${key} stands in line ${first.line} already` });
    const before = current.get(key) ?? null;
    const changes = before ? diffContents(before, parsed.item) : [];
    planned.set(key, { line, order: 0, key, item: parsed.item, current: before, changes });
  });
  const all = inDependencyOrder([...planned.values()]);
  return {
    added: all.filter((one) => one.current === null),
    changed: all.filter((one) => one.changes.length > 0),
    unchanged: all.filter((one) => one.current !== null && one.changes.length === 0).length,
    rejected,
  };
}

/** By type, and chains before the merchants that belong to them. */
function inDependencyOrder(planned: readonly PlannedItem[]): PlannedItem[] {
  const byKey = new Map(planned.map((one) => [one.key, one]));
  const depth = (one: PlannedItem, seen: ReadonlySet<string> = new Set()): number => {
    if (one.item.type !== "merchant" || one.item.parent === null || seen.has(one.key)) return 0;
    const parent = byKey.get(`merchant:${one.item.parent}`);
    return parent ? 1 + depth(parent, new Set([...seen, one.key])) : 0;
  };
  const rank = (one: PlannedItem) => itemOrder.indexOf(one.item.type);
  const sorted = [...planned].sort((a, b) => rank(a) - rank(b) || depth(a) - depth(b) || a.line - b.line);
  return sorted.map((one, order) => ({ ...one, order }));
}

/** The plan for a person: a line an item, `+` new and `~` changed, each change below it. */
export function describePlan(plan: ImportPlan): string[] {
  const shown = (value: unknown) => (value === undefined ? "absent" : JSON.stringify(value));
  return [
    ...plan.added.map((one) => `+ ${one.key}`),
    ...plan.changed.flatMap((one) => [
      `~ ${one.key}`,
      ...one.changes.map(({ path, before, after }) => `    ${path.join(".")}: ${shown(before)} → ${shown(after)}`),
    ]),
    ...plan.rejected.map(({ line, reason }) => `! line ${line}: ${reason}`),
    `${plan.added.length} new, ${plan.changed.length} changed, ${plan.unchanged} as they are, ${plan.rejected.length} rejected`,
  ];
}
