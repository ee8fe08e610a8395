import type DataLoader from "dataloader";
import { pagesOfMemberEntries, type StoredEntry } from "../audit/audit.queries";
import type { Actor } from "../auth/core/actor";
import { scopeOf } from "../auth/core/policy";
import type { Database } from "../db/client";
import { groupedInOrder } from "../db/in-order";
import { pageLoader } from "../graphql/page-loader";
import { nobody } from "../kernel/ids";
import { historyOwners, type HistoryOwner, type Owned } from "../members/history";
import { pagesOfDeliveries, type DeliveryRow } from "../offers/deliveries.queries";
import { pagesOfPurchases, type PurchaseRow } from "../purchases/purchases.queries";
import { goOnAfter, mergedTimeline, type KeysetBounds, type TimelineKind, type TimelinePlace } from "./core/timeline";
import { pagesOfTransfers, type TransferRow } from "./transfers.queries";

interface Window {
  readonly from: Date | null;
  readonly before: Date | null;
}

export interface AskedTimeline extends Window {
  readonly kinds: readonly TimelineKind[];
  readonly limit: number;
  readonly after: TimelinePlace | null;
}

export type TimelineRow = TimelinePlace &
  (
    | { readonly kind: "TRANSFER"; readonly row: Owned<TransferRow> }
    | { readonly kind: "PURCHASE"; readonly row: Owned<PurchaseRow> }
    | { readonly kind: "OFFER"; readonly row: Owned<DeliveryRow> }
    | { readonly kind: "CHANGE"; readonly row: Owned<StoredEntry> }
  );

/**
 * What happened to members, kind by kind in one statement each and side by side, as many of each as the page has; the
 * rooms keep their tables and their indexes, and none has to write into a table of all.
 */
export function timelineLoaders(
  { app }: Pick<Database, "app">,
  actor: Actor,
  aliasesOfMember: DataLoader<string, string[]>,
  now: Date,
) {
  return {
    timelineOfMember: pageLoader<AskedTimeline, TimelineRow>(async (memberIds, asked) => {
      const owners = await historyOwners(aliasesOfMember, memberIds);
      const pages = await Promise.all(
        asked.kinds.map(async (kind) => {
          const after = asked.after && goOnAfter(asked.after, kind, bounds[kind]);
          const rows = await readers[kind](app, owners, asked, actor, { limit: asked.limit, after }, now);
          return groupedInOrder(memberIds, rows, ({ row }) => row.ownerId);
        }),
      );
      return memberIds.map((_, place) =>
        mergedTimeline(
          pages.map((page) => page[place] ?? []),
          asked.limit + 1,
        ),
      );
    }),
  };
}

const lastId = "ffffffff-ffff-ffff-ffff-ffffffffffff";
const lastNumber = String(2n ** 63n - 1n);

/** Below and above whatever stands behind the instant in a kind's keyset. */
const bounds: Readonly<Record<TimelineKind, KeysetBounds>> = {
  TRANSFER: { lowest: [nobody, "0"], highest: [lastId, lastNumber] },
  PURCHASE: { lowest: [nobody], highest: [lastId] },
  OFFER: { lowest: [nobody], highest: [lastId] },
  // Streams begin with "member:".
  CHANGE: { lowest: ["", "0"], highest: ["n", lastNumber] },
};

type Reader = (
  db: Database["app"],
  owners: readonly HistoryOwner[],
  window: Window,
  actor: Actor,
  page: { readonly limit: number; readonly after: readonly string[] | null },
  now: Date,
) => Promise<TimelineRow[]>;

const readers: Readonly<Record<TimelineKind, Reader>> = {
  async TRANSFER(db, owners, { from, before }, actor, page) {
    const rows = await pagesOfTransfers(db, owners, { from, before }, scopeOf(actor, "Member.transfers"), page);
    return rows.map((row) => ({
      ...{ kind: "TRANSFER", at: row.recordedAt, row },
      keyset: [row.recordedAt.toISOString(), row.memberId, String(row.sequence)],
    }));
  },
  async PURCHASE(db, owners, { from, before }, actor, page) {
    const rows = await pagesOfPurchases(db, owners, { from, before }, scopeOf(actor, "Member.purchases"), page);
    return rows.map((row) => ({
      ...{ kind: "PURCHASE", at: row.occurredAt, row },
      keyset: [row.occurredAt.toISOString(), row.purchaseId],
    }));
  },
  async OFFER(db, owners, { from, before }, actor, page, now) {
    const reach = scopeOf(actor, "Member.offerDeliveries");
    const rows = await pagesOfDeliveries(db, owners, { from, before, now }, reach, page);
    return rows.map((row) => ({
      ...{ kind: "OFFER", at: row.deliveredAt, row },
      keyset: [row.deliveredAt.toISOString(), row.deliveryId],
    }));
  },
  async CHANGE(db, owners, window, _actor, page) {
    const rows = await pagesOfMemberEntries(db, owners, window, page);
    return rows.map((row) => ({
      ...{ kind: "CHANGE", at: row.recordedAt, row },
      keyset: [row.recordedAt.toISOString(), row.stream, String(row.sequence)],
    }));
  },
};
