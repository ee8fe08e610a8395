import { sql } from "drizzle-orm";
import type { Services } from "../../src/context";
import { inTransaction } from "../../src/db/transaction";
import { decodeFacts } from "../../src/facts/core/encoding";
import { memberFacts } from "../../src/facts/facts.queries";
import { rebuildEncodings } from "../../src/members/rebuild-encodings";

/** A member's encoding in words: what is true of it by fact, and the numbers and days (since 1970) that it has. */
export type ReadableEncoding = Record<string, readonly string[] | number>;

/** What the stored encoding says; undefined where there is none. */
export async function encodingOf(services: Services, memberId: string): Promise<ReadableEncoding | undefined> {
  const [row] = await memberFacts(services.database.app, [memberId], services.clock());
  if (!row) return undefined;
  const { keys, slots, values } = decodeFacts(row.encoding);
  const { numbers } = services.facts;
  await numbers.fetchNumbers([...keys, ...slots]);
  const readable: Record<string, string[] | number> = {};
  for (const number of keys) {
    const key = numbers.keyOf(number);
    if (!key) throw new Error(`the number ${number} says nothing`);
    const choices = (readable[key.fact] ??= []) as string[];
    if (key.choice !== null) choices.push(key.choice);
  }
  slots.forEach((slot, place) => {
    const fact = numbers.keyOf(slot)?.fact ?? `number ${slot}`;
    if (!(fact in readable)) throw new Error(`${fact} has a value and is not known`);
    readable[fact] = values[place] ?? NaN;
  });
  for (const choices of Object.values(readable)) if (typeof choices !== "number") choices.sort();
  return readable;
}

interface Kept {
  readonly memberId: string;
  readonly text: string;
  [column: string]: unknown;
}

/**
 * The members whose stored encoding is another than one made anew from everything that is stored of them: none, if all
 * writers keep encodings true. Nothing of the making anew remains.
 */
export async function untrueEncodings(services: Services, now = services.clock()): Promise<string[]> {
  const { app, vault } = services.database;
  const stored = sql`
    select m.member_id as "memberId", (e.encoding, e.born_on, e.alias_ids, e.lapses_at)::text as text
    from alliance.members m left join alliance.encoded_members e using (member_id)`;
  const before = await app.execute<Kept>(stored);
  let after: readonly Kept[] = [];
  await inTransaction(vault, async (tx) => {
    // The rebuild's own transactions become savepoints of this one, which is given up.
    const database = { ...services.database, app: tx, vault: tx } as unknown as Services["database"];
    await rebuildEncodings({ services: { ...services, database }, now });
    after = [...(await tx.execute<Kept>(stored))];
    throw new GivenUp();
  }).catch((error: unknown) => {
    if (!(error instanceof GivenUp)) throw error;
  });
  const anew = new Map(after.map((row) => [row.memberId, row.text]));
  return [...before].filter((row) => row.text !== anew.get(row.memberId)).map((row) => row.memberId);
}

class GivenUp extends Error {}
