import DataLoader from "dataloader";
import type { Actor } from "../auth/core/actor";
import { scopeOf } from "../auth/core/policy";
import type { Database } from "../db/client";
import { groupedInOrder } from "../db/in-order";
import type { PageRequest } from "../db/page-request";
import { pageLoader } from "../graphql/page-loader";
import type { CashRow } from "../ledger/transfers";
import { historyOwners } from "../members/history";
import { pagesOfLots, type IssuedLot, type LotFilter } from "./lots.queries";
import { cashOfMembers, expiringNext } from "./totals.queries";
import {
  entriesOfTransfers,
  pagesOfTransfers,
  transfersByKeys,
  type EntryRow,
  type TransferFilter,
  type TransferKey,
  type TransferRow,
} from "./transfers.queries";

interface AccountNamed {
  readonly memberId: string;
  readonly programId: string;
}
type Expiring = Awaited<ReturnType<typeof expiringNext>>[number];

const textOf = ({ memberId, sequence }: TransferKey) => `${memberId} ${sequence}`;

/** Transfers of members and their entries, as far as the caller may see. */
export function transferLoaders(
  { app }: Pick<Database, "app">,
  actor: Actor,
  aliasesOfMember: DataLoader<string, string[]>,
  now: Date,
) {
  const reach = scopeOf(actor, "Member.transfers");
  return {
    transfersOfMember: pageLoader<
      { filter: TransferFilter; page: PageRequest },
      TransferRow & { readonly ownerId: string }
    >(async (memberIds, { filter, page }) => {
      const owners = await historyOwners(aliasesOfMember, memberIds);
      const rows = await pagesOfTransfers(app, owners, filter, reach, page);
      return groupedInOrder(memberIds, rows, (row) => row.ownerId);
    }),
    transferByKey: new DataLoader<TransferKey, TransferRow | null, string>(
      async (keys) => {
        const rows = new Map((await transfersByKeys(app, keys, reach)).map((row) => [textOf(row), row]));
        return keys.map((key) => rows.get(textOf(key)) ?? null);
      },
      { cacheKeyFn: textOf },
    ),
    cashByMember: new DataLoader<string, CashRow[]>(async (ids) =>
      groupedInOrder(ids, await cashOfMembers(app, ids), (row) => row.memberId),
    ),
    expiringNext: new DataLoader<AccountNamed, Expiring | null, string>(
      async (accounts) => {
        const rows = await expiringNext(app, [...new Set(accounts.map(({ memberId }) => memberId))], now);
        const found = new Map(rows.map((row) => [`${row.memberId} ${row.programId}`, row]));
        return accounts.map(({ memberId, programId }) => found.get(`${memberId} ${programId}`) ?? null);
      },
      { cacheKeyFn: ({ memberId, programId }) => `${memberId} ${programId}` },
    ),
    lotsOfAccount: pageLoader<{ filter: LotFilter; page: PageRequest }, IssuedLot>(
      async (accounts, { filter, page }) => {
        const keys = accounts.map((account) => {
          const [memberId = "", programId = ""] = account.split(" ");
          return { memberId, programId };
        });
        const rows = await pagesOfLots(app, keys, filter, page);
        return groupedInOrder(accounts, rows, (row) => `${row.memberId} ${row.programId}`);
      },
    ),
    entriesOfTransfer: new DataLoader<TransferKey, EntryRow[], string>(
      async (keys) => groupedInOrder(keys.map(textOf), await entriesOfTransfers(app, keys), textOf),
      { cacheKeyFn: textOf },
    ),
  };
}
