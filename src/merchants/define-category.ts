import { sql } from "drizzle-orm";
import { appendAuditEntry } from "../audit/append-entry";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import type { LocalisedText } from "../kernel/localised";
import { done, refuseAll, type Result } from "../kernel/result";
import { codeRefusals, nameRefusals } from "./core/merchant";
import type { CategoryRow } from "./merchants.queries";
import { merchantCategories } from "./merchants.tables";

export interface CategoryDefinition {
  readonly code: string;
  readonly name: LocalisedText;
}

/** Says what a category of merchants is called; a code that exists is renamed. */
export async function defineCategory(work: Work, input: CategoryDefinition): Promise<Result<CategoryRow>> {
  const denied = refusalFor(work, "defineCategory", {}, "The category");
  if (denied) return denied;
  const refusals = [...codeRefusals(input.code, ["input", "code"]), ...nameRefusals(input.name, ["input", "name"])];
  if (refusals.length > 0) return refuseAll(refusals);

  return inTransaction(work.database.app, async (tx) => {
    const [category] = await tx
      .insert(merchantCategories)
      .values(input)
      .onConflictDoUpdate({ target: merchantCategories.code, set: { name: sql`excluded.name` } })
      .returning();
    if (!category) throw new Error(`the category ${input.code} was neither inserted nor updated`);
    await appendAuditEntry(tx, {
      stream: "catalogue",
      actor: work.actor,
      action: "defineCategory",
      resource: `MerchantCategory:${category.code}`,
      after: category,
      now: work.now,
    });
    return done(category);
  });
}
