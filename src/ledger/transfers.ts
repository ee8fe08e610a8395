/** The tables of transfers, for the rooms that read them: wallets, tills, settlement. Nobody but the kernel writes them. */
import { cashAccounts, ledgerEntries, lots, transfers } from "./ledger.tables";

export { ledgerEntries as entriesTable, transfers as transfersTable, lots as lotsTable, cashAccounts as cashTable };

export type TransferRow = typeof transfers.$inferSelect;
export type EntryRow = typeof ledgerEntries.$inferSelect;
export type LotRow = typeof lots.$inferSelect;
export type CashRow = typeof cashAccounts.$inferSelect;
