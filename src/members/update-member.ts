import { eq } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { encodeMembers } from "../facts/encode-members";
import { fieldRefusals, type InputField } from "../graphql/authorize";
import type { Locale } from "../kernel/localised";
import { reasonRefusals } from "../kernel/plain-text";
import { done, refuseAll, type Refusal, type Result } from "../kernel/result";
import { revisionRefusal } from "../kernel/revision";
import { localeRefusals, statusRefusals, type MemberStatus } from "./core/member";
import type { ProfileChange } from "./core/profile";
import { memberForChange } from "./member-in-hand";
import type { MemberRow } from "./members.queries";
import { members } from "./members.tables";
import { birthDaysOf, writeProfile, type WrittenProfile } from "./write-profile";

export interface MemberChange {
  readonly memberId: string;
  /** The revision the caller read; another one means somebody changed the member since. */
  readonly revision: number;
  /** What is absent stays as it is. */
  readonly locale?: string;
  readonly status?: MemberStatus;
  readonly profile?: ProfileChange;
  readonly reason?: string | null;
}

/** Changes language, profile or status of a member. Closing is final, and only for the operator and the member itself. */
export async function updateMember(work: Work, input: MemberChange): Promise<Result<MemberRow>> {
  const { app, vault } = work.database;
  return inTransaction(input.profile ? vault : app, async (tx) => {
    const path = ["input", "id"];
    const found = await memberForChange(tx, work, { action: "updateMember", memberId: input.memberId, path });
    if (!found.ok) return found;
    const before = found.value.member;
    const stale = revisionRefusal("member", input.revision, before.revision);
    if (stale) return stale;
    const refusals = refusalsOf(work, before, input);
    if (refusals.length > 0) return refuseAll(refusals);
    const profile = input.profile ? await writeProfile(tx, work, before.memberId, input.profile) : done(undefined);
    if (!profile.ok) return profile;
    return done(await write(tx, work, before, input, profile.value));
  });
}

function refusalsOf(work: Work, member: MemberRow, input: MemberChange): Refusal[] {
  // A profile belongs to whom the member gave it: the partner that enrolled it, not every other one.
  const resource = { memberId: member.memberId, partnerId: member.enrolledBy };
  const mayNot = (field: InputField, given: unknown) =>
    given === undefined ? [] : fieldRefusals(work, field, resource, "member");
  return [
    ...mayNot("UpdateMemberInput.status", input.status),
    ...mayNot("UpdateMemberInput.profile", input.profile),
    ...reasonRefusals(input.reason),
    ...(input.locale === undefined ? [] : localeRefusals(input.locale)),
    ...(input.status === undefined ? [] : statusRefusals(member.status, input.status)),
  ];
}

async function write(
  tx: Tx,
  work: Work,
  before: MemberRow,
  input: MemberChange,
  profile: WrittenProfile | undefined,
): Promise<MemberRow> {
  const { memberId } = before;
  const profileFields = profile?.fields ?? [];
  const after: MemberRow = {
    ...before,
    locale: (input.locale as Locale | undefined) ?? before.locale,
    status: input.status ?? before.status,
    revision: before.revision + 1,
    updatedAt: work.now,
  };
  await tx.update(members).set(after).where(eq(members.memberId, memberId));
  await encodeMembers(tx, work, [memberId], birthDaysOf(memberId, profile));
  await recordChange(tx, work, {
    stream: `member:${memberId}`,
    action: "updateMember",
    resource: `Member:${memberId}`,
    before,
    after: { ...after, profileFields },
    reason: input.reason,
    event: {
      memberId,
      type: after.status === before.status ? "member.updated" : "member.closed",
      payload: { memberId, revision: after.revision, profileFields },
    },
  });
  return after;
}
