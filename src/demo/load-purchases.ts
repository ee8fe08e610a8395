import { createHash } from "node:crypto";
import type { RequestContext } from "../context";
import { minorUnits } from "../kernel/money";
import { plusHours } from "../kernel/period";
import { recordPurchases, type LinePurchase } from "../import/record-purchases";
import { tillOf } from "../import/till";
import { outletByCode } from "../merchants/merchants.queries";
import { idOf, type DemoCatalogue } from "./load-catalogue";
import { Seeded } from "./seeded";

/** Where members of the bank shop, how often in half a year at most, and for how much: minor units from and to. */
const habits = [
  { merchant: "fresh-market", outlets: ["SH-101", "SU-101", "NJ-101", "WEB"], visits: 9, from: 2_350, to: 26_800 },
  { merchant: "fresh-market-express", outlets: ["SH-501", "SH-502", "HZ-501"], visits: 12, from: 650, to: 4_200 },
  { merchant: "green-fuel", outlets: ["SH-G01", "SU-G01", "CD-G01"], visits: 5, from: 15_000, to: 42_000 },
  { merchant: "lantern-dining", outlets: ["CD-001", "SH-001"], visits: 2, from: 8_800, to: 33_600 },
  { merchant: "harbour-care", outlets: ["NJ-C01", "VIDEO"], visits: 1, from: 6_000, to: 31_000 },
] as const;

/** Half a year of purchases up to the day of loading, which earn the alliance's points. */
export async function loadPurchases(work: RequestContext, catalogue: DemoCatalogue, memberIds: readonly string[]) {
  const midnight = new Date(`${work.now.toISOString().slice(0, 10)}T00:00:00Z`);
  for (const { merchant, outlets, visits, from, to } of habits) {
    const till = await tillOf(work, { merchant, currency: "CNY", program: "alliance-points" });
    const outletIds = await outletIdsOf(work, idOf(catalogue.merchants, merchant).merchantId, outlets);
    const digest = createHash("sha256").update(`demo purchases at ${merchant}`).digest("hex");
    const seeded = new Seeded(from);
    const bought = memberIds.flatMap((memberId) =>
      Array.from({ length: seeded.between(0, visits) }, (): Omit<LinePurchase, "identity"> => ({
        memberId,
        amountMinor: minorUnits(BigInt(seeded.between(from, to))),
        quantity: null,
        outletId: seeded.pick(outletIds),
        // From eight in the morning to ten at night in Shanghai.
        occurredAt: plusHours(midnight, -24 * seeded.between(1, 180) + seeded.between(0, 13 * 60) / 60),
      })),
    );
    await recordPurchases(
      work.services,
      till,
      bought.map((purchase, index) => ({ ...purchase, identity: { digest, line: index + 1 } })),
    );
  }
}

async function outletIdsOf(work: RequestContext, merchantId: string, codes: readonly string[]) {
  const ids: string[] = [];
  for (const code of codes) {
    const outlet = await outletByCode(work.database.app, merchantId, code);
    if (!outlet) throw new Error(`the demo names outlet ${code} before it is there`);
    ids.push(outlet.outletId);
  }
  return ids as [string, ...string[]];
}
