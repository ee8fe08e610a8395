import postgres from "postgres";

export interface ClaimsSize {
  /** As many members as benefits: each holds one of them, the hot one, and the scarce one. */
  readonly benefits: number;
  /** Units of the scarce benefit. */
  readonly scarce: number;
}

/** What a claim is on: everybody's one benefit, one of the many, or the one that runs out. */
export type Target = "hot" | "uniform" | "scarce";

const id = (kind: string, number: string) =>
  `('0c${kind}0000-0000-7000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;

/** The ids that `seedClaims` made, by number from 1 on. */
export const memberIdOf = (number: number) => textId("01", number);
export const entitlementIdOf = (target: Target, number: number) =>
  textId({ hot: "04", uniform: "05", scarce: "06" }[target], number);
export const scarceBenefitId = textId("09", 1);

function textId(kind: string, number: number): string {
  return `0c${kind}0000-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;
}

/** Of all benefits alike: as often as wished, so that the stock alone decides. */
function contentOf(stock: number): string {
  const money = (amountMinor: string) => ({ amountMinor, currency: "CNY" });
  return JSON.stringify({
    ...{ name: { en: "Lounge" }, termsText: { en: "A visit." }, imageUrl: null, category: "BUSINESS_TRAVEL" },
    terms: { kind: "DISCOUNT", quota: null, basisPoints: 1_000, ceiling: null },
    ...{
      lastsMonths: 12,
      timeZone: "Asia/Shanghai",
      supplierCode: "bank",
      unitCost: money("1000"),
      value: money("3000"),
    },
    ...{
      funders: [{ partnerCode: "bank", basisPoints: 10_000 }],
      fulfilment: "AT_TILL",
      stock: { units: stock, per: null },
    },
    ...{ merchantCodes: [], ways: [], idle: null, rule: null, priority: 500 },
  });
}

/** Published benefits, and members who hold them, written as sets. */
export async function seedClaims(ownerUrl: string, { benefits, scarce }: ClaimsSize): Promise<void> {
  const owner = postgres(ownerUrl, { max: 1, onnotice: () => undefined });
  const plenty = contentOf(1_000_000);
  const benefitRows = (rows: string) => `
    insert into alliance.benefits (item_id, code, created_at, state, version, published_at, name)
    select item_id, code, now(), 'PUBLISHED', 1, now(), '{"en": "Lounge"}' from (${rows}) b;
    insert into alliance.versions (kind, item_id, version, state, content, content_hash, editors, imported_by, created_by,
      created_at, updated_at, published_at, revision)
    select 'BENEFIT', item_id, 1, 'PUBLISHED', content::jsonb, '\\x00', '{}', 'bench', 'bench', now(), now(), now(), 1 from (${rows}) b;`;
  const held = (kind: string, benefitId: string) => `
    insert into alliance.entitlements (member_id, entitlement_id, benefit_id, benefit_code, benefit_version, terms, fulfilment,
      kind, quantity, valid_from, valid_until, time_zone, way, source_id, state, suspended_for, granted_at, state_since)
    select ${id("01", "n")}, ${id(kind, "n")}, ${benefitId}, 'b', 1, '${plenty}'::jsonb -> 'terms', 'AT_TILL', 'DISCOUNT', 1,
      now() - interval '1 day', now() + interval '300 days', 'Asia/Shanghai', 'EARNED', ${id(kind, "n")}, 'ACTIVE', '{}',
      now() - interval '1 day', now() - interval '1 day'
    from generate_series(1, ${benefits}) n;`;
  try {
    await owner.unsafe(`
      insert into alliance.partners (partner_id, code, name, created_at) values (${id("02", "1")}, 'bank', '{"en": "Bank"}', now());
      insert into alliance.members (member_id, status, enrolled_by, locale, joined_at, revision, created_at, updated_at)
      select ${id("01", "n")}, 'ACTIVE', ${id("02", "1")}, 'en', now(), 1, now(), now() from generate_series(1, ${benefits}) n;
      ${benefitRows(`select ${id("07", "1")} as item_id, 'hot' as code, '${plenty}' as content
        union all select ${id("09", "1")}, 'scarce', '${contentOf(scarce)}'
        union all select ${id("08", "n")}, 'b-' || n, '${plenty}' from generate_series(1, ${benefits}) n`)}
      ${held("04", id("07", "1"))}
      ${held("05", id("08", "n"))}
      ${held("06", id("09", "1"))}`);
    await owner.unsafe("vacuum analyze");
  } finally {
    await owner.end();
  }
}
