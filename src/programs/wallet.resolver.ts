import { Ctx, FieldResolver, ID, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../context";
import { maySee } from "../graphql/authorize";
import { registerNode } from "../graphql/node";
import { memberResource } from "../members/member-resource";
import type { MemberRow } from "../members/members.queries";
import { MemberType } from "../members/members.types";
import { bestTiers } from "./core/held-tier";
import { asProgram, asTier } from "./programs.resolver";
import type { AccountRow, MemberTierRow } from "./programs.queries";
import { AccountType, MemberTierType, ProgramType, TierType } from "./programs.types";

export const asAccount = (row: AccountRow) => row as unknown as AccountType;

/** An account is named by its member and its program; whoever may not see the member finds no account either. */
registerNode("Account", async (context, { id, memberId }) => {
  const member = memberId ? await context.loaders.memberById.load(memberId) : null;
  if (!memberId || !member || !maySee(context, "Member.accounts", memberResource(context, member))) return null;
  const accounts = await context.loaders.accountsByMember.load(memberId);
  return accounts.find((account) => account.programId === id) ?? null;
});

/** What a member has in programs: the wallet and the tiers. */
@Resolver(() => MemberType)
export class WalletResolver {
  @FieldResolver(() => [AccountType], {
    nullable: true,
    description:
      "The wallet: the member's accounts, one a program, those of members merged into it included. A partner sees the " +
      "accounts in programs it issues. Null where the caller may not see them.",
  })
  async accounts(@Root() member: MemberRow, @Ctx() context: RequestContext): Promise<AccountType[] | null> {
    if (!maySee(context, "Member.accounts", memberResource(context, member))) return null;
    const aliases = await context.loaders.aliasesOfMember.load(member.memberId);
    return rowsOf(await context.loaders.accountsByMember.loadMany([member.memberId, ...aliases])).map(asAccount);
  }

  @FieldResolver(() => [MemberTierType], {
    nullable: true,
    description:
      "The tiers the member holds, one a program; where it and a member merged into it had one each, the higher of those " +
      "that hold. None in a program means the lowest. A partner sees those of programs it issues. Null where the caller " +
      "may not see them.",
  })
  async tiers(@Root() member: MemberRow, @Ctx() context: RequestContext): Promise<MemberTierType[] | null> {
    if (!maySee(context, "Member.tiers", memberResource(context, member))) return null;
    const { aliasesOfMember, tiersByMember, tiersByProgram } = context.loaders;
    const aliases = await aliasesOfMember.load(member.memberId);
    const held = rowsOf(await tiersByMember.loadMany([member.memberId, ...aliases]));
    if (aliases.length === 0) return held;
    const programIds = [...new Set(held.map((tier) => tier.programId))];
    const ladders = new Map(
      await Promise.all(programIds.map(async (id) => [id, await tiersByProgram.load(id)] as const)),
    );
    const rankOf = ({ programId, tierCode }: MemberTierRow) =>
      ladders.get(programId)?.find((tier) => tier.code === tierCode)?.rank ?? 0;
    return bestTiers(held, rankOf, context.now);
  }
}

/** What several loads answered, together; the first that failed is thrown. */
function rowsOf<Row>(loaded: readonly (readonly Row[] | Error)[]): Row[] {
  return loaded.flatMap((rows) => {
    if (rows instanceof Error) throw rows;
    return rows;
  });
}

@Resolver(() => AccountType)
export class AccountResolver {
  @FieldResolver(() => ID, { description: "Global id." })
  id(@Root() account: AccountRow, @Ctx() context: RequestContext): string {
    return context.ids.seal("Account", account.programId, account.memberId);
  }

  @FieldResolver(() => ProgramType, { nullable: true, description: "The program whose points these are." })
  async program(@Root() account: AccountRow, @Ctx() context: RequestContext): Promise<ProgramType | null> {
    const row = await context.loaders.programById.load(account.programId);
    return row && asProgram(row);
  }
}

@Resolver(() => MemberTierType)
export class MemberTierResolver {
  @FieldResolver(() => ProgramType, { nullable: true, description: "The program." })
  async program(@Root() held: MemberTierRow, @Ctx() context: RequestContext): Promise<ProgramType | null> {
    const row = await context.loaders.programById.load(held.programId);
    return row && asProgram(row);
  }

  @FieldResolver(() => TierType, { nullable: true, description: "The tier." })
  async tier(@Root() held: MemberTierRow, @Ctx() context: RequestContext): Promise<TierType | null> {
    const ladder = await context.loaders.tiersByProgram.load(held.programId);
    const row = ladder?.find((tier) => tier.code === held.tierCode);
    return row ? asTier(row) : null;
  }
}
