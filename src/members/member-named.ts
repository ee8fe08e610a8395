import { allows } from "../auth/core/policy";
import type { Action } from "../auth/core/policy.table";
import type { Work } from "../context";
import { done, refuse, type Result } from "../kernel/result";
import { memberIdByNumber } from "./identity-claims";

/** A member by its id, or by the number that a partner knows it by. */
export type MemberNamed =
  { readonly memberId: string } | { readonly identity: { readonly partnerId: string; readonly number: string } };

/** Whom a till means. Partners name members by their own numbers alone: trying another's would tell whom that one knows. */
export async function memberNamed(
  work: Work,
  action: Action,
  member: MemberNamed,
): Promise<Result<{ readonly memberId: string; readonly path: readonly string[] }>> {
  if ("memberId" in member) return done({ memberId: member.memberId, path: ["input", "member", "id"] });
  const { partnerId, number } = member.identity;
  const path = ["input", "member", "identity"];
  const mayAsk = allows(work.actor, action, { partnerId });
  const memberId = mayAsk ? await memberIdByNumber(work.database.app, partnerId, number) : undefined;
  return memberId ? done({ memberId, path }) : refuse("NOT_FOUND", "The member was not found.", path);
}
