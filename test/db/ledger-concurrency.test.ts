import { sql } from "drizzle-orm";
import { newId } from "../../src/kernel/ids";
import { points } from "../../src/kernel/points";
import type { LedgerCommand, LedgerResult } from "../../src/ledger/core/command";
import { postBatch, postCommand } from "../../src/ledger/post";
import { isWhole, verifyLedger } from "../../src/ledger/verify-ledger";
import { Seeded } from "../../src/demo/seeded";
import { openDatabase } from "../../src/db/client";
import { doorsOf } from "../../src/db/setup";
import { basics, earn, ledgerStage, lot, spend, type LedgerStage } from "../support/ledger-stage";

let stage: LedgerStage;
let programId: string;

beforeAll(async () => {
  stage = await ledgerStage();
  programId = await stage.program();
});

const clients = 32;
const commandsEach = 40;

async function members(count: number): Promise<string[]> {
  const partnerId = await stage.partner();
  const rows = await stage.services.database.app.execute<{ id: string }>(sql`
    insert into alliance.members (member_id, status, enrolled_by, locale, joined_at, revision, created_at, updated_at)
    select gen_random_uuid(), 'ACTIVE', ${partnerId}::uuid, 'en', now(), 1, now(), now() from generate_series(1, ${count})
    returning member_id as id`);
  return rows.map((row) => row.id);
}

/** Mixed commands of one client; what it captures, gives back and reverses are its own holds and transfers. */
async function client(number: number, ids: readonly string[], database: LedgerStage["services"]["database"]) {
  const seeded = new Seeded(number + 1);
  const known: { memberId: string; sequence: bigint; command: string }[] = [];
  const results: LedgerResult[] = [];
  const post = async (command: LedgerCommand) => {
    const result = await postCommand({ database }, command);
    results.push(result);
    if (result.outcome === "DONE")
      known.push({ memberId: command.memberId, sequence: result.sequence, command: command.command });
  };
  for (let turn = 0; turn < commandsEach; turn += 1) {
    const memberId = seeded.pick(ids as [string, ...string[]]);
    const mine = known.at(-seeded.between(1, 5));
    const drawn = seeded.between(0, 9);
    if (drawn < 4 || !mine) await post(earn(memberId, programId, [lot(points(BigInt(seeded.between(1, 50))))]));
    else if (drawn < 6) await post(spend(memberId, programId, BigInt(seeded.between(1, 40))));
    else if (drawn < 8) {
      const lines = [{ line: null, amount: points(BigInt(seeded.between(1, 20))) }];
      const expiresAt = new Date("2030-01-01T00:00:00Z");
      await post({ ...basics(memberId), command: "HOLD", programId, useOrder: "SOONEST", lines, expiresAt });
    } else if (mine.command === "HOLD") {
      await post({
        ...basics(mine.memberId),
        command: "CAPTURE",
        hold: mine.sequence,
        amount: points(1n),
        creditBucket: "MERCHANT_PAYABLE",
        final: drawn === 8,
      });
    } else {
      await post({
        ...basics(mine.memberId),
        command: "REVERSE",
        transfer: mine.sequence,
        amount: null,
        line: null,
        onShortfall: "TAKE",
      });
    }
  }
  return results;
}

describe.each([1, 10, 10_000])("thirty-two clients on %i members", (count) => {
  it("lose no command, hear of no deadlock, and leave whole books", async () => {
    const ids = await members(count);
    // Four servers, each with a pool and a queue of its own.
    const servers = Array.from({ length: 4 }, () =>
      openDatabase({ ...doorsOf({ ownerUrl: stage.ownerUrl }), poolSize: 4 }),
    );
    try {
      const results = (
        await Promise.all(
          Array.from({ length: clients }, (_, number) => client(number, ids, servers[number % 4] as never)),
        )
      ).flat();
      const done = results.filter((result) => result.outcome === "DONE").length;
      expect(done).toBeGreaterThan((clients * commandsEach) / 3);
      const [stored] = await stage.services.database.app.execute<{ count: number }>(sql`
        select count(*)::int as count from alliance.transfers where member_id = any(${`{${ids.join(",")}}`}::uuid[])`);
      expect(stored?.count).toBe(done);
      const verdict = await verifyLedger(stage.services.database.app);
      expect(verdict.offenders).toEqual([]);
      expect(isWhole(verdict)).toBe(true);
    } finally {
      await Promise.all(servers.map((each) => each.close()));
    }
  }, 120_000);
});

describe("batches that overlap in another order", () => {
  it("do not wait for each other in a circle, and each key counts once", async () => {
    const ids = await members(60);
    const servers = Array.from({ length: 4 }, () =>
      openDatabase({ ...doorsOf({ ownerUrl: stage.ownerUrl }), poolSize: 4 }),
    );
    try {
      const keys = ids.map(() => newId());
      const commands = ids.map((memberId, place) =>
        earn(memberId, programId, [lot(points(3n))], { idempotencyKey: keys[place] ?? "" }),
      );
      const orders = [commands, [...commands].reverse(), [...commands.slice(30), ...commands.slice(0, 30)], commands];
      const all = await Promise.all(
        orders.map((order, server) => postBatch({ database: servers[server] as never }, order)),
      );
      const outcomes = all.flat().map(({ outcome }) => outcome);
      expect(outcomes.filter((outcome) => outcome === "DONE")).toHaveLength(60);
      expect(outcomes.filter((outcome) => outcome === "REPLAYED")).toHaveLength(180);
      const [sum] = await stage.services.database.app.execute<{ points: string }>(sql`
        select sum(available)::text as points from alliance.accounts where member_id = any(${`{${ids.join(",")}}`}::uuid[])`);
      expect(sum?.points).toBe("180");
    } finally {
      await Promise.all(servers.map((each) => each.close()));
    }
  }, 60_000);
});
