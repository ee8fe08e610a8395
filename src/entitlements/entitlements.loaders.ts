import DataLoader from "dataloader";
import { desc, sql } from "drizzle-orm";
import { uuidArray } from "../db/arrays";
import type { Database } from "../db/client";
import { groupedInOrder } from "../db/in-order";
import { historyOwners, type Owned } from "../members/history";
import { usesOf, type EntitlementRow, type RedemptionRow } from "./entitlements.queries";
import { entitlements, redemptionCosts, redemptions } from "./entitlements.tables";
import type { UsesByPeriod } from "./core/quota";

export interface OfMember {
  /** Under which the row stands. */
  readonly memberId: string;
  readonly id: string;
}

const textOf = ({ memberId, id }: OfMember) => `${memberId} ${id}`;
const cacheKeyFn = textOf;

export type CostRow = typeof redemptionCosts.$inferSelect;

/** What members hold and used. Who may see it is asked by the fields. */
export function entitlementLoaders(
  database: Pick<Database, "app">,
  aliasesOfMember: DataLoader<string, string[]>,
  now: Date,
) {
  return { ...heldLoaders(database, aliasesOfMember, now), ...redemptionLoaders(database) };
}

function heldLoaders({ app }: Pick<Database, "app">, aliasesOfMember: DataLoader<string, string[]>, now: Date) {
  return {
    /** Oldest first. */
    entitlementsOfMember: new DataLoader<string, Owned<EntitlementRow>[]>(async (memberIds) => {
      const owners = await historyOwners(aliasesOfMember, memberIds);
      const ownerOf = new Map(owners.flatMap(({ memberId, allIds }) => allIds.map((id) => [id, memberId])));
      const rows = await app
        .select()
        .from(entitlements)
        .where(sql`${entitlements.memberId} = any(${uuidArray([...ownerOf.keys()])})`)
        .orderBy(entitlements.grantedAt, entitlements.entitlementId);
      const owned = rows.map((row) => ({ ...row, ownerId: ownerOf.get(row.memberId) ?? row.memberId }));
      return groupedInOrder(memberIds, owned, (row) => row.ownerId);
    }),
    entitlementByKey: new DataLoader<OfMember, EntitlementRow | null, string>(
      async (keys) => {
        const rows = await app
          .select()
          .from(entitlements)
          .where(sql`(${entitlements.memberId}, ${entitlements.entitlementId}) in (${pairs(keys)})`);
        const found = new Map(rows.map((row) => [textOf({ memberId: row.memberId, id: row.entitlementId }), row]));
        return keys.map((key) => found.get(textOf(key)) ?? null);
      },
      { cacheKeyFn },
    ),
    /** Units that are taken, by period. */
    usesOfEntitlement: new DataLoader<OfMember, UsesByPeriod, string>(
      async (keys) => {
        const uses = await usesOf(
          app,
          [...new Set(keys.map(({ memberId }) => memberId))],
          keys.map(({ id }) => id),
          now,
        );
        return keys.map(({ id }) => uses.get(id) ?? new Map<string, number>());
      },
      { cacheKeyFn },
    ),
  };
}

function redemptionLoaders({ app }: Pick<Database, "app">) {
  return {
    redemptionByKey: new DataLoader<OfMember, RedemptionRow | null, string>(
      async (keys) => {
        const rows = await app
          .select()
          .from(redemptions)
          .where(
            sql`(${redemptions.memberId}, ${redemptions.redemptionId}) in (${pairs(keys)}) and not ${redemptions.isFence}`,
          );
        const found = new Map(rows.map((row) => [textOf({ memberId: row.memberId, id: row.redemptionId }), row]));
        return keys.map((key) => found.get(textOf(key)) ?? null);
      },
      { cacheKeyFn },
    ),
    costsOfRedemption: new DataLoader<OfMember, CostRow[], string>(
      async (keys) => {
        const rows = await app
          .select()
          .from(redemptionCosts)
          .where(sql`(${redemptionCosts.memberId}, ${redemptionCosts.redemptionId}) in (${pairs(keys)})`)
          .orderBy(redemptionCosts.isReversal, redemptionCosts.funderCode);
        const of = (row: CostRow) => textOf({ memberId: row.memberId, id: row.redemptionId });
        return groupedInOrder(keys.map(textOf), rows, of);
      },
      { cacheKeyFn },
    ),
    /** The newest uses of an entitlement, at most a hundred. */
    redemptionsOfEntitlement: new DataLoader<OfMember, RedemptionRow[], string>(
      async (keys) => {
        const rows = await app
          .select()
          .from(redemptions)
          .where(sql`(${redemptions.memberId}, ${redemptions.redemptionId}) in (${newestOf(keys)})`)
          .orderBy(desc(redemptions.recordedAt), desc(redemptions.redemptionId));
        const of = (row: RedemptionRow) => textOf({ memberId: row.memberId, id: row.entitlementId });
        return groupedInOrder(keys.map(textOf), rows, of);
      },
      { cacheKeyFn },
    ),
  };
}

function pairs(keys: readonly OfMember[]) {
  const [memberIds, ids] = [keys.map(({ memberId }) => memberId), keys.map(({ id }) => id)];
  return sql`select * from unnest(${uuidArray(memberIds)}, ${uuidArray(ids)})`;
}

function newestOf(keys: readonly OfMember[]) {
  const [memberIds, ids] = [keys.map(({ memberId }) => memberId), keys.map(({ id }) => id)];
  return sql`
    select k.member_id, n.redemption_id from unnest(${uuidArray(memberIds)}, ${uuidArray(ids)}) as k(member_id, entitlement_id)
    cross join lateral (
      select r.redemption_id from ${redemptions} r
      where r.member_id = k.member_id and r.entitlement_id = k.entitlement_id and not r.is_fence
      order by r.recorded_at desc, r.redemption_id desc limit 100) n`;
}
