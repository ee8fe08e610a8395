import type { Work } from "../context";
import { applyItem } from "./apply-item";
import { keyOf, type CatalogueItem } from "./core/catalogue-item";
import { planImport, type ImportPlan, type PlannedItem, type RejectedLine } from "./core/import-plan";
import { readCatalogue } from "./read-catalogue";

/** Says what a file would change, without changing anything. `text` is JSON Lines, one item a line. */
export async function planCatalogueImport(work: Work, text: string): Promise<ImportPlan> {
  const current = new Map<string, CatalogueItem>();
  for await (const item of readCatalogue(work.database.app)) current.set(keyOf(item), item);
  return planImport(text.replace(/\r?\n$/, "").split(/\r?\n/), current);
}

export interface AppliedImport {
  readonly applied: readonly PlannedItem[];
  readonly refused: readonly RejectedLine[];
}

/**
 * Applies a plan item by item, each in a transaction of its own: what is refused is reported by its line and the rest
 * goes on. Applying the same file again changes nothing more.
 */
export async function applyCatalogueImport(work: Work, plan: ImportPlan): Promise<AppliedImport> {
  const applied: PlannedItem[] = [];
  const refused: RejectedLine[] = [];
  // Added and changed together in the plan's order, since a changed merchant may name an added category.
  for (const one of [...plan.added, ...plan.changed].sort((a, b) => a.order - b.order)) {
    const result = await applyItem(work, one.item);
    if (result.ok) applied.push(one);
    else refused.push({ line: one.line, reason: result.refusals.map((refusal) => refusal.message).join("; ") });
  }
  return { applied, refused };
}
