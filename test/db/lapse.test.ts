import { sql } from "drizzle-orm";
import { points } from "../../src/kernel/points";
import { relayEvents } from "../../src/events/relay-events";
import { expireInactive, expirePoints, releaseHolds, releasePoints } from "../../src/earning/lapse";
import { notifyLapses } from "../../src/earning/notify-lapses";
import { balanceOf, basics, earn, ledgerStage, lot, spend, type LedgerStage } from "../support/ledger-stage";
import { noon } from "../support/members-stage";

let stage: LedgerStage;
const days = (count: number) => new Date(noon.getTime() + count * 86_400_000);
const job = (now: Date) => ({ services: stage.services, database: stage.services.database, now });
const balance = async (memberId: string, programId: string) => balanceOf(await stage.books(memberId), programId);

beforeAll(async () => {
  stage = await ledgerStage();
});

describe("points", () => {
  it("lapse at their instant and not a moment before, in both of two servers' runs once", async () => {
    const [programId, memberId] = [await stage.program(), await stage.memberId()];
    await stage.post(earn(memberId, programId, [lot(points(5n), { expiresAt: days(1) }), lot(points(7n))]));
    expect(await expirePoints(job(new Date(days(1).getTime() - 1)))).toBe(0);
    const [one, another] = await Promise.all([expirePoints(job(days(1))), expirePoints(job(days(1)))]);
    expect(one + another).toBe(1);
    expect(await balance(memberId, programId)).toEqual([7n, 0n, 0n]);
    expect(await expirePoints(job(days(2)))).toBe(0);
  });

  it("lapse for thousands of members, wherever the job was stopped before", async () => {
    const programId = await stage.program();
    const partnerId = await stage.partner();
    const { app } = stage.services.database;
    await app.execute(sql`insert into alliance.members (member_id, status, enrolled_by, locale, joined_at, revision, created_at, updated_at)
      select gen_random_uuid(), 'ACTIVE', ${partnerId}::uuid, 'en', now(), 1, now(), now() from generate_series(1, 2500)`);
    await app.execute(sql`select alliance.ledger_post_batch(array_agg(member_id), jsonb_agg(jsonb_build_object('command', 'EARN',
      'program_id', ${programId}::text, 'idempotency_key', 'x', 'input_hash', '\\x00', 'cause_kind', 'MANUAL', 'cause_id', 'x',
      'actor', 'test', 'occurred_at', ${noon.toISOString()}::text, 'recorded_at', ${noon.toISOString()}::text, 'event_id', gen_random_uuid(),
      'on_cap', 'CUT', 'lots', jsonb_build_array(jsonb_build_object('kind', 'BASE', 'amount', '3', 'caps', '[]'::jsonb,
      'expires_at', ${days(1).toISOString()}::text)))))
      from alliance.members where enrolled_by = ${partnerId}::uuid`);
    const open = async () =>
      (
        await app.execute(
          sql`select count(*)::int as count from alliance.lots where program_id = ${programId}::uuid and is_open`,
        )
      )[0]?.count;
    expect(await open()).toBe(2500);
    expect(await expirePoints(job(days(2)))).toBe(2500);
    expect(await open()).toBe(0);
  }, 60_000);

  it("of accounts that have not moved lapse by the program's months, and a spend begins them anew", async () => {
    const expiry = { kind: "INACTIVITY", months: 2, rounding: null } as const;
    const [programId, still, moving] = [
      await stage.program({ expiry }),
      await stage.memberId(),
      await stage.memberId(),
    ];
    for (const memberId of [still, moving]) await stage.post(earn(memberId, programId, [lot(points(5n))]));
    await stage.post(spend(moving, programId, 1n, { recordedAt: days(30) }));
    expect(await expireInactive(job(days(61)))).toBe(0);
    expect(await expireInactive(job(days(62)))).toBe(1);
    expect([await balance(still, programId), await balance(moving, programId)]).toEqual([
      [0n, 0n, 0n],
      [4n, 0n, 0n],
    ]);
  });

  it("that wait become available at their instant; those that need a confirmation do not", async () => {
    const [programId, memberId] = [await stage.program(), await stage.memberId()];
    await stage.post(
      earn(memberId, programId, [
        lot(points(5n), { pendingUntil: days(1) }),
        lot(points(7n), { pendingUntil: "CONFIRMATION" }),
      ]),
    );
    expect(await releasePoints(job(noon))).toBe(0);
    expect(await releasePoints(job(days(1)))).toBe(1);
    expect(await balance(memberId, programId)).toEqual([5n, 0n, 7n]);
  });

  it("that are held come back when the hold's time is over", async () => {
    const [programId, memberId] = [await stage.program(), await stage.memberId()];
    await stage.post(earn(memberId, programId, [lot(points(5n))]));
    await stage.post({
      ...basics(memberId),
      command: "HOLD",
      programId,
      useOrder: "SOONEST",
      lines: [{ line: null, amount: points(4n) }],
      expiresAt: days(1),
    });
    expect(await releaseHolds(job(noon))).toBe(0);
    expect(await releaseHolds(job(days(1)))).toBe(1);
    expect(await releaseHolds(job(days(2)))).toBe(0);
    expect(await balance(memberId, programId)).toEqual([5n, 0n, 0n]);
  });
});

describe("a notice", () => {
  it("is given once for each date, as many days before as the program says, also after it was relayed", async () => {
    const handling = {
      remainderPolicy: "PER_PURCHASE",
      useOrder: "SOONEST",
      transfersAllowed: false,
      noticeDays: 30,
    } as const;
    const [programId, memberId] = [await stage.program({ handling }), await stage.memberId()];
    await stage.post(
      earn(memberId, programId, [
        lot(points(5n), { expiresAt: days(31) }),
        lot(points(6n), { expiresAt: days(31) }),
        lot(points(7n), { expiresAt: days(90) }),
      ]),
    );
    expect(await notifyLapses(job(noon))).toBe(0);
    await Promise.all([notifyLapses(job(days(1))), notifyLapses(job(days(1)))]);
    const { app } = stage.services.database;
    for (let more = true; more;) ({ more } = await relayEvents(app, { limit: 500, now: days(1), jobs: [] }));
    await notifyLapses(job(days(2)));
    const told = await app.execute(sql`
      select payload from alliance.events where type = 'points.expiring' and member_id = ${memberId}::uuid
      union all select payload from alliance.member_outbox where type = 'points.expiring' and member_id = ${memberId}::uuid`);
    expect([...told]).toEqual([{ payload: { memberId, programId, points: "11", expiresAt: days(31).toISOString() } }]);
  });
});
