import type { RequestContext, Services } from "../context";
import type { EncodedFacts } from "../facts/core/encoding";
import { holdsKey } from "../facts/core/encoding";
import { consentsFact } from "../facts/core/stored-facts";
import type { RulesAt } from "../rules/rule-store";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import type { MemberToMatch } from "./match-member";

type Caller = Pick<RequestContext, "services" | "catalogue" | "actor">;

/** In the place of a merchant's partner. */
const notLookedUp = 0;
const notActive = -1;

/**
 * What the rules do not say: a merchant that is suspended offers nothing; a partner is told of its own merchants' things
 * alone, since others' would tell what their rules ask; and whoever is not the member itself may reach out with what the
 * member consented to be reached with, and is told of no more.
 *
 * Answers by the numbers that merchants have in the ranks. What it looked up of the catalogue it keeps for as long as
 * nothing changes of the merchants or partners; what it looks up of members it never keeps.
 */
export class EligibleMerchants {
  #merchants: CatalogueSnapshot["merchants"] | undefined;
  #partners: CatalogueSnapshot["partners"] | undefined;
  /** By merchant: its partner's place in the list, `notLookedUp` or `notActive`. */
  #partnerOf = new Int32Array(1024);
  readonly #partnerIds: string[] = [""];
  readonly #partnerPlaces = new Map<string, number>();
  /** By partner: the number of the consent to be reached by it, as far as it was asked. */
  #consents: number[] = [];

  constructor(private readonly rules: Pick<RulesAt, "merchantIds">) {}

  /** Good until the catalogue's next snapshot. */
  of({ services, catalogue, actor }: Caller, { known, memberId }: MemberToMatch): (merchant: number) => boolean {
    this.#follow(catalogue);
    const isOwn = actor.kind === "member" && actor.memberId === memberId;
    const onlyPartner = actor.kind === "partner" ? this.#placeOfPartner(actor.partnerId) : undefined;
    return (merchant) => {
      const partner = this.#partnerOfMerchant(merchant);
      if (partner === notActive) return false;
      if (onlyPartner !== undefined && partner !== onlyPartner) return false;
      return isOwn || holdsKey(known.encoded, this.#consentTo(services, partner));
    };
  }

  #follow({ merchants, partners }: CatalogueSnapshot): void {
    if (merchants === this.#merchants && partners === this.#partners) return;
    this.#merchants = merchants;
    this.#partners = partners;
    this.#partnerOf = new Int32Array(this.rules.merchantIds.length);
    this.#consents = [];
  }

  #partnerOfMerchant(number: number): number {
    if (number >= this.#partnerOf.length) {
      const longer = new Int32Array(2 * number + 1);
      longer.set(this.#partnerOf);
      this.#partnerOf = longer;
    }
    const before = this.#partnerOf[number]!;
    if (before !== notLookedUp) return before;
    const merchant = this.#merchants?.get(this.rules.merchantIds[number] ?? "");
    const partner = merchant?.status === "ACTIVE" ? this.#placeOfPartner(merchant.partnerId) : notActive;
    this.#partnerOf[number] = partner;
    return partner;
  }

  #placeOfPartner(partnerId: string): number {
    const before = this.#partnerPlaces.get(partnerId);
    if (before !== undefined) return before;
    const place = this.#partnerIds.push(partnerId) - 1;
    this.#partnerPlaces.set(partnerId, place);
    return place;
  }

  /** One that has no number yet may get one at any time. */
  #consentTo(services: Pick<Services, "facts">, partner: number): number | undefined {
    const before = this.#consents[partner];
    if (before !== undefined) return before;
    const code = this.#partners?.get(this.#partnerIds[partner] ?? "")?.code;
    const number = marketingConsent(services, code);
    if (number !== undefined) this.#consents[partner] = number;
    return number;
  }
}

export function consentsToMarketing(
  services: Pick<Services, "facts">,
  encoded: EncodedFacts,
  partnerCode: string | undefined,
): boolean {
  return holdsKey(encoded, marketingConsent(services, partnerCode));
}

function marketingConsent({ facts }: Pick<Services, "facts">, partnerCode: string | undefined): number | undefined {
  return facts.numbers.find({ fact: consentsFact, choice: marketingConsentTo(partnerCode) });
}

/** How the encoding names the consent without which nobody reaches out with a partner's offers. */
export function marketingConsentTo(partnerCode: string | undefined): string {
  return `${partnerCode}/MARKETING`;
}

/** One for each build of the index, whose numbers it goes by. */
const known = new WeakMap<RulesAt, EligibleMerchants>();

export function eligibleMerchants(rules: RulesAt): EligibleMerchants {
  const before = known.get(rules);
  if (before) return before;
  const merchants = new EligibleMerchants(rules);
  known.set(rules, merchants);
  return merchants;
}
