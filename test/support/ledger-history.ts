import { points, type Points } from "../../src/kernel/points";
import { minorUnits } from "../../src/kernel/money";
import type { LedgerCommand } from "../../src/ledger/core/command";
import { basics, earn, lot, spend, type LedgerStage } from "./ledger-stage";
import { noon } from "./members-stage";

const days = (count: number) => new Date(noon.getTime() + count * 86_400_000);

/** A member whose books have a row in every table of the ledger, and every command in their history. */
export async function fullHistory(stage: LedgerStage, programIds: readonly [string, string]): Promise<string> {
  const memberId = await stage.memberId();
  const receiverId = await stage.memberId();
  const [programId, other] = programIds;
  const sourceReference = `till:${memberId}`;
  const { app } = stage.services.database;
  const key = `with reference ${memberId}`;
  await app.$client`select alliance.ledger_claim_reference(${sourceReference}, ${memberId}::uuid, ${key}, ${noon}::timestamptz)`;
  const purchaseLot = (amount: bigint, line: string) =>
    lot(points(amount), {
      line,
      kind: "BONUS",
      expiresAt: days(5),
      terms: "1:100 DOWN",
      caps: [{ cap: "day:1", limit: points(500n) }],
      funderPartnerId: programId,
    });
  const money = { currency: "CNY", funderPartnerId: null } as const;
  const commands: LedgerCommand[] = [
    {
      ...earn(memberId, programId, [purchaseLot(90n, "1"), purchaseLot(60n, "2")]),
      merchantId: programId,
      outletId: other,
      shift: "morning",
      channel: "IN_STORE",
      priceVersion: "v3",
      reason: "because",
    },
    earn(memberId, programId, [lot({ product: 12_850n, denominator: 2_000n })]),
    { ...earn(memberId, programId, [lot(points(40n), { pendingUntil: days(1) })]) },
    { ...spend(memberId, programId, 30n), idempotencyKey: key, sourceReference },
    {
      ...basics(memberId),
      command: "HOLD",
      programId,
      useOrder: "SOONEST",
      lines: [{ line: "3", amount: points(50n) }],
      expiresAt: days(3),
    },
    {
      ...basics(memberId),
      command: "CAPTURE",
      hold: 5n,
      amount: points(20n),
      creditBucket: "MERCHANT_PAYABLE",
      final: false,
    },
    { ...basics(memberId), command: "VOID", hold: 5n },
    { ...basics(memberId), command: "REVERSE", transfer: 4n, amount: 10n, line: null, onShortfall: "REFUSE" },
    {
      ...basics(memberId),
      command: "REVERSE",
      transfer: 2n,
      amount: { product: 3_000n },
      line: null,
      onShortfall: "TAKE",
    },
    { ...basics(memberId, { recordedAt: days(2) }), command: "RELEASE", programId, transfer: null, asOf: days(2) },
    {
      ...basics(memberId),
      command: "CONVERT",
      programId,
      amount: points(20n),
      useOrder: "SOONEST",
      numerator: 3n,
      denominator: 2n,
      into: { programId: other, credited: points(29n), fee: points(1n), expiresAt: null, terms: null },
    },
    {
      ...basics(memberId),
      command: "DEPOSIT",
      ...money,
      amountMinor: minorUnits(1_000n),
      otherBucket: "EXTERNAL_CLEARING",
    },
    {
      ...basics(memberId),
      command: "WITHDRAW",
      ...money,
      amountMinor: minorUnits(300n),
      otherBucket: "MERCHANT_PAYABLE",
    },
    {
      ...basics(memberId),
      command: "TRANSFER_OUT",
      programId: other,
      receiverId,
      amount: points(9n),
      useOrder: "SOONEST",
    },
    {
      ...basics(memberId),
      command: "ADJUST",
      programId,
      amount: -3n,
      expiresAt: null,
      approver: "staff:second",
      useOrder: "SOONEST",
    },
    { ...basics(memberId, { recordedAt: days(6) }), command: "EXPIRE", programId, asOf: days(6), inactiveSince: null },
    {
      ...basics(memberId),
      command: "HOLD",
      programId,
      useOrder: "SOONEST",
      lines: [{ line: null, amount: points(2n) }],
      expiresAt: days(3),
    },
  ];
  for (const command of commands) {
    const result = await stage.post(command);
    if (result.outcome !== "DONE")
      throw new Error(
        `${command.command}: ${JSON.stringify(result, (_k, v: unknown) => (typeof v === "bigint" ? String(v) : v))}`,
      );
  }
  await app.$client`select alliance.ledger_confirm_reference(${sourceReference}, ${memberId}::uuid, ${key}, ${noon}::timestamptz)`;
  const arriving = { kind: "BASE", amount: 9n as Points, expiresAt: null, terms: null } as const;
  await stage.post({
    ...basics(receiverId),
    idempotencyKey: `transit:${memberId}:14`,
    command: "TRANSFER_IN",
    programId: other,
    senderId: memberId,
    lots: [arriving],
  });
  await app.$client`select alliance.ledger_transit_arrived(${memberId}::uuid, 14)`;
  return memberId;
}
