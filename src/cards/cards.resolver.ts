import { Arg, Ctx, FieldResolver, ID, Resolver, Root } from "type-graphql";
import { asCardProduct } from "../card-products/card-products.resolver";
import { leadingProduct } from "../card-products/published-products";
import { CardProductType } from "../card-products/card-products.types";
import type { RequestContext } from "../context";
import { maySee } from "../graphql/authorize";
import { registerNode } from "../graphql/node";
import { inLocale } from "../kernel/localised";
import { memberResource } from "../members/member-resource";
import type { MemberRow } from "../members/members.queries";
import { MemberType } from "../members/members.types";
import { packageByCode, packageVersion } from "../packages/published-packages";
import { asRightsPackage } from "../packages/packages.resolver";
import { RightsPackageContentType, RightsPackageType } from "../packages/packages.types";
import { toPackageContent } from "../packages/packages.view";
import { electionById, type CardRow, type ElectionRow } from "./cards.queries";
import { CardCycleChoice, CardSlotType, CardType, CardYearType, ElectionType } from "./cards.types";
import { cycleAt, cycleOf, type Cycle } from "./core/cycle";
import { electionWindow, offeredCodes, placesOf } from "./core/slot-choice";
import type { Slot } from "../card-products/core/card-product";

/** Objects of the room are its rows; fields that need the caller or the catalogue are resolved here. */
export const asCard = (row: CardRow) => row as unknown as CardType;
export const asElection = (row: ElectionRow) => row as unknown as ElectionType;

/** Who may see the member, and of it the cards, as the member's own field does. */
registerNode("Card", async (context, { memberId, id }) => {
  const cards = await visibleCards(context, memberId);
  return cards.find((card) => card.cardId === id) ?? null;
});
registerNode("Election", async (context, { memberId, id }) => {
  if (!memberId) return null;
  const row = await electionById(context.database.app, [memberId], id);
  const cards = row ? await visibleCards(context, memberId) : [];
  return row && cards.some((card) => card.cardId === row.cardId) ? row : null;
});

async function visibleCards(context: RequestContext, memberId: string | null): Promise<readonly CardRow[]> {
  const member = memberId ? await context.loaders.memberById.load(memberId) : null;
  if (!member || !maySee(context, "Member.cards", memberResource(context, member))) return [];
  return context.loaders.cardsOfMember.load(member.memberId);
}

@Resolver(() => MemberType)
export class MemberCardsResolver {
  @FieldResolver(() => [CardType], {
    nullable: true,
    description:
      "The member's cards, oldest first; for partners those of their own products. Null where the caller may not see them.",
  })
  async cards(@Root() member: MemberRow, @Ctx() context: RequestContext): Promise<CardType[] | null> {
    if (!maySee(context, "Member.cards", memberResource(context, member))) return null;
    return (await context.loaders.cardsOfMember.load(member.memberId)).map(asCard);
  }
}

@Resolver(() => CardType)
export class CardResolver {
  @FieldResolver(() => ID, { description: "Global id." })
  id(@Root() card: CardRow, @Ctx() context: RequestContext): string {
    return context.ids.seal("Card", card.cardId, card.memberId);
  }

  @FieldResolver(() => CardProductType, { nullable: true, description: "Its product." })
  product(@Root() card: CardRow, @Ctx() context: RequestContext): CardProductType | null {
    const row = context.services.catalogue.current.cardProducts.get(productIdOf(card, context.now));
    return row ? asCardProduct(row) : null;
  }

  @FieldResolver(() => CardProductType, {
    nullable: true,
    description: "The product that it gets; null: no change waits.",
  })
  nextProduct(@Root() card: CardRow, @Ctx() context: RequestContext): CardProductType | null {
    const waits = card.nextProductId !== null && productIdOf(card, context.now) !== card.nextProductId;
    const row = waits ? context.services.catalogue.current.cardProducts.get(card.nextProductId ?? "") : undefined;
    return row ? asCardProduct(row) : null;
  }

  @FieldResolver(() => CardYearType, { nullable: true, description: "A cycle of it; null before it was opened." })
  cycle(
    @Root() card: CardRow,
    @Arg("which", () => CardCycleChoice, { defaultValue: "CURRENT", description: "Which." }) which: "CURRENT" | "NEXT",
    @Ctx() context: RequestContext,
  ): CardYearType | null {
    return cycleNamed(card, which, context.now) ?? null;
  }

  @FieldResolver(() => [CardSlotType], {
    description: "Its slots with what fills them in a cycle. Defaults fill what is open once the cycle begins.",
  })
  async slots(
    @Root() card: CardRow,
    @Arg("cycle", () => CardCycleChoice, { defaultValue: "CURRENT", description: "In which cycle." })
    which: "CURRENT" | "NEXT",
    @Ctx() context: RequestContext,
  ): Promise<CardSlotType[]> {
    const cycle = cycleNamed(card, which, context.now);
    if (!cycle) return [];
    const product = leadingProduct(context.services.catalogue.current, productIdOf(card, cycle.from));
    const elected = await context.loaders.electionsOfCard.load(card);
    const inCycle = elected.filter((each) => each.cycleFirstDay === cycle.firstDay && each.state === "ACTIVE");
    return (product?.content.slots ?? []).map((slot) => toCardSlot(context, card, slot, cycle, inCycle));
  }

  @FieldResolver(() => [ElectionType], {
    description: "Everything that was ever elected on it, by cycle, slot and place.",
  })
  async elections(@Root() card: CardRow, @Ctx() context: RequestContext): Promise<ElectionType[]> {
    return (await context.loaders.electionsOfCard.load(card)).map(asElection);
  }
}

@Resolver(() => ElectionType)
export class ElectionResolver {
  @FieldResolver(() => ID, { description: "Global id." })
  id(@Root() row: ElectionRow, @Ctx() context: RequestContext): string {
    return context.ids.seal("Election", row.electionId, row.memberId);
  }

  @FieldResolver(() => RightsPackageType, { nullable: true, description: "The package as it is today." })
  package(@Root() row: ElectionRow, @Ctx() context: RequestContext): RightsPackageType | null {
    const found = context.services.catalogue.current.rightsPackages.get(row.packageId);
    return found ? asRightsPackage(found) : null;
  }

  @FieldResolver(() => RightsPackageContentType, { description: "What the version says that was granted." })
  terms(@Root() row: ElectionRow, @Ctx() context: RequestContext): RightsPackageContentType {
    const found = packageVersion(context.services.catalogue.current, row.packageId, row.packageVersion);
    if (!found) throw new Error(`election ${row.electionId} names a version that is not there`);
    return toPackageContent(found.content, context);
  }
}

/** The product that counts at an instant: one that waits for the end of the cycle takes over by the clock. */
function productIdOf({ productId, nextProductId, nextProductFrom }: CardRow, at: Date): string {
  return nextProductId && nextProductFrom && nextProductFrom <= at ? nextProductId : productId;
}

function cycleNamed(card: CardRow, which: "CURRENT" | "NEXT", now: Date): Cycle | undefined {
  const cycle = cycleAt(card, now);
  return cycle && which === "NEXT" ? cycleOf(card, cycle.number + 1) : cycle;
}

function toCardSlot(
  context: RequestContext,
  card: CardRow,
  slot: Slot,
  cycle: Cycle,
  elected: readonly ElectionRow[],
): CardSlotType {
  const snapshot = context.services.catalogue.current;
  const window = electionWindow(slot, cycle, card.timeZone);
  const offered = offeredCodes(slot).filter((code) => packageByCode(snapshot, code)?.state === "PUBLISHED");
  return {
    code: slot.code,
    name: inLocale(slot.name, context.locale),
    picks: slot.fill.kind === "PICK" ? placesOf(slot) : null,
    ...{ opensAt: window.from, closesAt: window.to },
    offered: offered.flatMap((code) => snapshot.packagesByCode.get(code) ?? []).map(asRightsPackage),
    elections: elected.filter((each) => each.slotCode === slot.code).map(asElection),
  };
}
