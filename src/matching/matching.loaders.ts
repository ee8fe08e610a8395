import DataLoader from "dataloader";
import type { Services } from "../context";
import { historyOwners } from "../members/history";
import type { MemberRow } from "../members/members.queries";
import type { MemberToMatch } from "./match-member";
import { membersToMatch } from "./read-members";

interface Asked {
  readonly member: MemberRow;
  readonly at: Date;
}

/** What matching reads of members: of a list by the same statements as of one. */
export function matchingLoaders(
  services: Pick<Services, "database" | "facts" | "timeZone">,
  aliasesOfMember: DataLoader<string, string[]>,
) {
  return {
    memberToMatch: new DataLoader<Asked, MemberToMatch, string>(
      async (asked) => {
        const found = new Map<string, MemberToMatch>();
        const instants = new Map(asked.map(({ at }) => [at.getTime(), at]));
        for (const at of instants.values()) {
          const members = asked.filter((each) => each.at.getTime() === at.getTime()).map(({ member }) => member);
          const merged = members.filter((member) => member.hasAliases).map(({ memberId }) => memberId);
          const owners = new Map((await historyOwners(aliasesOfMember, merged)).map((each) => [each.memberId, each]));
          const read = await membersToMatch(
            services,
            members.map(({ memberId, status }) => ({
              ...(owners.get(memberId) ?? { memberId, allIds: [memberId] }),
              isActive: status === "ACTIVE",
            })),
            at,
          );
          for (const member of read) found.set(keyOf(member.memberId, at), member);
        }
        return asked.map(({ member, at }) => found.get(keyOf(member.memberId, at)) as MemberToMatch);
      },
      { cacheKeyFn: ({ member, at }) => keyOf(member.memberId, at) },
    ),
  };
}

function keyOf(memberId: string, at: Date): string {
  return `${memberId} ${at.getTime()}`;
}
