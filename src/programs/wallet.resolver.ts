import { Ctx, FieldResolver, ID, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../context";
import { registerNode } from "../graphql/node";
import type { MemberRow } from "../members/members.queries";
import { MemberType } from "../members/members.types";
import { asProgram, asTier } from "./programs.resolver";
import type { AccountRow, MemberTierRow } from "./programs.queries";
import { AccountType, MemberTierType, ProgramType, TierType } from "./programs.types";

export const asAccount = (row: AccountRow) => row as unknown as AccountType;

/** An account is named by its member and its program; whoever may not see the member finds no account either. */
registerNode("Account", async (context, { id, memberId }) => {
  if (!memberId || !(await context.loaders.memberById.load(memberId))) return null;
  const accounts = await context.loaders.accountsByMember.load(memberId);
  return accounts.find((account) => account.programId === id) ?? null;
});

/** What a member has in programs: the wallet and the tiers. */
@Resolver(() => MemberType)
export class WalletResolver {
  @FieldResolver(() => [AccountType], {
    description:
      "The wallet: the member's accounts, one a program, those of members merged into it included. A partner sees the " +
      "accounts in programs it issues.",
  })
  async accounts(@Root() member: MemberRow, @Ctx() context: RequestContext): Promise<AccountType[]> {
    const aliases = await context.loaders.aliasesOfMember.load(member.memberId);
    const loaded = await context.loaders.accountsByMember.loadMany([member.memberId, ...aliases]);
    return loaded.flatMap((accounts) => {
      if (accounts instanceof Error) throw accounts;
      return accounts.map(asAccount);
    });
  }

  @FieldResolver(() => [MemberTierType], {
    description: "The tiers the member holds; none in a program means the lowest. A partner sees its own programs'.",
  })
  async tiers(@Root() member: MemberRow, @Ctx() context: RequestContext): Promise<MemberTierType[]> {
    return context.loaders.tiersByMember.load(member.memberId);
  }
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
    const row = ladder.find((tier) => tier.code === held.tierCode);
    return row ? asTier(row) : null;
  }
}
