import { exportCatalogue } from "../../src/catalogue/export-catalogue";
import { applyCatalogueImport, planCatalogueImport } from "../../src/catalogue/import-catalogue";
import { describePlan } from "../../src/catalogue/core/import-plan";
import type { Services, Work } from "../../src/context";
import { callers, testApi } from "../support/api";
import { testDatabase } from "../support/database";

/* The catalogue goes from one alliance to another as a file: nothing is lost, nothing is made twice. */

const now = new Date("2026-06-01T12:00:00Z");

const amount = (minor: string) => ({ amountMinor: minor, currency: "CNY" });
const items: readonly Record<string, unknown>[] = [
  { type: "category", code: "tea", name: { en: "Tea", "zh-CN": "茶" } },
  { type: "partner", code: "tea-house", name: { en: "Tea House" } },
  {
    type: "merchant",
    code: "tea-street",
    partner: "tea-house",
    parent: "tea-chain",
    name: { en: "Street" },
    category: "tea",
  },
  {
    type: "merchant",
    code: "tea-chain",
    partner: "tea-house",
    name: { en: "Chain" },
    category: "tea",
    status: "SUSPENDED",
  },
  {
    type: "outlet",
    merchant: "tea-street",
    code: "1",
    name: { en: "Bund" },
    kind: "PHYSICAL",
    country: "CN",
    city: "Shanghai",
    status: "CLOSED",
  },
  {
    type: "program",
    code: "leaves",
    issuer: "tea-house",
    name: { en: "Leaves" },
    unitName: { en: "leaves" },
    timeZone: "Asia/Shanghai",
    currency: "CNY",
    earning: { points: "9007199254740993", perMinor: "2000", rounding: "DOWN" },
    valuePerPoint: { minor: "1", points: "1" },
    expiry: { kind: "MONTHS_AFTER_EARNING", months: 36, rounding: "QUARTER" },
    tiers: [
      { code: "base", name: { en: "Base" }, basis: "SPEND", threshold: "0", periodMonths: 12, downgrade: "ONE_STEP" },
      { code: "gold", name: { en: "Gold" }, basis: "SPEND", threshold: "1000", periodMonths: 12, downgrade: "NEVER" },
    ],
  },
  {
    type: "tag",
    code: "likes",
    name: { en: "Likes" },
    description: { en: "What it likes." },
    valueType: "SET",
    choices: ["green", "oolong"],
    source: "tea-house",
    sensitivity: "INTERNAL",
  },
  {
    type: "offer",
    merchant: "tea-street",
    code: "spring",
    content: {
      name: { en: "Spring" },
      termsText: { en: "In spring." },
      imageUrl: null,
      kind: "SINGLE_PURCHASE",
      mark: amount("2000"),
      reward: amount("500"),
      validHours: 168,
      channels: ["EMAIL"],
      startsAt: "2026-03-01T00:00:00.000Z",
      endsAt: null,
      audienceTags: ["likes"],
    },
  },
];
const fileOf = (lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");
const file = fileOf(items);

async function emptyAlliance(): Promise<Work> {
  const { database } = await testDatabase();
  const services: Services = testApi(database, () => now).services;
  return { services, database, actor: callers.service, now };
}

async function exported(work: Work): Promise<string> {
  let text = "";
  for await (const line of exportCatalogue(work)) text += line;
  return text;
}

async function take(work: Work, text: string) {
  return applyCatalogueImport(work, await planCatalogueImport(work, text));
}

let first: Work;
beforeAll(async () => {
  first = await emptyAlliance();
});

it("shows what a file would do without doing it", async () => {
  const plan = await planCatalogueImport(first, file);
  expect(describePlan(plan)).toEqual([
    "+ category:tea",
    "+ partner:tea-house",
    "+ merchant:tea-chain",
    "+ merchant:tea-street",
    "+ outlet:tea-street/1",
    "+ program:leaves",
    "+ tag:likes",
    "+ offer:tea-street/spring",
    "8 new, 0 changed, 0 as they are, 0 rejected",
  ]);
  expect(await exported(first)).toBe("");
});

it("takes a file in, and finds nothing to do the second time", async () => {
  const { applied, refused } = await take(first, file);
  expect({ applied: applied.length, refused }).toEqual({ applied: 8, refused: [] });
  const again = await planCatalogueImport(first, file);
  expect(describePlan(again)).toEqual(["0 new, 0 changed, 8 as they are, 0 rejected"]);
});

it("carries everything into another alliance, to the last digit", async () => {
  const second = await emptyAlliance();
  const text = await exported(first);
  expect(text).toContain("9007199254740993");
  const { refused } = await take(second, text);
  expect(refused).toEqual([]);
  expect(await exported(second)).toBe(text);
});

it("brings offers in as drafts, for a second person to approve", async () => {
  const states = await first.database.app.$client`select state from alliance.versions`;
  expect(states.map((row) => String(row.state))).toEqual(["DRAFT"]);
});

it("changes what the file says otherwise, and leaves what it does not name", async () => {
  const renamed = { ...items[3], name: { en: "The Chain" }, status: "ACTIVE" };
  const plan = await planCatalogueImport(first, fileOf([renamed]));
  expect(describePlan(plan)).toEqual([
    "~ merchant:tea-chain",
    `    name.en: "Chain" → "The Chain"`,
    `    status: "SUSPENDED" → "ACTIVE"`,
    "0 new, 1 changed, 0 as they are, 0 rejected",
  ]);
  const before = await exported(first);
  await applyCatalogueImport(first, plan);
  const after = await exported(first);
  const changed = after.split("\n").filter((line, i) => line !== before.split("\n")[i]);
  expect(changed).toHaveLength(1);
});

it("refuses by line what cannot be changed or does not fit, and applies the rest", async () => {
  const lines = [
    { ...items[2], parent: null },
    { ...items[5], currency: "USD" },
    { ...items[1], code: "Not A Code" },
    { ...items[7], code: "summer", content: { ...(items[7]?.content as object), audienceTags: ["unknown"] } },
    { type: "merchant", code: "nobodys", partner: "nobody", name: { en: "Nobody's" }, category: "tea" },
    { type: "category", code: "coffee", name: { en: "Coffee" } },
  ];
  const { applied, refused } = await take(first, fileOf(lines));
  expect(applied.map((one) => one.key)).toEqual(["category:coffee"]);
  expect(refused).toEqual([
    { line: 3, reason: expect.stringContaining(`code is "Not A Code"`) },
    { line: 1, reason: expect.stringContaining(`partner and parent of "tea-street" differ`) },
    { line: 5, reason: `The partner "nobody" was not found.` },
    { line: 2, reason: expect.stringContaining(`issuer and currency of "leaves" differ`) },
    { line: 4, reason: expect.stringContaining("unknown") },
  ]);
});
