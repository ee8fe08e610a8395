import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../context";
import { payload } from "../graphql/payload";
import { nobody } from "../kernel/ids";
import type { Result } from "../kernel/result";
import { purchasingMember } from "../purchases/purchasing-member";
import {
  cardPayloads,
  ChangeCardProductInput,
  CloseCardInput,
  ElectPackageInput,
  ElectPackagePayload,
  FreezeCardInput,
  QuoteSwapInput,
  QuoteSwapPayload,
  RegisterCardInput,
  ReplaceCardInput,
  SwapPackageInput,
  SwapPackagePayload,
  UnfreezeCardInput,
  type CardAnswer,
  type SwapPaymentInput,
} from "./cards.inputs";
import type { CardRow } from "./cards.queries";
import { asCard, asElection } from "./cards.resolver";
import { SwapQuoteType } from "./cards.types";
import { changeCardProduct } from "./change-product";
import { electPackage } from "./elect-package";
import { closeCard, freezeCard, unfreezeCard } from "./move-card";
import { quoteSwap, type QuotedSwap } from "./quote-swap";
import { registerCard } from "./register-card";
import { replaceCard } from "./replace-card";
import { swapPackage, type SwapPayment } from "./swap-package";
import { toSwapQuote } from "./swaps.view";

@Resolver()
export class CardMutations {
  @Mutation(() => cardPayloads.registerCard, {
    description: "Registers a member's card and fills the slots of its cycle.",
  })
  async registerCard(
    @Arg("input", () => RegisterCardInput, { description: "The card." }) input: RegisterCardInput,
    @Ctx() context: RequestContext,
  ): Promise<CardAnswer> {
    return answer(await registerCard(context, { ...input, member: purchasingMember(context, input.member) }));
  }

  @Mutation(() => cardPayloads.replaceCard, {
    description: "Gives a card new plastic: it stays with its cycle, elections and entitlements.",
  })
  async replaceCard(
    @Arg("input", () => ReplaceCardInput, { description: "Which, and the new token." }) input: ReplaceCardInput,
    @Ctx() context: RequestContext,
  ): Promise<CardAnswer> {
    return answer(await replaceCard(context, { ...input, ...cardKey(context, input.cardId) }));
  }

  @Mutation(() => cardPayloads.freezeCard, { description: "Lets a card's rights rest; again changes nothing." })
  async freezeCard(
    @Arg("input", () => FreezeCardInput, { description: "Which." }) input: FreezeCardInput,
    @Ctx() context: RequestContext,
  ): Promise<CardAnswer> {
    return answer(await freezeCard(context, { ...input, ...cardKey(context, input.cardId) }));
  }

  @Mutation(() => cardPayloads.unfreezeCard, { description: "Makes a frozen card's rights usable again." })
  async unfreezeCard(
    @Arg("input", () => UnfreezeCardInput, { description: "Which." }) input: UnfreezeCardInput,
    @Ctx() context: RequestContext,
  ): Promise<CardAnswer> {
    return answer(await unfreezeCard(context, { ...input, ...cardKey(context, input.cardId) }));
  }

  @Mutation(() => cardPayloads.closeCard, { description: "Ends a card for good with everything granted with it." })
  async closeCard(
    @Arg("input", () => CloseCardInput, { description: "Which." }) input: CloseCardInput,
    @Ctx() context: RequestContext,
  ): Promise<CardAnswer> {
    return answer(await closeCard(context, { ...input, ...cardKey(context, input.cardId) }));
  }

  @Mutation(() => cardPayloads.changeCardProduct, {
    description: "Upgrades or downgrades a card; the new product's policy says what becomes of what was elected.",
  })
  async changeCardProduct(
    @Arg("input", () => ChangeCardProductInput, { description: "Which, and to what." }) input: ChangeCardProductInput,
    @Ctx() context: RequestContext,
  ): Promise<CardAnswer> {
    return answer(await changeCardProduct(context, { ...input, ...cardKey(context, input.cardId) }));
  }

  @Mutation(() => ElectPackagePayload, {
    description: "Puts a package into a slot of a card, within the slot's window.",
  })
  async electPackage(
    @Arg("input", () => ElectPackageInput, { description: "The choice." }) input: ElectPackageInput,
    @Ctx() context: RequestContext,
  ): Promise<ElectPackagePayload> {
    const { slotCode, packageCode, cycle, cardId } = input;
    const choice = { slotCode, packageCode, forNextCycle: cycle === "NEXT", ...cardKey(context, cardId) };
    return payload(await electPackage(context, choice), (election) => ({ election: asElection(election) }));
  }

  @Mutation(() => QuoteSwapPayload, {
    description: "Says what a swap would cost, lose and gain, and promises it for a time. A refusal names the policy.",
  })
  async quoteSwap(
    @Arg("input", () => QuoteSwapInput, { description: "The swap." }) { electionId, packageCode }: QuoteSwapInput,
    @Ctx() context: RequestContext,
  ): Promise<QuoteSwapPayload> {
    const { memberId, id } = opened(context, "Election", electionId);
    const quoted = await quoteSwap(context, { memberId, electionId: id, packageCode });
    return payload(quoted, (quote) => ({ quote: toSwapQuote(quote, context) }));
  }

  @Mutation(() => SwapPackagePayload, {
    description: "Makes a quoted swap at the quoted price; once more answers the first result.",
  })
  async swapPackage(
    @Arg("input", () => SwapPackageInput, { description: "Which, and how it is paid." }) input: SwapPackageInput,
    @Ctx() context: RequestContext,
  ): Promise<SwapPackagePayload> {
    const { memberId, id } = opened(context, "Swap", input.swapId);
    const made = await swapPackage(context, { memberId, swapId: id, payment: paymentOf(input.payment) });
    return payload(made, ({ election }) => ({ election: asElection(election) }));
  }
}

@Resolver(() => SwapQuoteType)
export class SwapQuoteResolver {
  @FieldResolver(() => ID, { description: "Global id." })
  id(@Root() { swap }: Pick<QuotedSwap, "swap">, @Ctx() context: RequestContext): string {
    return context.ids.seal("Swap", swap.swapId, swap.memberId);
  }
}

function answer(result: Result<CardRow>): CardAnswer {
  return payload(result, (card) => ({ card: asCard(card) }));
}

function cardKey(context: RequestContext, globalId: string) {
  const { memberId, id } = opened(context, "Card", globalId);
  return { memberId, cardId: id };
}

/** What an id of something that belongs to a member names; what does not open names nothing of nobody. */
function opened(context: RequestContext, type: "Card" | "Election" | "Swap", globalId: string) {
  const reference = context.ids.openAs(type, globalId);
  return { memberId: reference?.memberId ?? nobody, id: reference?.id ?? nobody };
}

function paymentOf(input: SwapPaymentInput | null | undefined): SwapPayment | null {
  if (!input) return null;
  if (input.moneyReference !== undefined) return { with: "MONEY", reference: input.moneyReference };
  return input.points ? { with: "POINTS" } : null;
}
