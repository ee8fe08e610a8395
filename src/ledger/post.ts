import type { Db } from "../db/client";
import { sqlStateOf } from "../db/failures";
import { persistently } from "../db/persistently";
import { newId } from "../kernel/ids";
import type { Services } from "../context";
import type { LedgerCommand, LedgerResult } from "./core/command";
import { encodeCommand } from "./core/encode-command";
import { readResult, type PostedJson } from "./core/read-result";

type Poster = Pick<Services, "database">;

/**
 * Posts one command and answers what became of it. Whatever breaks on the way, it may be posted again as it is: its key
 * decides. Commands that wait at the same moment go to the database as one statement, which one server turns into
 * several times as many commands a second; each of them still stands or falls by itself.
 *
 * Throws only where the database cannot be reached within some seconds: then nothing is known of the command but that its
 * key will tell.
 */
export function postCommand({ database }: Poster, command: LedgerCommand): Promise<LedgerResult> {
  return counterOf(database.app).post(command);
}

/**
 * Posts many commands, in statements of at most `batchSize`, and answers in their order. Commands of one member are
 * posted in the order given. A crash between two statements leaves the first ones done: post them all again. Where a
 * command has a value that nothing can hold, which is a bug, it throws once all others of its statement are posted.
 */
export async function postBatch(
  { database }: Poster,
  commands: readonly LedgerCommand[],
): Promise<readonly LedgerResult[]> {
  const results = new Array<LedgerResult>(commands.length);
  await Promise.all(
    lanesOf(commands).map(async (lane) => {
      for (let start = 0; start < lane.length; start += batchSize) {
        const places = lane.slice(start, start + batchSize);
        const asked = places.map((place) => encoded(commands[place] as LedgerCommand));
        const settled = await postTogether(database.app, asked);
        settled.forEach((one, index) => {
          if (one.status === "rejected") throw one.reason;
          results[places[index] as number] = one.value;
        });
      }
    }),
  );
  return results;
}

/** Places of commands for several connections at once; all of a member in one lane, in their order. */
function lanesOf(commands: readonly LedgerCommand[]): number[][] {
  const lanes = Array.from(
    { length: Math.min(lanesAtOnce, Math.ceil(commands.length / batchSize)) },
    () => [] as number[],
  );
  const laneOfMember = new Map<string, number>();
  commands.forEach(({ memberId }, place) => {
    const lane = laneOfMember.get(memberId) ?? laneOfMember.size % lanes.length;
    laneOfMember.set(memberId, lane);
    lanes[lane]?.push(place);
  });
  return lanes;
}

/** Measured with `bench:ledger`: larger batches gain nothing more and hold their members' locks for longer. */
const batchSize = 100;
/** Connections that one long batch uses: as many as make two cores of a database busy while the client prepares the next. */
const lanesAtOnce = 3;
/** Statements of one process on their way at once: while these run, what comes gathers for the next. */
const statementsAtOnce = 4;

interface Encoded {
  readonly memberId: string;
  readonly json: string;
}

function encoded(command: LedgerCommand): Encoded {
  return { memberId: command.memberId, json: encodeCommand(command, newId()) };
}

const counters = new WeakMap<Db, Counter>();

function counterOf(db: Db): Counter {
  const known = counters.get(db) ?? new Counter(db);
  counters.set(db, known);
  return known;
}

interface Waiting extends Encoded {
  readonly answer: (result: LedgerResult) => void;
  readonly fail: (error: unknown) => void;
}

/** Where commands queue for the database, one queue for each pool. */
class Counter {
  #waiting: Waiting[] = [];
  #underWay = 0;
  #called = false;

  constructor(readonly db: Db) {}

  post(command: LedgerCommand): Promise<LedgerResult> {
    const asked = encoded(command);
    return new Promise((answer, fail) => {
      this.#waiting.push({ ...asked, answer, fail });
      this.#call();
    });
  }

  /** Not at once: what arrives in the same turn of the event loop goes together. */
  #call(): void {
    if (this.#called || this.#underWay >= statementsAtOnce) return;
    this.#called = true;
    setImmediate(() => {
      this.#called = false;
      void this.#serve(this.#waiting.splice(0, batchSize));
    });
  }

  async #serve(batch: readonly Waiting[]): Promise<void> {
    if (batch.length === 0) return;
    this.#underWay += 1;
    if (this.#waiting.length > 0) this.#call();
    try {
      const results = await postTogether(this.db, batch);
      results.forEach((settled, place) => {
        if (settled.status === "fulfilled") batch[place]?.answer(settled.value);
        else batch[place]?.fail(settled.reason);
      });
    } catch (error) {
      for (const { fail } of batch) fail(error);
    } finally {
      this.#underWay -= 1;
      if (this.#waiting.length > 0) this.#call();
    }
  }
}

type Settled = PromiseSettledResult<LedgerResult>;

/** One statement; where one command breaks it (a value that no type holds), each by itself, so that only that one fails. */
async function postTogether(db: Db, asked: readonly Encoded[]): Promise<readonly Settled[]> {
  if (asked.length > 1) {
    try {
      return (await postInOne(db, asked)).map((value) => ({ status: "fulfilled", value }));
    } catch (error) {
      if (!isBadValue(error)) throw error;
    }
  }
  const settled: Settled[] = [];
  for (const each of asked) settled.push(...(await Promise.allSettled([postAlone(db, each)])));
  return settled;
}

async function postInOne(db: Db, asked: readonly Encoded[]): Promise<readonly LedgerResult[]> {
  const [row] = await persistently(() =>
    db.$client.unsafe<{ results: PostedJson[] }[]>(
      "select alliance.ledger_post_batch($1::uuid[], $2::jsonb) as results",
      [asked.map(({ memberId }) => memberId) as never, `[${asked.map(({ json }) => json).join(",")}]`],
      { prepare: true },
    ),
  );
  if (!row) throw new Error("a select of a function answers one row");
  return row.results.map(readResult);
}

async function postAlone(db: Db, { memberId, json }: Encoded): Promise<LedgerResult> {
  try {
    const [row] = await persistently(() =>
      db.$client.unsafe<{ result: PostedJson }[]>(
        "select alliance.ledger_post($1::uuid, $2::jsonb) as result",
        [memberId, json],
        { prepare: true },
      ),
    );
    if (!row) throw new Error("a select of a function answers one row");
    return readResult(row.result);
  } catch (error) {
    if (sqlStateOf(error) === "22003") return { outcome: "REFUSED", code: "AMOUNT_OVERFLOW" };
    throw error;
  }
}

/** Class 22: a value that does not fit; 23: a check that the kernel leaves to the table. */
function isBadValue(error: unknown): boolean {
  return /^2[23]/.test(sqlStateOf(error) ?? "");
}
