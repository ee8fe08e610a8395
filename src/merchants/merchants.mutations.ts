import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { RequestContext } from "../context";
import { idOrNobody, rawId } from "../graphql/ids-in-filters";
import { withoutAbsent, withoutNull } from "../graphql/input";
import { payload } from "../graphql/payload";
import { toLocalisedText } from "../graphql/value.types";
import { createMerchant } from "./create-merchant";
import { createOutlet } from "./create-outlet";
import { createPartner } from "./create-partner";
import { defineCategory } from "./define-category";
import { asMerchant, asOutlet, asPartner } from "./merchants.resolver";
import {
  CreateMerchantInput,
  CreateMerchantPayload,
  CreateOutletInput,
  CreateOutletPayload,
  CreatePartnerInput,
  CreatePartnerPayload,
  DefineCategoryInput,
  DefineCategoryPayload,
  UpdateMerchantInput,
  UpdateMerchantPayload,
  UpdateOutletInput,
  UpdateOutletPayload,
} from "./merchants.types";
import { updateMerchant } from "./update-merchant";
import { updateOutlet } from "./update-outlet";

@Resolver()
export class MerchantMutations {
  @Mutation(() => DefineCategoryPayload, {
    description: "Says what a category of merchants is called; a code that exists is renamed.",
  })
  async defineCategory(
    @Arg("input", () => DefineCategoryInput, { description: "The category." }) input: DefineCategoryInput,
    @Ctx() context: RequestContext,
  ): Promise<DefineCategoryPayload> {
    const { code, name, reason } = input;
    const result = await defineCategory(context, { code, name: toLocalisedText(name), reason });
    return payload(result, (category) => ({ category }));
  }

  @Mutation(() => CreatePartnerPayload, { description: "Takes an organisation into the alliance." })
  async createPartner(
    @Arg("input", () => CreatePartnerInput, { description: "The partner." }) input: CreatePartnerInput,
    @Ctx() context: RequestContext,
  ): Promise<CreatePartnerPayload> {
    const result = await createPartner(context, { code: input.code, name: toLocalisedText(input.name) });
    return payload(result, (partner) => ({ partner: asPartner(partner) }));
  }

  @Mutation(() => CreateMerchantPayload, { description: "Gives a partner a selling side." })
  async createMerchant(
    @Arg("input", () => CreateMerchantInput, { description: "The merchant." }) input: CreateMerchantInput,
    @Ctx() context: RequestContext,
  ): Promise<CreateMerchantPayload> {
    const result = await createMerchant(context, {
      partnerId: rawId(context, "Partner", input.partnerId),
      parentMerchantId: idOrNobody(context, "Merchant", input.parentMerchantId),
      code: input.code,
      name: toLocalisedText(input.name),
      categoryCode: input.categoryCode,
      websiteUrl: input.websiteUrl ?? null,
      logoUrl: input.logoUrl ?? null,
    });
    return payload(result, (merchant) => ({ merchant: asMerchant(merchant) }));
  }

  @Mutation(() => UpdateMerchantPayload, { description: "Changes a merchant." })
  async updateMerchant(
    @Arg("input", () => UpdateMerchantInput, { description: "The change." }) input: UpdateMerchantInput,
    @Ctx() context: RequestContext,
  ): Promise<UpdateMerchantPayload> {
    const { id, revision, name, categoryCode, status, ...rest } = input;
    const result = await updateMerchant(context, {
      ...withoutAbsent(rest),
      ...withoutNull({ categoryCode, status }),
      merchantId: rawId(context, "Merchant", id),
      revision,
      ...(name ? { name: toLocalisedText(name) } : {}),
    });
    return payload(result, (merchant) => ({ merchant: asMerchant(merchant) }));
  }

  @Mutation(() => CreateOutletPayload, { description: "Opens an outlet of a merchant." })
  async createOutlet(
    @Arg("input", () => CreateOutletInput, { description: "The outlet." }) input: CreateOutletInput,
    @Ctx() context: RequestContext,
  ): Promise<CreateOutletPayload> {
    const result = await createOutlet(context, {
      merchantId: rawId(context, "Merchant", input.merchantId),
      code: input.code,
      name: toLocalisedText(input.name),
      kind: input.kind,
      country: input.country ?? null,
      city: input.city ?? null,
      address: input.address ? toLocalisedText(input.address) : null,
      url: input.url ?? null,
    });
    return payload(result, (outlet) => ({ outlet: asOutlet(outlet) }));
  }

  @Mutation(() => UpdateOutletPayload, { description: "Changes an outlet." })
  async updateOutlet(
    @Arg("input", () => UpdateOutletInput, { description: "The change." }) input: UpdateOutletInput,
    @Ctx() context: RequestContext,
  ): Promise<UpdateOutletPayload> {
    const { id, revision, name, address, status, ...rest } = input;
    const result = await updateOutlet(context, {
      ...withoutAbsent(rest),
      ...withoutNull({ status }),
      outletId: rawId(context, "Outlet", id),
      revision,
      ...(name ? { name: toLocalisedText(name) } : {}),
      ...(address !== undefined ? { address: address && toLocalisedText(address) } : {}),
    });
    return payload(result, (outlet) => ({ outlet: asOutlet(outlet) }));
  }
}
