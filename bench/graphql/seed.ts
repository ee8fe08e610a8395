import postgres, { type Sql } from "postgres";
import { drizzle } from "drizzle-orm/postgres-js";
import { minorUnits, money } from "../../src/kernel/money";
import { points } from "../../src/kernel/points";
import { merchantCategories, merchants, partners } from "../../src/merchants/merchants.tables";
import type { OfferContent } from "../../src/offers/core/offer";
import { leadingFacts, offerVersions } from "../../src/offers/offer-versions";
import { offers } from "../../src/offers/offers.tables";
import { programs } from "../../src/programs/programs.tables";
import { storedContent } from "../../src/publishing/stored-content";
import { versions } from "../../src/publishing/publishing.tables";

export interface AllianceSize {
  /** An even number. Each has three accounts; every second one has ten deliveries, so that on average there are five. */
  readonly members: number;
  readonly programs: number;
  readonly merchants: number;
  readonly offers: number;
}

export const fullSize: AllianceSize = { members: 100_000, programs: 20, merchants: 1_000, offers: 5_000 };
export const smokeSize: AllianceSize = { members: 1_000, programs: 20, merchants: 20, offers: 100 };

export const accountsPerMember = 3;
export const deliveriesPerAddressedMember = 10;
export const partnerCount = 20;
const categoryCount = 10;

/** The fourth digit of an id's third group, so that ids of different kinds differ. */
const kinds = { partner: 1, merchant: 2, program: 3, offer: 4, member: 5, delivery: 6 } as const;
type Kind = keyof typeof kinds;

/** An id in the form of a UUIDv7: ids of one kind sort by their numbers, as if made one after the other. */
export function idOf(kind: Kind, number: number): string {
  return `01890000-0000-700${kinds[kind]}-8000-${number.toString(16).padStart(12, "0")}`;
}

/** The same in SQL, of a whole number. */
function idSql(kind: Kind, number: string): string {
  return `('01890000-0000-700${kinds[kind]}-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;
}

/** The numbers of members that offers were delivered to. */
export function isAddressed(memberNumber: number): boolean {
  return memberNumber % 2 === 0;
}

const founded = new Date("2026-01-01T00:00:00Z");

/**
 * Fills an empty, migrated database as its owner, past all use cases and always with the same rows, and has PostgreSQL
 * take its statistics. Answers the number of rows of each table. Rows lie in the order in which time would have brought
 * them: what belongs to one member is spread over the table.
 */
export async function seedAlliance(
  ownerUrl: string,
  size: AllianceSize,
  offerSays: OfferSays = () => ({}),
): Promise<Record<string, number>> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => undefined, connection: { TimeZone: "UTC" } });
  try {
    await seedCatalogue(sql, size, offerSays);
    await seedMembers(sql, size);
    return await analysed(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** What an offer says otherwise than all of them. */
export type OfferSays = (number: number) => Partial<OfferContent>;

async function seedCatalogue(sql: Sql, size: AllianceSize, offerSays: OfferSays): Promise<void> {
  const db = drizzle({ client: sql });
  await db.insert(partners).values(
    times(partnerCount, (number) => ({
      partnerId: idOf("partner", number),
      code: `partner-${number}`,
      name: bothNames("Partner", "伙伴", number),
      createdAt: founded,
    })),
  );
  await db
    .insert(merchantCategories)
    .values(
      times(categoryCount, (number) => ({ code: `category-${number}`, name: bothNames("Kind", "类别", number) })),
    );
  await db.insert(merchants).values(times(size.merchants, merchantRow));
  await db.insert(programs).values(times(size.programs, programRow));
  for (let from = 0; from < size.offers; from += 1_000) {
    const made = times(Math.min(1_000, size.offers - from), (number) =>
      offerRows(from + number, size, offerSays(from + number)),
    );
    await db.insert(offers).values(made.map(({ offer }) => offer));
    await db.insert(versions).values(made.map(({ version }) => version));
  }
}

function merchantRow(number: number): typeof merchants.$inferInsert {
  return {
    merchantId: idOf("merchant", number),
    partnerId: idOf("partner", number % partnerCount),
    code: `merchant-${number}`,
    name: bothNames("Coffee House", "咖啡馆", number),
    categoryCode: `category-${number % categoryCount}`,
    status: "ACTIVE",
    revision: 1,
    createdAt: founded,
    updatedAt: founded,
  };
}

function programRow(number: number): typeof programs.$inferInsert {
  return {
    programId: idOf("program", number),
    issuerPartnerId: idOf("partner", number % partnerCount),
    code: `program-${number}`,
    name: bothNames("Points", "积分", number),
    unitName: { en: "points", "zh-CN": "积分" },
    timeZone: "Asia/Shanghai",
    status: "ACTIVE",
    earnPoints: points(1n),
    earnPerMinor: minorUnits(100n),
    earnRounding: "DOWN",
    currency: "CNY",
    valueMinor: minorUnits(1n),
    valuePoints: points(1n),
    expiryKind: "NEVER",
    revision: 1,
    createdAt: founded,
    updatedAt: founded,
  };
}

function offerRows(number: number, size: AllianceSize, said: Partial<OfferContent>) {
  const content: OfferContent = {
    name: bothNames("Spend 20, get 5", "满二十减五", number),
    termsText: { en: "At our shops, once a week.", "zh-CN": "每周一次。" },
    imageUrl: null,
    kind: number % 3 === 0 ? "SINGLE_PURCHASE" : "CUMULATIVE_SPEND",
    mark: money(2_000n, "CNY"),
    reward: money(500n, "CNY"),
    validHours: 168,
    channels: ["EMAIL", "MOBILE"],
    startsAt: founded,
    endsAt: null,
    audienceTags: [],
    rule: null,
    priority: 500,
    ...said,
  };
  const { content: stored, contentHash } = storedContent(offerVersions, content);
  const live = { version: 1, state: "PUBLISHED", publishedAt: founded } as const;
  const version: typeof versions.$inferInsert = {
    ...{ kind: "OFFER", itemId: idOf("offer", number), ...live, content: stored },
    contentHash: Buffer.from(contentHash, "hex"),
    ...{ editors: [], importedBy: "service:bench", createdBy: "service:bench", revision: 1 },
    ...{ createdAt: founded, updatedAt: founded },
  };
  const offer: typeof offers.$inferInsert = {
    ...{ offerId: idOf("offer", number), merchantId: idOf("merchant", number % size.merchants) },
    ...{ code: `offer-${number}`, createdAt: founded, audienceTags: [] },
    ...leadingFacts({ ...live, content }),
  };
  return { offer, version };
}

/** Steps that share no factor with the counts they are taken by, so that a member's programs and offers all differ. */
async function seedMembers(sql: Sql, size: AllianceSize): Promise<void> {
  const last = size.members - 1;
  await sql.unsafe(`
    set synchronous_commit = off;
    insert into alliance.members (member_id, status, enrolled_by, joined_at, locale, revision, created_at, updated_at)
    select ${idSql("member", "m")}, 'ACTIVE', ${idSql("partner", `m % ${partnerCount}`)},
      timestamptz '2026-01-01Z' + m * interval '13 s', case m % 3 when 0 then 'zh-CN' else 'en' end, 1 + m % 4,
      timestamptz '2026-01-02Z' + m * interval '13 s', timestamptz '2026-03-01Z' + m * interval '7 s'
    from generate_series(0, ${last}) m;

    insert into alliance.accounts (member_id, program_id, available, held, pending, opened_at, last_moved_at)
    select ${idSql("member", "m")}, ${idSql("program", `(m * 3 + turn * 7) % ${size.programs}`)},
      (m::bigint * 7919 + turn) % 1000000, m % 50, m % 7, timestamptz '2026-01-02Z' + m * interval '13 s',
      timestamptz '2026-03-01Z'
    from generate_series(0, ${accountsPerMember - 1}) turn, generate_series(0, ${last}) m
    order by turn, m;

    insert into alliance.offer_deliveries (member_id, delivery_id, offer_id, offer_version, merchant_id, kind,
      mark_minor, reward_minor, currency, channel, delivered_at, lapses_at, recorded_at, source, source_reference)
    select ${idSql("member", "m")}, ${idSql("delivery", `turn * ${size.members}::bigint + m`)},
      o.offer_id, o.version, o.merchant_id, o.kind, o.mark_minor, o.reward_minor, o.currency, 'EMAIL', at,
      at + interval '168 h', at, 'bench', 'd' || turn
    from generate_series(0, ${deliveriesPerAddressedMember - 1}) turn, generate_series(0, ${last}, 2) m,
      lateral (select timestamptz '2026-04-01Z' + turn * interval '1 day' + m % 80000 * interval '1 s' as at) when_,
      alliance.offers o
    where o.offer_id = ${idSql("offer", `(m::bigint * 7 + turn * 4729) % ${size.offers}`)}
    order by turn, m`);
}

const counted = ["programs", "merchants", "offers", "versions", "members", "accounts", "offer_deliveries"];

async function analysed(sql: Sql): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  // By VACUUM too, or it would come by itself in the middle of a measurement.
  await sql`vacuum analyze`;
  for (const table of counted) {
    const [row] = await sql.unsafe(`select count(*)::int as rows from alliance.${table}`);
    counts[table] = row?.rows as number;
  }
  return counts;
}

function bothNames(en: string, chinese: string, number: number) {
  return { en: `${en} ${number}`, "zh-CN": `${chinese}${number}` };
}

function times<Item>(count: number, make: (number: number) => Item): Item[] {
  return Array.from({ length: count }, (_, number) => make(number));
}
