import { sql } from "drizzle-orm";
import type { BenefitContent } from "../benefits/core/benefit";
import type { Tx } from "../db/client";
import { costShares } from "./core/redemption-costs";
import type { RedemptionRow } from "./entitlements.queries";
import { redemptionCosts } from "./entitlements.tables";

/** What the funders owe the supplier for a redemption that has just been completed. */
export async function writeCosts(tx: Tx, row: RedemptionRow, content: BenefitContent): Promise<void> {
  const { memberId, redemptionId, occurredAt } = row;
  const shares = costShares(content.unitCost, row.units, content.funders);
  if (shares.length === 0) return;
  await tx.insert(redemptionCosts).values(
    shares.map(({ funderCode, amount }) => ({
      ...{ memberId, redemptionId, isReversal: false, funderCode, supplierCode: content.supplierCode },
      ...{ amountMinor: amount.amountMinor, currency: amount.currency, occurredAt },
    })),
  );
}

/** The same with the other sign, from what was written, not from what the benefit says. */
export async function takeCostsBack(tx: Tx, { memberId, redemptionId }: RedemptionRow, now: Date): Promise<void> {
  await tx.execute(sql`
    insert into ${redemptionCosts}
      (member_id, redemption_id, is_reversal, funder_code, supplier_code, amount_minor, currency, occurred_at)
    select member_id, redemption_id, true, funder_code, supplier_code, -amount_minor, currency, ${now.toISOString()}::timestamptz
    from ${redemptionCosts}
    where member_id = ${memberId}::uuid and redemption_id = ${redemptionId}::uuid and not is_reversal`);
}
