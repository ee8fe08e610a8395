import { sql } from "drizzle-orm";
import type { Db } from "../../src/db/client";
import type { FactKey } from "../../src/facts/core/stored-facts";
import { FactNumbers } from "../../src/facts/fact-numbers";
import { testDatabase } from "../support/database";

let app: Db;

beforeAll(async () => {
  ({ app } = (await testDatabase({ poolSize: 8 })).database);
});

const keysOf = (fact: string, count: number): FactKey[] => [
  { fact, choice: null },
  ...Array.from({ length: count }, (_, place) => ({ fact, choice: `choice ${place}` })),
];
const numbersIn = (numbers: FactNumbers, keys: readonly FactKey[]) => keys.map((key) => numbers.find(key));

it("gives every key one number, counting from 1", async () => {
  const numbers = new FactNumbers(app);
  const keys = keysOf("first", 3);
  await numbers.ensure(keys);
  expect([...numbersIn(numbers, keys)].sort()).toEqual([1, 2, 3, 4]);
});

it("tells a fact from its choices, and a choice from the same one of another fact", async () => {
  const numbers = new FactNumbers(app);
  const keys = [...keysOf("a", 1), ...keysOf("b", 1), { fact: "a", choice: "null" }, { fact: "a", choice: "" }];
  await numbers.ensure(keys);
  expect(new Set(numbersIn(numbers, keys)).size).toBe(keys.length);
});

it("has the numbers that another server gave, and asks for them once", async () => {
  const keys = keysOf("shared", 5);
  const [one, other] = [new FactNumbers(app), new FactNumbers(app)];
  await one.ensure(keys);
  expect(numbersIn(other, keys)).toEqual(keys.map(() => undefined));
  expect(await other.fetch([...keys, { fact: "shared", choice: "nobody's" }])).toEqual([
    { fact: "shared", choice: "nobody's" },
  ]);
  expect(numbersIn(other, keys)).toEqual(numbersIn(one, keys));
  await other.fetchNumbers([1_000_000]);
  expect(other.keyOf(1_000_000)).toBeUndefined();
  expect(other.keyOf(one.numberOf(keys[0]!))).toEqual(keys[0]);
});

it("gives the same numbers to two servers that want them at the same time, and none twice", async () => {
  const servers = Array.from({ length: 4 }, () => new FactNumbers(app));
  // Each wants some that others want too, in another order, and some of its own.
  const wanted = servers.map((_, server) => {
    const common = keysOf("wanted by all", 40);
    const own = keysOf(`wanted by ${server}`, 10);
    return server % 2 === 0 ? [...common, ...own] : [...own, ...common.reverse()];
  });
  await Promise.all(servers.map((server, place) => server.ensure(wanted[place]!)));
  const rows = await app.execute<{ number: number; fact: string; choice: string | null }>(
    sql`select number, fact, choice from alliance.fact_keys where fact like 'wanted by%'`,
  );
  expect(rows).toHaveLength(41 + 4 * 11);
  for (const [place, server] of servers.entries()) {
    const stored = (key: FactKey) => rows.find((row) => row.fact === key.fact && row.choice === key.choice)?.number;
    expect(numbersIn(server, wanted[place]!)).toEqual(wanted[place]!.map(stored));
  }
});

it("keeps a number whatever becomes of the transaction that needed it", async () => {
  const numbers = new FactNumbers(app);
  const [key] = keysOf("survives", 0) as [FactKey];
  await app
    .transaction(async () => {
      await numbers.ensure([key]);
      throw new Error("given up");
    })
    .catch(() => undefined);
  const other = new FactNumbers(app);
  await other.ensure([{ fact: "later", choice: null }, key]);
  expect(other.find(key)).toBe(numbers.find(key));
});

it("says what it does not know, where a number was not ensured", () => {
  expect(() => new FactNumbers(app).numberOf({ fact: "nothing", choice: null })).toThrow("was not ensured");
});
