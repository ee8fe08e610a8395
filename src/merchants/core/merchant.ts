import type { LocalisedText } from "../../kernel/localised";
import { textRefusals } from "../../kernel/plain-text";
import type { Refusal } from "../../kernel/result";

export const sellingStatuses = ["ACTIVE", "SUSPENDED", "CLOSED"] as const;
export type SellingStatus = (typeof sellingStatuses)[number];

export const outletKinds = ["PHYSICAL", "ONLINE"] as const;
export type OutletKind = (typeof outletKinds)[number];

/** Codes of partners and merchants: lower case, digits and hyphens, 2 to 63 characters. */
const codeShape = /^[a-z0-9][a-z0-9-]{1,62}$/;

export function codeRefusals(code: string, path: readonly string[]): Refusal[] {
  if (codeShape.test(code)) return [];
  const message = `code is "${code}", expected 2 to 63 lower-case letters, digits and hyphens.`;
  return [{ code: "INVALID_INPUT", message, path }];
}

export function nameRefusals(name: LocalisedText, path: readonly string[]): Refusal[] {
  const texts = Object.values(name);
  if (texts.length === 0) {
    return [{ code: "INVALID_INPUT", message: "name is empty, expected a text in at least one language.", path }];
  }
  const [refusal] = texts.flatMap((text) => textRefusals("name", text, 200, path));
  return refusal ? [refusal] : [];
}

export function webAddressRefusals(field: string, url: string | null | undefined, path: readonly string[]): Refusal[] {
  if (!url || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) return [];
  return [{ code: "INVALID_INPUT", message: `${field} is "${url}", expected an http or https address.`, path }];
}

/** A closed merchant or outlet stays closed: its history refers to it as it was. */
export function statusRefusals(from: SellingStatus, to: SellingStatus, path: readonly string[]): Refusal[] {
  if (from !== "CLOSED" || to === "CLOSED") return [];
  return [{ code: "WRONG_STATE", message: `status is CLOSED and cannot become ${to}.`, path }];
}

/** What an outlet must say of its place: a physical one its city and country, an online one its address on the web. */
export interface OutletPlace {
  readonly kind: OutletKind;
  readonly country: string | null;
  readonly city: string | null;
  readonly url: string | null;
}

export function placeRefusals(place: OutletPlace): Refusal[] {
  const missing = (field: string, why: string): Refusal => ({
    code: "INVALID_INPUT",
    message: `${field} is missing, expected for ${why}.`,
    path: ["input", field],
  });
  if (place.kind === "ONLINE") {
    if (place.city) {
      const message = `city is "${place.city}", expected none for an ONLINE outlet.`;
      return [{ code: "INVALID_INPUT", message, path: ["input", "city"] }];
    }
    return place.url ? webAddressRefusals("url", place.url, ["input", "url"]) : [missing("url", "an ONLINE outlet")];
  }
  const refusals: Refusal[] = [];
  if (!place.city) refusals.push(missing("city", "a PHYSICAL outlet"));
  if (!place.country || !/^[A-Z]{2}$/.test(place.country)) {
    const message = `country is "${place.country ?? ""}", expected a two-letter ISO 3166 code for a PHYSICAL outlet.`;
    refusals.push({ code: "INVALID_INPUT", message, path: ["input", "country"] });
  }
  return [...refusals, ...webAddressRefusals("url", place.url, ["input", "url"])];
}
