import { callers } from "../support/api";
import { ledgerStage, type LedgerStage } from "../support/ledger-stage";
import { newId } from "../../src/kernel/ids";
import { createMerchant } from "../../src/merchants/create-merchant";
import { merchantCategories } from "../../src/merchants/merchants.tables";
import { valueOf } from "../support/members-stage";

let stage: LedgerStage;
let partnerId: string;
let programId: string;
let merchantId: string;

beforeAll(async () => {
  stage = await ledgerStage();
  partnerId = await stage.partner();
  programId = await stage.program({ issuerPartnerId: partnerId });
  await stage.services.database.app
    .insert(merchantCategories)
    .values({ code: "coffee", name: { en: "Coffee" } })
    .onConflictDoNothing();
  const input = { partnerId, code: "beans", name: { en: "Beans" }, categoryCode: "coffee", parentMerchantId: null };
  merchantId = valueOf(await createMerchant(stage.work(), input as never)).merchantId;
});

const bank = () => callers.partner(partnerId, ["members:read", "points:write", "merchant:read"]);
const gid = (actor: ReturnType<typeof bank>, type: "Program" | "Merchant", id: string) =>
  stage.services.ids.forActor(actor).seal(type, id);
const fields =
  "{ amount shortfall isRepeated transfer { id sequence command amount causeKind refersTo { sequence } entries { debit credit amount availableAfter } } userErrors { code message path } }";
const mutation = (name: string, type: string) => `mutation ($input: ${type}!) { ${name}(input: $input) ${fields} }`;
const documents = {
  grantPoints: mutation("grantPoints", "GrantPointsInput"),
  spendPoints: mutation("spendPoints", "SpendPointsInput"),
  holdPoints: mutation("holdPoints", "HoldPointsInput"),
  captureHold: mutation("captureHold", "CaptureHoldInput"),
  voidHold: mutation("voidHold", "VoidHoldInput"),
  confirmPoints: mutation("confirmPoints", "ConfirmPointsInput"),
  reverseTransfer: mutation("reverseTransfer", "ReverseTransferInput"),
  convertPoints: mutation("convertPoints", "ConvertPointsInput"),
  depositMoney: mutation("depositMoney", "DepositMoneyInput"),
  withdrawMoney: mutation("withdrawMoney", "WithdrawMoneyInput"),
};
const move = (
  name: keyof typeof documents,
  input: object,
  actor: Parameters<LedgerStage["mutate"]>[0] = callers.service,
) => stage.mutate(actor, documents[name], { idempotencyKey: newId(), ...input });

async function member() {
  const row = await stage.member(partnerId);
  return {
    ...row,
    as: (actor: Parameters<LedgerStage["memberGid"]>[0] = callers.service) => ({ id: stage.memberGid(actor, row) }),
  };
}

const program = (actor: Parameters<LedgerStage["mutate"]>[0] = callers.service, id = programId) =>
  gid(actor, "Program", id);
const grant = async (who: Awaited<ReturnType<typeof member>>, amount: string, more: object = {}) =>
  move("grantPoints", { member: who.as(), programId: program(), amount, ...more });

describe("moving value is refused", () => {
  it("to whoever may not: members, marketers, other partners and keys without the scope", async () => {
    const who = await member();
    const other = callers.partner(await stage.partner(), ["points:write"]);
    for (const [actor, code] of [
      [callers.member(who.memberId), "FORBIDDEN"],
      [callers.staff("MARKETER"), "FORBIDDEN"],
      [callers.partner(partnerId, ["members:read"]), "FORBIDDEN"],
      [other, "NOT_FOUND"],
    ] as const) {
      const input = { member: { id: stage.memberGid(actor, who) }, programId: program(actor), amount: "5" };
      const { userErrors, transfer } = await move("grantPoints", input, actor);
      expect([userErrors[0].code, transfer]).toEqual([code, null]);
    }
    expect((await stage.books(who.memberId)).transfers).toEqual([]);
  });

  it("of a member that the partner does not know, and of one that is closed", async () => {
    const stranger = await stage.member(await stage.partner());
    const actor = bank();
    const input = { member: { id: stage.memberGid(actor, stranger) }, programId: program(actor), amount: "5" };
    expect((await move("grantPoints", input, actor)).userErrors[0].code).toBe("NOT_FOUND");
  });

  it("at an outlet without its merchant, in a program that is not there, and beyond the balance", async () => {
    const who = await member();
    const lines = [{ amount: "5" }];
    const base = { member: who.as(), lines };
    const unknown = await move("spendPoints", { ...base, programId: program(callers.service, newId()) });
    expect(unknown.userErrors).toMatchObject([{ code: "NOT_FOUND", path: ["input", "programId"] }]);
    const outlet = stage.services.ids.forActor(callers.service).seal("Outlet", newId());
    const misplaced = await move("spendPoints", { ...base, programId: program(), outletId: outlet });
    expect(misplaced.userErrors).toMatchObject([{ code: "NOT_FOUND", path: ["input", "outletId"] }]);
    await grant(who, "4");
    expect((await move("spendPoints", { ...base, programId: program() })).userErrors).toMatchObject([
      { code: "INSUFFICIENT_POINTS", message: "The member has 4 points for that, 5 were asked for." },
    ]);
  });

  it("for amounts of nothing, keys that are blank or used for something else, and times to come", async () => {
    const who = await member();
    expect((await grant(who, "0")).userErrors).toEqual([]);
    expect((await grant(who, "-1")).userErrors[0].code).toBe("INVALID_INPUT");
    expect((await grant(who, "1", { idempotencyKey: " " })).userErrors[0].path).toEqual(["input", "idempotencyKey"]);
    expect((await grant(who, "1", { occurredAt: "2030-01-01T00:00:00Z" })).userErrors[0].code).toBe("INVALID_INPUT");
    const first = await grant(who, "5", { idempotencyKey: "k1" });
    expect(await grant(who, "5", { idempotencyKey: "k1" })).toEqual({ ...first, isRepeated: true });
    expect((await grant(who, "6", { idempotencyKey: "k1" })).userErrors[0].code).toBe("IDEMPOTENCY_MISMATCH");
  });

  it("to reverse what is not there, not reversible, or not the partner's", async () => {
    const who = await member();
    const given = await grant(who, "5");
    const actor = callers.partner(await stage.partner(), ["points:write"]);
    const foreign = stage.services.ids
      .forActor(actor)
      .seal("Transfer", "00000000-0000-0000-0000-000000000001", who.memberId);
    expect((await move("reverseTransfer", { transferId: foreign }, actor)).userErrors[0].code).toBe("NOT_FOUND");
    expect((await move("captureHold", { transferId: given.transfer.id, amount: "1" })).userErrors).toMatchObject([
      { code: "WRONG_STATE", message: "The transfer is of kind EARN, expected HOLD." },
    ]);
    expect((await move("reverseTransfer", { transferId: given.transfer.id, amount: "6" })).userErrors[0].code).toBe(
      "REVERSAL_EXCEEDS_ORIGINAL",
    );
  });

  it("for an outside reference that another command has", async () => {
    const [one, another] = [await member(), await member()];
    expect((await grant(one, "5", { sourceReference: "till 7" })).userErrors).toEqual([]);
    expect((await grant(another, "5", { sourceReference: "till 7" })).userErrors).toMatchObject([
      { code: "IDEMPOTENCY_MISMATCH", message: 'sourceReference "till 7" is that of another command.' },
    ]);
    expect((await stage.books(another.memberId)).transfers).toEqual([]);
  });
});

describe("moving value", () => {
  it("by a till: the partner holds, captures a part, gives the rest back and reverses a line", async () => {
    const who = await member();
    await grant(who, "100");
    const actor = bank();
    const base = {
      member: {
        identity: { partnerId: stage.services.ids.forActor(actor).seal("Partner", partnerId), number: who.number },
      },
      programId: program(actor),
      merchantId: gid(actor, "Merchant", merchantId),
    };
    const held = await move(
      "holdPoints",
      {
        ...base,
        lines: [
          { line: "1", amount: "30" },
          { line: "2", amount: "10" },
        ],
        expiresAt: "2026-07-01T00:00:00Z",
      },
      actor,
    );
    expect(held).toMatchObject({ amount: "40", userErrors: [], transfer: { command: "HOLD" } });
    const captured = await move("captureHold", { transferId: held.transfer.id, amount: "35" }, actor);
    expect(captured.transfer.entries).toEqual([
      { debit: "HELD", credit: "MERCHANT_PAYABLE", amount: "30", availableAfter: "65" },
      { debit: "HELD", credit: "MERCHANT_PAYABLE", amount: "5", availableAfter: "65" },
      { debit: "HELD", credit: "AVAILABLE", amount: "5", availableAfter: "65" },
    ]);
    const back = await move("reverseTransfer", { transferId: captured.transfer.id, line: "1" }, actor);
    expect(back).toMatchObject({ amount: "30", transfer: { refersTo: { sequence: captured.transfer.sequence } } });
  });

  it("of pending points, of money, and between programs", async () => {
    const who = await member();
    const waiting = await grant(who, "12", { needsConfirmation: true });
    expect(
      (await move("spendPoints", { member: who.as(), programId: program(), lines: [{ amount: "1" }] })).userErrors[0]
        .code,
    ).toBe("INSUFFICIENT_POINTS");
    expect(await move("confirmPoints", { transferId: waiting.transfer.id })).toMatchObject({
      amount: "12",
      userErrors: [],
    });
    const miles = await stage.program();
    const exchange = {
      member: who.as(),
      programId: program(),
      intoProgramId: program(callers.service, miles),
      amount: "12",
      numerator: "1",
      denominator: "5",
    };
    expect((await move("convertPoints", exchange)).userErrors[0].code).toBe("INEXACT_RATE");
    expect(await move("convertPoints", { ...exchange, amount: "10" })).toMatchObject({ amount: "10", userErrors: [] });
    const money = { member: who.as(), amount: { amountMinor: "500", currency: "CNY" } };
    expect(await move("depositMoney", money)).toMatchObject({ amount: "500", userErrors: [] });
    expect(
      (await move("withdrawMoney", { ...money, amount: { amountMinor: "501", currency: "CNY" } })).userErrors[0].code,
    ).toBe("INSUFFICIENT_FUNDS");
  });

  it("shows in the history with the balance after each, page by page and filtered", async () => {
    const who = await member();
    for (const amount of ["5", "6", "7"]) await grant(who, amount);
    await move("spendPoints", { member: who.as(), programId: program(), lines: [{ amount: "9" }] });
    const document = `query ($id: ID!, $after: Cursor, $filter: TransferFilterInput) { member(id: $id) {
      transfers(first: 2, after: $after, filter: $filter) { nodes { command amount entries { availableAfter } } pageInfo { endCursor hasNextPage } } } }`;
    const ask = async (variables: object) =>
      (
        await stage.ask(callers.member(who.memberId), document, {
          id: stage.memberGid(callers.member(who.memberId), who),
          ...variables,
        })
      ).member.transfers;
    const first = await ask({});
    expect(first.nodes).toMatchObject([
      { command: "SPEND", amount: "9", entries: [{ availableAfter: "9" }, { availableAfter: "9" }] },
      { command: "EARN", amount: "7", entries: [{ availableAfter: "18" }] },
    ]);
    const second = await ask({ after: first.pageInfo.endCursor });
    expect(second.nodes.map((node: { amount: string }) => node.amount)).toEqual(["6", "5"]);
    expect((await ask({ filter: { commands: ["SPEND"] } })).nodes).toHaveLength(1);
  });
});
