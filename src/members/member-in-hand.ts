import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { Action } from "../auth/core/policy.table";
import type { Work } from "../context";
import { uuidArray } from "../db/arrays";
import type { Tx } from "../db/client";
import { refusalFor } from "../graphql/authorize";
import { done, refuse, type Result } from "../kernel/result";
import type { IdentityRow, MemberRow } from "./members.queries";
import { identities, members } from "./members.tables";

/** A member whose row is locked until the transaction ends, with its live identities, which only change under the lock. */
export interface MemberInHand {
  readonly member: MemberRow;
  readonly identities: readonly IdentityRow[];
}

export interface Grasp {
  readonly action: Action;
  readonly memberId: string;
  /** Where the member's id stands in the input. */
  readonly path: readonly string[];
  /** `share` where the member's own row and identities stay as they are: several such commands run at once. */
  readonly lock?: "update" | "share";
  /** A partner that the member let in itself: counts as if the member had an identity there. */
  readonly letIn?: string | null;
}

/**
 * The first step of every command on one member: locks it and refuses who may not. A merged id answers as the member it
 * was merged into. A closed member is refused; use `memberInHand` where that does not matter.
 */
export async function memberForChange(tx: Tx, work: Work, grasp: Grasp): Promise<Result<MemberInHand>> {
  const found = await memberInHand(tx, work, grasp);
  if (!found.ok || found.value.member.status === "ACTIVE") return found;
  return refuse("MEMBER_CLOSED", "The member is CLOSED, expected ACTIVE.", grasp.path);
}

export async function memberInHand(tx: Tx, work: Work, grasp: Grasp): Promise<Result<MemberInHand>> {
  const member = await lockMember(tx, grasp.memberId, grasp.lock ?? "update");
  const live = member ? await liveIdentities(tx, member.memberId) : [];
  const partnerIds = [...live.map((identity) => identity.partnerId), ...(grasp.letIn ? [grasp.letIn] : [])];
  const resource = { memberId: member?.memberId, partnerIds };
  const denied = refusalFor(work, grasp.action, resource, "The member");
  if (denied) return denied;
  if (!member) return refuse("NOT_FOUND", "The member was not found.", grasp.path);
  return done({ member, identities: live });
}

/** Locks the member at the end of the chain. Merged rows on the way never change again, so their order is no matter. */
export async function lockMember(tx: Tx, memberId: string, lock: "update" | "share"): Promise<MemberRow | undefined> {
  const [row] = await tx.select().from(members).where(eq(members.memberId, memberId)).for(lock);
  return row?.mergedInto ? lockMember(tx, row.mergedInto, lock) : row;
}

function liveIdentities(tx: Tx, memberId: string): Promise<IdentityRow[]> {
  return tx
    .select()
    .from(identities)
    .where(and(eq(identities.memberId, memberId), isNull(identities.unlinkedAt)))
    .orderBy(asc(identities.linkedAt), asc(identities.identityId));
}

/** Those of the members that are active, each locked for this transaction alone, in order of their ids. */
export async function lockActiveMembers(tx: Tx, memberIds: readonly string[]): Promise<Set<string>> {
  const rows = await lockMembers(tx, memberIds);
  return new Set(rows.filter((row) => row.status === "ACTIVE").map((row) => row.memberId));
}

/** Whoever writes facts of many members holds them alone, and in one order: encodeMembers counts on it. */
export function lockMembers(tx: Tx, memberIds: readonly string[]) {
  return tx
    .select({ memberId: members.memberId, status: members.status })
    .from(members)
    .where(sql`${members.memberId} = any(${uuidArray(memberIds)})`)
    .orderBy(asc(members.memberId))
    .for("no key update");
}
