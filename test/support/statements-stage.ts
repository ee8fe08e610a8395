import type { Services } from "../../src/context";
import type { StatementListener } from "../../src/db/client";
import { points } from "../../src/kernel/points";
import { minorUnits } from "../../src/kernel/money";
import { recordConsent } from "../../src/members/record-consent";
import { deliverOffer } from "../../src/offers/deliver-offer";
import { openAccounts } from "../../src/earning/open-accounts";
import { insertOpeningTiers } from "../../src/programs/opening-tiers";
import { createProgram } from "../../src/programs/create-program";
import { tiers } from "../../src/programs/programs.tables";
import { setTags } from "../../src/tags/set-tags";
import { callers } from "./api";
import { noon, valueOf } from "./members-stage";
import { hours, offersStage, recorded, type OffersStage } from "./offers-stage";
import type { Viewer } from "./walk-secrets";

/** A small alliance with one member who has everything, and a list of members with wallets. */
export interface StatementsStage {
  readonly stage: OffersStage;
  readonly services: Services;
  readonly callers: Readonly<Record<string, Viewer>>;
  readonly memberId: string;
  readonly anotherId: string;
  readonly number: string;
  readonly partnerCode: string;
  readonly merchantCode: string;
  /** As everybody but partners sees them, and as the partner does. */
  readonly ids: Readonly<Record<"partner" | "merchant" | "offer" | "member" | "another" | "membersOwn", string>>;
}

const manyMembers = 55;

export async function statementsStage(onStatement: StatementListener): Promise<StatementsStage> {
  const stage = await offersStage(onStatement);
  const { services } = stage;
  const merchant = await stage.merchant();
  const { partnerId } = merchant;
  const profile = { displayName: "Lin Yue", email: "lin@example.org" };
  const member = await stage.member(partnerId, { profile });
  const another = await stage.member(partnerId, { profile });
  const programId = await programOf(stage, partnerId);
  const wallets = [member.memberId, another.memberId];
  for (let count = wallets.length; count < manyMembers; count++) wallets.push((await stage.member(partnerId)).memberId);
  const balances = wallets.map((memberId) => ({ memberId, programId, available: 9_007_199_254_740_993n }));
  await openAccounts(services, balances, noon);
  const tagCode = await stage.tag(partnerId, { sensitivity: "SENSITIVE" });
  for (const { memberId } of [member, another]) await lifeOf(stage, { memberId, merchant, programId, tagCode });
  await services.catalogue.catchUp();
  const { catalogue, ids } = services;
  const bank = callers.partner(partnerId, ["members:write", "members:read", "purchases:write", "reports:read"]);
  const actors = {
    member: callers.member(member.memberId),
    partner: bank,
    service: callers.service,
    marketer: callers.staff("MARKETER"),
    approver: callers.staff("APPROVER"),
    support: callers.staff("SUPPORT"),
    finance: callers.staff("FINANCE"),
    auditor: callers.staff("AUDITOR"),
    everything: callers.staff("SUPPORT", "MARKETER", "RISK", "OPERATIONS", "FINANCE", "AUDITOR", "APPROVER"),
  };
  const seal = ids.forActor(callers.service);
  return {
    ...{ stage, services, memberId: member.memberId, anotherId: another.memberId, number: member.number },
    callers: Object.fromEntries(Object.entries(actors).map(([name, actor]) => [name, { name, actor }])),
    partnerCode: catalogue.current.partners.get(partnerId)?.code ?? "",
    merchantCode: merchant.code,
    ids: {
      partner: seal.seal("Partner", partnerId),
      merchant: seal.seal("Merchant", merchant.merchantId),
      offer: seal.seal("Offer", catalogue.current.offersByMerchant.get(merchant.merchantId)?.[0] ?? ""),
      member: seal.seal("Member", member.memberId, member.memberId),
      another: seal.seal("Member", another.memberId, another.memberId),
      membersOwn: ids.forActor(bank).seal("Member", member.memberId, member.memberId),
    },
  };
}

async function programOf(stage: OffersStage, issuerPartnerId: string): Promise<string> {
  const made = await createProgram(stage.work(), {
    ...{ issuerPartnerId, code: "leaves", name: { en: "Leaves" }, unitName: { en: "leaves" } },
    ...{ timeZone: "Asia/Shanghai", currency: "CNY", earnPoints: points(1n), earnPerMinor: minorUnits(2000n) },
    ...{ earnRounding: "DOWN", valueMinor: minorUnits(1n), valuePoints: points(1n) },
    expiry: { kind: "NEVER", months: null, rounding: null },
  });
  const { programId } = valueOf(made);
  const tier = { basis: "SPEND" as const, periodMonths: 12, downgrade: "NEVER" as const, threshold: points(0n) };
  await stage.services.database.app
    .insert(tiers)
    .values({ ...tier, programId, code: "gold", rank: 0, name: { en: "Gold" } });
  return programId;
}

interface Life {
  readonly memberId: string;
  readonly merchant: Awaited<ReturnType<OffersStage["merchant"]>>;
  readonly programId: string;
  readonly tagCode: string;
}

/** Consents, a tier, tags, offers and purchases, of which some complete an offer. */
async function lifeOf(stage: OffersStage, { memberId, merchant, programId, tagCode }: Life): Promise<void> {
  const { partnerId } = merchant;
  const consent = { memberId, partnerId, purpose: "MARKETING", granted: true, wording: "v1" } as const;
  valueOf(await recordConsent(stage.work(), consent));
  valueOf(await setTags(stage.work(), { memberId, tags: [{ code: tagCode, value: { number: 7 }, observedAt: null }] }));
  const tier = { memberId, programId, tierCode: "gold", source: "GRANTED" as const };
  await insertOpeningTiers(stage.work(), [{ ...tier, reachedAt: noon, validUntil: null }]);
  for (let count = 0; count < 3; count++) {
    const { offerId } = await stage.offer(merchant);
    const sourceReference = `mail-${memberId}-${count}`;
    valueOf(await deliverOffer(stage.work(), { offerId, memberId, channel: "EMAIL", sourceReference }));
    await recorded(stage, stage.purchase(merchant, memberId, { occurredAt: hours(count + 1) }));
  }
}
