import { sql } from "drizzle-orm";
import { arrayLiteral, uuidArray } from "../db/arrays";
import type { Queryable } from "../db/client";
import type { NewCompletion, NewDelivery } from "./deliveries.queries";
import { offerCompletions, offerDeliveries } from "./offers.tables";

/**
 * Writes many deliveries by one statement, 1,000 to 5,000 at a time. Their terms are those of the version they pin; use
 * `pinnedTerms`. Those whose source reference the member has already stay as they are. Answers the ids of the new ones.
 */
export async function insertDeliveries(db: Queryable, rows: readonly NewDelivery[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const inserted = await db.execute<{ delivery_id: string }>(sql`
    insert into ${offerDeliveries} (member_id, delivery_id, offer_id, offer_version, merchant_id, kind, mark_minor,
      reward_minor, currency, channel, delivered_at, lapses_at, viewed_at, recorded_at, source, source_reference)
    select * from unnest(
      ${arrayLiteral(rows.map((row) => row.memberId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.deliveryId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.offerId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.offerVersion))}::int4[],
      ${arrayLiteral(rows.map((row) => row.merchantId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.kind))}::text[],
      ${arrayLiteral(rows.map((row) => row.markMinor))}::int8[],
      ${arrayLiteral(rows.map((row) => row.rewardMinor))}::int8[],
      ${arrayLiteral(rows.map((row) => row.currency))}::text[],
      ${arrayLiteral(rows.map((row) => row.channel))}::text[],
      ${arrayLiteral(rows.map((row) => row.deliveredAt))}::timestamptz[],
      ${arrayLiteral(rows.map((row) => row.lapsesAt))}::timestamptz[],
      ${arrayLiteral(rows.map((row) => row.viewedAt))}::timestamptz[],
      ${arrayLiteral(rows.map((row) => row.recordedAt))}::timestamptz[],
      ${arrayLiteral(rows.map((row) => row.source))}::text[],
      ${arrayLiteral(rows.map((row) => row.sourceReference))}::text[])
    on conflict do nothing
    returning delivery_id`);
  return new Set(inserted.map((row) => row.delivery_id));
}

export interface DeliveryView {
  readonly memberId: string;
  readonly deliveryId: string;
  readonly viewedAt: Date;
}

/**
 * Writes when deliveries were first viewed, by one statement. A view is kept once, also when it is told again; views of
 * deliveries that are not there, or from before the delivery, are left out. Answers the ids of those that it changed.
 */
export async function markDeliveriesViewed(db: Queryable, rows: readonly DeliveryView[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const memberIds = uuidArray(rows.map((row) => row.memberId));
  // The members are named once more by themselves: a join with the list would not tell a cluster where to look.
  const changed = await db.execute<{ delivery_id: string }>(sql`
    update ${offerDeliveries} as d
    set viewed_at = v.viewed_at
    from unnest(
      ${memberIds},
      ${arrayLiteral(rows.map((row) => row.deliveryId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.viewedAt))}::timestamptz[]) as v(member_id, delivery_id, viewed_at)
    where d.member_id = any(${memberIds}) and d.member_id = v.member_id and d.delivery_id = v.delivery_id
      and d.viewed_at is null and d.delivered_at <= v.viewed_at
    returning d.delivery_id`);
  return new Set(changed.map((row) => row.delivery_id));
}

/** Writes many completions by one statement; a delivery that is completed stays so. Answers the deliveries' ids. */
export async function insertCompletions(db: Queryable, rows: readonly NewCompletion[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const inserted = await db.execute<{ delivery_id: string }>(sql`
    insert into ${offerCompletions} (member_id, delivery_id, offer_id, purchase_id, recorded_with, reward_minor, currency,
      completed_at, recorded_at)
    select * from unnest(
      ${arrayLiteral(rows.map((row) => row.memberId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.deliveryId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.offerId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.purchaseId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.recordedWith ?? row.purchaseId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.rewardMinor))}::int8[],
      ${arrayLiteral(rows.map((row) => row.currency))}::text[],
      ${arrayLiteral(rows.map((row) => row.completedAt))}::timestamptz[],
      ${arrayLiteral(rows.map((row) => row.recordedAt))}::timestamptz[])
    on conflict do nothing
    returning delivery_id`);
  return new Set(inserted.map((row) => row.delivery_id));
}
