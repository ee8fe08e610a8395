import { drizzle } from "drizzle-orm/postgres-js";
import postgres, { type Sql } from "postgres";
import { contextChannels, scenes } from "../../src/facts/core/context-facts";
import { encodeFacts } from "../../src/facts/core/encoding";
import { consentsFact, statusFact } from "../../src/facts/core/stored-facts";
import { evaluate, type Situation } from "../../src/rules/core/evaluate";
import type { Leaf, Rule } from "../../src/rules/core/rule";
import { withLeaves } from "../../src/rules/core/rule-nodes";
import { tagDefinitions } from "../../src/tags/tags.tables";
import { idOf, partnerCount, seedAlliance, type AllianceSize, type OfferSays } from "../graphql/seed";
import {
  makeCatalogue,
  makeMembers,
  makeRules,
  profiles,
  today,
  type GeneratedMember,
  type GeneratedTag,
} from "../rules/generate";
import { askedOf, choiceOf, indexedRule, NumbersOfBench, valuesOf } from "../rules/world";

const seed = 1;
const tagsPerMember = 150;
const millisPerDay = 86_400_000;
/** The generator's windows lie around its own day. */
const shiftMillis = (Math.floor(Date.now() / millisPerDay) - today) * millisPerDay;
const longAgo = new Date("2020-01-01T00:00:00Z");

/** What stands in the database, for whoever asks and checks. */
export interface SeededMatching {
  /** By the numbers of offers. */
  readonly offers: readonly { readonly rule: Rule; readonly startsAt: Date; readonly endsAt: Date | null }[];
  /** Each stands for every `characters.length`th member. */
  readonly characters: readonly Character[];
}

/** What is known of a member, and the moment in which it is asked for. */
export interface Character {
  readonly moment: Readonly<Record<string, unknown>>;
  readonly situation: Situation;
}

/**
 * An alliance as bench:graphql has it, with a rule in every offer, and members who have 150 tags each, encoded: rules and
 * members of bench:rules. Only what is asked of the moment is brought into the product's own words.
 */
export async function seedMatching(ownerUrl: string, size: AllianceSize, kinds: number): Promise<SeededMatching> {
  const tags = makeCatalogue(tagsPerMember, seed);
  const offers = makeRules(tags, size.offers, seed + 10, profiles.typical).map((generated) => {
    const { rule, from, to } = indexedRule(tags, generated);
    return {
      rule: inProductsWords(rule as Rule),
      startsAt: from === null ? longAgo : new Date(from + shiftMillis),
      endsAt: to === null ? null : new Date(to + shiftMillis),
      priority: generated.priority,
    };
  });
  const offerSays: OfferSays = (number) => offers[number] ?? {};
  await seedAlliance(ownerUrl, size, offerSays);
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => undefined });
  try {
    const generated = makeMembers(tags, kinds, seed + 4);
    const numbers = new NumbersOfBench();
    await seedTags(sql, tags);
    await seedEncodings(sql, tags, generated, numbers, size.members);
    await sql`vacuum analyze`;
    return { offers, characters: generated.map((member) => characterOf(tags, member, numbers)) };
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** The product has fourteen scenes and four channels, which have names. */
function inProductsWords(rule: Rule): Rule {
  const wordOf = (fact: string, choice: string) => productsWord(fact, choice) ?? choice;
  return withLeaves(rule, (leaf): Leaf => {
    if ("equals" in leaf && typeof leaf.equals.value === "string") {
      return { equals: { ...leaf.equals, value: wordOf(leaf.equals.fact, leaf.equals.value) } };
    }
    if (!("oneOf" in leaf)) return leaf;
    const { fact, choices } = leaf.oneOf;
    return { oneOf: { fact, choices: [...new Set(choices.map((choice) => wordOf(fact, choice)))] } };
  });
}

function productsWord(fact: string, choice: string): string | undefined {
  const words = fact === "context.scene" ? scenes : fact === "context.channel" ? contextChannels : undefined;
  return words?.[Number(choice.slice(1)) % words.length];
}

async function seedTags(sql: Sql, tags: readonly GeneratedTag[]): Promise<void> {
  const types = { bool: "BOOLEAN", enum: "ENUM", num: "NUMBER", date: "DATE", set: "SET" } as const;
  const rows = tags
    .filter((tag) => !tag.ctx)
    .map((tag): typeof tagDefinitions.$inferInsert => ({
      code: tag.name,
      ...{ name: { en: tag.name }, description: { en: tag.name }, type: types[tag.type], unit: null },
      choices: Array.from({ length: tag.n ?? 0 }, (_, number) => choiceOf(tag, number)),
      ...{ sourcePartnerId: idOf("partner", 0), sensitivity: "INTERNAL", status: "ACTIVE", revision: 1 },
      ...{ createdAt: longAgo, updatedAt: longAgo },
    }));
  const db = drizzle({ client: sql });
  for (let from = 0; from < rows.length; from += 1_000) {
    await db.insert(tagDefinitions).values(rows.slice(from, from + 1_000));
  }
}

/** Everybody consents to everything: what is not shown costs nothing. */
async function seedEncodings(
  sql: Sql,
  tags: readonly GeneratedTag[],
  generated: readonly GeneratedMember[],
  numbers: NumbersOfBench,
  members: number,
): Promise<void> {
  const everybodys = [
    numbers.number(statusFact, null),
    numbers.number(statusFact, "ACTIVE"),
    numbers.number(consentsFact, null),
    ...Array.from({ length: partnerCount }, (_, each) => numbers.number(consentsFact, `partner-${each}/MARKETING`)),
  ];
  const encodings = generated.map((member) => {
    const { encoded } = askedOf(tags, member, numbers).member;
    return encodeFacts({ ...encoded, keys: Int32Array.from([...everybodys, ...encoded.keys]).sort() });
  });
  const keys: { number: number; fact: string; choice: string | null }[] = [];
  for (let key = numbers.keyOf(1); key; key = numbers.keyOf(keys.length + 1)) {
    keys.push({ number: keys.length + 1, ...key });
  }
  for (let from = 0; from < keys.length; from += 5_000) {
    const part = keys.slice(from, from + 5_000);
    await sql`insert into alliance.fact_keys ${sql(part, "number", "fact", "choice")}`;
  }
  await sql`create temporary table characters (place integer primary key, encoding bytea)`;
  for (let from = 0; from < encodings.length; from += 1_000) {
    const part = encodings.slice(from, from + 1_000).map((encoding, place) => ({ place: from + place, encoding }));
    await sql`insert into characters ${sql(part, "place", "encoding")}`;
  }
  await sql`
    insert into alliance.encoded_members (member_id, encoding, alias_ids, pending, changed_at)
    select m.member_id, c.encoding, '{}', false, now()
    from (select member_id, row_number() over (order by member_id) - 1 as number from alliance.members) m
    join characters c on c.place = m.number % ${encodings.length}::int where m.number < ${members}::int`;
}

function characterOf(tags: readonly GeneratedTag[], member: GeneratedMember, numbers: NumbersOfBench): Character {
  const { moment } = askedOf(tags, member, numbers);
  const said = (name: string) => {
    const value = moment.facts.get(`context.${name}`);
    return typeof value === "string" ? (productsWord(`context.${name}`, value) ?? value) : value;
  };
  const amountMinor = Math.round(said("amount_minor") as number);
  const day = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const facts = valuesOf(tags, member);
  for (const name of ["scene", "channel", "category", "city"]) facts.set(`context.${name}`, said(name) as string);
  facts.set("context.amount_minor", amountMinor).set("context.date", day);
  return {
    moment: {
      ...{ scene: said("scene"), channel: said("channel"), category: said("category"), city: said("city") },
      amount: { amountMinor: String(amountMinor), currency: "CNY" },
    },
    situation: { today: day, valueOf: (fact) => facts.get(fact), isInAudience: () => false },
  };
}

/** How many of the offers match, by the reference evaluator. */
export function expectedMatches({ offers }: SeededMatching, { situation }: Character, now: Date): number {
  return offers.filter(
    ({ rule, startsAt, endsAt }) => startsAt <= now && (!endsAt || now < endsAt) && evaluate(rule, situation),
  ).length;
}
