import type { Services } from "../context";
import { earnInBulk } from "../earning/earn-in-bulk";
import { money, type MinorUnits } from "../kernel/money";
import { hashOfPurchase } from "../purchases/core/purchase";
import { insertPurchases } from "../purchases/insert-purchases";
import type { NewPurchase } from "../purchases/purchases.queries";
import { idOfLine, referenceOf, type LineIdentity } from "./core/line-identity";
import type { Till } from "./till";

/** A purchase as a line of a file tells it, of a member that is there. */
export interface LinePurchase {
  readonly memberId: string;
  readonly amountMinor: MinorUnits;
  /** How many items; null where the file does not say. */
  readonly quantity: number | null;
  readonly occurredAt: Date;
  /** Null where the file does not say. */
  readonly outletId?: string | null;
  readonly identity: LineIdentity;
}

/** What imported rows name as their source; the reference is the file's digest and the line's number. */
export const importSource = "import";

/** Who gives the points of imported purchases. */
const importActor = "service:import";

/**
 * Writes a batch of purchases and gives the points they earn, each rounded by itself; answers how many were new. Points
 * are given for those that were there before, too: their keys keep that from counting twice, and a run that broke off
 * between the two is finished by the next.
 */
export async function recordPurchases(
  services: Services,
  till: Till,
  purchases: readonly LinePurchase[],
): Promise<number> {
  const now = services.clock();
  const rows = purchases.map((purchase) => rowOf(till, purchase, now));
  if (rows.length === 0) return 0;
  const fresh = await insertPurchases(services.database.app, rows);
  if (till.earning) await earnInBulk(services, till.earning, rows, importActor);
  return fresh.size;
}

function rowOf(till: Till, purchase: LinePurchase, recordedAt: Date): NewPurchase {
  const { identity, memberId, amountMinor, quantity, occurredAt, outletId = null } = purchase;
  const { merchantId, channel, currency } = till;
  const facts = { merchantId, outletId, channel, quantity, occurredAt };
  return {
    ...facts,
    memberId,
    amountMinor,
    currency,
    purchaseId: idOfLine(identity, occurredAt),
    recordedAt,
    source: importSource,
    sourceReference: referenceOf(identity),
    inputHash: hashOfPurchase({ ...facts, amount: money(amountMinor, currency) }),
  };
}
