import { and, sql, type AnyColumn, type SQL } from "drizzle-orm";
import { uuidArray } from "../db/arrays";
import type { Db } from "../db/client";
import { millisPerDay } from "../kernel/calendar-date";
import { noResponse, type Response } from "../rules/core/ranking";
import { offerActivations, offerCompletions, offerDeliveries } from "./offers.tables";

/** That a delivery was completed, or looked at and not completed. */
export interface MetDelivery {
  readonly offerId: string;
  readonly isTaken: boolean;
}

/**
 * What a member did with offers in the last half year: a delivery that was completed and an activation are taken; a
 * delivery that was viewed, and not completed, is ignored, unless the offer was activated. What was never looked at says
 * nothing, and what is longer ago is forgiven; that also bounds what is read.
 *
 * It is added up here and not by PostgreSQL, which takes 3 µs to add up nothing: most members have nothing of the kind.
 */
export function responsesOf(
  deliveries: readonly MetDelivery[],
  activatedOfferIds: readonly string[],
): ReadonlyMap<string, Response> {
  if (deliveries.length === 0 && activatedOfferIds.length === 0) return noResponses;
  const found = new Map<string, Response>();
  const add = (offerId: string, taken: number, ignored: number) => {
    const before = found.get(offerId) ?? noResponse;
    found.set(offerId, { taken: before.taken + taken, ignored: before.ignored + ignored });
  };
  for (const { offerId, isTaken } of deliveries) add(offerId, Number(isTaken), Number(!isTaken));
  for (const offerId of activatedOfferIds) add(offerId, 1, 0);
  for (const offerId of activatedOfferIds) found.set(offerId, { taken: found.get(offerId)?.taken ?? 0, ignored: 0 });
  return found;
}

const noResponses: ReadonlyMap<string, Response> = new Map();

/** The same of several members, by the ids under which they have history. */
export async function responsesByMembers(
  db: Db,
  memberIds: readonly string[],
  at: Date,
): Promise<Map<string, ReadonlyMap<string, Response>>> {
  const isMembers = (column: AnyColumn) => sql`${column} = any(${uuidArray(memberIds)})`;
  const instant = sql`${at.toISOString()}::timestamptz`;
  const since = sql`${sinceOf(at).toISOString()}::timestamptz`;
  const rows = await db.execute<{ member_id: string; offer_id: string; is_taken: boolean; is_activation: boolean }>(sql`
    select ${offerDeliveries.memberId} as member_id, ${offerDeliveries.offerId} as offer_id,
      ${isCompleted(instant)} as is_taken, false as is_activation
    from ${offerDeliveries} where ${isMet(isMembers(offerDeliveries.memberId), since, instant)}
    union all
    select ${offerActivations.memberId}, ${offerActivations.offerId}, true, true
    from ${offerActivations} where ${isActivated(isMembers(offerActivations.memberId), since, instant)}`);
  const found = new Map<string, { deliveries: MetDelivery[]; activated: string[] }>();
  for (const { member_id: memberId, offer_id: offerId, is_taken: isTaken, is_activation: isActivation } of rows) {
    const own = found.get(memberId) ?? { deliveries: [], activated: [] };
    found.set(memberId, own);
    if (isActivation) own.activated.push(offerId);
    else own.deliveries.push({ offerId, isTaken });
  }
  return new Map([...found].map(([id, { deliveries, activated }]) => [id, responsesOf(deliveries, activated)]));
}

const rememberedMillis = 180 * millisPerDay;

/** Before this instant everything is forgiven. */
export function sinceOf(at: Date): Date {
  return new Date(at.getTime() - rememberedMillis);
}

/** For statements: deliveries that say something of who they are for. */
export function isMet(isMembers: SQL, since: SQL, at: SQL): SQL | undefined {
  const { deliveredAt, viewedAt } = offerDeliveries;
  const isSeen = sql`(${viewedAt} <= ${at} or ${isCompleted(at)})`;
  return and(isMembers, sql`${deliveredAt} > ${since} and ${deliveredAt} <= ${at}`, isSeen);
}

export function isCompleted(at: SQL): SQL {
  return sql`exists (select from ${offerCompletions}
    where ${offerCompletions.memberId} = ${offerDeliveries.memberId}
      and ${offerCompletions.deliveryId} = ${offerDeliveries.deliveryId}
      and ${offerCompletions.completedAt} <= ${at})`;
}

export function isActivated(isMembers: SQL, since: SQL, at: SQL): SQL | undefined {
  const { activatedAt } = offerActivations;
  return and(isMembers, sql`${activatedAt} > ${since} and ${activatedAt} <= ${at}`);
}
