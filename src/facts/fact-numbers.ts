import { sql } from "drizzle-orm";
import { arrayLiteral } from "../db/arrays";
import type { Db } from "../db/client";
import type { FactKey } from "./core/stored-facts";
import { factKeys } from "./facts.tables";

interface NumberedKey {
  readonly number: number;
  readonly fact: string;
  readonly choice: string | null;
  [column: string]: unknown;
}

/**
 * The numbers by which encodings name what is true of a member, as far as this process has met them. They never change,
 * so what is in memory stays right, whoever gives further ones.
 *
 * A number is given by a statement of its own, outside of the transaction that needs it: one that was rolled back would
 * leave memory with a number that another key gets later.
 */
export class FactNumbers {
  readonly #app: Db;
  readonly #numbers = new Map<string, Map<string | null, number>>();
  readonly #keys = new Map<number, FactKey>();

  constructor(app: Db) {
    this.#app = app;
  }

  /** Undefined where this process has not met the key: call `ensure` or `fetch` first. */
  find({ fact, choice }: FactKey): number | undefined {
    return this.#numbers.get(fact)?.get(choice);
  }

  /** The same of a key that was ensured. */
  numberOf = (key: FactKey): number => {
    const number = this.find(key);
    if (number === undefined) throw new Error(`the fact key ${key.fact} ${String(key.choice)} was not ensured`);
    return number;
  };

  /** What a number says; undefined where this process has not met it: call `fetchNumbers` first. */
  keyOf(number: number): FactKey | undefined {
    return this.#keys.get(number);
  }

  /** From here on `find` answers for all of these keys; those without a number are given one. */
  async ensure(keys: Iterable<FactKey>): Promise<void> {
    let missing = this.#unknown(keys);
    if (missing.length > 0) missing = await this.fetch(missing);
    // A round gives at least one number, to this process or to another one that was faster.
    while (missing.length > 0) {
      await this.#give(missing);
      missing = await this.fetch(missing);
    }
  }

  /** Learns the numbers that these keys have; answers the keys that have none. */
  async fetch(keys: Iterable<FactKey>): Promise<FactKey[]> {
    const unknown = this.#unknown(keys);
    if (unknown.length === 0) return [];
    this.#remember(
      await this.#app.execute<NumberedKey>(sql`
        select k.number, k.fact, k.choice from ${wantedKeys(unknown)}
        join ${factKeys} k on k.fact = w.fact and k.choice is not distinct from w.choice`),
    );
    return this.#unknown(unknown);
  }

  /**
   * Learns all that there are, once, before a server takes requests: tens of thousands at most, since choices are few. A
   * planned query cannot wait for what it does not know, and each would be answered by the resolvers the first time.
   */
  async fetchAll(): Promise<void> {
    this.#remember(await this.#app.execute<NumberedKey>(sql`select number, fact, choice from ${factKeys}`));
  }

  /** Learns what these numbers say. */
  async fetchNumbers(numbers: Iterable<number>): Promise<void> {
    const unknown = [...new Set(numbers)].filter((number) => !this.#keys.has(number));
    if (unknown.length === 0) return;
    const rows = await this.#app.execute<NumberedKey>(
      sql`select number, fact, choice from ${factKeys} where number = any(${arrayLiteral(unknown)}::int4[])`,
    );
    this.#remember(rows);
  }

  /**
   * Counts on from the highest number. Of two servers that do so at the same time the later waits at the first number
   * that both want, and leaves out what is taken; as both go by the order of the keys they cannot wait for each other.
   */
  async #give(keys: readonly FactKey[]): Promise<void> {
    await this.#app.execute(sql`
      insert into ${factKeys} (number, fact, choice)
      select (select coalesce(max(number), 0) from ${factKeys})
        + row_number() over (order by w.fact, w.choice nulls first), w.fact, w.choice
      from ${wantedKeys(keys)}
      where not exists (
        select from ${factKeys} k where k.fact = w.fact and k.choice is not distinct from w.choice)
      order by 1
      on conflict do nothing`);
  }

  #unknown(keys: Iterable<FactKey>): FactKey[] {
    const unknown = new Map<string, FactKey>();
    for (const key of keys) {
      if (this.find(key) === undefined) unknown.set(JSON.stringify([key.fact, key.choice]), key);
    }
    return [...unknown.values()];
  }

  #remember(rows: readonly NumberedKey[]): void {
    for (const { number, fact, choice } of rows) {
      const ofFact = this.#numbers.get(fact) ?? new Map<string | null, number>();
      this.#numbers.set(fact, ofFact.set(choice, number));
      this.#keys.set(number, { fact, choice });
    }
  }
}

function wantedKeys(keys: readonly FactKey[]) {
  const facts = arrayLiteral(keys.map((key) => key.fact));
  const choices = arrayLiteral(keys.map((key) => key.choice));
  return sql`unnest(${facts}::text[], ${choices}::text[]) as w (fact, choice)`;
}
