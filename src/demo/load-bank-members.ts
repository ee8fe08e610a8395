import type { RequestContext } from "../context";
import { plusHours } from "../kernel/period";
import { points, type Points } from "../kernel/points";
import { enrollInBulk, insertFirstConsents, type FirstConsent } from "../members/members.bulk";
import { openAccounts } from "../earning/open-accounts";
import { insertOpeningTiers, type OpeningTier } from "../programs/opening-tiers";
import { insertTags, type ArrivingTag } from "../tags/tags.bulk";
import { idOf, type DemoCatalogue } from "./load-catalogue";
import { Seeded } from "./seeded";

/** How many members River Bank brings to the demo. */
const bankMembers = 300;

/** The bank's number of its member at this place of the list, from 0. */
export function bankNumber(index: number): string {
  return `RB${600_000 + index}`;
}

/** Card holders of River Bank with tags, consents, balances and tiers; answers their member ids in order. */
export async function loadBankMembers(work: RequestContext, catalogue: DemoCatalogue): Promise<string[]> {
  const seeded = new Seeded(6225);
  const bank = idOf(catalogue.partners, "river-bank");
  const arriving = Array.from({ length: bankMembers }, (_, index) => ({
    number: bankNumber(index),
    joinedAt: plusHours(new Date("2019-03-01T01:00:00Z"), seeded.between(0, 50_000)),
  }));
  const arrived = await enrollInBulk(work, arriving, { partnerId: bank, locale: "zh-CN" });
  const memberIds = arriving.map(({ number }) => idOf(arrived.memberIds, number));
  const people = memberIds.map((memberId) => personOf(seeded, memberId));
  await insertTags(work, people.flatMap(({ tags }) => tags));
  await insertFirstConsents(work, people.flatMap((person) => consentsOf(person, catalogue, work.now)), "service:demo");
  const balances = people.flatMap(({ memberId, cardPoints, miles }) => [
    { memberId, programId: idOf(catalogue.programs, "river-points"), available: cardPoints },
    { memberId, programId: idOf(catalogue.programs, "sky-miles"), available: miles },
  ]);
  await openAccounts(work.services, balances.filter((balance) => balance.available > 0n), work.now);
  await insertOpeningTiers(work, people.flatMap((person) => tiersOf(person, catalogue)));
  return memberIds;
}

interface Person {
  readonly memberId: string;
  readonly card: "classic" | "gold" | "platinum";
  readonly cardPoints: Points;
  readonly miles: Points;
  readonly agrees: boolean;
  readonly tags: readonly ArrivingTag[];
}

const observedAt = new Date("2026-01-01T00:00:00Z");
const interests = ["travel", "dining", "sport", "music", "family", "health"] as const;

function personOf(seeded: Seeded, memberId: string): Person {
  const card = seeded.pick(["classic", "classic", "classic", "gold", "gold", "platinum"]);
  const spend = { classic: 3_000, gold: 9_000, platinum: 26_000 }[card] + seeded.between(-900, 4_000);
  const flies = seeded.chance(card === "platinum" ? 90 : 35);
  const liked = interests.filter(() => seeded.chance(40));
  const facts: [string, ArrivingTag["value"]][] = [
    ["card_tier", card],
    ["monthly_card_spend", spend],
    ...(seeded.chance(70) ? ([["car_owner", seeded.chance(60)]] as [string, boolean][]) : []),
    ...(flies ? ([["last_flight_on", dayOf(seeded)]] as [string, string][]) : []),
    ...(liked.length > 0 ? ([["interests", [...liked].sort()]] as [string, string[]][]) : []),
  ];
  return {
    memberId,
    card,
    cardPoints: points((BigInt(spend) * BigInt(seeded.between(3, 30))) / 20n),
    miles: points(flies ? BigInt(seeded.between(800, 60_000)) : 0n),
    agrees: seeded.chance(80),
    tags: facts.map(([tagCode, value]) => ({ memberId, tagCode, value, observedAt })),
  };
}

function dayOf(seeded: Seeded): string {
  return plusHours(new Date("2025-02-01T00:00:00Z"), seeded.between(0, 330) * 24).toISOString().slice(0, 10);
}

/** Four in five let the bank's partners write to them and count them; the others said no, which is an answer too. */
function consentsOf({ memberId, agrees }: Person, { partners }: DemoCatalogue, recordedAt: Date): FirstConsent[] {
  const shared = { memberId, granted: agrees, wording: "alliance-2026-01", recordedAt };
  return ["river-bank", "fresh-market", "green-fuel"].flatMap((partner) =>
    (["MARKETING", "ANALYTICS"] as const).map((purpose) => ({ ...shared, partnerId: idOf(partners, partner), purpose })),
  );
}

function tiersOf({ memberId, card, miles }: Person, { programs }: DemoCatalogue): OpeningTier[] {
  const held = { memberId, source: "QUALIFIED" as const, reachedAt: observedAt, validUntil: new Date("2027-01-01T00:00:00Z") };
  const flyer = miles >= 40_000n ? "gold" : miles >= 20_000n ? "silver" : undefined;
  return [
    ...(card === "classic" ? [] : [{ ...held, programId: idOf(programs, "river-points"), tierCode: card }]),
    ...(flyer ? [{ ...held, programId: idOf(programs, "sky-miles"), tierCode: flyer }] : []),
  ];
}
