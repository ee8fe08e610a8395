import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from "type-graphql";
import { allows } from "../auth/core/policy";
import type { RequestContext } from "../context";
import { maySee, readableScope } from "../graphql/authorize";
import { connection, PageArgs, pageRequest, type Connection } from "../graphql/connection";
import { badInput } from "../graphql/errors";
import { rawId } from "../graphql/ids-in-filters";
import { registerNode } from "../graphql/node";
import { payload } from "../graphql/payload";
import { DateTimeScalar } from "../graphql/scalars";
import { MoneyType } from "../graphql/value.types";
import { points } from "../kernel/points";
import { memberResource } from "../members/member-resource";
import type { MemberRow } from "../members/members.queries";
import { MemberType } from "../members/members.types";
import type { AccountRow } from "../programs/programs.queries";
import { asProgram } from "../programs/programs.resolver";
import { purchasingMember } from "../purchases/purchasing-member";
import { AccountType, ProgramType } from "../programs/programs.types";
import { approveAdjustment, rejectAdjustment, requestAdjustment, type AdjustmentRow } from "./adjustments";
import type { AdjustmentState } from "./core/adjustment";
import { valueOfPoints } from "./core/wallet-value";
import { grantGoodwill, undoGoodwill } from "./goodwill";
import { movedPayload, payloads, type MovementPayload } from "./movement-payloads";
import { transferPoints } from "./send-points";
import {
  AdjustmentRequestConnection,
  AdjustmentRequestType,
  AdjustmentStateEnum,
  ApproveAdjustmentInput,
  CashAccountType,
  ExpiringPointsType,
  GrantGoodwillInput,
  RejectAdjustmentInput,
  RejectAdjustmentPayload,
  RequestAdjustmentInput,
  RequestAdjustmentPayload,
  TillTotalType,
  TransferPointsInput,
  UndoGoodwillInput,
} from "./support.types";
import { adjustmentByKey, pageOfAdjustments, totalsOfOutlet, type TillTotalRow } from "./totals.queries";
import { transferNamed } from "./transfer-named";

const asRequest = (row: AdjustmentRow) => row as unknown as AdjustmentRequestType;
const asTotal = (row: TillTotalRow) => row as unknown as TillTotalType;

registerNode("AdjustmentRequest", async (context, { memberId, id }) =>
  memberId && allows(context.actor, "adjustmentRequests") ? adjustmentByKey(context.database.app, memberId, id) : null,
);

/** What support, finance and members themselves do with value. */
@Resolver()
export class SupportMutations {
  @Mutation(() => payloads.transferPoints, {
    description: "Sends points to another member, where the program allows it.",
  })
  async transferPoints(
    @Arg("input", () => TransferPointsInput, { description: "What." }) input: TransferPointsInput,
    @Ctx() context: RequestContext,
  ): Promise<MovementPayload> {
    const { partnerId, number } = input.receiver;
    const sent = await transferPoints(context, {
      ...input,
      member: purchasingMember(context, input.member),
      receiver: { partnerId: rawId(context, "Partner", partnerId), number },
      programId: rawId(context, "Program", input.programId),
      amount: points(input.amount),
    });
    return movedPayload(sent);
  }

  @Mutation(() => payloads.grantGoodwill, { description: "Makes up for something, within support's limits." })
  async grantGoodwill(
    @Arg("input", () => GrantGoodwillInput, { description: "What." }) input: GrantGoodwillInput,
    @Ctx() context: RequestContext,
  ): Promise<MovementPayload> {
    const programId = rawId(context, "Program", input.programId);
    const member = purchasingMember(context, input.member);
    return movedPayload(await grantGoodwill(context, { ...input, member, programId, amount: points(input.amount) }));
  }

  @Mutation(() => payloads.undoGoodwill, { description: "Takes goodwill back that should not have been given." })
  async undoGoodwill(
    @Arg("input", () => UndoGoodwillInput, { description: "What." }) input: UndoGoodwillInput,
    @Ctx() context: RequestContext,
  ): Promise<MovementPayload> {
    return movedPayload(await undoGoodwill(context, { ...input, transfer: transferNamed(context, input.transferId) }));
  }

  @Mutation(() => RequestAdjustmentPayload, { description: "Asks for a correction of a balance." })
  async requestAdjustment(
    @Arg("input", () => RequestAdjustmentInput, { description: "What." }) input: RequestAdjustmentInput,
    @Ctx() context: RequestContext,
  ): Promise<RequestAdjustmentPayload> {
    const programId = rawId(context, "Program", input.programId);
    const result = await requestAdjustment(context, {
      ...input,
      member: purchasingMember(context, input.member),
      programId,
    });
    return payload(result, (row) => ({ request: asRequest(row) }));
  }

  @Mutation(() => payloads.approveAdjustment, {
    description: "Agrees with a correction, which then moves: by another person than who asked for it.",
  })
  async approveAdjustment(
    @Arg("input", () => ApproveAdjustmentInput, { description: "Which." }) input: ApproveAdjustmentInput,
    @Ctx() context: RequestContext,
  ): Promise<MovementPayload> {
    return movedPayload(await approveAdjustment(context, requestNamed(context, input.requestId)));
  }

  @Mutation(() => RejectAdjustmentPayload, { description: "Turns a correction down." })
  async rejectAdjustment(
    @Arg("input", () => RejectAdjustmentInput, { description: "Which." }) input: RejectAdjustmentInput,
    @Ctx() context: RequestContext,
  ): Promise<RejectAdjustmentPayload> {
    const result = await rejectAdjustment(context, requestNamed(context, input.requestId));
    return payload(result, (row) => ({ request: asRequest(row) }));
  }

  @Query(() => AdjustmentRequestConnection, { description: "Corrections that were asked for, oldest first." })
  async adjustmentRequests(
    @Args(() => PageArgs) args: PageArgs,
    @Arg("states", () => [AdjustmentStateEnum], { nullable: true, description: "How far they are: one of these." })
    states: AdjustmentState[] | null,
    @Ctx() context: RequestContext,
  ): Promise<Connection<AdjustmentRequestType>> {
    readableScope(context, "adjustmentRequests");
    const request = pageRequest(context, ["adjustmentRequests", states], args, 1);
    const rows = await pageOfAdjustments(context.database.app, states, request);
    return connection(request, rows, (row) => [row.requestId], asRequest);
  }

  @Query(() => [TillTotalType], {
    nullable: true,
    description: "What moved at an outlet in a window, by program and shift; null where it is not the caller's outlet.",
  })
  async outletTotals(
    @Arg("outletId", () => ID, { description: "Id of the outlet." }) outletId: string,
    @Arg("from", () => DateTimeScalar, { description: "Start of the window, inclusive." }) from: Date,
    @Arg("to", () => DateTimeScalar, { description: "End of the window, exclusive." }) to: Date,
    @Arg("shift", () => String, { nullable: true, description: "One shift alone." }) shift: string | null,
    @Ctx() context: RequestContext,
  ): Promise<TillTotalType[] | null> {
    readableScope(context, "outletTotals");
    if (from >= to) throw badInput(`to is ${to.toISOString()}, expected an instant after from, ${from.toISOString()}.`);
    const outlet = await context.loaders.outletById.load(rawId(context, "Outlet", outletId));
    const merchant = outlet && (await context.loaders.merchantById.load(outlet.merchantId));
    if (!merchant || !allows(context.actor, "outletTotals", { partnerId: merchant.partnerId })) return null;
    return (await totalsOfOutlet(context.database.app, outlet.outletId, { from, to, shift })).map(asTotal);
  }
}

function requestNamed({ ids }: RequestContext, globalId: string) {
  const reference = ids.openAs("AdjustmentRequest", globalId);
  return reference?.memberId ? { memberId: reference.memberId, requestId: reference.id } : undefined;
}

@Resolver(() => AdjustmentRequestType)
export class AdjustmentRequestResolver {
  @FieldResolver(() => ID, { description: "Global id." })
  id(@Root() request: AdjustmentRow, @Ctx() context: RequestContext): string {
    return context.ids.seal("AdjustmentRequest", request.requestId, request.memberId);
  }

  @FieldResolver(() => ProgramType, { nullable: true, description: "Whose points." })
  async program(@Root() request: AdjustmentRow, @Ctx() context: RequestContext): Promise<ProgramType | null> {
    const row = await context.loaders.programById.load(request.programId);
    return row && asProgram(row);
  }

  @FieldResolver(() => MemberType, { nullable: true, description: "Whose balance." })
  async member(@Root() request: AdjustmentRow, @Ctx() context: RequestContext): Promise<MemberType | null> {
    return (await context.loaders.memberById.load(request.memberId)) as unknown as MemberType | null;
  }
}

@Resolver(() => TillTotalType)
export class TillTotalResolver {
  @FieldResolver(() => ProgramType, { nullable: true, description: "Whose points." })
  async program(@Root() total: TillTotalRow, @Ctx() context: RequestContext): Promise<ProgramType | null> {
    const row = await context.loaders.programById.load(total.programId);
    return row && asProgram(row);
  }
}

@Resolver(() => MemberType)
export class MemberCashResolver {
  @FieldResolver(() => [CashAccountType], {
    nullable: true,
    description: "The member's own money, by currency. Null where the caller may not see it.",
  })
  async cash(@Root() member: MemberRow, @Ctx() context: RequestContext): Promise<CashAccountType[] | null> {
    if (!maySee(context, "Member.cash", memberResource(context, member))) return null;
    return context.loaders.cashByMember.load(member.memberId);
  }

  @FieldResolver(() => [MoneyType], {
    nullable: true,
    description:
      "What all available points are worth to their issuers, by currency, each program's rounded down. Null for " +
      "everyone but finance and auditors.",
  })
  async walletValue(@Root() member: MemberRow, @Ctx() context: RequestContext): Promise<MoneyType[] | null> {
    if (!maySee(context, "Member.walletValue")) return null;
    const aliases = await context.loaders.aliasesOfMember.load(member.memberId);
    const accounts = await Promise.all(
      [member.memberId, ...aliases].map((id) => context.loaders.accountsByMember.load(id)),
    );
    return valueOfPoints(accounts.flat(), (programId) => context.catalogue.programs.get(programId));
  }
}

@Resolver(() => AccountType)
export class AccountExpiryResolver {
  @FieldResolver(() => ExpiringPointsType, {
    nullable: true,
    description: "What lapses first of the points that can be spent now; null where nothing has a date.",
  })
  expiringNext(@Root() account: AccountRow, @Ctx() context: RequestContext): Promise<ExpiringPointsType | null> {
    return context.loaders.expiringNext.load(account);
  }
}
