import type { Work } from "../context";
import { minorUnits } from "../kernel/money";
import { points } from "../kernel/points";
import { refuse, type Result } from "../kernel/result";
import { createMerchant } from "../merchants/create-merchant";
import { createOutlet } from "../merchants/create-outlet";
import { createPartner } from "../merchants/create-partner";
import { defineCategory } from "../merchants/define-category";
import { merchantByCode, outletByCode, partnerByCode } from "../merchants/merchants.queries";
import { updateMerchant } from "../merchants/update-merchant";
import { updateOutlet } from "../merchants/update-outlet";
import { parseOfferContent } from "../offers/core/content";
import { draftOffer } from "../offers/draft-offer";
import { editOffer } from "../offers/edit-offer";
import { offerVersions } from "../offers/offer-versions";
import { offerByCode } from "../offers/offers.queries";
import { createProgram } from "../programs/create-program";
import { defineTiers } from "../programs/define-tiers";
import { programByCode } from "../programs/programs.queries";
import { updateProgram } from "../programs/update-program";
import { versionsOf } from "../publishing/publishing";
import { createTagDefinition } from "../tags/create-tag-definition";
import { definitionsByCodes } from "../tags/tags.queries";
import { updateTagDefinition } from "../tags/update-tag-definition";
import type { CatalogueItem, ItemOf, ItemType } from "./core/catalogue-item";

type Applier<Type extends ItemType> = (work: Work, item: ItemOf<Type>) => Promise<Result<unknown>>;

/**
 * Makes the catalogue say what the item says, by the same use cases that the API calls: with their checks, refusals,
 * audit entries and events. An item that says it already changes nothing worth a version.
 */
export function applyItem(work: Work, item: CatalogueItem): Promise<Result<unknown>> {
  // The one place where the compiler cannot follow that an item and its applier are of one type.
  return (appliers[item.type] as Applier<ItemType>)(work, item);
}

const appliers: { readonly [Type in ItemType]: Applier<Type> } = {
  category: (work, { code, name }) => defineCategory(work, { code, name }),
  partner: applyPartner,
  merchant: applyMerchant,
  outlet: applyOutlet,
  program: applyProgram,
  tag: applyTag,
  offer: applyOffer,
};

async function applyPartner(work: Work, { code, name }: ItemOf<"partner">): Promise<Result<unknown>> {
  const known = await partnerByCode(work.database.app, code);
  if (known) return refuse("ALREADY_EXISTS", `The partner "${code}" exists, and partners cannot be renamed.`);
  return createPartner(work, { code, name });
}

async function applyMerchant(work: Work, item: ItemOf<"merchant">): Promise<Result<unknown>> {
  const db = work.database.app;
  const { code, name, category: categoryCode, websiteUrl, logoUrl, status } = item;
  const partner = await partnerByCode(db, item.partner);
  if (!partner) return missing("partner", item.partner);
  const parent = item.parent === null ? null : await merchantByCode(db, item.parent);
  if (parent === undefined) return missing("merchant", item.parent ?? "");
  const parentMerchantId = parent?.merchantId ?? null;
  let known = await merchantByCode(db, code);
  if (!known) {
    const wanted = { partnerId: partner.partnerId, parentMerchantId, code, name, categoryCode, websiteUrl, logoUrl };
    const created = await createMerchant(work, wanted);
    if (!created.ok || created.value.status === status) return created;
    known = created.value;
  }
  if (known.partnerId !== partner.partnerId || known.parentMerchantId !== parentMerchantId) {
    return refuse("INVALID_INPUT", `partner and parent of "${code}" differ from the file's, and cannot be changed.`);
  }
  const { merchantId, revision } = known;
  return updateMerchant(work, { merchantId, revision, name, categoryCode, websiteUrl, logoUrl, status });
}

async function applyOutlet(work: Work, item: ItemOf<"outlet">): Promise<Result<unknown>> {
  const { code, name, kind, country, city, address, url, status } = item;
  const merchant = await merchantByCode(work.database.app, item.merchant);
  if (!merchant) return missing("merchant", item.merchant);
  let known = await outletByCode(work.database.app, merchant.merchantId, code);
  if (!known) {
    const wanted = { merchantId: merchant.merchantId, code, name, kind, country, city, address, url };
    const created = await createOutlet(work, wanted);
    if (!created.ok || created.value.status === status) return created;
    known = created.value;
  }
  if (known.kind !== kind) return refuse("INVALID_INPUT", `kind is ${kind}, but ${code} is ${known.kind} for good.`);
  const { outletId, revision } = known;
  return updateOutlet(work, { outletId, revision, name, country, city, address, url, status });
}

async function applyProgram(work: Work, item: ItemOf<"program">): Promise<Result<unknown>> {
  const issuer = await partnerByCode(work.database.app, item.issuer);
  if (!issuer) return missing("partner", item.issuer);
  const terms = {
    name: item.name,
    unitName: item.unitName,
    timeZone: item.timeZone,
    earnPoints: points(BigInt(item.earning.points)),
    earnPerMinor: minorUnits(BigInt(item.earning.perMinor)),
    earnRounding: item.earning.rounding,
    valueMinor: minorUnits(BigInt(item.valuePerPoint.minor)),
    valuePoints: points(BigInt(item.valuePerPoint.points)),
    expiry: item.expiry,
    handling: item.handling,
  };
  const known = await programByCode(work.database.app, item.code);
  if (known && (known.issuerPartnerId !== issuer.partnerId || known.currency !== item.currency)) {
    return refuse(
      "INVALID_INPUT",
      `issuer and currency of "${item.code}" differ from the file's, and cannot be changed.`,
    );
  }
  const { code, currency, status } = item;
  const changed = known
    ? await updateProgram(work, { programId: known.programId, revision: known.revision, ...terms, status })
    : await createProgram(work, { issuerPartnerId: issuer.partnerId, code, currency, ...terms });
  if (!changed.ok || changed.value.status === "CLOSED") return changed;
  const { programId, revision } = changed.value;
  const tiers = item.tiers.map((tier, rank) => ({ ...tier, rank, threshold: BigInt(tier.threshold) }));
  return defineTiers(work, { programId, revision, tiers });
}

async function applyTag(work: Work, item: ItemOf<"tag">): Promise<Result<unknown>> {
  const { code, name, description, valueType, choices, unit, sensitivity, status } = item;
  const source = await partnerByCode(work.database.app, item.source);
  if (!source) return missing("partner", item.source);
  const known = (await definitionsByCodes(work.database.app, [code], { kind: "all" })).get(code);
  if (!known) {
    const shared = { code, name, description, choices, unit, sensitivity };
    return createTagDefinition(work, { ...shared, type: valueType, sourcePartnerId: source.partnerId });
  }
  if (known.type !== valueType || known.sourcePartnerId !== source.partnerId) {
    return refuse(
      "INVALID_INPUT",
      `type and source of the tag "${code}" differ from the file's, and cannot be changed.`,
    );
  }
  const { revision } = known;
  return updateTagDefinition(work, { code, revision, name, description, choices, unit, sensitivity, status });
}

/** A new offer becomes a draft; a draft is edited; anything else gets a next version, for a second person to approve. */
async function applyOffer(work: Work, item: ItemOf<"offer">): Promise<Result<unknown>> {
  const merchant = await merchantByCode(work.database.app, item.merchant);
  if (!merchant) return missing("merchant", item.merchant);
  const content = parseOfferContent(item.content);
  if (!content.ok) return content;
  const { merchantId } = merchant;
  const known = await offerByCode(work.database.app, merchantId, item.code);
  if (!known) return draftOffer(work, { target: { merchantId, code: item.code }, content: content.value });
  const { offerId } = known;
  const versions = await versionsOf(work.database.app, offerVersions, offerId);
  const draft = versions.find((version) => version.state === "DRAFT");
  if (!draft) return draftOffer(work, { target: { offerId }, content: content.value });
  return editOffer(work, { offerId, version: draft.version, revision: draft.revision, content: content.value });
}

function missing(what: string, code: string): Result<never> {
  return refuse("NOT_FOUND", `The ${what} "${code}" was not found.`);
}
