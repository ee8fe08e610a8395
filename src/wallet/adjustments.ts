import { and, eq, sql } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import { newId } from "../kernel/ids";
import { textRefusals } from "../kernel/plain-text";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { memberNamed, type MemberNamed } from "../members/member-named";
import { memberToMove, nameOf, posted, type Moved } from "./move-value";
import { adjustmentRequests } from "./wallet.tables";

export type AdjustmentRow = typeof adjustmentRequests.$inferSelect;

export interface AdjustmentToRequest {
  readonly member: MemberNamed;
  readonly programId: string;
  readonly amount: bigint;
  readonly reason: string;
}

/** Asks for a correction of a balance. Nothing moves until another person approves it. */
export async function requestAdjustment(work: Work, input: AdjustmentToRequest): Promise<Result<AdjustmentRow>> {
  const { programId, amount, reason } = input;
  const refusals = textRefusals("reason", reason, 500);
  if (refusals.length > 0) return refuseAll(refusals);
  if (amount === 0n) return refuse("INVALID_INPUT", "amount is 0, expected points more or less.", ["input", "amount"]);
  if (!(await work.services.catalogue.catchUp()).programs.has(programId)) {
    return refuse("NOT_FOUND", "The program was not found.", ["input", "programId"]);
  }
  const named = await memberNamed(work, "requestAdjustment", input.member);
  if (!named.ok) return named;
  const found = await memberToMove(work, "requestAdjustment", named.value.memberId, named.value.path);
  if (!found.ok) return found;
  return inTransaction(work.database.app, async (tx) => {
    const [row] = await tx
      .insert(adjustmentRequests)
      .values({
        ...{ memberId: found.value.memberId, requestId: newId(), programId, amount, reason, state: "REQUESTED" },
        ...{ requestedBy: nameOf(work.actor), requestedAt: work.now },
      })
      .returning();
    if (!row) throw new Error("an insert without conflict clause writes a row or throws");
    await told(tx, work, "requestAdjustment", row);
    return done(row);
  });
}

export interface AdjustmentNamed {
  readonly memberId: string;
  readonly requestId: string;
}

/**
 * Agrees with a correction, which then moves. The transfer is keyed by the request, so that an approval that a crash cut
 * off is finished by approving once more.
 */
export async function approveAdjustment(work: Work, named: AdjustmentNamed | undefined): Promise<Result<Moved>> {
  return inTransaction(work.database.app, async (tx) => {
    // Held until the decision is written, so that nobody turns down what is moving; the ledger has a connection of its own.
    const found = await openRequest(tx, work, "approveAdjustment", named);
    return found.ok ? approve(tx, work, found.value) : found;
  });
}

async function approve(tx: Tx, work: Work, request: AdjustmentRow): Promise<Result<Moved>> {
  const approver = nameOf(work.actor);
  if (request.requestedBy === approver) {
    return refuse("SECOND_PERSON_REQUIRED", "Who asked for the adjustment cannot approve it; another person must.");
  }
  const { memberId, requestId, programId, amount, reason } = request;
  const result = await posted(work, {
    ...{ command: "ADJUST", memberId, programId, amount, reason, approver, useOrder: "SOONEST", expiresAt: null },
    idempotencyKey: `adjustment:${requestId}`,
    cause: { kind: "ADJUSTMENT", id: requestId },
    ...{ actor: request.requestedBy, occurredAt: request.requestedAt, recordedAt: work.now },
    decidedFrom: { requestId },
  });
  if (result.ok) await decide(tx, work, request, "APPROVED");
  return result;
}

export async function rejectAdjustment(work: Work, named: AdjustmentNamed | undefined): Promise<Result<AdjustmentRow>> {
  return inTransaction(work.database.app, async (tx) => {
    const found = await openRequest(tx, work, "rejectAdjustment", named);
    if (!found.ok) return found;
    // An approval whose last step was lost has moved the points: it can only be finished.
    if (await hasMoved(tx, found.value)) {
      const message = "The adjustment has moved already, expected one that has not; approve it to finish it.";
      return refuse("WRONG_STATE", message, ["input", "requestId"]);
    }
    return done(await decide(tx, work, found.value, "REJECTED"));
  });
}

async function hasMoved(tx: Tx, { memberId, requestId }: AdjustmentRow): Promise<boolean> {
  const [row] = await tx.execute(sql`
    select 1 from alliance.transfers
    where member_id = ${memberId}::uuid and idempotency_key = ${`adjustment:${requestId}`}`);
  return row !== undefined;
}

async function openRequest(
  tx: Tx,
  work: Work,
  action: "approveAdjustment" | "rejectAdjustment",
  named: AdjustmentNamed | undefined,
): Promise<Result<AdjustmentRow>> {
  const denied = refusalFor(work, action, {}, "The request");
  if (denied) return denied;
  const { memberId, requestId } = adjustmentRequests;
  const [row] = named
    ? await tx
        .select()
        .from(adjustmentRequests)
        .where(and(eq(memberId, named.memberId), eq(requestId, named.requestId)))
        .for("update")
    : [];
  if (!row) return refuse("NOT_FOUND", "The request was not found.", ["input", "requestId"]);
  if (row.state === "REQUESTED") return done(row);
  return refuse("WRONG_STATE", `The request is ${row.state}, expected REQUESTED.`, ["input", "requestId"]);
}

async function decide(
  tx: Tx,
  work: Work,
  request: AdjustmentRow,
  state: "APPROVED" | "REJECTED",
): Promise<AdjustmentRow> {
  const { memberId, requestId } = adjustmentRequests;
  const after = { ...request, state, decidedBy: nameOf(work.actor), decidedAt: work.now };
  await tx
    .update(adjustmentRequests)
    .set(after)
    .where(and(eq(memberId, request.memberId), eq(requestId, request.requestId)));
  await told(tx, work, state === "APPROVED" ? "approveAdjustment" : "rejectAdjustment", after, request);
  return after;
}

async function told(
  tx: Tx,
  work: Work,
  action: "requestAdjustment" | "approveAdjustment" | "rejectAdjustment",
  after: AdjustmentRow,
  before?: AdjustmentRow,
): Promise<void> {
  await recordChange(tx, work, {
    stream: `member:${after.memberId}`,
    action,
    resource: `AdjustmentRequest:${after.requestId}`,
    ...(before ? { before } : {}),
    after,
    reason: after.reason,
    event: [],
  });
}
