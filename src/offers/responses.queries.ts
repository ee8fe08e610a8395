import { and, sql, type AnyColumn, type SQL } from "drizzle-orm";
import { uuidArray } from "../db/arrays";
import type { Db } from "../db/client";
import type { Response } from "../rules/core/ranking";
import { offerActivations, offerCompletions, offerDeliveries } from "./offers.tables";

/** By offer: how often taken and how often ignored. */
export type ResponsesJson = Readonly<Record<string, readonly [taken: number, ignored: number]>> | null;

/**
 * What a member did with offers in the last half year, as one JSON object, or null: a delivery that was completed and an
 * activation are taken; a delivery that was viewed, and not completed, is ignored, unless the offer was activated. What
 * was never looked at says nothing, and what is longer ago is forgiven; that also bounds what is read.
 */
export function responsesOf(memberId: AnyColumn, at: SQL): SQL<ResponsesJson> {
  const isMembers = (column: AnyColumn) => sql`${column} = ${memberId}`;
  return sql<ResponsesJson>`(
    select jsonb_object_agg(r.offer_id, jsonb_build_array(r.taken, r.ignored))
    from (${responseRows(isMembers, at)}) as r)`;
}

/** The same of several members, by the ids under which they have history. */
export async function responsesByMembers(
  db: Db,
  memberIds: readonly string[],
  at: Date,
): Promise<Map<string, Map<string, Response>>> {
  const isMembers = (column: AnyColumn) => sql`${column} = any(${uuidArray(memberIds)})`;
  const rows = await db.execute<{ member_id: string; offer_id: string; taken: number; ignored: number }>(
    responseRows(isMembers, sql`${at.toISOString()}::timestamptz`),
  );
  const found = new Map<string, Map<string, Response>>();
  for (const { member_id: memberId, offer_id: offerId, taken, ignored } of rows) {
    const ofMember = found.get(memberId) ?? new Map<string, Response>();
    found.set(memberId, ofMember.set(offerId, { taken, ignored }));
  }
  return found;
}

export function fromResponsesJson(json: ResponsesJson): ReadonlyMap<string, Response> {
  if (!json) return noResponses;
  return new Map(Object.entries(json).map(([offerId, [taken, ignored]]) => [offerId, { taken, ignored }]));
}

const noResponses: ReadonlyMap<string, Response> = new Map();

function responseRows(isMembers: (column: AnyColumn) => SQL, at: SQL): SQL {
  const since = sql`${at} - interval '180 days'`;
  const ofMember = (table: typeof offerDeliveries | typeof offerActivations, happenedAt: AnyColumn) =>
    and(isMembers(table.memberId), sql`${happenedAt} > ${since} and ${happenedAt} <= ${at}`);
  const isCompleted = sql`exists (select from ${offerCompletions}
    where ${offerCompletions.memberId} = ${offerDeliveries.memberId}
      and ${offerCompletions.deliveryId} = ${offerDeliveries.deliveryId}
      and ${offerCompletions.completedAt} <= ${at})`;
  return sql`
    select t.member_id, t.offer_id, sum(t.taken)::int as taken,
      case when bool_or(t.activated) then 0 else sum(1 - t.taken) end::int as ignored
    from (
      select ${offerDeliveries.memberId} as member_id, ${offerDeliveries.offerId} as offer_id,
        ${isCompleted}::int as taken, false as activated, ${offerDeliveries.viewedAt} <= ${at} as viewed
      from ${offerDeliveries} where ${ofMember(offerDeliveries, offerDeliveries.deliveredAt)}
      union all
      select ${offerActivations.memberId}, ${offerActivations.offerId}, 1, true, true
      from ${offerActivations} where ${ofMember(offerActivations, offerActivations.activatedAt)}
    ) as t
    where t.taken = 1 or t.viewed
    group by t.member_id, t.offer_id`;
}
