import { and, eq, max } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { actorIdOf } from "../auth/core/actor";
import { encodeMembers } from "../facts/encode-members";
import { refusalFor } from "../graphql/authorize";
import { textRefusals } from "../kernel/plain-text";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { partnersByIds } from "../merchants/merchants.queries";
import type { ConsentPurpose } from "./core/member";
import { memberForChange } from "./member-in-hand";
import type { ConsentRow, MemberRow } from "./members.queries";
import { consents } from "./members.tables";

export interface NewConsent {
  readonly memberId: string;
  readonly partnerId: string;
  readonly purpose: ConsentPurpose;
  readonly granted: boolean;
  /** Which wording the member saw, 1 to 200 characters. */
  readonly wording: string;
}

/** Records an answer as the next version; the highest one counts, and none is ever changed. */
export async function recordConsent(
  work: Work,
  input: NewConsent,
): Promise<Result<{ member: MemberRow; consent: ConsentRow }>> {
  const [partner] = await partnersByIds(work.database.app, [input.partnerId]);
  return inTransaction(work.database.app, async (tx) => {
    const path = ["input", "memberId"];
    const found = await memberForChange(tx, work, { action: "recordConsent", memberId: input.memberId, path });
    if (!found.ok) return found;
    const { member } = found.value;
    const resource = { partnerId: input.partnerId, memberId: member.memberId };
    const denied = refusalFor(work, "recordConsent", resource, "The partner");
    if (denied) return denied;
    if (!partner) return refuse("NOT_FOUND", "The partner was not found.", ["input", "partnerId"]);
    const refusals = textRefusals("wording", input.wording, 200);
    if (refusals.length > 0) return refuseAll(refusals);

    const consent = await appendConsent(tx, work, { ...input, memberId: member.memberId });
    await encodeMembers(tx, work, [member.memberId]);
    await recordChange(tx, work, {
      stream: `member:${member.memberId}`,
      action: "recordConsent",
      resource: `Member:${member.memberId}`,
      after: consent,
      event: { memberId: member.memberId, type: "consent.recorded", payload: consent },
    });
    return done({ member, consent });
  });
}

/** The member's lock keeps two answers from taking the same version. */
async function appendConsent(tx: Tx, work: Work, input: NewConsent): Promise<ConsentRow> {
  const { memberId, partnerId, purpose } = input;
  const [latest] = await tx
    .select({ version: max(consents.version) })
    .from(consents)
    .where(and(eq(consents.memberId, memberId), eq(consents.partnerId, partnerId), eq(consents.purpose, purpose)));
  const row: ConsentRow = {
    ...input,
    version: (latest?.version ?? 0) + 1,
    recordedAt: work.now,
    recordedBy: actorIdOf(work.actor) ?? "anonymous",
  };
  await tx.insert(consents).values(row);
  return row;
}
