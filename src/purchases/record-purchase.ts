import { and, eq, sql } from "drizzle-orm";
import { recordChange, type ChangeEvent } from "../audit/record-change";
import { scopeOf } from "../auth/core/policy";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import { newId } from "../kernel/ids";
import { minorUnits } from "../kernel/money";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { allIdsOfMember } from "../members/history";
import { memberForChange } from "../members/member-in-hand";
import { memberNamed, type MemberNamed } from "../members/member-named";
import { merchantsByIds, outletsByIds } from "../merchants/merchants.queries";
import { completeDeliveries } from "../offers/complete-deliveries";
import { deliveriesCompletedWith, type DeliveryRow } from "../offers/deliveries.queries";
import { hashOfPurchase, purchaseRefusals, type PurchaseFacts, type PurchaseLine } from "./core/purchase";
import { countPurchases } from "./purchases.facts";
import { purchaseBySource, type PurchaseRow } from "./purchases.queries";
import { purchaseLines, purchases } from "./purchases.tables";

export interface PurchaseToRecord extends PurchaseFacts {
  readonly member: MemberNamed;
  /** The merchant's own reference of the purchase: the same again for the same member answers the first. */
  readonly sourceReference: string;
}

export interface RecordedPurchase {
  /** The member that answers for it; the row is under another id where that was merged since. */
  readonly ownerId: string;
  readonly purchase: PurchaseRow;
  /** The deliveries that recording this purchase completed. */
  readonly completed: readonly DeliveryRow[];
}

/**
 * Records what a member bought, with every offer that this completes, in one transaction under the member's lock: two
 * purchases at once can neither both nor neither complete an offer. A purchase that comes late counts at the instant it
 * occurred; what was completed before stays completed. Refuses with IDEMPOTENCY_MISMATCH where the reference was used
 * for another purchase of the member.
 */
export async function recordPurchase(work: Work, input: PurchaseToRecord): Promise<Result<RecordedPurchase>> {
  const refused = await refusalOfPlace(work, input);
  if (refused) return refused;
  const refusals = purchaseRefusals(input, input.sourceReference, work.now);
  if (refusals.length > 0) return refuseAll(refusals);
  const named = await memberNamed(work, "recordPurchase", input.member);
  if (!named.ok) return named;

  const run = async (tx: Tx): Promise<Result<RecordedPurchase>> => {
    const inHand = await memberForChange(tx, work, { action: "recordPurchase", ...named.value });
    if (!inHand.ok) return inHand;
    const { memberId } = inHand.value.member;
    const allIds = await allIdsOfMember(tx, memberId);
    const before = await purchaseBySource(tx, allIds, sourceOf(input), input.sourceReference);
    if (before) return sameAgain(tx, work, { ownerId: memberId, allIds }, before, input);
    const purchase = await insertPurchase(tx, work, memberId, input);
    const completions = await completeDeliveries(tx, work, allIds, purchase);
    await record(tx, work, purchase, completions);
    const completed = await deliveriesCompletedWith(
      tx,
      allIds,
      [purchase.purchaseId],
      scopeOf(work.actor, "recordPurchase"),
    );
    return done({ ownerId: memberId, purchase, completed });
  };
  return inTransaction(work.database.app, run);
}

/**
 * A reference is unique within the member and the merchant, whoever reports. Not within the merchant alone: that would
 * take a key that spans all members, and so all shards.
 */
function sourceOf({ merchantId }: PurchaseFacts): string {
  return `merchant:${merchantId}`;
}

async function refusalOfPlace(work: Work, input: PurchaseToRecord): Promise<Result<never> | undefined> {
  const { app } = work.database;
  const [merchant] = await merchantsByIds(app, [input.merchantId]);
  const denied = refusalFor(work, "recordPurchase", { partnerId: merchant?.partnerId }, "The merchant");
  if (denied) return denied;
  if (!merchant) return refuse("NOT_FOUND", "The merchant was not found.", ["input", "merchantId"]);
  if (merchant.status === "CLOSED") {
    return refuse("WRONG_STATE", "The merchant is CLOSED, expected ACTIVE or SUSPENDED.", ["input", "merchantId"]);
  }
  const [outlet] = input.outletId ? await outletsByIds(app, [input.outletId]) : [];
  if (input.outletId && outlet?.merchantId !== merchant.merchantId) {
    return refuse("NOT_FOUND", "The outlet was not found at this merchant.", ["input", "outletId"]);
  }
  return undefined;
}

async function sameAgain(
  tx: Tx,
  work: Work,
  { ownerId, allIds }: { readonly ownerId: string; readonly allIds: readonly string[] },
  purchase: PurchaseRow,
  input: PurchaseToRecord,
): Promise<Result<RecordedPurchase>> {
  if (!purchase.inputHash.equals(hashOfPurchase(input))) {
    const message = `sourceReference "${input.sourceReference}" is that of another purchase of this member.`;
    return refuse("IDEMPOTENCY_MISMATCH", message, ["input", "sourceReference"]);
  }
  const completed = await deliveriesCompletedWith(
    tx,
    allIds,
    [purchase.purchaseId],
    scopeOf(work.actor, "recordPurchase"),
  );
  return done({ ownerId, purchase, completed });
}

async function insertPurchase(tx: Tx, work: Work, memberId: string, input: PurchaseToRecord): Promise<PurchaseRow> {
  const { merchantId, outletId, channel, amount, quantity, occurredAt, sourceReference } = input;
  const [purchase] = await tx
    .insert(purchases)
    .values({
      ...{ memberId, purchaseId: newId(), merchantId, outletId, channel, quantity, occurredAt, sourceReference },
      amountMinor: amount.amountMinor,
      currency: amount.currency,
      recordedAt: work.now,
      source: sourceOf(input),
      inputHash: hashOfPurchase(input),
    })
    .returning();
  if (!purchase) throw new Error("an insert without conflict clause writes a row or throws");
  await insertLines(tx, purchase, input.lines ?? []);
  const written = and(eq(purchases.memberId, memberId), eq(purchases.purchaseId, purchase.purchaseId));
  await tx.execute(countPurchases(sql`(select * from ${purchases} where ${written})`));
  return purchase;
}

async function insertLines(
  tx: Tx,
  { memberId, purchaseId }: PurchaseRow,
  lines: readonly PurchaseLine[],
): Promise<void> {
  if (lines.length === 0) return;
  const rows = lines.map(({ line, amountMinor, attributes }) => ({
    ...{ memberId, purchaseId, line, amountMinor: minorUnits(amountMinor), attributes },
  }));
  await tx.insert(purchaseLines).values(rows);
}

async function record(tx: Tx, work: Work, purchase: PurchaseRow, completions: readonly ChangeEvent[]): Promise<void> {
  const { memberId, purchaseId, occurredAt } = purchase;
  const payload = { ...told(purchase), amountMinor: purchase.amountMinor.toString() };
  await recordChange(tx, work, {
    stream: `member:${memberId}`,
    action: "recordPurchase",
    resource: `Purchase:${purchaseId}`,
    after: told(purchase),
    event: [{ memberId, type: "purchase.recorded", payload, occurredAt }, ...completions],
  });
}

/** What others learn of a purchase; the hash is for this room alone. */
function told(purchase: PurchaseRow) {
  const { memberId, purchaseId, merchantId, outletId, channel, amountMinor, currency, quantity, occurredAt } = purchase;
  return { memberId, purchaseId, merchantId, outletId, channel, amountMinor, currency, quantity, occurredAt };
}
