import { sql } from "drizzle-orm";
import { actorIdOf } from "../auth/core/actor";
import type { Work } from "../context";
import { textArray, uuidArray } from "../db/arrays";
import type { Db } from "../db/client";
import type { EarnCommand, LotToIssue } from "../ledger/core/command";
import { postBatch } from "../ledger/post";
import { membersByIds, memberStanding } from "../members/members.queries";
import { ruleJudge } from "../matching/unmet-conditions";
import { outletsByIds, type MerchantRow } from "../merchants/merchants.queries";
import type { EarningRule } from "../programs/core/earning-rule";
import type { ProgramRow } from "../programs/programs.queries";
import { linesOfPurchase } from "../purchases/purchases.queries";
import { largestAmountMinor, momentOf } from "../rules/core/moment";
import type { Rule } from "../rules/core/rule";
import { tagsByMembers } from "../tags/tags.queries";
import { lotsOfPurchase, monthOf, type EarningFacts } from "./core/lots-of-purchase";
import { earningKey, type PurchaseToEarn } from "./earn-in-bulk";
import { earningTermsOf } from "./earning-terms";

/** What a purchase earned in one program: one for each lot, as the ledger has it. */
export interface EarnedPoints {
  readonly programId: string;
  readonly kind: LotToIssue["kind"];
  readonly points: bigint;
  /** What gave it: a rule's code, with the rate where it is one, or the base rate alone. */
  readonly terms: string;
  readonly expiresAt: Date | null;
  readonly pendingUntil: Date | null;
}

/**
 * Gives what a purchase earns in every program, by the rules of the moment in which it is first asked, once: the key is the
 * purchase's. Whoever reports the purchase again after a crash therefore also finishes this, and so does the job of its
 * event (finish-earning.ts). What was given before is answered as the ledger has it, whatever the rules say by now.
 */
export async function earnForPurchase(work: Work, purchase: PurchaseToEarn): Promise<readonly EarnedPoints[]> {
  const { programs, merchants } = work.services.catalogue.current;
  const merchant = merchants.get(purchase.merchantId);
  if (!merchant) return [];
  const candidates = [...programs.values()].filter(
    (program) =>
      program.status === "ACTIVE" &&
      program.currency === purchase.currency &&
      (program.issuerPartnerId === merchant.partnerId ||
        program.earningRules.some((rule) => rule.effect === "RATE" && rule.merchantIds.includes(merchant.merchantId))),
  );
  if (candidates.length === 0) return [];
  const facts = {
    ...(await memberFacts(work, purchase, candidates)),
    ...(await linesAndVerdicts(work, purchase, merchant, candidates)),
  };
  const place = { categoryCode: merchant.categoryCode, ...purchase, ...facts };
  const commands: EarnCommand[] = [];
  for (const program of candidates) {
    const lots = lotsOfPurchase(
      { ...earningTermsOf(program), remainderPolicy: program.remainderPolicy, rules: program.earningRules },
      {
        ...place,
        isIssuers: program.issuerPartnerId === merchant.partnerId,
        purchaseOfMonth: await purchaseOfMonth(work.database.app, program, purchase),
      },
    );
    if (lots.length > 0) commands.push(earnOf(work, program, purchase, lots));
  }
  return earnedBy(work.database.app, await postToWhoAnswers(work, commands));
}

/**
 * Posts the commands, and those of a member that was merged meanwhile to the member into which it was. The merged one is
 * asked first, and so is each on the way to the one that answers for it: under its lock the ledger either has the command
 * already or refuses it for good, so that no purchase earns for two. Answers the commands as they were posted last.
 */
async function postToWhoAnswers(work: Work, commands: readonly EarnCommand[]): Promise<readonly EarnCommand[]> {
  const settled: EarnCommand[] = [];
  let open = commands;
  while (open.length > 0) {
    const results = await postBatch(work.services, open);
    const isClosed = (place: number) => {
      const result = results[place];
      return result?.outcome === "REFUSED" && result.code === "MEMBER_CLOSED";
    };
    settled.push(...open.filter((_, place) => !isClosed(place)));
    const closed = open.filter((_, place) => isClosed(place));
    const memberId = closed[0] && (await memberStanding(work.database.app, closed[0].memberId))?.mergedInto;
    open = memberId ? closed.map((command) => ({ ...command, memberId })) : [];
  }
  return settled;
}

function earnOf(work: Work, program: ProgramRow, purchase: PurchaseToEarn, lots: readonly LotToIssue[]): EarnCommand {
  const { memberId, purchaseId, merchantId, outletId, channel, occurredAt, inputHash } = purchase;
  return {
    ...{ command: "EARN", memberId, programId: program.programId, lots, onCap: "CUT" },
    idempotencyKey: earningKey(purchaseId, program.programId),
    cause: { kind: "PURCHASE", id: purchaseId },
    actor: actorIdOf(work.actor) ?? "service",
    ...{ merchantId, outletId, channel, occurredAt, recordedAt: work.now },
    priceVersion: `revision:${program.revision}`,
    decidedFrom: inputHash.toString("hex"),
  };
}

/** Read only where a rule asks for it. */
async function memberFacts(
  { database: { app } }: Work,
  { memberId, occurredAt }: PurchaseToEarn,
  programs: readonly ProgramRow[],
): Promise<Pick<EarningFacts, "joinedAt" | "tags">> {
  const rules = programs.flatMap(({ earningRules }) => earningRules);
  const asksJoined = rules.some(({ tenureMonths }) => tenureMonths !== null);
  const asksTags = rules.some(({ tag }) => tag !== null);
  const all = { kind: "all" } as const;
  const member = asksJoined ? (await membersByIds(app, [memberId], all)).get(memberId) : undefined;
  const tags = asksTags ? await tagsByMembers(app, [memberId], { reach: all, sensitive: true }) : [];
  return {
    joinedAt: member?.joinedAt ?? occurredAt,
    tags: new Map([...tags].map(({ tagCode, value }) => [tagCode, value])),
  };
}

/** The lines of the purchase, and which rules of the rules engine hold: read only where an earning rule asks for them. */
async function linesAndVerdicts(
  work: Work,
  purchase: PurchaseToEarn,
  merchant: MerchantRow,
  programs: readonly ProgramRow[],
): Promise<Pick<EarningFacts, "lines" | "verdicts">> {
  const rules = programs.flatMap(({ earningRules }) => earningRules);
  const asksLines = rules.some(({ lineAttribute }) => lineAttribute);
  return {
    lines: asksLines ? await linesOfPurchase(work.database.app, purchase) : [],
    verdicts: await verdictsOf(work, purchase, merchant, rules),
  };
}

/** The rules of the rules engine that hold for the member, as it is now, in the moment of the purchase. */
async function verdictsOf(
  work: Work,
  { memberId, occurredAt, channel, amountMinor, currency, outletId }: PurchaseToEarn,
  merchant: MerchantRow,
  rules: readonly EarningRule[],
): Promise<ReadonlySet<Rule>> {
  const asked = rules.flatMap(({ rule }) => rule ?? []);
  if (asked.length === 0) return new Set();
  const [outlet] = outletId ? await outletsByIds(work.database.app, [outletId]) : [];
  const moment = momentOf(
    {
      ...{ instant: occurredAt, channel, currency, merchant: merchant.code, category: merchant.categoryCode },
      ...{ outlet: outlet && `${merchant.code}/${outlet.code}`, city: outlet?.city },
      // A rule cannot compare what a double does not hold; no purchase comes near it.
      amountMinor: amountMinor <= largestAmountMinor ? amountMinor : null,
    },
    work.services.timeZone,
  );
  const holds = await ruleJudge(work, work.services.catalogue.current, memberId, moment);
  return new Set(asked.filter(holds));
}

/** Two purchases at the same moment may take themselves for the same one of the month. */
async function purchaseOfMonth(db: Db, program: ProgramRow, purchase: PurchaseToEarn): Promise<number> {
  if (!program.earningRules.some(({ everyNth }) => everyNth !== null)) return 1;
  const { from, to } = monthOf(purchase.occurredAt, program.timeZone);
  const [row] = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from alliance.transfers t
    where t.member_id = ${purchase.memberId}::uuid and t.program_id = ${program.programId}::uuid
      and t.command = 'EARN' and t.cause_kind = 'PURCHASE' and t.cause_id <> ${purchase.purchaseId}
      and t.occurred_at >= ${from.toISOString()}::timestamptz and t.occurred_at < ${to.toISOString()}::timestamptz`);
  return (row?.count ?? 0) + 1;
}

async function earnedBy(db: Db, commands: readonly EarnCommand[]): Promise<EarnedPoints[]> {
  const memberIds = [...new Set(commands.map(({ memberId }) => memberId))];
  return earnedUnder(
    db,
    memberIds,
    commands.map(({ idempotencyKey }) => idempotencyKey),
  );
}

/** What the purchases with these keys (`earningKey`) gave the members when they earned; later reversals are not in it. */
export async function earnedUnder(
  db: Db,
  memberIds: readonly string[],
  keys: readonly string[],
): Promise<(EarnedPoints & { readonly purchaseId: string })[]> {
  if (keys.length === 0) return [];
  const rows = await db.execute<{
    readonly program_id: string;
    readonly cause_id: string;
    readonly kind: LotToIssue["kind"];
    readonly issued: string;
    readonly terms: string | null;
    readonly expires: string | null;
    readonly pending: string | null;
  }>(sql`
    select t.program_id, t.cause_id, l.kind, l.issued::text, l.terms,
      (extract(epoch from l.expires_at) * 1000)::bigint::text as expires,
      (extract(epoch from l.pending_until) * 1000)::bigint::text as pending
    from alliance.transfers t join alliance.lots l on l.member_id = t.member_id and l.sequence = t.sequence
    where t.member_id = any(${uuidArray(memberIds)}) and t.idempotency_key = any(${textArray(keys)})
    order by t.member_id, t.sequence, l.lot_no`);
  const at = (millis: string | null) => (millis === null ? null : new Date(Number(millis)));
  return rows.map(({ program_id: programId, cause_id: purchaseId, kind, issued, terms, expires, pending }) => ({
    ...{ programId, purchaseId, kind, points: BigInt(issued), terms: terms ?? "" },
    ...{ expiresAt: at(expires), pendingUntil: at(pending) },
  }));
}
