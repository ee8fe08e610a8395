import type { Actor } from "../auth/core/actor";
import { allows, scopeOf } from "../auth/core/policy";
import type { Work } from "../context";
import type { PageRequest } from "../db/page-request";
import { publishedVersion } from "./audiences.snapshot";
import type { AudienceRow } from "./audiences.queries";
import { membersAt } from "./chunks.queries";
import { ruleOfContent } from "./core/audience";
import type { AudienceMembers, MemberPlace } from "./core/audience-members";
import { selectAudience } from "./core/select-audience";
import { viewAudiences } from "./evaluate-audience";
import { hiddenFacts } from "./hidden-facts";

/** A partner sees who is in its own audiences, which the operator approved. */
export function mayListMembers(actor: Actor, { partnerId }: Pick<AudienceRow, "partnerId">): boolean {
  return allows(actor, "Audience.members", { partnerId });
}

/** A member with its place, which pages go by. */
export interface ListedMember extends MemberPlace {
  readonly memberId: string;
}

/** One more than the page where there are more. Undefined where the audience has no members that may be shown. */
export async function audienceMembersPage(
  work: Work,
  audience: AudienceRow,
  page: PageRequest,
): Promise<ListedMember[] | undefined> {
  const members = await membersNow(work, audience);
  if (!members || isTooSmall(work, members)) return undefined;
  const [chunk, position] = page.after ?? [];
  const last = chunk === undefined || position === undefined ? null : { chunk: +chunk, position: +position };
  return listed(work, members, last, page.limit + 1);
}

/** All members in pages; each is read when it is asked for, from who was in the audience when the first one was. */
export async function* everyAudienceMember(
  work: Work,
  audience: AudienceRow,
  size = 1_000,
): AsyncGenerator<readonly ListedMember[]> {
  const members = await membersNow(work, audience);
  if (!members || isTooSmall(work, members)) return;
  for (let last: MemberPlace | null = null; ;) {
    const page: ListedMember[] = await listed(work, members, last, size);
    if (page.length > 0) yield page;
    if (page.length < size) return;
    last = page.at(-1) ?? null;
  }
}

/**
 * Undefined where nothing is published, the rule asks for what only a request tells, or a partner would learn of its
 * members what it may not read of them.
 */
async function membersNow(work: Work, audience: AudienceRow): Promise<AudienceMembers | undefined> {
  const { current } = work.services.catalogue;
  const version = publishedVersion(current, audience);
  if (!version) return undefined;
  const rule = ruleOfContent(version.content);
  const isPartner = scopeOf(work.actor, "Audience.members").kind === "partner";
  if (isPartner && hiddenFacts(work, current, rule).length > 0) return undefined;
  const { partnerId } = audience;
  const view = await viewAudiences(work, { rules: [rule], at: work.now, partnerId });
  const planned = view.plan(rule);
  return planned.ok ? selectAudience(planned.plan, view.source, view.chunks) : undefined;
}

function isTooSmall({ actor, services }: Work, { count }: AudienceMembers): boolean {
  return scopeOf(actor, "Audience.members").kind === "partner" && count < services.audiences.minimumGroup;
}

async function listed(
  { database }: Work,
  members: AudienceMembers,
  last: MemberPlace | null,
  most: number,
): Promise<ListedMember[]> {
  const places = members.after(last, most);
  const ids = await membersAt(database.app, places);
  return places.flatMap((place, at) => {
    const memberId = ids[at];
    return memberId === undefined ? [] : [{ ...place, memberId }];
  });
}
