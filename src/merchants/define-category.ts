import { eq } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import type { LocalisedText } from "../kernel/localised";
import { reasonRefusals } from "../kernel/plain-text";
import { done, refuseAll, type Result } from "../kernel/result";
import { codeRefusals, nameRefusals } from "./core/merchant";
import type { CategoryRow } from "./merchants.queries";
import { merchantCategories } from "./merchants.tables";

export interface CategoryDefinition {
  readonly code: string;
  readonly name: LocalisedText;
  /** Why, for the audit log. */
  readonly reason?: string | null;
}

/** Says what a category of merchants is called; a code that exists is renamed. */
export async function defineCategory(work: Work, input: CategoryDefinition): Promise<Result<CategoryRow>> {
  const denied = refusalFor(work, "defineCategory", {}, "The category");
  if (denied) return denied;
  const { code, name, reason } = input;
  const refusals = [
    ...codeRefusals(code, ["input", "code"]),
    ...nameRefusals(name, ["input", "name"]),
    ...reasonRefusals(reason),
  ];
  if (refusals.length > 0) return refuseAll(refusals);

  return inTransaction(work.database.app, async (tx) => {
    const [inserted] = await tx.insert(merchantCategories).values({ code, name }).onConflictDoNothing().returning();
    const known = eq(merchantCategories.code, code);
    const [before] = inserted ? [] : await tx.select().from(merchantCategories).where(known).for("no key update");
    const category = inserted ?? { code, name };
    if (before) await tx.update(merchantCategories).set({ name }).where(known);
    await recordChange(tx, work, {
      stream: "catalogue",
      action: "defineCategory",
      resource: `MerchantCategory:${category.code}`,
      before,
      after: category,
      reason,
      event: { type: "category.defined", payload: { code: category.code } },
    });
    return done(category);
  });
}
