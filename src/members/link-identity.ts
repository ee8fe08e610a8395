import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { CommitUnknownError, inTransaction } from "../db/transaction";
import { encodeMembers } from "../facts/encode-members";
import { grantRefusal, refusalFor } from "../graphql/authorize";
import { newId } from "../kernel/ids";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { partnersByIds } from "../merchants/merchants.queries";
import { numberRefusals } from "./core/member";
import { claimNumber, confirmNumber, settleNumber } from "./identity-claims";
import { openLinkCode } from "./link-code";
import { lockMember, memberForChange, type MemberInHand } from "./member-in-hand";
import type { IdentityRow, MemberRow } from "./members.queries";
import { identities } from "./members.tables";
import { unlink } from "./unlink-identity";

/** A member by its id, or by a code that it made for this (create-link-code.ts). */
export type MemberToLink = { readonly memberId: string } | { readonly code: string };

export type NewIdentity = MemberToLink & {
  readonly partnerId: string;
  readonly number: string;
};

/** The number, and the member as it was named. */
interface Link {
  readonly memberId: string;
  readonly partnerId: string;
  readonly number: string;
  readonly byCode: boolean;
  readonly path: readonly string[];
}

export interface LinkedIdentity {
  readonly member: MemberRow;
  readonly identity: IdentityRow;
}

/**
 * Gives a member a number at one more partner. A partner names a member that it does not have yet by the member's code:
 * that the member let it in is all the code says, the policy decides the rest. The steps and what a crash leaves:
 * identity-claims.ts.
 */
export async function linkIdentity(work: Work, wanted: NewIdentity): Promise<Result<LinkedIdentity>> {
  const { app } = work.database;
  const named = linkOf(work, wanted);
  if (!named.ok) return named;
  const input = named.value;
  const invalid = numberRefusals(input.number);
  if (invalid.length > 0) return refuseAll(invalid);
  const [partner] = await partnersByIds(app, [input.partnerId]);
  // Asked before the claim, so that who may not link cannot hold a number, not even for a moment.
  const able = await inTransaction(app, (tx) => ableToLink(tx, work, input, "share"));
  if (!able.ok) return able;
  if (!partner) return refuse("NOT_FOUND", "The partner was not found.", ["input", "partnerId"]);

  const claim = { partnerId: input.partnerId, number: input.number, memberId: able.value.member.memberId };
  if (!(await claimNumber(app, claim, work.now))) return taken();
  try {
    const linked = await inTransaction(app, (tx) => link(tx, work, input));
    if (!linked.ok) await settleNumber(app, claim, work.now);
    if (!linked.ok || (await confirmNumber(app, claim, work.now))) return linked;
    await inTransaction(app, async (tx) => {
      await lockMember(tx, claim.memberId, "update");
      await unlink(tx, work, linked.value, "the number was given to another member meanwhile");
    });
  } catch (error) {
    // Where the outcome is unknown the sweeper finds out later; else the number need not wait for it.
    if (!(error instanceof CommitUnknownError)) await settleNumber(app, claim, work.now).catch(() => undefined);
    throw error;
  }
  return taken();
}

function linkOf(work: Work, wanted: NewIdentity): Result<Link> {
  const { partnerId, number } = wanted;
  if (!("code" in wanted)) {
    const path = ["input", "member", "id"];
    return done({ memberId: wanted.memberId, partnerId, number, byCode: false, path });
  }
  const path = ["input", "member", "code"];
  const denied = grantRefusal(work, "linkIdentity");
  if (denied) return denied;
  const opened = openLinkCode(work.services.masterKey, wanted.code);
  if (!opened) return refuse("LINK_CODE_INVALID", "The code was not made here, or was altered.", path);
  const { memberId, expiresAt } = opened;
  if (work.now < expiresAt) return done({ memberId, partnerId, number, byCode: true, path });
  return refuse("LINK_CODE_EXPIRED", `The code expired at ${expiresAt.toISOString()}.`, path);
}

function taken() {
  return refuse("IDENTITY_TAKEN", "The number already belongs to a member of this partner.", ["input", "number"]);
}

async function ableToLink(tx: Tx, work: Work, input: Link, lock: "update" | "share"): Promise<Result<MemberInHand>> {
  const { memberId, partnerId, byCode, path } = input;
  const letIn = byCode ? partnerId : null;
  const found = await memberForChange(tx, work, { action: "linkIdentity", memberId, path, lock, letIn });
  if (!found.ok) return found;
  const { member, identities: live } = found.value;
  const resource = { partnerId: input.partnerId, memberId: member.memberId };
  const denied = refusalFor(work, "linkIdentity", resource, "The partner");
  if (denied) return denied;
  if (!live.some((identity) => identity.partnerId === input.partnerId)) return found;
  const message = "The member already has an identity at this partner; unlink it first.";
  return refuse("IDENTITY_LIMIT", message, ["input", "partnerId"]);
}

async function link(tx: Tx, work: Work, input: Link): Promise<Result<LinkedIdentity>> {
  const able = await ableToLink(tx, work, input, "update");
  if (!able.ok) return able;
  const { member } = able.value;
  const { memberId } = member;
  const { partnerId, number, byCode } = input;
  const [identity] = await tx
    .insert(identities)
    .values({ memberId, identityId: newId(), partnerId, number, linkedAt: work.now })
    .returning();
  if (!identity) throw new Error("the insert answered no row");
  await encodeMembers(tx, work, [memberId]);
  await recordChange(tx, work, {
    stream: `member:${memberId}`,
    action: "linkIdentity",
    resource: `Identity:${identity.identityId}`,
    after: { partnerId, identityId: identity.identityId, byCode },
    event: { memberId, type: "identity.linked", payload: { memberId, identityId: identity.identityId, partnerId } },
  });
  return done({ member, identity });
}
