import { setTimeout as wait } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { openDatabase, openDoor, type Database, type Db } from "../../src/db/client";
import { doorsOf } from "../../src/db/setup";
import { newId } from "../../src/kernel/ids";
import { points } from "../../src/kernel/points";
import { postCommand } from "../../src/ledger/post";
import { isWhole, verifyLedger } from "../../src/ledger/verify-ledger";
import { earn, ledgerStage, lot, spend, type LedgerStage } from "../support/ledger-stage";
import { startProxy, type Ending, type Proxy } from "../support/proxy";

/** Thirty-six in CI; `npm run test:faults` asks for two hundred and more. */
const faultsOfAKind = Number(process.env.LEDGER_FAULTS ?? 6);

let stage: LedgerStage;
let programId: string;
let memberId: string;
let proxy: Proxy;
let database: Database;
let observer: Db;

beforeAll(async () => {
  stage = await ledgerStage();
  programId = await stage.program();
  memberId = await stage.memberId();
  await stage.post(earn(memberId, programId, [lot(points(1_000_000n))]));
  proxy = await startProxy(stage.ownerUrl);
  database = openDatabase({ ...doorsOf({ ownerUrl: proxy.url }), poolSize: 4 });
  observer = openDoor({ url: stage.ownerUrl }, 2);
});

afterAll(async () => {
  await database.close();
  await proxy.close();
  await observer.$client.end({ timeout: 5 });
});

/** How often a key is in the books of the member. */
async function timesPosted(key: string): Promise<number> {
  const [row] = await observer.execute<{ count: number }>(sql`
    select count(*)::int as count from alliance.transfers where member_id = ${memberId}::uuid and idempotency_key = ${key}`);
  return row?.count ?? -1;
}

const balance = async () => (await stage.books(memberId)).accounts[0]?.available ?? 0n;

const endings: readonly Ending[] = ["closed", "reset"];
const cuts = ["cutBefore", "cutAt", "cutAfter"] as const;

describe("a command whose connection is cut", () => {
  it.each(cuts.flatMap((cut) => endings.map((ending) => [cut, ending] as const)))(
    "(%s, %s) is acknowledged, and counts once",
    async (cut, ending) => {
      for (let fault = 0; fault < faultsOfAKind; fault += 1) {
        const before = await balance();
        const command = spend(memberId, programId, 3n);
        proxy[cut](command.idempotencyKey, ending);
        const result = await postCommand({ database }, command);
        // Done the first time, or done before the answer was lost; where the server had it in its hands, either.
        const possible = { cutBefore: ["DONE"], cutAt: ["DONE", "REPLAYED"], cutAfter: ["REPLAYED"] }[cut];
        expect(possible).toContain(result.outcome);
        expect(await timesPosted(command.idempotencyKey)).toBe(1);
        expect(await balance()).toBe(before - 3n);
      }
    },
    120_000,
  );

  it("is told apart from one that never arrived by its key alone, where the caller gave up", async () => {
    for (let fault = 0; fault < faultsOfAKind; fault += 1) {
      const command = spend(memberId, programId, 3n, { idempotencyKey: `given up ${newId()}` });
      proxy.cutAt(command.idempotencyKey);
      // The caller dies with its connection; somebody else asks later.
      void postCommand({ database }, command).catch(() => undefined);
      await wait(5);
      const again = await stage.post(command);
      expect(["DONE", "REPLAYED"]).toContain(again.outcome);
      expect(await timesPosted(command.idempotencyKey)).toBe(1);
    }
  }, 60_000);
});

describe("commands whose backends are ended under them", () => {
  it("are each acknowledged once, and the books stay whole", async () => {
    const members = await Promise.all(Array.from({ length: 8 }, () => stage.memberId()));
    let [stopped, ended] = [false, 0];
    const killer = (async () => {
      for (let kill = 0; kill < faultsOfAKind * 3 && !stopped; kill += 1) {
        await wait(40);
        const killed = await observer.execute(sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = 'alliance' and pid <> pg_backend_pid()
            and query like '%ledger_post%'`);
        ended += killed.length;
      }
    })();
    const acknowledged: { memberId: string; key: string }[] = [];
    await Promise.all(
      members.map(async (id) => {
        for (let turn = 0; turn < faultsOfAKind * 8; turn += 1) {
          const command = earn(id, programId, [lot(points(1n))]);
          const { outcome } = await postCommand({ database: stage.services.database }, command);
          expect(["DONE", "REPLAYED"]).toContain(outcome);
          acknowledged.push({ memberId: id, key: command.idempotencyKey });
        }
      }),
    );
    stopped = true;
    await killer;
    expect(ended).toBeGreaterThan(0);
    const [stored] = await observer.execute<{ count: number; points: number }>(sql`
      select count(*)::int as count, (select sum(available)::int from alliance.accounts
        where member_id = any(${`{${members.join(",")}}`}::uuid[])) as points
      from alliance.transfers where member_id = any(${`{${members.join(",")}}`}::uuid[])`);
    expect(stored).toEqual({ count: acknowledged.length, points: acknowledged.length });
  }, 120_000);

  it("leave books that are whole", async () => {
    const verdict = await verifyLedger(stage.services.database.app);
    expect(verdict.offenders).toEqual([]);
    expect(isWhole(verdict)).toBe(true);
  });
});
