import { sql } from "drizzle-orm";
import { newId } from "../../src/kernel/ids";
import { points } from "../../src/kernel/points";
import type { CaptureCommand, HoldCommand, ReverseCommand } from "../../src/ledger/core/command";
import { postBatch } from "../../src/ledger/post";
import { balanceOf, basics, earn, ledgerStage, lot, spend, type LedgerStage } from "../support/ledger-stage";
import { noon } from "../support/members-stage";

let stage: LedgerStage;
let programId: string;

beforeAll(async () => {
  stage = await ledgerStage();
  programId = await stage.program();
});

const days = (count: number) => new Date(noon.getTime() + count * 86_400_000);
const balance = async (memberId: string, of = programId) => balanceOf(await stage.books(memberId), of);
const done = (amount: bigint, sequence: bigint, shortfall = 0n) => ({ outcome: "DONE", sequence, amount, shortfall });
const refused = (code: string, more: object = {}) => ({ outcome: "REFUSED", code, ...more });

function hold(memberId: string, amount: bigint, over: Partial<HoldCommand> = {}): HoldCommand {
  const lines = [{ line: null, amount: points(amount) }];
  return { ...basics(memberId), command: "HOLD", programId, useOrder: "SOONEST", lines, expiresAt: days(1), ...over };
}

function capture(memberId: string, of: bigint, amount: bigint, over: Partial<CaptureCommand> = {}): CaptureCommand {
  const bucket = { creditBucket: "MERCHANT_PAYABLE", final: false } as const;
  return { ...basics(memberId), command: "CAPTURE", hold: of, amount: points(amount), ...bucket, ...over };
}

function reverse(memberId: string, transfer: bigint, over: Partial<ReverseCommand> = {}): ReverseCommand {
  return {
    ...basics(memberId),
    command: "REVERSE",
    transfer,
    amount: null,
    line: null,
    onShortfall: "REFUSE",
    ...over,
  };
}

async function memberWith(...lots: Parameters<typeof earn>[2]): Promise<string> {
  const memberId = await stage.memberId();
  expect(await stage.post(earn(memberId, programId, lots))).toMatchObject({ outcome: "DONE", sequence: 1n });
  return memberId;
}

describe("the kernel refuses", () => {
  it("a member that is not there, and one that is closed", async () => {
    expect(await stage.post(earn(newId(), programId, [lot(points(1n))]))).toEqual(refused("NOT_FOUND"));
    const memberId = await stage.memberId();
    await stage.services.database.app.execute(
      sql`update alliance.members set status = 'CLOSED' where member_id = ${memberId}`,
    );
    expect(await stage.post(earn(memberId, programId, [lot(points(1n))]))).toEqual(refused("MEMBER_CLOSED"));
  });

  it("a program that is not there", async () => {
    expect(await stage.post(earn(await stage.memberId(), newId(), [lot(points(1n))]))).toEqual(refused("NOT_FOUND"));
  });

  it("to spend more than there is, telling both, and leaves nothing behind", async () => {
    const memberId = await memberWith(lot(points(10n)));
    expect(await stage.post(spend(memberId, programId, 11n))).toEqual(
      refused("INSUFFICIENT_POINTS", { available: 10n, requested: 11n }),
    );
    expect((await stage.books(memberId)).transfers).toHaveLength(1);
    expect(await balance(memberId)).toEqual([10n, 0n, 0n]);
  });

  it("to spend what has lapsed, though no job has swept it yet", async () => {
    const memberId = await memberWith(lot(points(10n), { expiresAt: days(1) }));
    expect(await stage.post(spend(memberId, programId, 1n, { recordedAt: days(1) }))).toEqual(
      refused("INSUFFICIENT_POINTS", { available: 0n, requested: 1n }),
    );
  });

  it("the same key with another input, and answers the first result to the same input", async () => {
    const memberId = await stage.memberId();
    const command = earn(memberId, programId, [lot(points(10n))]);
    expect(await stage.post(command)).toEqual(done(10n, 1n));
    expect(await stage.post({ ...command, recordedAt: days(3) })).toEqual({ ...done(10n, 1n), outcome: "REPLAYED" });
    expect(await stage.post({ ...command, lots: [lot(points(11n))] })).toEqual(refused("IDEMPOTENCY_MISMATCH"));
    expect(await balance(memberId)).toEqual([10n, 0n, 0n]);
  });

  it("what would leave the range of a bigint", async () => {
    const most = 2n ** 63n - 1n;
    const memberId = await memberWith(lot(points(most)));
    expect(await stage.post(earn(memberId, programId, [lot(points(1n))]))).toEqual(refused("AMOUNT_OVERFLOW"));
    expect(await stage.post(spend(memberId, programId, most))).toEqual(done(most, 2n));
  });

  it("amounts of nothing and less", async () => {
    const memberId = await memberWith(lot(points(10n)));
    for (const amount of [0n, -1n]) {
      expect(await stage.post(spend(memberId, programId, amount))).toEqual(refused("INVALID_INPUT"));
      expect(await stage.post(hold(memberId, amount))).toEqual(refused("INVALID_INPUT"));
    }
    expect(await stage.post(earn(memberId, programId, [lot(points(-1n))]))).toEqual(refused("INVALID_INPUT"));
  });

  it("to the application's role any other way of writing", async () => {
    const memberId = await memberWith(lot(points(10n)));
    const { app } = stage.services.database;
    for (const statement of [
      sql`update alliance.lots set available = 99 where member_id = ${memberId}`,
      sql`delete from alliance.transfers where member_id = ${memberId}`,
      sql`insert into alliance.ledger_heads values (${newId()}, 0, '', 0)`,
      sql`select alliance.ledger_carry(null)`,
    ]) {
      await expect(app.execute(statement)).rejects.toMatchObject({ cause: { code: "42501" } });
    }
  });
});

describe("spending", () => {
  it("uses the points that lapse soonest first, or bonus points before base points", async () => {
    const memberId = await memberWith(
      lot(points(5n)),
      lot(points(5n), { expiresAt: days(2) }),
      lot(points(5n), { expiresAt: days(9), kind: "BONUS" }),
    );
    await stage.post(spend(memberId, programId, 7n));
    expect((await stage.books(memberId)).lots.map((one) => one.available)).toEqual([5n, 0n, 3n]);
    await stage.post(spend(memberId, programId, 4n, { useOrder: "BONUS_FIRST" }));
    expect((await stage.books(memberId)).lots.map((one) => one.available)).toEqual([4n, 0n, 0n]);
  });

  it("keeps each line's points apart, lot by lot", async () => {
    const memberId = await memberWith(lot(points(5n), { expiresAt: days(2) }), lot(points(5n)));
    const lines = [
      { line: "1", amount: points(3n) },
      { line: "2", amount: points(4n) },
    ];
    expect(await stage.post(spend(memberId, programId, 0n, { lines }))).toEqual(done(7n, 2n));
    const { entries } = await stage.books(memberId);
    expect(
      entries.slice(2).map(({ line, lotNo, amount, availableAfter }) => [line, lotNo, amount, availableAfter]),
    ).toEqual([
      ["1", 1, 3n, 3n],
      ["2", 1, 2n, 3n],
      ["2", 2, 2n, 3n],
    ]);
  });
});

describe("a hold", () => {
  it("is captured in parts and the last part gives the rest back", async () => {
    const memberId = await memberWith(lot(points(10n)));
    expect(await stage.post(hold(memberId, 8n))).toEqual(done(8n, 2n));
    expect(await balance(memberId)).toEqual([2n, 8n, 0n]);
    expect(await stage.post(capture(memberId, 2n, 3n))).toEqual(done(3n, 3n));
    expect(await stage.post(capture(memberId, 2n, 9n))).toEqual(
      refused("INSUFFICIENT_HOLD", { available: 5n, requested: 9n }),
    );
    expect(await stage.post(capture(memberId, 2n, 4n, { final: true }))).toEqual(done(4n, 4n));
    expect(await balance(memberId)).toEqual([3n, 0n, 0n]);
    expect(await stage.post(capture(memberId, 2n, 1n))).toEqual(refused("HOLD_CLOSED"));
  });

  it("is voided once, and cannot be captured after its time", async () => {
    const memberId = await memberWith(lot(points(10n)));
    await stage.post(hold(memberId, 8n));
    expect(await stage.post(capture(memberId, 2n, 1n, { recordedAt: days(1) }))).toEqual(refused("HOLD_CLOSED"));
    const undo = () => ({ ...basics(memberId), command: "VOID", hold: 2n }) as const;
    expect(await stage.post(undo())).toEqual(done(8n, 3n));
    expect(await stage.post(undo())).toEqual(refused("HOLD_CLOSED"));
    expect(await balance(memberId)).toEqual([10n, 0n, 0n]);
  });
});

describe("a reversal", () => {
  it("puts spent points back into the lots and dates they came from, in parts and never more than was spent", async () => {
    const memberId = await memberWith(lot(points(5n), { expiresAt: days(2) }), lot(points(5n)));
    await stage.post(spend(memberId, programId, 7n));
    expect(await stage.post(reverse(memberId, 2n, { amount: 3n }))).toEqual(done(3n, 3n));
    expect((await stage.books(memberId)).lots.map((one) => one.available)).toEqual([1n, 5n]);
    expect(await stage.post(reverse(memberId, 2n, { amount: 5n }))).toEqual(
      refused("REVERSAL_EXCEEDS_ORIGINAL", { available: 4n, requested: 5n }),
    );
    expect(await stage.post(reverse(memberId, 2n))).toEqual(done(4n, 4n));
    expect(await stage.post(reverse(memberId, 2n))).toMatchObject(refused("REVERSAL_EXCEEDS_ORIGINAL"));
    expect(await balance(memberId)).toEqual([10n, 0n, 0n]);
  });

  it("of earned points that are spent is refused, or takes others and tells what is short", async () => {
    const memberId = await memberWith(lot(points(10n)));
    await stage.post(earn(memberId, programId, [lot(points(4n))]));
    await stage.post(spend(memberId, programId, 12n));
    expect(await stage.post(reverse(memberId, 1n))).toEqual(
      refused("INSUFFICIENT_POINTS", { available: 0n, requested: 10n }),
    );
    expect(await stage.post(reverse(memberId, 1n, { onShortfall: "TAKE" }))).toEqual(done(2n, 4n, 8n));
    expect(await balance(memberId)).toEqual([0n, 0n, 0n]);
  });

  it("counts what has lapsed as taken back", async () => {
    const memberId = await memberWith(lot(points(10n), { expiresAt: days(2) }));
    const expire = { ...basics(memberId), command: "EXPIRE", programId, inactiveSince: null } as const;
    expect(await stage.post({ ...expire, asOf: days(2), recordedAt: days(2) })).toEqual(done(10n, 2n));
    expect(await stage.post(reverse(memberId, 1n))).toEqual(done(10n, 3n));
    const { entries } = await stage.books(memberId);
    expect(entries.at(-1)).toMatchObject({ debit: "BREAKAGE", credit: "ISSUER_LIABILITY", amount: 10n });
  });
});

describe("a carried remainder", () => {
  const carried = (product: bigint) => lot({ product, denominator: 2000n });

  it("gives 6 points for 128.50 at 1 per 20 and 1 more for the 11.50 after it", async () => {
    const memberId = await stage.memberId();
    expect(await stage.post(earn(memberId, programId, [carried(12_850n)]))).toEqual(done(6n, 1n));
    expect(await stage.post(earn(memberId, programId, [carried(1_150n)]))).toEqual(done(1n, 2n));
    expect((await stage.books(memberId)).transfers.map((one) => one.remainder)).toEqual([850n, 0n]);
  });

  it("is recorded where it gives no point yet, and a purchase that changes nothing is not", async () => {
    const memberId = await stage.memberId();
    expect(await stage.post(earn(memberId, programId, [carried(1_999n)]))).toEqual(done(0n, 1n));
    expect(await stage.post(earn(memberId, programId, [carried(0n)]))).toEqual({ outcome: "NOTHING" });
    expect(await stage.post(reverse(memberId, 1n))).toEqual(done(0n, 2n));
    expect((await stage.books(memberId)).transfers.at(-1)).toMatchObject({ product: 1_999n, remainder: 0n });
  });

  it("takes a point back that a later purchase got from it", async () => {
    const memberId = await stage.memberId();
    await stage.post(earn(memberId, programId, [carried(1_500n)]));
    await stage.post(earn(memberId, programId, [carried(500n)]));
    expect(await balance(memberId)).toEqual([1n, 0n, 0n]);
    expect(await stage.post(reverse(memberId, 1n, { amount: { product: 1_500n }, onShortfall: "TAKE" }))).toEqual(
      done(1n, 3n),
    );
    expect((await stage.books(memberId)).transfers.at(-1)).toMatchObject({ remainder: 500n });
  });
});

describe("a cap", () => {
  it("cuts what it has no room for, across purchases, and has room again after a reversal", async () => {
    const memberId = await stage.memberId();
    const capped = () => earn(memberId, programId, [lot(points(7n), { caps: [{ cap: "day:1", limit: points(10n) }] })]);
    expect(await stage.post(capped())).toEqual(done(7n, 1n));
    expect(await stage.post({ ...capped(), onCap: "REFUSE" })).toEqual(
      refused("CAP_REACHED", { available: 3n, requested: 7n }),
    );
    expect(await stage.post(capped())).toEqual(done(3n, 2n));
    expect(await stage.post(capped())).toEqual({ outcome: "NOTHING" });
    expect(await stage.post(reverse(memberId, 1n))).toEqual(done(7n, 3n));
    expect(await stage.post(capped())).toEqual(done(7n, 4n));
  });
});

describe("a batch", () => {
  it("answers in its own order, each command by itself", async () => {
    const [first, second] = [await memberWith(lot(points(5n))), await memberWith(lot(points(5n)))];
    const results = await postBatch(stage.services, [
      spend(second, programId, 2n),
      spend(first, programId, 9n),
      spend(first, programId, 1n),
    ]);
    expect(results).toEqual([
      done(2n, 2n),
      refused("INSUFFICIENT_POINTS", { available: 5n, requested: 9n }),
      done(1n, 2n),
    ]);
  });

  it("lets one command that no column can hold fail alone", async () => {
    const memberId = await memberWith(lot(points(5n)));
    const [good, bad] = await Promise.allSettled([
      stage.post(spend(memberId, programId, 2n)),
      stage.post({ ...spend(memberId, programId, 1n), outletId: "not an id" }),
    ]);
    expect([good.status, bad.status]).toEqual(["fulfilled", "rejected"]);
    expect(await balance(memberId)).toEqual([3n, 0n, 0n]);
  });
});

describe("the chain", () => {
  it("ends in the head", async () => {
    const memberId = await memberWith(lot(points(5n)));
    await stage.post(spend(memberId, programId, 2n));
    const { head, transfers } = await stage.books(memberId);
    expect(head).toMatchObject({ sequence: 2n, lotCount: 1 });
    expect(head?.hash).toEqual(transfers[1]?.hash);
    expect(transfers[0]?.hash).not.toEqual(transfers[1]?.hash);
  });
});
