import "reflect-metadata";
import type { GraphQLSchema } from "graphql";
import { buildSchemaSync, type NonEmptyArray } from "type-graphql";
import { AudienceMutations } from "./audiences/audiences.mutations";
import { AudienceListResolver, AudienceResolver } from "./audiences/audiences.resolver";
import { AuditResolver } from "./audit/audit.resolver";
import { ActorResolver } from "./auth/actors.resolver";
import { ApiKeyResolver } from "./auth/api-keys.resolver";
import { ViewerResolver } from "./auth/viewer.resolver";
import { benefitResolvers } from "./benefits/benefits.resolver";
import { cardProductResolvers } from "./card-products/card-products.resolver";
import { CardMutations, SwapQuoteResolver } from "./cards/cards.mutations";
import { CardResolver, ElectionResolver, MemberCardsResolver } from "./cards/cards.resolver";
import { RedemptionMutations } from "./entitlements/redemptions.mutations";
import {
  EntitlementResolver,
  MemberEntitlementsResolver,
  RedemptionResolver,
} from "./entitlements/entitlements.resolver";
import { HistoryCounterResolver } from "./facts/counters.resolver";
import { showOwnChanges } from "./graphql/after-mutation";
import { NodeResolver } from "./graphql/node.resolver";
import { markOneOfInputs } from "./graphql/one-of";
import { LedgerProofResolver } from "./ledger/proof.resolver";
import { ExplanationResolver } from "./matching/explanations.resolver";
import { MatchMembersResolver, MatchResolver, MemberMatchesResolver } from "./matching/matches.resolver";
import { MemberMutations } from "./members/members.mutations";
import { ConsentResolver, IdentityResolver, MemberResolver } from "./members/members.resolver";
import { MerchantMutations } from "./merchants/merchants.mutations";
import {
  MerchantCategoryResolver,
  MerchantResolver,
  OutletResolver,
  PartnerResolver,
} from "./merchants/merchants.resolver";
import {
  DeliveryMutations,
  MemberOffersResolver,
  OfferActivationResolver,
  OfferDeliveryResolver,
} from "./offers/deliveries.resolver";
import { OfferMutations } from "./offers/offers.mutations";
import { MerchantOffersResolver, OfferResolver } from "./offers/offers.resolver";
import { packageResolvers } from "./packages/packages.resolver";
import { ProgramMutations } from "./programs/programs.mutations";
import { ProgramResolver, TierResolver } from "./programs/programs.resolver";
import { AccountResolver, MemberTierResolver, WalletResolver } from "./programs/wallet.resolver";
import {
  MemberPurchasesResolver,
  MerchantLoyaltyResolver,
  PurchaseMutations,
  PurchaseResolver,
} from "./purchases/purchases.resolver";
import { RuleResolver } from "./rules/rules.resolver";
import { SimulationResolver } from "./simulations/simulations.resolver";
import { TagMutations } from "./tags/tags.mutations";
import { MemberTagResolver, TagDefinitionResolver, TagsOfMemberResolver } from "./tags/tags.resolver";
import { AccountLotsResolver, LotResolver } from "./wallet/lots.resolver";
import { MemberTimelineResolver } from "./wallet/timeline.resolver";
import { LedgerEntryResolver, MemberTransfersResolver, TransferResolver } from "./wallet/transfers.resolver";
import {
  AccountExpiryResolver,
  AdjustmentRequestResolver,
  MemberCashResolver,
  SupportMutations,
  TillTotalResolver,
} from "./wallet/support.resolver";
import { payloadResolvers } from "./wallet/movement-payloads";
import { WalletMutations } from "./wallet/wallet.mutations";

/** Every resolver of the API, room by room. */
// type-graphql types resolver classes as plain functions.
// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
const resolvers: NonEmptyArray<Function> = [
  NodeResolver,
  ViewerResolver,
  ActorResolver,
  ApiKeyResolver,
  AuditResolver,
  MemberResolver,
  IdentityResolver,
  ConsentResolver,
  MemberMutations,
  TagDefinitionResolver,
  TagsOfMemberResolver,
  MemberTagResolver,
  TagMutations,
  HistoryCounterResolver,
  PartnerResolver,
  MerchantCategoryResolver,
  MerchantResolver,
  OutletResolver,
  MerchantMutations,
  ProgramResolver,
  TierResolver,
  ProgramMutations,
  WalletResolver,
  AccountResolver,
  MemberTierResolver,
  RuleResolver,
  OfferResolver,
  MerchantOffersResolver,
  OfferMutations,
  MemberOffersResolver,
  OfferDeliveryResolver,
  OfferActivationResolver,
  DeliveryMutations,
  ...benefitResolvers,
  ...packageResolvers,
  ...cardProductResolvers,
  MemberCardsResolver,
  CardResolver,
  ElectionResolver,
  SwapQuoteResolver,
  CardMutations,
  AudienceResolver,
  AudienceListResolver,
  AudienceMutations,
  SimulationResolver,
  MemberPurchasesResolver,
  MerchantLoyaltyResolver,
  PurchaseResolver,
  PurchaseMutations,
  MemberEntitlementsResolver,
  EntitlementResolver,
  RedemptionResolver,
  RedemptionMutations,
  MemberTransfersResolver,
  MemberTimelineResolver,
  AccountLotsResolver,
  LotResolver,
  TransferResolver,
  LedgerEntryResolver,
  WalletMutations,
  ...payloadResolvers,
  SupportMutations,
  AdjustmentRequestResolver,
  TillTotalResolver,
  MemberCashResolver,
  AccountExpiryResolver,
  MemberMatchesResolver,
  MatchResolver,
  MatchMembersResolver,
  ExplanationResolver,
  LedgerProofResolver,
];

/** The executable schema. Made once per process; no field middleware and no `@Authorized`, which cost 10 to 30 times. */
export function buildAllianceSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers,
    // Inputs are checked by the use cases, whose refusals have codes; class-validator's have none.
    validate: false,
    // Abstract classes such as Payload are no types of the schema.
    orphanedTypes: [],
  });
  return showOwnChanges(markOneOfInputs(schema));
}
