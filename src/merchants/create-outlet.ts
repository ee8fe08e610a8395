import { eq } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import { newId } from "../kernel/ids";
import type { LocalisedText } from "../kernel/localised";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { nameRefusals, placeRefusals, type OutletKind } from "./core/merchant";
import type { OutletRow } from "./merchants.queries";
import { merchants, outlets } from "./merchants.tables";

export interface NewOutlet {
  readonly merchantId: string;
  readonly code: string;
  readonly name: LocalisedText;
  readonly kind: OutletKind;
  readonly country: string | null;
  readonly city: string | null;
  readonly address: LocalisedText | null;
  readonly url: string | null;
}

/** Opens an outlet of a merchant. Its code is the merchant's own number of it, unique within the merchant. */
export async function createOutlet(work: Work, input: NewOutlet): Promise<Result<OutletRow>> {
  return inTransaction(work.database.app, async (tx) => {
    const [merchant] = await tx.select().from(merchants).where(eq(merchants.merchantId, input.merchantId)).for("share");
    const denied = refusalFor(work, "createOutlet", { partnerId: merchant?.partnerId }, "The merchant");
    if (denied) return denied;
    if (!merchant) return refuse("NOT_FOUND", "The merchant was not found.", ["input", "merchantId"]);
    if (merchant.status === "CLOSED") {
      return refuse("WRONG_STATE", "The merchant is CLOSED, expected ACTIVE or SUSPENDED.", ["input", "merchantId"]);
    }
    const refusals = [...nameRefusals(input.name, ["input", "name"]), ...placeRefusals(input)];
    if (input.code.trim() === "" || input.code.length > 64) {
      const message = `code is "${input.code}", expected 1 to 64 characters.`;
      refusals.push({ code: "INVALID_INPUT", message, path: ["input", "code"] });
    }
    if (refusals.length > 0) return refuseAll(refusals);

    const [outlet] = await tx
      .insert(outlets)
      .values({
        outletId: newId(),
        ...input,
        status: "ACTIVE",
        revision: 1,
        createdAt: work.now,
        updatedAt: work.now,
      })
      .onConflictDoNothing({ target: [outlets.merchantId, outlets.code] })
      .returning();
    if (!outlet) {
      const message = `An outlet with code "${input.code}" exists at this merchant.`;
      return refuse("ALREADY_EXISTS", message, ["input", "code"]);
    }
    await recordChange(tx, work, {
      stream: "catalogue",
      action: "createOutlet",
      resource: `Outlet:${outlet.outletId}`,
      after: outlet,
      event: { type: "outlet.created", payload: { outletId: outlet.outletId, merchantId: outlet.merchantId } },
    });
    return done(outlet);
  });
}
