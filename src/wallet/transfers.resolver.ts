import { Args, Ctx, FieldResolver, ID, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../context";
import { maySee } from "../graphql/authorize";
import { connection, pageRequest, type Connection } from "../graphql/connection";
import { idOrNobody } from "../graphql/ids-in-filters";
import { registerNode } from "../graphql/node";
import { memberResource } from "../members/member-resource";
import type { MemberRow } from "../members/members.queries";
import { MemberType } from "../members/members.types";
import { asMerchant, asOutlet } from "../merchants/merchants.resolver";
import { MerchantType, OutletType } from "../merchants/merchants.types";
import { asProgram } from "../programs/programs.resolver";
import { ProgramType } from "../programs/programs.types";
import { sequenceOf, transferId } from "../ledger/core/transfer-id";
import type { EntryRow, TransferRow } from "./transfers.queries";
import { LedgerEntryType, TransferConnection, TransfersArgs, TransferType } from "./transfers.types";

export const asTransfer = (row: TransferRow) => row as unknown as TransferType;
const asEntry = (row: EntryRow) => row as unknown as LedgerEntryType;

/** Who may see the member, and of it the transfers, as the member's own field does. */
registerNode("Transfer", async (context, { memberId, id }) => {
  const member = memberId ? await context.loaders.memberById.load(memberId) : null;
  if (!memberId || !member || !maySee(context, "Member.transfers", memberResource(context, member))) return null;
  return context.loaders.transferByKey.load({ memberId, sequence: sequenceOf(id) });
});

@Resolver(() => MemberType)
export class MemberTransfersResolver {
  @FieldResolver(() => TransferConnection, {
    nullable: true,
    description:
      "What moved of the member's value, newest first, with the balance after each; for partners of programs they " +
      "issue and at their own merchants. Null where the caller may not see it.",
  })
  async transfers(
    @Root() member: MemberRow,
    @Args() { filter, ...args }: TransfersArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<TransferType> | null> {
    if (!maySee(context, "Member.transfers", memberResource(context, member))) return null;
    const page = pageRequest(context, ["Member.transfers", member.memberId, filter], args, 3);
    const asked = {
      ...filter,
      programId: idOrNobody(context, "Program", filter?.programId),
      merchantId: idOrNobody(context, "Merchant", filter?.merchantId),
    };
    const rows = await context.loaders.transfersOfMember.load({
      ownerId: member.memberId,
      args: { filter: asked, page },
    });
    const keyset = (row: TransferRow) => [row.recordedAt.toISOString(), row.memberId, String(row.sequence)];
    return connection(page, rows, keyset, asTransfer);
  }
}

@Resolver(() => TransferType)
export class TransferResolver {
  @FieldResolver(() => ID, { description: "Global id." })
  id(@Root() transfer: TransferRow, @Ctx() context: RequestContext): string {
    return context.ids.seal("Transfer", transferId(transfer.sequence), transfer.memberId);
  }

  @FieldResolver(() => String, { description: "1, 2, 3 … within the member, without a gap: its place in the chain." })
  sequence(@Root() transfer: TransferRow): string {
    return String(transfer.sequence);
  }

  @FieldResolver(() => [LedgerEntryType], { description: "Its legs." })
  async entries(@Root() transfer: TransferRow, @Ctx() context: RequestContext): Promise<LedgerEntryType[]> {
    return (await context.loaders.entriesOfTransfer.load(transfer)).map(asEntry);
  }

  @FieldResolver(() => ProgramType, { nullable: true, description: "Whose points they are; null for money." })
  async program(@Root() transfer: TransferRow, @Ctx() context: RequestContext): Promise<ProgramType | null> {
    const row = transfer.programId ? await context.loaders.programById.load(transfer.programId) : null;
    return row && asProgram(row);
  }

  @FieldResolver(() => MerchantType, { nullable: true, description: "At which merchant, where it was at one." })
  async merchant(@Root() transfer: TransferRow, @Ctx() context: RequestContext): Promise<MerchantType | null> {
    const row = transfer.merchantId ? await context.loaders.merchantById.load(transfer.merchantId) : null;
    return row && asMerchant(row);
  }

  @FieldResolver(() => OutletType, { nullable: true, description: "At which outlet, where it was at one." })
  async outlet(@Root() transfer: TransferRow, @Ctx() context: RequestContext): Promise<OutletType | null> {
    const row = transfer.outletId ? await context.loaders.outletById.load(transfer.outletId) : null;
    return row && asOutlet(row);
  }

  @FieldResolver(() => ID, {
    nullable: true,
    description: "Of a transfer that a purchase caused: the id of the purchase, for `node`. Null for other causes.",
  })
  purchaseId(@Root() { causeKind, causeId, memberId }: TransferRow, @Ctx() context: RequestContext): string | null {
    const isPurchase = causeKind === "PURCHASE" || causeKind === "PURCHASE_REFUND";
    return isPurchase ? context.ids.seal("Purchase", causeId, memberId) : null;
  }

  @FieldResolver(() => TransferType, {
    nullable: true,
    description: "The transfer that this one captures, gives back, confirms or reverses.",
  })
  async refersTo(@Root() transfer: TransferRow, @Ctx() context: RequestContext): Promise<TransferType | null> {
    const { memberId, refersTo: sequence } = transfer;
    const row = sequence === null ? null : await context.loaders.transferByKey.load({ memberId, sequence });
    return row && asTransfer(row);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: "Who moved it. Null for everyone but the operator's staff.",
  })
  actor(@Root() transfer: TransferRow, @Ctx() context: RequestContext): string | null {
    return maySee(context, "Transfer.actor") ? transfer.actor : null;
  }
}

@Resolver(() => LedgerEntryType)
export class LedgerEntryResolver {
  @FieldResolver(() => ProgramType, { nullable: true, description: "Whose points they are; null for money." })
  async program(@Root() entry: EntryRow, @Ctx() context: RequestContext): Promise<ProgramType | null> {
    const row = entry.programId ? await context.loaders.programById.load(entry.programId) : null;
    return row && asProgram(row);
  }
}
