import {
  and,
  asc,
  desc,
  eq,
  getTableColumns,
  gt,
  gte,
  isNotNull,
  isNull,
  lt,
  lte,
  or,
  sql,
  type SQL,
} from "drizzle-orm";
import type { Scope } from "../auth/core/policy";
import type { Queryable } from "../db/client";
import { idArrayText } from "../db/prepared";
import type { PageRequest } from "../db/page-request";
import { isOwnedBy, ownerPairs, type HistoryOwner } from "../members/history";
import { isRunBy } from "../merchants/merchants.queries";
import type { DeliveryState } from "./core/offer";
import { offerActivations, offerCompletions, offerDeliveries, offers } from "./offers.tables";

export type NewDelivery = typeof offerDeliveries.$inferSelect;
export type ActivationRow = typeof offerActivations.$inferSelect;
type CompletionRow = typeof offerCompletions.$inferSelect;
/** `recordedWith` is the purchase itself where it is left out. */
export type NewCompletion = Omit<CompletionRow, "recordedWith"> & { readonly recordedWith?: string };

/** A delivery with its completion, where it has one. */
export type DeliveryRow = typeof offerDeliveries.$inferSelect & {
  readonly completedBy: string | null;
  readonly completedAt: Date | null;
};

export interface MemberKey {
  readonly memberId: string;
  readonly id: string;
}

const deliveryColumns = {
  ...getTableColumns(offerDeliveries),
  completedBy: sql<string | null>`${offerCompletions.purchaseId}`.as("completed_by"),
  completedAt: offerCompletions.completedAt,
};

const itsCompletion = and(
  eq(offerCompletions.memberId, offerDeliveries.memberId),
  eq(offerCompletions.deliveryId, offerDeliveries.deliveryId),
);

export interface DeliveryFilter {
  readonly state?: DeliveryState | null;
  /** The instant by which OPEN and LAPSED are told apart. */
  readonly now: Date;
  /** Delivered at this instant or later. */
  readonly from?: Date | null;
  /** Delivered before this instant. */
  readonly before?: Date | null;
}

/** One page of each member's deliveries, newest first; for a partner only those of its own merchants. */
export async function pagesOfDeliveries(
  db: Queryable,
  owners: readonly HistoryOwner[],
  filter: DeliveryFilter,
  reach: Scope,
  page: PageRequest,
): Promise<(DeliveryRow & { readonly ownerId: string })[]> {
  const ranked = db
    .select({
      ...deliveryColumns,
      ownerId: sql<string>`o.owner_id`.as("owner_id"),
      place: sql<number>`row_number() over (
        partition by o.owner_id order by ${offerDeliveries.deliveredAt} desc, ${offerDeliveries.deliveryId} desc
      )`.as("place"),
    })
    .from(offerDeliveries)
    .innerJoin(ownerPairs(owners), sql`o.member_id = ${offerDeliveries.memberId}`)
    .leftJoin(offerCompletions, itsCompletion)
    .where(
      and(
        isOwnedBy(offerDeliveries.memberId, owners),
        within(offerDeliveries.merchantId, reach),
        inState(filter),
        filter.from ? gte(offerDeliveries.deliveredAt, filter.from) : undefined,
        filter.before ? lt(offerDeliveries.deliveredAt, filter.before) : undefined,
        page.after
          ? sql`(${offerDeliveries.deliveredAt}, ${offerDeliveries.deliveryId})
              < (${page.after[0]}::timestamptz, ${page.after[1]}::uuid)`
          : undefined,
      ),
    )
    .as("ranked");
  return db
    .select()
    .from(ranked)
    .where(lte(ranked.place, page.limit + 1))
    .orderBy(desc(ranked.deliveredAt), desc(ranked.deliveryId));
}

export function deliveriesByKeys(db: Queryable, keys: readonly MemberKey[], reach: Scope): Promise<DeliveryRow[]> {
  return db
    .select(deliveryColumns)
    .from(offerDeliveries)
    .leftJoin(offerCompletions, itsCompletion)
    .where(
      and(
        sql`${offerDeliveries.memberId} = any(${idArrayText(keys.map((key) => key.memberId))}::uuid[])`,
        sql`${offerDeliveries.deliveryId} = any(${idArrayText(keys.map((key) => key.id))}::uuid[])`,
        within(offerDeliveries.merchantId, reach),
      ),
    );
}

/**
 * The deliveries whose completion was shown by recording these purchases, under any of the members' ids; for a partner
 * only those of its own merchants.
 */
export async function deliveriesCompletedWith(
  db: Queryable,
  memberIds: readonly string[],
  purchaseIds: readonly string[],
  reach: Scope,
): Promise<(DeliveryRow & { readonly recordedWith: string })[]> {
  return db
    .select({ ...deliveryColumns, recordedWith: offerCompletions.recordedWith })
    .from(offerCompletions)
    .innerJoin(offerDeliveries, itsCompletion)
    .where(
      and(
        sql`${offerCompletions.memberId} = any(${idArrayText(memberIds)}::uuid[])`,
        sql`${offerCompletions.recordedWith} = any(${idArrayText(purchaseIds)}::uuid[])`,
        within(offerDeliveries.merchantId, reach),
      ),
    )
    .orderBy(asc(offerDeliveries.deliveredAt), asc(offerDeliveries.deliveryId));
}

/** The deliveries that a purchase of this instant can count for: not completed, at this merchant, in this currency. */
export function openDeliveriesAt(
  db: Queryable,
  memberIds: readonly string[],
  { merchantId, currency, occurredAt }: { merchantId: string; currency: string; occurredAt: Date },
) {
  return db
    .select(getTableColumns(offerDeliveries))
    .from(offerDeliveries)
    .leftJoin(offerCompletions, itsCompletion)
    .where(
      and(
        sql`${offerDeliveries.memberId} = any(${idArrayText(memberIds)}::uuid[])`,
        eq(offerDeliveries.merchantId, merchantId),
        eq(offerDeliveries.currency, currency),
        lte(offerDeliveries.deliveredAt, occurredAt),
        gt(offerDeliveries.lapsesAt, occurredAt),
        isNull(offerCompletions.deliveryId),
      ),
    );
}

/** The delivery that was recorded under this reference. */
export async function deliveryBySource(
  db: Queryable,
  memberIds: readonly string[],
  source: string,
  sourceReference: string,
): Promise<DeliveryRow | undefined> {
  const [row] = await db
    .select(deliveryColumns)
    .from(offerDeliveries)
    .leftJoin(offerCompletions, itsCompletion)
    .where(
      and(
        sql`${offerDeliveries.memberId} = any(${idArrayText(memberIds)}::uuid[])`,
        eq(offerDeliveries.source, source),
        eq(offerDeliveries.sourceReference, sourceReference),
      ),
    );
  return row;
}

/** One page of each member's activations, newest first; for a partner only those of its own merchants' offers. */
export async function pagesOfActivations(
  db: Queryable,
  owners: readonly HistoryOwner[],
  reach: Scope,
  page: PageRequest,
): Promise<(ActivationRow & { readonly ownerId: string })[]> {
  const ranked = db
    .select({
      ...getTableColumns(offerActivations),
      ownerId: sql<string>`o.owner_id`.as("owner_id"),
      place: sql<number>`row_number() over (
        partition by o.owner_id order by ${offerActivations.activatedAt} desc, ${offerActivations.activationId} desc
      )`.as("place"),
    })
    .from(offerActivations)
    .innerJoin(ownerPairs(owners), sql`o.member_id = ${offerActivations.memberId}`)
    .innerJoin(offers, eq(offers.offerId, offerActivations.offerId))
    .where(
      and(
        isOwnedBy(offerActivations.memberId, owners),
        within(offers.merchantId, reach),
        page.after
          ? sql`(${offerActivations.activatedAt}, ${offerActivations.activationId})
              < (${page.after[0]}::timestamptz, ${page.after[1]}::uuid)`
          : undefined,
      ),
    )
    .as("ranked");
  return db
    .select()
    .from(ranked)
    .where(lte(ranked.place, page.limit + 1))
    .orderBy(desc(ranked.activatedAt), desc(ranked.activationId));
}

export async function activationsByKeys(
  db: Queryable,
  keys: readonly MemberKey[],
  reach: Scope,
): Promise<ActivationRow[]> {
  return db
    .select(getTableColumns(offerActivations))
    .from(offerActivations)
    .innerJoin(offers, eq(offers.offerId, offerActivations.offerId))
    .where(
      and(
        sql`${offerActivations.memberId} = any(${idArrayText(keys.map((key) => key.memberId))}::uuid[])`,
        sql`${offerActivations.activationId} = any(${idArrayText(keys.map((key) => key.id))}::uuid[])`,
        within(offers.merchantId, reach),
      ),
    );
}

/** The member's activation of the version that can be activated now; undefined where the offer is not available. */
export async function activationOfVersion(
  db: Queryable,
  memberIds: readonly string[],
  offerId: string,
  now: Date,
): Promise<ActivationRow | undefined> {
  const [row] = await db
    .select(getTableColumns(offerActivations))
    .from(offerActivations)
    .innerJoin(
      offers,
      and(eq(offers.offerId, offerActivations.offerId), eq(offers.version, offerActivations.offerVersion)),
    )
    .where(
      and(
        sql`${offerActivations.memberId} = any(${idArrayText(memberIds)}::uuid[])`,
        eq(offerActivations.offerId, offerId),
        eq(offers.state, "PUBLISHED"),
        lte(offers.startsAt, now),
        or(isNull(offers.endsAt), gt(offers.endsAt, now)),
      ),
    );
  return row;
}

function inState({ state, now }: DeliveryFilter): SQL | undefined {
  switch (state) {
    case "COMPLETED":
      return isNotNull(offerCompletions.deliveryId);
    case "OPEN":
      return and(isNull(offerCompletions.deliveryId), gt(offerDeliveries.lapsesAt, now));
    case "LAPSED":
      return and(isNull(offerCompletions.deliveryId), lte(offerDeliveries.lapsesAt, now));
    default:
      return undefined;
  }
}

/** Whose member it is was decided when the member was loaded; a partner sees of it what its own merchants' offers did. */
function within(
  merchantId: typeof offerDeliveries.merchantId | typeof offers.merchantId,
  reach: Scope,
): SQL | undefined {
  if (reach.kind === "none") return sql`false`;
  return reach.kind === "partner" ? isRunBy(merchantId, reach.partnerId) : undefined;
}
