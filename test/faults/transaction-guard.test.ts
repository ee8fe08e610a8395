import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { openDoor, type Db, type Queryable, type Tx } from "../../src/db/client";
import { sqlStateOf } from "../../src/db/failures";
import { CommitUnknownError, inTransaction, TransactionLostError } from "../../src/db/transaction";
import { TransactionOverError } from "../../src/db/transaction-errors";
import { testDatabase, type TestDatabase } from "../support/database";
import { startProxy, type Ending, type Proxy } from "../support/proxy";

async function weaklyRead(tx: Tx): Promise<WeakRef<object>> {
  return new WeakRef(await tx.execute(sql`select repeat('x', 1000) from generate_series(1, 10)`));
}

let test: TestDatabase;
let proxy: Proxy;
/** Not by way of the proxy: sees what is really there, and kills. */
let observer: Db;
let db: Db;

beforeAll(async () => {
  test = await testDatabase({ empty: true });
  observer = openDoor({ url: test.ownerUrl });
  await observer.execute(sql`create table steps (step int primary key)`);
});

beforeEach(async () => {
  await observer.execute(sql`truncate steps`);
  proxy = await startProxy(test.ownerUrl);
  db = openDoor({ url: proxy.url });
});

afterEach(async () => {
  await db.$client.end({ timeout: 0 });
  await proxy.close();
});

afterAll(() => observer.$client.end({ timeout: 5 }));

describe("without the guard", () => {
  it("the driver commits the second half of a transaction alone after its backend died", async () => {
    const closed = deferred();
    const secondHalf = deferred();
    const client = postgres(test.ownerUrl, { max: 1, onclose: () => closed.resolve(), onnotice: () => undefined });
    const halves = client.begin(async (begun) => {
      await begun`insert into steps values (1)`;
      const [backend] = await begun<[{ pid: number }]>`select pg_backend_pid() as pid`;
      await observer.execute(sql`select pg_terminate_backend(${backend.pid})`);
      await closed.promise;
      await client`select 'a query of somebody else brings the connection back'`;
      await begun`insert into steps values (2)`;
      secondHalf.resolve();
    });
    await expect(halves).rejects.toThrow("CONNECTION_CLOSED");
    await secondHalf.promise;
    expect(await stepsThere()).toEqual([2]);
    await client.end();
  });
});

describe("a backend killed between two statements", () => {
  it("leaves nothing, however the function goes on and whoever reconnects", async () => {
    const afterwards = deferred<unknown>();
    const halves = inTransaction(db, async (tx) => {
      await step(tx, 1);
      await kill(tx);
      const noticed = await refusalOf(step(tx, 2));
      await Promise.all([1, 2, 3, 4].map(() => db.execute(sql`select 1`)));
      await inTransaction(db, (other) => step(other, 10));
      afterwards.resolve([noticed, await refusalOf(step(tx, 3)), await refusalOf(step(tx, 4))]);
    });
    await expect(halves).rejects.toThrow(TransactionLostError);
    const lost = expect.any(TransactionLostError) as unknown;
    expect(await afterwards.promise).toEqual([lost, lost, lost]);
    expect(await stepsThere()).toEqual([10]);
  });

  it("leaves nothing of statements sent together", async () => {
    const together = inTransaction(db, async (tx) => {
      await step(tx, 1);
      const suicide = tx.execute(sql`select pg_terminate_backend(pg_backend_pid())`);
      await Promise.allSettled([step(tx, 2), suicide, ...[3, 4, 5, 6].map((n) => step(tx, n))]);
    });
    await expect(together).rejects.toThrow(TransactionLostError);
    expect(await stepsThere()).toEqual([]);
  });

  it("leaves nothing when it happens within a savepoint", async () => {
    const nested = inTransaction(db, async (tx) => {
      await step(tx, 1);
      await refusalOf(
        tx.transaction(async (inner) => {
          await step(inner, 2);
          await kill(inner);
          await refusalOf(step(inner, 3));
        }),
      );
      await refusalOf(step(tx, 4));
    });
    await expect(nested).rejects.toThrow(TransactionLostError);
    expect(await stepsThere()).toEqual([]);
  });

  it("tells the caller of the loss, not of the error that the function made of it", async () => {
    const wrapped = inTransaction(db, async (tx) => {
      await kill(tx);
      await step(tx, 1).catch(() => {
        throw new Error("could not write step 1");
      });
    });
    await expect(wrapped).rejects.toThrow(TransactionLostError);
  });

  it("does not keep the next transaction waiting for the only connection", async () => {
    const single = openDoor({ url: proxy.url }, 1);
    const killed = inTransaction(single, async (tx) => {
      await kill(tx);
      await step(tx, 1);
    });
    const next = inTransaction(single, (tx) => step(tx, 2));
    await expect(killed).rejects.toThrow(TransactionLostError);
    await next;
    expect(await stepsThere()).toEqual([2]);
    await single.$client.end();
  });
});

describe.each<Ending>(["closed", "reset"])("a connection %s", (ending) => {
  const steps = [1, 2, 3];

  it.each(steps)("before statement %i leaves nothing, also when the function swallows every error", async (broken) => {
    const swallowing = inTransaction(db, async (tx) => {
      for (const n of steps) {
        if (n === broken) proxy.cutBefore("insert into steps", ending);
        await refusalOf(step(tx, n));
      }
    });
    await expect(swallowing).rejects.toThrow(TransactionLostError);
    expect(await stepsThere()).toEqual([]);
  });

  it.each(steps)("after statement %i leaves nothing, also when the function swallows every error", async (broken) => {
    const swallowing = inTransaction(db, async (tx) => {
      for (const n of steps) {
        if (n === broken) proxy.cutAfter("insert into steps", ending);
        await refusalOf(step(tx, n));
      }
    });
    await expect(swallowing).rejects.toThrow(TransactionLostError);
    expect(await stepsThere()).toEqual([]);
  });

  it("before the commit reached the server is unknown to the caller, and nothing is there", async () => {
    proxy.cutBefore("commit", ending);
    await expect(allSteps()).rejects.toThrow(CommitUnknownError);
    expect(await stepsThere()).toEqual([]);
  });

  it("after the server committed is unknown to the caller, and everything is there", async () => {
    proxy.cutAfter("commit", ending);
    await expect(allSteps()).rejects.toThrow(CommitUnknownError);
    expect(await stepsThere()).toEqual(steps);
  });

  it("while the commit was on its way leaves all or nothing", async () => {
    proxy.cutAt("commit", ending);
    await expect(allSteps()).rejects.toThrow(CommitUnknownError);
    // Waits for the transaction's end, since it holds or held the key 1; then either it was there or this put it there.
    await observer.execute(sql`insert into steps values (1) on conflict do nothing`);
    expect([[1], steps]).toContainEqual(await stepsThere());
  });

  it("at the rollback tells why the function gave up", async () => {
    proxy.cutBefore("rollback", ending);
    const givenUp = inTransaction(db, async (tx) => {
      await step(tx, 1);
      throw new Error("out of stock");
    });
    await expect(givenUp).rejects.toThrow("out of stock");
    expect(await stepsThere()).toEqual([]);
  });

  it("since its last transaction is replaced before the work starts, which then runs once", async () => {
    await inTransaction(db, (tx) => step(tx, 0));
    proxy.cutBefore("begin", ending);
    let runs = 0;
    await inTransaction(db, (tx) => ((runs += 1), step(tx, 1)));
    expect(runs).toBe(1);
    expect(await stepsThere()).toEqual([0, 1]);
  });

  it("at the begin leaves nothing and spoils no later transaction", async () => {
    proxy.cutBefore("begin", ending);
    await expect(allSteps()).rejects.toThrow();
    await allSteps();
    expect(await stepsThere()).toEqual(steps);
  });
});

describe("a transaction on a sound connection", () => {
  it("refuses statements after its function ended, whether sent late or never awaited", async () => {
    let escaped: Tx | undefined;
    await inTransaction(db, async (tx) => {
      escaped = tx;
      await step(tx, 1);
    });
    await expect(step(escaped!, 2)).rejects.toMatchObject({ cause: expect.any(TransactionOverError) as unknown });
    expect(await stepsThere()).toEqual([1]);
  });

  it("is rolled back when a statement failed, also when the function swallowed that", async () => {
    const swallowing = inTransaction(db, async (tx) => {
      await step(tx, 1);
      await refusalOf(step(tx, 1));
    });
    expect(sqlStateOf(await refusalOf(swallowing))).toBe("23505");
    expect(await stepsThere()).toEqual([]);
  });

  it("reports a constraint that fails at the commit as that, not as an unknown outcome", async () => {
    await observer.execute(sql`
      create table pairs (step int references steps deferrable initially deferred)
    `);
    const dangling = inTransaction(db, (tx) => tx.execute(sql`insert into pairs values (7)`));
    expect(sqlStateOf(await refusalOf(dangling))).toBe("23503");
    await observer.execute(sql`drop table pairs`);
  });

  it("goes on after a savepoint was rolled back", async () => {
    await inTransaction(db, async (tx) => {
      await step(tx, 1);
      await refusalOf(tx.transaction((inner) => step(inner, 1)));
      await step(tx, 2);
    });
    expect(await stepsThere()).toEqual([1, 2]);
  });

  it("is guarded also when it is begun by drizzle's or the driver's own name", async () => {
    const byDrizzle = db.transaction(async (tx) => {
      await kill(tx);
      await step(tx, 1);
    });
    await expect(byDrizzle).rejects.toThrow(TransactionLostError);
    const byDriver = db.$client.begin(async (begun) => {
      await begun.unsafe("select pg_terminate_backend(pg_backend_pid())");
    });
    await expect(byDriver).rejects.toThrow(TransactionLostError);
  });

  it("keeps no rows that its statements answered, however many follow", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage = runInNewContext("gc") as () => void;
    const kept = await inTransaction(db, async (tx) => {
      const answered: WeakRef<object>[] = [];
      for (let count = 0; count < 20; count++) answered.push(await weaklyRead(tx));
      await tx.execute(sql`select 'the driver lets go of the one before'`);
      // A WeakRef holds on until the turn that made it is over.
      await new Promise((done) => setTimeout(done, 10));
      collectGarbage();
      return answered.filter((each) => each.deref()).length;
    });
    expect(kept).toBeLessThan(3);
  });

  it("waits its turn when all connections are taken", async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => inTransaction(db, (tx) => step(tx, n))));
    expect(await stepsThere()).toHaveLength(20);
  });
});

describe("a conflict with another transaction", () => {
  const conflict = sql`do $$ begin raise exception 'conflict' using errcode = '40001'; end $$`;

  it("is not repeated unless asked", async () => {
    let runs = 0;
    const run = inTransaction(db, (tx) => ((runs += 1), tx.execute(conflict)));
    expect(sqlStateOf(await refusalOf(run))).toBe("40001");
    expect(runs).toBe(1);
  });

  it("is repeated as often as asked, each time from nothing", async () => {
    let runs = 0;
    const work = async (tx: Tx) => {
      await step(tx, 1);
      if ((runs += 1) < 3) await tx.execute(conflict);
    };
    await inTransaction(db, work, { attempts: 3, isolation: "serializable" });
    expect(runs).toBe(3);
    expect(await stepsThere()).toEqual([1]);
  });

  it("is given up after the last attempt", async () => {
    let runs = 0;
    const run = inTransaction(db, (tx) => ((runs += 1), tx.execute(conflict)), { attempts: 2 });
    expect(sqlStateOf(await refusalOf(run))).toBe("40001");
    expect(runs).toBe(2);
  });

  it("never repeats what failed for another reason", async () => {
    let runs = 0;
    const run = inTransaction(db, (tx) => ((runs += 1), tx.execute(sql`select 1 / 0`)), { attempts: 5 });
    expect(sqlStateOf(await refusalOf(run))).toBe("22012");
    expect(runs).toBe(1);
  });
});

function allSteps(): Promise<void> {
  return inTransaction(db, async (tx) => {
    for (const n of [1, 2, 3]) await step(tx, n);
  });
}

async function step(queryable: Queryable, n: number): Promise<void> {
  await queryable.execute(sql`insert into steps values (${n})`);
}

async function kill(tx: Tx): Promise<void> {
  const [backend] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
  await observer.execute(sql`select pg_terminate_backend(${backend!.pid})`);
}

async function stepsThere(): Promise<number[]> {
  const rows = await observer.execute<{ step: number }>(sql`select step from steps order by step`);
  return rows.map((row) => row.step);
}

/** The loss itself, unwrapped: drizzle puts an error of its own around what a statement rejects with. */
async function refusalOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return "no refusal";
  } catch (error) {
    return (error as Error).cause instanceof TransactionLostError ? (error as Error).cause : error;
  }
}

function deferred<T = void>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
