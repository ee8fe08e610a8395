import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { RequestContext } from "../context";
import { rawId } from "../graphql/ids-in-filters";
import { minorUnits } from "../kernel/money";
import { points } from "../kernel/points";
import type { PurchasingMember } from "../purchases/purchases.types";
import { purchasingMember } from "../purchases/purchasing-member";
import { captureHold, confirmPoints, reverseTransfer, voidHold } from "./follow-ups";
import { movedPayload, payloads, type MovementPayload } from "./movement-payloads";
import { convertPoints, depositMoney, grantPoints, holdPoints, spendPoints, withdrawMoney } from "./movements";
import { transferNamed } from "./transfer-named";
import {
  CaptureHoldInput,
  ConfirmPointsInput,
  ConvertPointsInput,
  GrantPointsInput,
  HoldPointsInput,
  DepositMoneyInput,
  WithdrawMoneyInput,
  type MoveMoneyInput,
  ReverseTransferInput,
  SpendPointsInput,
  VoidHoldInput,
} from "./wallet.inputs";

/** Everything that moves value. Each takes an idempotency key, and answers the first result when it is repeated. */
@Resolver()
export class WalletMutations {
  @Mutation(() => payloads.grantPoints, { description: "Gives a member points that no purchase earned." })
  async grantPoints(
    @Arg("input", () => GrantPointsInput, { description: "What." }) input: GrantPointsInput,
    @Ctx() context: RequestContext,
  ): Promise<MovementPayload> {
    return movedPayload(
      await grantPoints(context, {
        ...input,
        ...place(context, input),
        amount: points(input.amount),
        cause: { kind: input.causeKind, id: input.causeId ?? input.idempotencyKey },
        pendingUntil: input.needsConfirmation ? "CONFIRMATION" : (input.pendingUntil ?? null),
        funderPartnerId: input.funderId ? rawId(context, "Partner", input.funderId) : null,
      }),
    );
  }

  @Mutation(() => payloads.spendPoints, {
    description: "Takes points of a member: the merchant at which they are spent gets them.",
  })
  async spendPoints(
    @Arg("input", () => SpendPointsInput, { description: "What." }) input: SpendPointsInput,
    @Ctx() context: RequestContext,
  ): Promise<MovementPayload> {
    return movedPayload(await spendPoints(context, spending(context, input)));
  }

  @Mutation(() => payloads.holdPoints, {
    description: "Sets points aside for a purchase that is not complete yet.",
  })
  async holdPoints(
    @Arg("input", () => HoldPointsInput, { description: "What." }) input: HoldPointsInput,
    @Ctx() context: RequestContext,
  ): Promise<MovementPayload> {
    return movedPayload(await holdPoints(context, { ...spending(context, input), expiresAt: input.expiresAt }));
  }

  @Mutation(() => payloads.captureHold, {
    description: "Takes points that were set aside, whole or in parts.",
  })
  async captureHold(
    @Arg("input", () => CaptureHoldInput, { description: "What." }) input: CaptureHoldInput,
    @Ctx() context: RequestContext,
  ): Promise<MovementPayload> {
    return movedPayload(
      await captureHold(context, {
        ...input,
        transfer: transferNamed(context, input.transferId),
        amount: points(input.amount),
      }),
    );
  }

  @Mutation(() => payloads.voidHold, { description: "Gives points back that were set aside." })
  async voidHold(
    @Arg("input", () => VoidHoldInput, { description: "What." }) input: VoidHoldInput,
    @Ctx() context: RequestContext,
  ): Promise<MovementPayload> {
    return movedPayload(await voidHold(context, { ...input, transfer: transferNamed(context, input.transferId) }));
  }

  @Mutation(() => payloads.confirmPoints, { description: "Makes pending points available." })
  async confirmPoints(
    @Arg("input", () => ConfirmPointsInput, { description: "What." }) input: ConfirmPointsInput,
    @Ctx() context: RequestContext,
  ): Promise<MovementPayload> {
    return movedPayload(await confirmPoints(context, { ...input, transfer: transferNamed(context, input.transferId) }));
  }

  @Mutation(() => payloads.reverseTransfer, {
    description: "Takes a transfer back, whole or in part: points return to the lots and dates that they came from.",
  })
  async reverseTransfer(
    @Arg("input", () => ReverseTransferInput, { description: "What." }) input: ReverseTransferInput,
    @Ctx() context: RequestContext,
  ): Promise<MovementPayload> {
    return movedPayload(
      await reverseTransfer(context, {
        ...input,
        transfer: transferNamed(context, input.transferId),
        amount: input.amount ?? null,
        line: input.line ?? null,
        onShortfall: input.acceptShortfall ? "TAKE" : "REFUSE",
      }),
    );
  }

  @Mutation(() => payloads.convertPoints, {
    description: "Exchanges points of one program for points of another at an exact rate.",
  })
  async convertPoints(
    @Arg("input", () => ConvertPointsInput, { description: "What." }) input: ConvertPointsInput,
    @Ctx() context: RequestContext,
  ): Promise<MovementPayload> {
    return movedPayload(
      await convertPoints(context, {
        ...input,
        ...place(context, input),
        intoProgramId: rawId(context, "Program", input.intoProgramId),
        amount: points(input.amount),
        fee: points(input.fee ?? 0n),
      }),
    );
  }

  @Mutation(() => payloads.depositMoney, { description: "Brings money of a member in from outside." })
  async depositMoney(
    @Arg("input", () => DepositMoneyInput, { description: "What." }) input: DepositMoneyInput,
    @Ctx() context: RequestContext,
  ): Promise<MovementPayload> {
    return movedPayload(await depositMoney(context, money(context, input)));
  }

  @Mutation(() => payloads.withdrawMoney, { description: "Takes money of a member out." })
  async withdrawMoney(
    @Arg("input", () => WithdrawMoneyInput, { description: "What." }) input: WithdrawMoneyInput,
    @Ctx() context: RequestContext,
  ): Promise<MovementPayload> {
    return movedPayload(await withdrawMoney(context, money(context, input)));
  }
}

function place(context: RequestContext, input: { readonly member: PurchasingMember; readonly programId: string }) {
  return { member: purchasingMember(context, input.member), programId: rawId(context, "Program", input.programId) };
}

function spending(context: RequestContext, input: SpendPointsInput) {
  return {
    ...input,
    ...place(context, input),
    merchantId: input.merchantId ? rawId(context, "Merchant", input.merchantId) : null,
    outletId: input.outletId ? rawId(context, "Outlet", input.outletId) : null,
    lines: input.lines.map(({ line, amount }) => ({ line: line ?? null, amount: points(amount) })),
    cause: { kind: "CHECKOUT", id: input.sourceReference ?? input.idempotencyKey },
  } as const;
}

function money(context: RequestContext, input: MoveMoneyInput) {
  const { amountMinor, currency } = input.amount;
  return { ...input, member: purchasingMember(context, input.member), amountMinor: minorUnits(amountMinor), currency };
}
