import fc from "fast-check";
import { points, type Points } from "../../../src/kernel/points";
import { minorUnits } from "../../../src/kernel/money";
import type { LedgerCommand, LotToIssue } from "../../../src/ledger/core/command";

/** Where random commands take place. */
export interface Scene {
  readonly memberIds: readonly string[];
  readonly programIds: readonly string[];
  readonly start: Date;
}

/** A command that refers to what came before it only by a number, until it is placed in a sequence. */
export interface Drawn {
  /** How far back the command lies that is repeated in place of this one; null: none. */
  readonly repeats: number | null;
  /** How far back the command lies whose key this one uses for something else; null: it has a key of its own. */
  readonly stealsKeyOf: number | null;
  readonly memberId: string;
  readonly recordedAt: Date;
  readonly make: (placed: Placed) => LedgerCommand;
}

/** What a command may refer to, by the numbers of the member's transfers. */
export interface Placed {
  readonly idempotencyKey: string;
  readonly last: bigint;
  readonly holds: readonly bigint[];
  readonly earns: readonly bigint[];
  readonly others: readonly bigint[];
}

const hour = 3_600_000;
const amount = fc.oneof(
  { weight: 60, arbitrary: fc.bigInt(1n, 15n) },
  { weight: 1, arbitrary: fc.bigInt(-2n, 1n) },
  { weight: 1, arbitrary: fc.bigInt(2n ** 61n, 2n ** 63n - 1n) },
);
const earned = fc.oneof(
  { weight: 60, arbitrary: fc.bigInt(5n, 60n) },
  { weight: 1, arbitrary: fc.bigInt(-1n, 1n) },
  { weight: 1, arbitrary: fc.bigInt(2n ** 61n, 2n ** 63n - 1n) },
);
const line = fc.constantFrom(null, null, "1", "2");
const useOrder = fc.constantFrom("SOONEST", "BONUS_FIRST");

export function drawnCommand(scene: Scene): fc.Arbitrary<Drawn> {
  const instant = fc.integer({ min: -20, max: 60 }).map((hours) => new Date(scene.start.getTime() + hours * hour));
  const maybeInstant = fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 2, arbitrary: instant });
  const later = fc.integer({ min: 10, max: 90 }).map((hours) => new Date(scene.start.getTime() + hours * hour));
  const [first, second] = scene.programIds as [string, string];
  const programId = fc.constantFrom(first, first, first, second);
  const cap = fc.record({ cap: fc.constantFrom("day", "welcome"), limit: fc.constantFrom(30n, 50n).map(points) });
  const lot: fc.Arbitrary<LotToIssue> = fc.record({
    kind: fc.constantFrom("BASE", "BONUS"),
    amount: fc.oneof(
      { weight: 5, arbitrary: earned.map(points) },
      {
        weight: 2,
        arbitrary: fc.record({ product: fc.bigInt(0n, 9_000n), denominator: fc.constantFrom(2_000n, 1_500n) }),
      },
    ),
    expiresAt: maybeInstant,
    pendingUntil: fc.oneof(
      { weight: 4, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: instant },
      { weight: 1, arbitrary: fc.constant("CONFIRMATION" as const) },
    ),
    terms: fc.constant(null),
    caps: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      fc.uniqueArray(cap, { maxLength: 2, selector: (c) => c.cap }),
    ),
    funderPartnerId: fc.constant(null),
    line,
  });
  const lines = fc.array(fc.record({ line, amount: amount.map(points) }), { minLength: 1, maxLength: 2 });
  const creditBucket = fc.constantFrom("MERCHANT_PAYABLE", "OPERATOR_INCOME");
  const back = fc.nat(40);
  /** Hours before the command; now and then after it. */
  const asOf = fc.integer({ min: -1, max: 12 });
  const bodies = fc.oneof(
    fc.record({
      command: fc.constant("EARN"),
      programId,
      lots: fc.array(lot, { minLength: 1, maxLength: 3 }),
      onCap: fc.constantFrom("CUT", "CUT", "REFUSE"),
    }),
    ...Array.from({ length: 6 }, () =>
      fc.record({
        command: fc.constant("EARN"),
        programId,
        lots: fc.array(lot, { minLength: 1, maxLength: 2 }),
        onCap: fc.constant("CUT"),
      }),
    ),
    fc.record({ command: fc.constant("SPEND"), programId, lines, useOrder, creditBucket }),
    fc.record({ command: fc.constant("SPEND"), programId, lines, useOrder, creditBucket }),
    fc.record({ command: fc.constant("HOLD"), programId, lines, useOrder, expiresAt: later }),
    fc.record({
      command: fc.constant("CAPTURE"),
      hold: back,
      amount: amount.map(points),
      creditBucket,
      final: fc.boolean(),
    }),
    fc.record({ command: fc.constant("VOID"), hold: back }),
    fc.record({
      command: fc.constant("REVERSE"),
      transfer: back,
      amount: fc.oneof(fc.constant(null), fc.bigInt(0n, 20n), fc.record({ product: fc.bigInt(0n, 9_000n) })),
      line: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, fc.constantFrom("1", "2")),
      onShortfall: fc.constantFrom("REFUSE", "TAKE"),
    }),
    fc.record({
      command: fc.constant("EXPIRE"),
      programId,
      asOf,
      inactiveSince: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, instant),
    }),
    fc.record({ command: fc.constant("RELEASE"), programId, transfer: fc.option(back), asOf }),
    convert(scene, maybeInstant),
    fc.record({
      command: fc.constantFrom("DEPOSIT", "WITHDRAW"),
      currency: fc.constantFrom("CNY", "USD"),
      amountMinor: amount.map(minorUnits),
      otherBucket: fc.constantFrom("EXTERNAL_CLEARING", "MERCHANT_PAYABLE"),
      funderPartnerId: fc.constant(null),
    }),
    fc.record({
      command: fc.constant("TRANSFER_OUT"),
      programId,
      receiverId: fc.constantFrom(
        ...scene.memberIds,
        "00000000-0000-7000-8000-00000000000a",
        "00000000-0000-7000-8000-00000000000b",
      ),
      amount: fc.option(amount.map(points)),
      useOrder,
    }),
    fc.record({
      command: fc.constant("TRANSFER_IN"),
      programId,
      senderId: fc.constantFrom(...scene.memberIds),
      lots: fc.array(
        fc.record({
          kind: fc.constantFrom("BASE", "BONUS"),
          amount: amount.map(points),
          expiresAt: maybeInstant,
          terms: fc.constant(null),
        }),
        { maxLength: 2 },
      ),
    }),
    fc.record({
      command: fc.constant("ADJUST"),
      programId,
      amount: fc.oneof(fc.bigInt(-12n, 30n), amount),
      expiresAt: maybeInstant,
      approver: fc.constantFrom("staff:b", "staff:b", "staff:a"),
      useOrder,
    }),
  ) as fc.Arbitrary<Record<string, unknown>>;
  const seldom = (within: number) =>
    fc.oneof({ weight: 15, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(within) });
  return fc
    .record({
      ...{ body: bodies, memberId: fc.constantFrom(...scene.memberIds), recordedAt: instant },
      ...{ repeats: seldom(8), stealsKeyOf: seldom(8) },
    })
    .map(({ body, ...drawn }) => ({
      ...drawn,
      make: (found) => ({
        ...{ memberId: drawn.memberId, recordedAt: drawn.recordedAt, idempotencyKey: found.idempotencyKey },
        ...{ occurredAt: scene.start, actor: "staff:a", cause: { kind: "MANUAL", id: "random" } },
        ...placed(body, found, drawn.recordedAt),
      }),
    })) as fc.Arbitrary<Drawn>;
}

function convert(scene: Scene, maybeInstant: fc.Arbitrary<Date | null>) {
  return fc
    .record({
      from: fc.nat(1),
      into: fc.nat(7),
      units: fc.bigInt(1n, 8n),
      fee: fc.bigInt(0n, 3n),
      wrong: fc.nat(7),
      expiresAt: maybeInstant,
      useOrder,
    })
    .map(({ from, into, units, fee, wrong, expiresAt, useOrder: order }) => ({
      ...{ command: "CONVERT", programId: scene.programIds[from], useOrder: order, amount: points(units * 2n) },
      ...{ numerator: 3n, denominator: 2n },
      into: {
        programId: scene.programIds[into === 0 ? from : 1 - from],
        credited: (units * 3n - fee + (wrong === 0 ? 1n : 0n)) as Points,
        fee: points(fee),
        ...{ expiresAt, terms: null },
      },
    }));
}

/** References become transfers that are there, but for one in eleven, which takes any number. */
function placed(
  body: Record<string, unknown>,
  { last, holds, earns, others }: Placed,
  at: Date,
): Record<string, unknown> {
  const found = { ...body };
  const choose = (from: readonly bigint[], drawn: number) =>
    drawn % 11 === 0 ? last - BigInt(drawn) : (from[drawn % Math.max(from.length, 1)] ?? last);
  if (typeof body.hold === "number") found.hold = choose(holds, body.hold);
  if (typeof body.transfer === "number") {
    found.transfer = choose(body.command === "RELEASE" ? earns : others, body.transfer);
  }
  if (typeof body.asOf === "number") found.asOf = new Date(at.getTime() - body.asOf * hour);
  return found;
}
