import { Args, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../context";
import { maySee } from "../graphql/authorize";
import { connection, pageRequest, type Connection } from "../graphql/connection";
import type { AccountRow } from "../programs/programs.queries";
import { AccountType } from "../programs/programs.types";
import type { IssuedLot } from "./lots.queries";
import { LotConnection, LotsArgs, LotType } from "./lots.types";
import { asTransfer } from "./transfers.resolver";
import { TransferType } from "./transfers.types";

const asLot = (row: IssuedLot) => row as unknown as LotType;

@Resolver(() => AccountType)
export class AccountLotsResolver {
  @FieldResolver(() => LotConnection, {
    nullable: true,
    description:
      "What the balance is made of, the last issued first. Null for everyone but the member, the operator's staff and services.",
  })
  async lots(
    @Root() { memberId, programId }: AccountRow,
    @Args() { open, ...args }: LotsArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<LotType> | null> {
    if (!(await mayReadLots(context, memberId))) return null;
    const page = pageRequest(context, ["Account.lots", memberId, programId, open], args, 1);
    const rows = await context.loaders.lotsOfAccount.load({
      ownerId: `${memberId} ${programId}`,
      args: { filter: { isOpen: open }, page },
    });
    return connection(page, rows, (row) => [String(row.lotNo)], asLot);
  }
}

/** An account of a merged member is the account of the member that answers for it. */
async function mayReadLots(context: RequestContext, memberId: string): Promise<boolean> {
  const { actor } = context;
  if (actor.kind !== "member" || actor.memberId === memberId) {
    return maySee(context, "Account.lots", { memberId });
  }
  const member = await context.loaders.memberById.load(memberId);
  return maySee(context, "Account.lots", { memberId: member?.memberId });
}

@Resolver(() => LotType)
export class LotResolver {
  @FieldResolver(() => TransferType, {
    nullable: true,
    description: "The transfer that issued them; null where the caller may not see it.",
  })
  async issuedBy(
    @Root() { memberId, sequence }: IssuedLot,
    @Ctx() context: RequestContext,
  ): Promise<TransferType | null> {
    const row = await context.loaders.transferByKey.load({ memberId, sequence });
    return row && asTransfer(row);
  }
}
