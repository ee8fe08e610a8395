import type { Work } from "../context";
import { done, refuseAll, type Refusal, type Result } from "../kernel/result";
import { packageByCode } from "../packages/published-packages";
import { codecOf, type ItemKind } from "../publishing/item-kind";
import { ruleRefusals } from "../publishing/item-rule";
import type { Version } from "../publishing/publishing";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { cardProducts } from "./card-products.tables";
import type { CardProductContent, Slot } from "./core/card-product";
import { packageCodesOf, parseProductContent, serialiseProductContent } from "./core/content";

export type CardProductVersion = Version<CardProductContent>;

export const productKind: ItemKind<CardProductContent> = {
  kind: "CARD_PRODUCT",
  name: "CardProduct",
  noun: "card product",
  table: cardProducts,
  parse: parseProductContent,
  serialise: serialiseProductContent,
  check: checkProduct,
};
export const productVersions = codecOf(productKind);

const root = ["input", "content"];

/** Every package that a slot names must be live, and those of one slot, with its fee, of one currency. */
function checkProduct(work: Work, snapshot: CatalogueSnapshot, content: CardProductContent): Result<unknown> {
  const refusals: Refusal[] = ruleRefusals(work, snapshot, content.rule, [...root, "rule"]);
  for (const [place, slot] of content.slots.entries()) {
    const path = [...root, "slots", String(place)];
    refusals.push(...ruleRefusals(work, snapshot, slot.rule, [...path, "rule"]));
    refusals.push(...programRefusals(snapshot, slot, path));
    const codes = packageCodesOf({ slots: [slot] });
    const packages = codes.map((code) => ({ code, found: packageByCode(snapshot, code) }));
    for (const { code, found } of packages) {
      if (found?.state === "PUBLISHED") continue;
      const why = found ? `it is ${found.state}` : "none of this code was ever published";
      const message = `Package "${code}" of slot "${slot.code}" is not published: ${why}.`;
      refusals.push({ code: "NOT_FOUND", message, path: [...path, "fill"] });
    }
    const currencies = new Set(packages.flatMap(({ found }) => (found ? [found.content.worth.currency] : [])));
    if (slot.swap?.fee) currencies.add(slot.swap.fee.currency);
    if (currencies.size > 1) {
      const message = `Slot "${slot.code}" has ${[...currencies].join(", ")}, expected one currency.`;
      refusals.push({ code: "CURRENCY_MISMATCH", message, path: [...path, "fill"] });
    }
  }
  return refusals.length > 0 ? refuseAll(refusals) : done(undefined);
}

function programRefusals(snapshot: CatalogueSnapshot, { fill, swap }: Slot, path: readonly string[]): Refusal[] {
  const refusals: Refusal[] = [];
  const named = [
    ...(fill.kind === "TIER" ? [[fill.programCode, "fill"] as const] : []),
    ...(swap?.payWithPoints ? [[swap.payWithPoints.programCode, "swap"] as const] : []),
  ];
  for (const [code, field] of named) {
    if (snapshot.programsByCode.has(code)) continue;
    refusals.push({ code: "NOT_FOUND", message: `No program has the code "${code}".`, path: [...path, field] });
  }
  if (fill.kind !== "TIER") return refusals;
  const programId = snapshot.programsByCode.get(fill.programCode)?.programId ?? "";
  const known = new Set(snapshot.tiersByProgram.get(programId)?.map((tier) => tier.code));
  for (const { tierCode } of fill.tiers) {
    if (known.has(tierCode)) continue;
    const message = `Program "${fill.programCode}" has no tier "${tierCode}", expected ${[...known].join(", ")}.`;
    refusals.push({ code: "NOT_FOUND", message, path: [...path, "fill"] });
  }
  return refusals;
}
