import { isFirstOfResource } from "../audit/append-entry";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { points, type Points } from "../kernel/points";
import { refuse, type Result } from "../kernel/result";
import { goodwillAtOnce, goodwillCap } from "./core/goodwill";
import { reverseInHand, transferInHand, type FollowUp } from "./follow-ups";
import { lapseOf } from "./movements";
import { moveValue, type AskedMovement, type Moved } from "./move-value";
import type { MemberNamed } from "../members/member-named";

export interface GoodwillToGrant extends AskedMovement {
  readonly member: MemberNamed;
  readonly programId: string;
  readonly amount: Points;
  readonly reason: string;
}

/** Support makes up for something: within limits, with a reason, and audited. */
export async function grantGoodwill(work: Work, input: GoodwillToGrant): Promise<Result<Moved>> {
  const { programId, amount } = input;
  if (amount > goodwillAtOnce) {
    return refuse("CAP_REACHED", `amount is ${amount}, expected at most ${goodwillAtOnce} at once.`, [
      "input",
      "amount",
    ]);
  }
  const result = await moveValue(work, { action: "grantGoodwill", programId }, input, (basics, { programs }) => {
    const program = programs.get(programId);
    const free = { pendingUntil: null, terms: null, funderPartnerId: null, line: null } as const;
    const expiresAt = program ? lapseOf(program, basics.occurredAt) : null;
    return {
      ...{
        ...basics,
        command: "EARN",
        programId,
        cause: { kind: "GOODWILL", id: basics.idempotencyKey },
        onCap: "REFUSE",
      },
      lots: [{ kind: "BONUS", amount: points(amount), expiresAt, caps: [goodwillCap(programId, work.now)], ...free }],
    };
  });
  await audited(work, "grantGoodwill", result, input.reason);
  return result;
}

/** Takes goodwill back that should not have been given; what is spent by now is told as the shortfall. */
export async function undoGoodwill(work: Work, input: FollowUp & { readonly reason: string }): Promise<Result<Moved>> {
  const found = await transferInHand(work, "undoGoodwill", input, ["EARN"]);
  if (!found.ok) return found;
  if (found.value.causeKind !== "GOODWILL") {
    const message = `The transfer's cause is ${found.value.causeKind}, expected GOODWILL.`;
    return refuse("WRONG_STATE", message, ["input", "transferId"]);
  }
  const result = await reverseInHand(work, found.value, { ...input, amount: null, line: null, onShortfall: "TAKE" });
  await audited(work, "undoGoodwill", result, input.reason);
  return result;
}

/**
 * The transfer itself says who and why and is chained; the audit log says it to who reads that. The two cannot share a
 * transaction, since a command of the ledger is its own statement. So a repetition after a crash between them, which the
 * same key asks for, writes what is missing.
 */
async function audited(
  work: Work,
  action: "grantGoodwill" | "undoGoodwill",
  result: Result<Moved>,
  reason: string,
): Promise<void> {
  if (!result.ok || result.value.sequence === null) return;
  const { memberId, sequence, amount } = result.value;
  const entry = { stream: `member:${memberId}`, resource: `Transfer:${sequence}` };
  await inTransaction(work.database.app, async (tx) => {
    if (!(await isFirstOfResource(tx, entry))) return;
    await recordChange(tx, work, { ...entry, action, after: { memberId, sequence, amount }, reason, event: [] });
  });
}
