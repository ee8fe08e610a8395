import { eq } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { fieldRefusals, refusalFor } from "../graphql/authorize";
import type { LocalisedText } from "../kernel/localised";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { reasonRefusals } from "../kernel/plain-text";
import { revisionRefusal } from "../kernel/revision";
import { nameRefusals, placeRefusals, statusRefusals, type SellingStatus } from "./core/merchant";
import type { OutletRow } from "./merchants.queries";
import { merchants, outlets } from "./merchants.tables";

export interface OutletChange {
  readonly outletId: string;
  /** The revision the caller read; another one means somebody changed the outlet since. */
  readonly revision: number;
  /** What is absent stays as it is. */
  readonly name?: LocalisedText;
  readonly country?: string | null;
  readonly city?: string | null;
  readonly address?: LocalisedText | null;
  readonly url?: string | null;
  readonly status?: SellingStatus;
  readonly reason?: string | null;
}

export async function updateOutlet(work: Work, input: OutletChange): Promise<Result<OutletRow>> {
  return inTransaction(work.database.app, async (tx) => {
    // Two reads, since drizzle writes `for update of` with the schema's name, which PostgreSQL refuses.
    const [before] = await tx.select().from(outlets).where(eq(outlets.outletId, input.outletId)).for("no key update");
    const [merchant] = before
      ? await tx.select().from(merchants).where(eq(merchants.merchantId, before.merchantId))
      : [];
    const resource = { partnerId: merchant?.partnerId };
    const denied = refusalFor(work, "updateOutlet", resource, "The outlet");
    if (denied) return denied;
    if (!before) return refuse("NOT_FOUND", "The outlet was not found.", ["input", "id"]);
    const stale = revisionRefusal("outlet", input.revision, before.revision);
    if (stale) return stale;
    const { outletId, revision, reason, ...changes } = input;
    const after = { ...before, ...changes, revision: revision + 1, updatedAt: work.now };
    const closes = before.status === "ACTIVE" && after.status === "CLOSED";
    const mayNot = after.status !== before.status && !closes;
    const refusals = [
      ...(mayNot ? fieldRefusals(work, "UpdateOutletInput.status", resource, "outlet") : []),
      ...reasonRefusals(reason),
      ...nameRefusals(after.name, ["input", "name"]),
      ...placeRefusals(after),
      ...statusRefusals(before.status, after.status, ["input", "status"]),
    ];
    if (refusals.length > 0) return refuseAll(refusals);

    await tx.update(outlets).set(after).where(eq(outlets.outletId, outletId));
    await recordChange(tx, work, {
      stream: "catalogue",
      action: "updateOutlet",
      resource: `Outlet:${outletId}`,
      before,
      after,
      reason,
      event: { type: "outlet.updated", payload: { outletId, merchantId: after.merchantId, revision: after.revision } },
    });
    return done(after);
  });
}
