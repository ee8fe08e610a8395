import type { RequestContext } from "../context";
import { declareHistoryCounter } from "../facts/declare-history-counter";
import { historyCountersByCodes } from "../facts/facts.queries";
import { expectDone, findOrMake, foundCategory, foundMerchant, foundPartner, foundProgram, foundTag } from "../import/founding";
import { foundRewardsTags } from "../import/rewards-tags";
import type { NewOutlet } from "../merchants/create-outlet";
import { createOutlet } from "../merchants/create-outlet";
import { outletByCode } from "../merchants/merchants.queries";
import { defineTiers } from "../programs/define-tiers";
import { tiersByPrograms } from "../programs/programs.queries";
import { demoCounters } from "./demo-counters";
import { demoCategories, demoMerchants, demoPartners } from "./demo-merchants";
import { demoPrograms } from "./demo-programs";
import { demoTags } from "./demo-tags";

/** The ids of what the demo's catalogue holds, by code. */
export interface DemoCatalogue {
  readonly partners: ReadonlyMap<string, string>;
  readonly merchants: ReadonlyMap<string, { readonly merchantId: string; readonly partnerId: string }>;
  readonly programs: ReadonlyMap<string, string>;
}

/** How many things `loadCatalogue` counts. */
export const catalogueSteps = demoPartners.length + demoMerchants.length + demoPrograms.length + demoTags.length;

/** Partners, merchants with their outlets, programs with tiers, tag definitions and counters; what is there stays. */
export async function loadCatalogue(work: RequestContext, step: () => void): Promise<DemoCatalogue> {
  const partners = new Map<string, string>();
  for (const partner of demoPartners) {
    partners.set(partner.code, (await foundPartner(work, partner)).partnerId);
    step();
  }
  for (const category of demoCategories) await foundCategory(work, category);
  const merchants = await loadMerchants(work, partners, step);
  const programs = await loadPrograms(work, partners, step);
  for (const { source, ...tag } of demoTags) {
    await foundTag(work, { ...tag, sourcePartnerId: idOf(partners, source) });
    step();
  }
  // The offers' audiences may name tags that the rewards app brings.
  await foundRewardsTags(work, idOf(partners, "coffee-house"));
  await loadCounters(work);
  return { partners, merchants, programs };
}

async function loadMerchants(work: RequestContext, partners: ReadonlyMap<string, string>, step: () => void) {
  const merchants = new Map<string, { merchantId: string; partnerId: string }>();
  for (const { partner, merchant, parent, outlets } of demoMerchants) {
    const parentMerchantId = parent === undefined ? {} : { parentMerchantId: idOf(merchants, parent).merchantId };
    const founded = await foundMerchant(work, idOf(partners, partner), { ...merchant, ...parentMerchantId });
    const { merchantId, partnerId } = founded;
    merchants.set(merchant.code, { merchantId, partnerId });
    for (const outlet of outlets) await loadOutlet(work, { ...outlet, merchantId });
    step();
  }
  return merchants;
}

async function loadOutlet(work: RequestContext, outlet: NewOutlet): Promise<void> {
  await findOrMake(
    () => outletByCode(work.database.app, outlet.merchantId, outlet.code),
    () => createOutlet(work, outlet),
  );
}

async function loadPrograms(work: RequestContext, partners: ReadonlyMap<string, string>, step: () => void) {
  const programs = new Map<string, string>();
  for (const { issuer, program, tiers } of demoPrograms) {
    const { programId, revision } = await foundProgram(work, idOf(partners, issuer), program);
    const known = await tiersByPrograms(work.database.app, [programId]);
    if (known.length === 0) expectDone(await defineTiers(work, { programId, revision, tiers }));
    programs.set(program.code, programId);
    step();
  }
  return programs;
}

/** Declared while there is nothing to count yet, which takes no time. */
async function loadCounters(work: RequestContext): Promise<void> {
  for (const counter of demoCounters) {
    await findOrMake(
      async () => (await historyCountersByCodes(work.database.app, [counter.code]))[0],
      () => declareHistoryCounter(work, { ...counter, merchantId: null }),
    );
  }
}

export function idOf<Id>(ids: ReadonlyMap<string, Id>, code: string): Id {
  const id = ids.get(code);
  if (id === undefined) throw new Error(`the demo names "${code}" before it is there`);
  return id;
}
