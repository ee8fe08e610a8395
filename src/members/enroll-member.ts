import { eq } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { CommitUnknownError, inTransaction } from "../db/transaction";
import { encodeMembers } from "../facts/encode-members";
import { refusalFor } from "../graphql/authorize";
import { newId } from "../kernel/ids";
import type { Locale } from "../kernel/localised";
import { done, refuse, refuseAll, type Refusal, type Result } from "../kernel/result";
import { partnersByIds } from "../merchants/merchants.queries";
import { joinedAtRefusals, localeRefusals, numberRefusals } from "./core/member";
import { changedProfile, emptyProfile, type ProfileChange } from "./core/profile";
import { claimNumber, confirmNumber, settleNumber, type NumberClaim } from "./identity-claims";
import type { MemberRow } from "./members.queries";
import { identities, members } from "./members.tables";
import { birthDaysOf, writeProfile } from "./write-profile";

export interface NewMember {
  readonly partnerId: string;
  readonly number: string;
  /** When the member joined by the partner's own account; now where absent. */
  readonly joinedAt: Date | null;
  readonly locale: string;
  readonly profile: ProfileChange | null;
}

/**
 * Makes a member of the person behind a partner's number. Of several that come with one number exactly one makes a
 * member; the others, and whoever repeats it later, are refused with IDENTITY_TAKEN: an answer with the existing member
 * would tell who that is to someone who only guessed a number. Who does not know whether its request arrived asks
 * `memberByIdentity`. See identity-claims.ts for the steps and what a crash between them leaves.
 */
export async function enrollMember(work: Work, input: NewMember): Promise<Result<MemberRow>> {
  const denied = refusalFor(work, "enrollMember", { partnerId: input.partnerId }, "The partner");
  if (denied) return denied;
  const refusals = await refusalsOf(work, input);
  if (refusals.length > 0) return refuseAll(refusals);

  const { app } = work.database;
  const claim: NumberClaim = { partnerId: input.partnerId, number: input.number, memberId: newId() };
  if (!(await claimNumber(app, claim, work.now))) return taken();
  try {
    const member = await writeMember(work, claim.memberId, input);
    if (await confirmNumber(app, claim, work.now)) return done(member);
  } catch (error) {
    // Where the outcome is unknown the sweeper finds out later; else the number need not wait for it.
    if (!(error instanceof CommitUnknownError)) await settleNumber(app, claim, work.now).catch(() => undefined);
    throw error;
  }
  await giveUp(work, claim.memberId);
  return taken();
}

function taken() {
  return refuse("IDENTITY_TAKEN", "The number already belongs to a member of this partner.", ["input", "number"]);
}

async function refusalsOf(work: Work, input: NewMember): Promise<Refusal[]> {
  const profile = input.profile ? changedProfile(emptyProfile, input.profile, work.now) : undefined;
  const refusals = [
    ...numberRefusals(input.number),
    ...localeRefusals(input.locale),
    ...(input.joinedAt ? joinedAtRefusals(input.joinedAt, work.now) : []),
    ...(profile && !profile.ok ? profile.refusals : []),
  ];
  const [partner] = await partnersByIds(work.database.app, [input.partnerId]);
  if (partner) return refusals;
  return [{ code: "NOT_FOUND", message: "The partner was not found.", path: ["input", "partnerId"] }, ...refusals];
}

/** All of the member's own rows at once; with a profile through the vault's door, which may do what the other may. */
export async function writeMember(work: Work, memberId: string, input: NewMember): Promise<MemberRow> {
  const { app, vault } = work.database;
  return inTransaction(input.profile ? vault : app, async (tx) => {
    const row = {
      memberId,
      status: "ACTIVE" as const,
      mergedInto: null,
      hasAliases: false,
      enrolledBy: input.partnerId,
      joinedAt: input.joinedAt ?? work.now,
      locale: input.locale as Locale,
      revision: 1,
      createdAt: work.now,
      updatedAt: work.now,
    };
    await tx.insert(members).values(row);
    const identityId = newId();
    const { partnerId, number } = input;
    await tx.insert(identities).values({ memberId, identityId, partnerId, number, linkedAt: work.now });
    const profile = input.profile ? await profileOf(tx, work, memberId, input.profile) : undefined;
    await encodeMembers(tx, work, [memberId], birthDaysOf(memberId, profile));
    await recordChange(tx, work, {
      stream: `member:${memberId}`,
      action: "enrollMember",
      resource: `Member:${memberId}`,
      after: { ...row, identityId, profileFields: profile?.fields ?? [] },
      event: {
        memberId,
        type: "member.enrolled",
        payload: { memberId, partnerId, identityId },
        occurredAt: row.joinedAt,
      },
    });
    return row;
  });
}

async function profileOf(tx: Tx, work: Work, memberId: string, profile: ProfileChange) {
  const written = await writeProfile(tx, work, memberId, profile);
  if (!written.ok) throw new Error(`the profile was checked before: ${written.refusals[0]?.message}`);
  return written.value;
}

/** The enrolment took longer than a claim lives, and the number went to somebody else meanwhile: this member closes. */
async function giveUp(work: Work, memberId: string): Promise<void> {
  await inTransaction(work.database.app, async (tx) => {
    await tx
      .update(members)
      .set({ status: "CLOSED", revision: 2, updatedAt: work.now })
      .where(eq(members.memberId, memberId));
    await tx.update(identities).set({ unlinkedAt: work.now }).where(eq(identities.memberId, memberId));
    await encodeMembers(tx, work, [memberId]);
    await recordChange(tx, work, {
      stream: `member:${memberId}`,
      action: "enrollMember",
      resource: `Member:${memberId}`,
      after: { status: "CLOSED" },
      reason: "the number was given to another member meanwhile",
      event: { memberId, type: "member.closed", payload: { memberId } },
    });
  });
}
