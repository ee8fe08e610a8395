import type { Services } from "../context";
import { money } from "../kernel/money";
import type { EarnCommand } from "../ledger/core/command";
import { postBatch } from "../ledger/post";
import { baseLotOf, type EarningTerms } from "./core/base-lot";

/** A recorded purchase, as far as earning asks. */
export interface PurchaseToEarn {
  readonly memberId: string;
  readonly purchaseId: string;
  readonly merchantId: string;
  readonly outletId: string | null;
  readonly channel: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly occurredAt: Date;
  readonly inputHash: Buffer;
}

/**
 * Gives the points of imported purchases, each by a transfer of its own under the purchase's key: what was given before,
 * or before a crash, is not given again. Rules of the program do not apply: a file's purchases earn its base rate.
 */
export async function earnInBulk(
  services: Services,
  terms: EarningTerms,
  purchases: readonly PurchaseToEarn[],
  actor: string,
): Promise<void> {
  const recordedAt = services.clock();
  await postBatch(
    services,
    purchases.flatMap((purchase) => earnOf(terms, purchase, actor, recordedAt) ?? []),
  );
}

function earnOf(
  terms: EarningTerms,
  purchase: PurchaseToEarn,
  actor: string,
  recordedAt: Date,
): EarnCommand | undefined {
  const { memberId, purchaseId, merchantId, outletId, channel, occurredAt, inputHash } = purchase;
  const lot = baseLotOf(terms, money(purchase.amountMinor, purchase.currency), occurredAt);
  if (!lot) return undefined;
  return {
    ...{ command: "EARN", memberId, programId: terms.programId, lots: [lot], onCap: "CUT", actor },
    idempotencyKey: earningKey(purchaseId, terms.programId),
    cause: { kind: "PURCHASE", id: purchaseId },
    ...{ merchantId, outletId, channel, occurredAt, recordedAt },
    decidedFrom: inputHash.toString("hex"),
  };
}

/** Under which a purchase earns in a program, once. */
export function earningKey(purchaseId: string, programId: string): string {
  return `purchase:${purchaseId}:${programId}`;
}
