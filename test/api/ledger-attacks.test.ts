import { eq } from "drizzle-orm";
import { newId } from "../../src/kernel/ids";
import { members } from "../../src/members/members.tables";
import { mergeMembers } from "../../src/members/merge-members";
import { programs } from "../../src/programs/programs.tables";
import { recordPurchase } from "../../src/purchases/record-purchase";
import { verifyLedger } from "../../src/ledger/verify-ledger";
import { callers } from "../support/api";
import { balanceOf, earn, ledgerStage, lot, type LedgerStage } from "../support/ledger-stage";
import { noon, valueOf } from "../support/members-stage";
import { points } from "../../src/kernel/points";
import { minorUnits } from "../../src/kernel/money";

/*
 * What somebody tries who wants points made, lost or doubled, by the API alone.
 */

let stage: LedgerStage;
let partnerId: string;
let programId: string;
const service = callers.service;

const handling = {
  useOrder: "SOONEST",
  remainderPolicy: "PER_PURCHASE",
  transfersAllowed: true,
  noticeDays: null,
} as const;

beforeAll(async () => {
  stage = await ledgerStage();
  partnerId = await stage.partner();
  programId = await stage.program({ issuerPartnerId: partnerId, handling });
});

const gid = (type: "Program" | "Merchant", id: string) => stage.services.ids.forActor(service).seal(type, id);
const member = async () => {
  const row = await stage.member(partnerId);
  return { ...row, named: { id: stage.memberGid(service, row) } };
};
type Member = Awaited<ReturnType<typeof member>>;

interface Answer {
  readonly amount: string | null;
  readonly isRepeated: boolean | null;
  readonly transfer: { readonly id: string; readonly sequence: string } | null;
  readonly userErrors: readonly { readonly code: string; readonly path: readonly string[] }[];
}

/** Answers the payload; an error that is no refusal fails the test. `at` moves the clock. */
async function move(name: string, input: object, now = noon): Promise<Answer> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const document = `mutation ($input: ${type}!) { ${name}(input: $input) {
    amount isRepeated transfer { id sequence } userErrors { code path }
  } }`;
  const variables = { input: { idempotencyKey: newId(), ...input } };
  return (await stage.api.ask<Record<string, Answer>>(service, document, variables, { now }))[name] as Answer;
}

const inProgram = (who: Member) => ({ member: who.named, programId: gid("Program", programId) });
const grant = (who: Member, amount: string, more: object = {}) =>
  move("grantPoints", { ...inProgram(who), amount, ...more });
const codes = ({ userErrors }: Answer) => userErrors.map(({ code }) => code);
const available = async (who: { readonly memberId: string }) =>
  balanceOf(await stage.books(who.memberId), programId)[0];
const merge = async (source: Member, target: Member) =>
  valueOf(
    await mergeMembers(stage.work(), { sourceId: source.memberId, targetId: target.memberId, reason: "one person" }),
  );

describe("repeating what was done, after the world changed", () => {
  it("gives nothing a second time to the member into which the first was merged", async () => {
    const [first, second, third] = [await member(), await member(), await member()];
    const asked = { idempotencyKey: newId() };
    expect((await grant(first, "100", asked)).isRepeated).toBe(false);
    await merge(first, second);
    const byNumber = {
      ...asked,
      member: { identity: { partnerId: stage.partnerGid(partnerId), number: first.number } },
    };
    expect(await grant(first, "100", asked)).toMatchObject({ isRepeated: true, amount: "100", userErrors: [] });
    expect(await grant(first, "100", byNumber)).toMatchObject({ isRepeated: true, amount: "100", userErrors: [] });
    await merge(second, third);
    expect(await grant(first, "100", asked)).toMatchObject({ isRepeated: true, amount: "100", userErrors: [] });
    expect(codes(await grant(first, "99", asked))).toEqual(["IDEMPOTENCY_MISMATCH"]);
    expect([await available(second), await available(third)]).toEqual([0n, 0n]);
  });

  it("answers the first result though the member closed", async () => {
    const who = await member();
    const asked = { idempotencyKey: newId() };
    await grant(who, "100", asked);
    // No use case closes a member yet, but the state is there.
    await stage.services.database.app
      .update(members)
      .set({ status: "CLOSED" })
      .where(eq(members.memberId, who.memberId));
    expect(await grant(who, "100", asked)).toMatchObject({ isRepeated: true, amount: "100", userErrors: [] });
    expect(codes(await grant(who, "100"))).toEqual(["MEMBER_CLOSED"]);
  });

  it("answers the first hold though its time is over by now", async () => {
    const who = await member();
    await grant(who, "100");
    const asked = {
      ...{ ...inProgram(who), idempotencyKey: newId(), lines: [{ amount: "30" }] },
      expiresAt: "2026-06-01T13:00:00Z",
    };
    expect((await move("holdPoints", asked)).isRepeated).toBe(false);
    const later = new Date("2026-06-01T14:00:00Z");
    expect(await move("holdPoints", asked, later)).toMatchObject({ isRepeated: true, amount: "30", userErrors: [] });
    expect(codes(await move("holdPoints", { ...asked, idempotencyKey: newId() }, later))).toEqual(["INVALID_INPUT"]);
  });

  it("answers that points were sent though the program lets nobody send any more", async () => {
    const [sender, receiver] = [await member(), await member()];
    await grant(sender, "100");
    const asked = {
      ...{ ...inProgram(sender), idempotencyKey: newId(), amount: "40" },
      receiver: { partnerId: stage.partnerGid(partnerId), number: receiver.number },
    };
    expect((await move("transferPoints", asked)).isRepeated).toBe(false);
    const { app } = stage.services.database;
    const allow = (transfersAllowed: boolean) =>
      app.update(programs).set({ transfersAllowed }).where(eq(programs.programId, programId));
    await allow(false);
    await stage.services.catalogue.reload();
    try {
      expect(await move("transferPoints", asked)).toMatchObject({ isRepeated: true, amount: "40", userErrors: [] });
      expect(codes(await move("transferPoints", { ...asked, idempotencyKey: newId() }))).toEqual([
        "TRANSFERS_NOT_ALLOWED",
      ]);
    } finally {
      await allow(true);
      await stage.services.catalogue.reload();
    }
    expect([await available(sender), await available(receiver)]).toEqual([60n, 40n]);
  });

  it("lets a purchase that a crash kept from earning earn for the member into which the buyer was merged, once", async () => {
    const [buyer, target] = [await member(), await member()];
    const { merchantId, partnerId: sellerId } = await stage.merchant();
    const sellers = await stage.program({ issuerPartnerId: sellerId });
    await stage.services.catalogue.catchUp();
    const sourceReference = newId();
    const bought = {
      ...({
        merchantId,
        outletId: null,
        channel: "IN_STORE",
        quantity: null,
        occurredAt: noon,
        sourceReference,
      } as const),
      amount: { amountMinor: minorUnits(10_000n), currency: "CNY" },
    };
    // What is left where the server is killed right after it recorded the purchase.
    valueOf(await recordPurchase(stage.work(), { ...bought, member: { memberId: buyer.memberId } }));
    await merge(buyer, target);
    const document = `mutation ($input: RecordPurchaseInput!) {
      recordPurchase(input: $input) { earned { points } userErrors { code } }
    }`;
    const { outletId: _outlet, quantity: _quantity, ...asked } = bought;
    const input = {
      ...{ ...asked, member: buyer.named, merchantId: gid("Merchant", merchantId), occurredAt: noon.toISOString() },
      amount: { amountMinor: "10000", currency: "CNY" },
    };
    const expected = { earned: [{ points: "5" }], userErrors: [] };
    expect(await stage.mutate(service, document, input)).toEqual(expected);
    expect(await stage.mutate(service, document, input)).toEqual(expected);
    const last = await member();
    await merge(target, last);
    expect(await stage.mutate(service, document, input)).toEqual(expected);
    expect(balanceOf(await stage.books(last.memberId), sellers)[0]).toBe(0n);
    expect(balanceOf(await stage.books(target.memberId), sellers)[0]).toBe(5n);
    expect(balanceOf(await stage.books(buyer.memberId), sellers)[0]).toBe(0n);
  });
});

describe("a key", () => {
  it("of a deposit does not pass for a withdrawal of the same amount", async () => {
    const who = await member();
    const asked = { member: who.named, idempotencyKey: newId(), amount: { amountMinor: "500", currency: "CNY" } };
    expect((await move("depositMoney", asked)).userErrors).toEqual([]);
    expect(codes(await move("withdrawMoney", asked))).toEqual(["IDEMPOTENCY_MISMATCH"]);
  });

  it.each([
    "return:2",
    "lapsed-hold:2",
    `transit:${newId()}:1`,
    `expire:${newId()}:2026-06-01T12:00:00.000Z`,
    `release:${newId()}:2026-06-01T12:00:00.000Z`,
    `merge:${newId()}:3`,
    `adjustment:${newId()}`,
    `opening:${newId()}`,
    `purchase:${newId()}:${newId()}`,
  ])("cannot be taken from the alliance's own: %s", async (idempotencyKey) => {
    const refused = await grant(await member(), "5", { idempotencyKey });
    expect(refused.userErrors).toEqual([{ code: "INVALID_INPUT", path: ["input", "idempotencyKey"] }]);
  });

  it.each(["purchase:4711", "return-2", "adjustment", "release:v2"])("may look much like one: %s", async (key) => {
    expect((await grant(await member(), "5", { idempotencyKey: key })).userErrors).toEqual([]);
  });

  it("is another one in another form of the same letters, and no other for being odd", async () => {
    const who = await member();
    for (const idempotencyKey of ["\u00e9", "e\u0301", "\u202e👩‍👩‍👧", "1e3", "' or 1=1 --", '{"a":1}', "\\u0000"]) {
      expect(await grant(who, "5", { idempotencyKey })).toMatchObject({ isRepeated: false, userErrors: [] });
      expect(await grant(who, "5", { idempotencyKey })).toMatchObject({ isRepeated: true, userErrors: [] });
    }
    expect(await available(who)).toBe(35n);
  });
});

describe("texts that cannot be kept", () => {
  const bad = [
    ["a NUL", "a\0b"],
    ["half a surrogate pair", "\ud800"],
    ["a control character", "\u0007"],
    ["nothing but spaces", "  "],
    ["too much", "x".repeat(201)],
  ];

  it.each(bad)("are refused as a cause: %s", async (_what, causeId) => {
    const refused = await grant(await member(), "5", { causeId });
    expect(refused.userErrors).toEqual([{ code: "INVALID_INPUT", path: ["input", "causeId"] }]);
  });

  it.each(bad)("are refused as the name of a line: %s", async (_what, line) => {
    const who = await member();
    await grant(who, "5");
    const refused = await move("spendPoints", { ...inProgram(who), lines: [{ amount: "1" }, { line, amount: "1" }] });
    expect(refused.userErrors).toEqual([{ code: "INVALID_INPUT", path: ["input", "lines", "1", "line"] }]);
  });

  it("are refused as the line of a reversal", async () => {
    const granted = await grant(await member(), "5");
    const refused = await move("reverseTransfer", { transferId: granted.transfer?.id, line: "a\0b" });
    expect(refused.userErrors).toEqual([{ code: "INVALID_INPUT", path: ["input", "line"] }]);
  });
});

describe("numbers at the edge", () => {
  it("let nobody hold more than 2^63-1 points, spend it twice, or convert into more", async () => {
    const who = await member();
    const most = "9223372036854775807";
    expect((await grant(who, most)).userErrors).toEqual([]);
    expect(codes(await grant(who, "1"))).toEqual(["AMOUNT_OVERFLOW"]);
    expect(codes(await grant(who, "-1"))).toEqual(["INVALID_INPUT"]);
    const twice = { ...inProgram(who), lines: [{ amount: most }, { amount: most }] };
    expect(codes(await move("spendPoints", twice))).toEqual(["INSUFFICIENT_POINTS"]);
    const into = { intoProgramId: gid("Program", await stage.program()), denominator: "1", fee: "0" };
    const converted = { ...inProgram(who), ...into, amount: "5", numerator: most };
    expect(codes(await move("convertPoints", converted))).toEqual(["AMOUNT_OVERFLOW"]);
    expect(await available(who)).toBe(2n ** 63n - 1n);
  });

  it("send points back where the receiver could not hold them", async () => {
    const [sender, receiver] = [await member(), await member()];
    await grant(sender, "100");
    await stage.post(earn(receiver.memberId, programId, [lot(points(2n ** 63n - 50n))]));
    const refused = await move("transferPoints", {
      ...{ ...inProgram(sender), amount: "60" },
      receiver: { partnerId: stage.partnerGid(partnerId), number: receiver.number },
    });
    expect(refused.userErrors).toHaveLength(1);
    expect([await available(sender), await available(receiver)]).toEqual([100n, 2n ** 63n - 50n]);
  });
});

it("leaves books that are whole", async () => {
  expect((await verifyLedger(stage.services.database.app)).offenders).toEqual([]);
});
