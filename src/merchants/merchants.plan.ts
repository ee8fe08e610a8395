import { askedBy, computed, notYet, type PlanContext, type RoomPlan } from "../graphql/plan/fields";
import { nameInLocale, nameTranslations } from "../graphql/plan/names";
import type { MerchantRow, PartnerRow } from "./merchants.queries";

export const merchantsPlan: RoomPlan = {
  objects: [
    {
      type: "Partner",
      fields: () => ({
        id: computed(({ partnerId }: PartnerRow, { ids }) => ids.seal("Partner", partnerId)),
        name: nameInLocale,
      }),
    },
    {
      type: "Merchant",
      fields: () => ({
        id: computed(({ merchantId }: MerchantRow, { ids }) => ids.seal("Merchant", merchantId)),
        name: nameInLocale,
        nameTranslations,
        partner: computed(({ partnerId }: MerchantRow, { catalogue }) => catalogue.partners.get(partnerId)),
        parent: computed(({ parentMerchantId }: MerchantRow, { catalogue }) =>
          parentMerchantId ? catalogue.merchants.get(parentMerchantId) : null,
        ),
        category: computed(({ categoryCode }: MerchantRow, { catalogue }) => catalogue.categories.get(categoryCode)),
      }),
    },
    { type: "MerchantCategory", fields: () => ({ name: nameInLocale }) },
  ],
  roots: (caller) => ({
    merchant: askedBy(
      caller,
      "merchant",
      computed((_: undefined, context, args) => askedMerchant(context, args)),
    ),
  }),
};

/** One that is not in the snapshot may be newer; the resolvers look again before they say that there is none. */
function askedMerchant({ ids, catalogue }: PlanContext, { id, code }: Readonly<Record<string, unknown>>) {
  if (code) return catalogue.merchantsByCode.get(code as string) ?? notYet("merchant");
  const reference = id ? ids.openAs("Merchant", id as string) : undefined;
  return reference ? (catalogue.merchants.get(reference.id) ?? notYet("merchant")) : null;
}
