import type { Work } from "../context";
import { expiryOf } from "../earning/core/expiry";
import type { MinorUnits } from "../kernel/money";
import { isPoints, points, type Points } from "../kernel/points";
import { refuse, type Result } from "../kernel/result";
import type { PartyBucket, LotKind } from "../ledger/core/bucket";
import type { AmountOfLine, Cause } from "../ledger/core/command";
import type { MemberNamed } from "../members/member-named";
import type { ProgramRow } from "../programs/programs.queries";
import { expiryOfRow } from "../programs/terms-of-row";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { moveValue, type AskedMovement, type Moved } from "./move-value";

interface Asked extends AskedMovement {
  readonly member: MemberNamed;
}

interface AskedOfProgram extends Asked {
  readonly programId: string;
}

export interface PointsToGrant extends AskedOfProgram {
  readonly amount: Points;
  readonly kind: LotKind;
  readonly cause: Cause;
  /** The first instant at which they have lapsed; unless given, as the program's own points lapse. */
  readonly expiresAt?: Date | null;
  /** Pending until then, or until confirmed; unless given available at once. */
  readonly pendingUntil?: Date | "CONFIRMATION" | null;
  readonly funderPartnerId?: string | null;
}

/** Gives a member points that no purchase earned: a campaign, a compensation, a service's own rule. */
export function grantPoints(work: Work, input: PointsToGrant): Promise<Result<Moved>> {
  return moveValue(work, { action: "grantPoints", programId: input.programId }, input, (basics, snapshot) => ({
    ...{ ...basics, command: "EARN", programId: input.programId, cause: input.cause, onCap: "CUT" },
    lots: [
      {
        ...{ kind: input.kind, amount: input.amount, caps: [], line: null, terms: null },
        pendingUntil: input.pendingUntil ?? null,
        funderPartnerId: input.funderPartnerId ?? null,
        expiresAt: input.expiresAt ?? lapseOf(programIn(snapshot, input.programId), basics.occurredAt),
      },
    ],
  }));
}

/** When points of the program that are given at this instant lapse. */
export function lapseOf(program: ProgramRow, at: Date): Date | null {
  return expiryOf(expiryOfRow(program), program.timeZone, at);
}

/** `moveValue` refused a program that is not there before it asked for the command. */
function programIn(snapshot: CatalogueSnapshot, programId: string): ProgramRow {
  const program = snapshot.programs.get(programId);
  if (!program) throw new Error(`program ${programId} vanished from a snapshot`);
  return program;
}

export interface PointsToSpend extends AskedOfProgram {
  readonly lines: readonly AmountOfLine[];
  readonly cause: Cause;
}

/** Takes points: the merchant at which they are spent gets them, else the operator. */
export function spendPoints(work: Work, input: PointsToSpend): Promise<Result<Moved>> {
  const { programId, merchantId, lines, cause } = input;
  return moveValue(work, { action: "spendPoints", programId, merchantId }, input, (basics, snapshot) => ({
    ...{ ...basics, command: "SPEND", programId, lines, cause },
    useOrder: programIn(snapshot, programId).useOrder,
    creditBucket: receiverOf(merchantId),
  }));
}

export function receiverOf(merchantId: string | null | undefined): PartyBucket {
  return merchantId ? "MERCHANT_PAYABLE" : "OPERATOR_INCOME";
}

export interface PointsToHold extends PointsToSpend {
  /** The first instant at which what is still held is given back. */
  readonly expiresAt: Date;
}

/** Sets points aside for a purchase that is not complete yet. */
export async function holdPoints(work: Work, input: PointsToHold): Promise<Result<Moved>> {
  const { programId, merchantId, lines, cause, expiresAt } = input;
  const message = `expiresAt is ${expiresAt.toISOString()}, expected an instant after ${work.now.toISOString()}.`;
  const notNow = expiresAt <= work.now ? refuse("INVALID_INPUT", message, ["input", "expiresAt"]) : undefined;
  return moveValue(work, { action: "holdPoints", programId, merchantId, notNow }, input, (basics, snapshot) => ({
    ...{ ...basics, command: "HOLD", programId, lines, cause, expiresAt },
    useOrder: programIn(snapshot, programId).useOrder,
  }));
}

export interface PointsToConvert extends AskedOfProgram {
  readonly amount: Points;
  readonly intoProgramId: string;
  /** So many points of the target for `denominator` of the source, exact. */
  readonly numerator: bigint;
  readonly denominator: bigint;
  /** Of the target's points, what the operator keeps. */
  readonly fee: Points;
}

/** Exchanges points of one program for points of another at a rate that must come out even. */
export async function convertPoints(work: Work, input: PointsToConvert): Promise<Result<Moved>> {
  const { programId, intoProgramId, amount, numerator, denominator, fee } = input;
  const converted = denominator > 0n ? (amount * numerator) / denominator : 0n;
  if (!isPoints(converted) || !isPoints(converted - fee)) {
    return refuse("AMOUNT_OVERFLOW", "The conversion comes to more than 2^63-1 points.", ["input", "amount"]);
  }
  return moveValue(work, { action: "convertPoints", programId }, input, (basics, snapshot) => ({
    ...{ ...basics, command: "CONVERT", programId, amount, numerator, denominator },
    cause: { kind: "EXCHANGE", id: basics.idempotencyKey },
    useOrder: programIn(snapshot, programId).useOrder,
    into: {
      programId: intoProgramId,
      credited: points(converted - fee),
      fee,
      terms: null,
      expiresAt: expiryOfTarget(snapshot, intoProgramId, basics.occurredAt),
    },
  }));
}

/** The kernel refuses a target that is not there. */
function expiryOfTarget(snapshot: CatalogueSnapshot, programId: string, at: Date): Date | null {
  const program = snapshot.programs.get(programId);
  return program ? lapseOf(program, at) : null;
}

export interface MoneyToMove extends Asked {
  readonly currency: string;
  readonly amountMinor: MinorUnits;
}

/** The member's own money in the alliance comes from outside … */
export function depositMoney(work: Work, input: MoneyToMove): Promise<Result<Moved>> {
  return moveMoney(work, "depositMoney", input);
}

/** … and goes back there. */
export function withdrawMoney(work: Work, input: MoneyToMove): Promise<Result<Moved>> {
  return moveMoney(work, "withdrawMoney", input);
}

function moveMoney(work: Work, action: "depositMoney" | "withdrawMoney", input: MoneyToMove): Promise<Result<Moved>> {
  const { currency, amountMinor } = input;
  return moveValue(work, { action }, input, (basics) => ({
    ...{ ...basics, command: action === "depositMoney" ? "DEPOSIT" : "WITHDRAW", currency, amountMinor },
    cause: { kind: "MANUAL", id: basics.idempotencyKey },
    otherBucket: "EXTERNAL_CLEARING",
    funderPartnerId: null,
  }));
}
