import { eq } from "drizzle-orm";
import type { Services } from "../../src/context";
import { newId } from "../../src/kernel/ids";
import { minorUnits } from "../../src/kernel/money";
import { points, type Points } from "../../src/kernel/points";
import type { EarnCommand, LedgerCommand, LedgerResult, LotToIssue, SpendCommand } from "../../src/ledger/core/command";
import { holds, ledgerEntries, ledgerHeads, lots, transfers } from "../../src/ledger/ledger.tables";
import { postCommand } from "../../src/ledger/post";
import { createProgram, type NewProgram } from "../../src/programs/create-program";
import { accounts } from "../../src/programs/programs.tables";
import { noon, valueOf } from "./members-stage";
import { offersStage, type OffersStage } from "./offers-stage";

/** Members, merchants and programs, and commands that are complete but for what a test cares for. */
export interface LedgerStage extends OffersStage {
  readonly post: (command: LedgerCommand) => Promise<LedgerResult>;
  program(over?: Partial<NewProgram>): Promise<string>;
  /** A member of a new partner. */
  memberId(): Promise<string>;
  /** Everything the ledger holds of a member. */
  books(memberId: string): Promise<Books>;
}

export async function ledgerStage(): Promise<LedgerStage> {
  const stage = await offersStage();
  const { services } = stage;
  return {
    ...stage,
    post: (command) => postCommand(services, command),
    async program(over = {}) {
      const input: NewProgram = {
        issuerPartnerId: over.issuerPartnerId ?? (await stage.partner()),
        code: `q-${newId()}`,
        name: { en: "Stars" },
        unitName: { en: "stars" },
        timeZone: "Asia/Shanghai",
        earnPoints: points(1n),
        earnPerMinor: minorUnits(2000n),
        earnRounding: "DOWN",
        valueMinor: minorUnits(5n),
        valuePoints: points(1n),
        expiry: { kind: "NEVER", months: null, rounding: null },
        currency: "CNY",
        ...over,
      };
      return valueOf(await createProgram(stage.work(), input)).programId;
    },
    async memberId() {
      return (await stage.member(await stage.partner())).memberId;
    },
    books: (memberId) => booksOf(services, memberId),
  };
}

export type Books = Awaited<ReturnType<typeof booksOf>>;

async function booksOf({ database: { app } }: Services, memberId: string) {
  const [head] = await app.select().from(ledgerHeads).where(eq(ledgerHeads.memberId, memberId));
  return {
    head,
    transfers: await app.select().from(transfers).where(eq(transfers.memberId, memberId)).orderBy(transfers.sequence),
    entries: await app
      .select()
      .from(ledgerEntries)
      .where(eq(ledgerEntries.memberId, memberId))
      .orderBy(ledgerEntries.sequence, ledgerEntries.entryNo),
    lots: await app.select().from(lots).where(eq(lots.memberId, memberId)).orderBy(lots.lotNo),
    holds: await app.select().from(holds).where(eq(holds.memberId, memberId)).orderBy(holds.sequence),
    accounts: await app.select().from(accounts).where(eq(accounts.memberId, memberId)).orderBy(accounts.programId),
  };
}

/** What every command of a test says unless it says otherwise: a new key, by a service, at noon. */
export function basics(memberId: string, over: Partial<LedgerCommand> = {}) {
  const idempotencyKey = newId();
  const cause = { kind: "MANUAL", id: idempotencyKey } as const;
  return { memberId, idempotencyKey, cause, actor: "service:test", occurredAt: noon, recordedAt: noon, ...over };
}

/** Points that are available at once and never lapse, unless said otherwise. */
export function lot(amount: LotToIssue["amount"], over: Partial<LotToIssue> = {}): LotToIssue {
  const free = { expiresAt: null, pendingUntil: null, terms: null, caps: [], funderPartnerId: null, line: null };
  return { kind: "BASE", amount, ...free, ...over };
}

export function earn(
  memberId: string,
  programId: string,
  lotsToIssue: readonly LotToIssue[],
  over: Partial<EarnCommand> = {},
): EarnCommand {
  return { ...basics(memberId), command: "EARN", programId, lots: lotsToIssue, onCap: "CUT", ...over };
}

export function spend(
  memberId: string,
  programId: string,
  amount: bigint,
  over: Partial<SpendCommand> = {},
): SpendCommand {
  return {
    ...basics(memberId),
    ...{ command: "SPEND", programId, useOrder: "SOONEST", creditBucket: "MERCHANT_PAYABLE" },
    lines: [{ line: null, amount: amount as Points }],
    ...over,
  };
}

/** Balances as `program: available/held/pending` would be said aloud. */
export function balanceOf(books: Books, programId: string): [bigint, bigint, bigint] {
  const account = books.accounts.find((one) => one.programId === programId);
  return [account?.available ?? 0n, account?.held ?? 0n, account?.pending ?? 0n];
}
