import { sql } from "drizzle-orm";
import { callers } from "../support/api";
import { basics, ledgerStage, type LedgerStage } from "../support/ledger-stage";
import { newId } from "../../src/kernel/ids";
import { points } from "../../src/kernel/points";
import { settleTransit, sweepTransits } from "../../src/ledger/settle-transit";
import { isWhole, verifyLedger } from "../../src/ledger/verify-ledger";
import { mergeMembers } from "../../src/members/merge-members";
import { updateProgram } from "../../src/programs/update-program";
import { updateMember } from "../../src/members/update-member";
import { grantGoodwill } from "../../src/wallet/goodwill";
import { carryMerged } from "../../src/wallet/carry-merged";
import { sweepReferences } from "../../src/wallet/source-reference";
import { noon, valueOf } from "../support/members-stage";
import { earn, lot, spend } from "../support/ledger-stage";

let stage: LedgerStage;
let partnerId: string;
let open: string;
let closed: string;

const transferable = {
  remainderPolicy: "PER_PURCHASE",
  useOrder: "SOONEST",
  transfersAllowed: true,
  noticeDays: null,
} as const;

beforeAll(async () => {
  stage = await ledgerStage();
  partnerId = await stage.partner();
  open = await stage.program({ issuerPartnerId: partnerId, handling: transferable });
  closed = await stage.program({ issuerPartnerId: partnerId });
});

const member = () => stage.member(partnerId);
const available = async ({ memberId }: { memberId: string }, programId = open) =>
  (await stage.books(memberId)).accounts.find((account) => account.programId === programId)?.available ?? 0n;
const later = new Date(noon.getTime() + 60_000);
const services = () => stage.services;
const give = ({ memberId }: { memberId: string }, amount: bigint, programId = open) =>
  stage.post(earn(memberId, programId, [lot(points(amount), { expiresAt: new Date("2027-01-01T00:00:00Z") })]));

describe("points sent to another member", () => {
  const document = `mutation ($input: TransferPointsInput!) { transferPoints(input: $input) { amount transfer { command } userErrors { code } } }`;
  const send = (from: Awaited<ReturnType<typeof member>>, number: string, more: object = {}) => {
    const actor = callers.member(from.memberId);
    const ids = stage.services.ids.forActor(actor);
    const input = {
      ...{ idempotencyKey: newId(), member: { id: stage.memberGid(actor, from) }, amount: "5" },
      ...{ receiver: { partnerId: ids.seal("Partner", partnerId), number }, programId: ids.seal("Program", open) },
      ...more,
    };
    return stage.mutate(actor, document, input);
  };

  it("are refused where the program does not allow it, of other members, to oneself and to nobody", async () => {
    const [from, to] = [await member(), await member()];
    await give(from, 9n, closed);
    await give(from, 9n);
    const notAllowed = {
      programId: stage.services.ids.forActor(callers.member(from.memberId)).seal("Program", closed),
    };
    expect((await send(from, to.number, notAllowed)).userErrors[0].code).toBe("TRANSFERS_NOT_ALLOWED");
    expect((await send(from, "nobody")).userErrors[0].code).toBe("NOT_FOUND");
    expect((await send(from, from.number)).userErrors[0].code).toBe("INVALID_INPUT");
    expect((await send(from, to.number, { amount: "10" })).userErrors[0].code).toBe("INSUFFICIENT_POINTS");
    const others = { member: { id: stage.memberGid(callers.member(from.memberId), to) } };
    expect((await send(from, to.number, others)).userErrors[0].code).toBe("NOT_FOUND");
    expect([await available(from), await available(to)]).toEqual([9n, 0n]);
  });

  it("are refused to whoever may send none, alike for a number that is known and one that is not", async () => {
    const [from, to] = [await member(), await member()];
    const bank = callers.partner(partnerId, ["members:read", "points:write"]);
    const ids = stage.services.ids.forActor(bank);
    const asked = (number: string) =>
      stage.mutate(bank, document, {
        ...{ idempotencyKey: newId(), member: { id: stage.memberGid(bank, from) }, amount: "5" },
        ...{ receiver: { partnerId: ids.seal("Partner", partnerId), number }, programId: ids.seal("Program", open) },
      });
    const codes = [to.number, "nobody"].map(async (number) => (await asked(number)).userErrors[0].code);
    expect(await Promise.all(codes)).toEqual(["FORBIDDEN", "FORBIDDEN"]);
  });

  it("arrive with their dates, once, however often it is said", async () => {
    const [from, to] = [await member(), await member()];
    await give(from, 9n);
    const key = { idempotencyKey: "once" };
    expect(await send(from, to.number, key)).toMatchObject({ amount: "5", userErrors: [] });
    expect(await send(from, to.number, key)).toMatchObject({ amount: "5", userErrors: [] });
    expect([await available(from), await available(to)]).toEqual([4n, 5n]);
    expect((await stage.books(to.memberId)).lots[0]?.expiresAt).toEqual(new Date("2027-01-01T00:00:00Z"));
  });

  it("are answered as they were when they are said again, also after the program stopped to allow it", async () => {
    const programId = await stage.program({ issuerPartnerId: partnerId, handling: transferable });
    const [from, to] = [await member(), await member()];
    await give(from, 9n, programId);
    const actor = callers.member(from.memberId);
    const more = { idempotencyKey: "late", programId: stage.services.ids.forActor(actor).seal("Program", programId) };
    const first = await send(from, to.number, more);
    expect(first).toMatchObject({ amount: "5", userErrors: [] });
    const { programs } = await services().catalogue.catchUp();
    const revision = programs.get(programId)?.revision ?? 0;
    const handling = { ...transferable, transfersAllowed: false };
    valueOf(await updateProgram(stage.work(), { programId, revision, handling }));
    expect(await send(from, to.number, more)).toEqual(first);
    expect((await send(from, to.number, { ...more, amount: "4" })).userErrors[0].code).toBe("IDEMPOTENCY_MISMATCH");
    expect((await send(from, to.number, { ...more, idempotencyKey: "new" })).userErrors[0].code).toBe(
      "TRANSFERS_NOT_ALLOWED",
    );
    expect(await available(from, programId)).toBe(4n);
  });

  const sent = async (from: { memberId: string }, to: { memberId: string }) => {
    const out = {
      ...basics(from.memberId),
      command: "TRANSFER_OUT",
      programId: open,
      receiverId: to.memberId,
    } as const;
    const result = await stage.post({ ...out, amount: points(5n), useOrder: "SOONEST" });
    if (result.outcome !== "DONE") throw new Error(result.outcome);
    return { memberId: from.memberId, sequence: result.sequence };
  };

  it("are brought to their end by a sweeper after a crash between the two", async () => {
    const [from, to] = [await member(), await member()];
    await give(from, 9n);
    await sent(from, to);
    expect([await available(from), await available(to)]).toEqual([4n, 0n]);
    expect(await sweepTransits({ database: services().database, now: noon })).toBe(0);
    expect(await sweepTransits({ database: services().database, now: later })).toBe(1);
    expect([await available(from), await available(to)]).toEqual([4n, 5n]);
    expect(await sweepTransits({ database: services().database, now: later })).toBe(0);
  });

  it("come back to the same lots where the receiver is closed, and never arrive after that", async () => {
    const [from, to] = [await member(), await member()];
    await give(from, 9n);
    const transit = await sent(from, to);
    valueOf(
      await updateMember(stage.work(), {
        memberId: to.memberId,
        revision: to.revision,
        status: "CLOSED",
        reason: "left",
      }),
    );
    const places = await Promise.all([1, 2, 3].map(() => settleTransit(services(), transit, later)));
    expect(places).toEqual(["RETURNED", "RETURNED", "RETURNED"]);
    expect([await available(from), await available(to)]).toEqual([9n, 0n]);
    expect((await stage.books(from.memberId)).lots).toHaveLength(1);
  });

  it("arrive once where several settle them at the same time", async () => {
    const [from, to] = [await member(), await member()];
    await give(from, 9n);
    const transit = await sent(from, to);
    await Promise.all([1, 2, 3, 4].map(() => settleTransit(services(), transit, later)));
    expect([await available(from), await available(to)]).toEqual([4n, 5n]);
  });
});

describe("a merged member's points", () => {
  it("go to the member that answers for it, also those that come back later", async () => {
    const [source, target] = [await member(), await member()];
    await give(source, 20n);
    await stage.post(spend(source.memberId, open, 5n));
    const hold = { ...basics(source.memberId), command: "HOLD", programId: open, useOrder: "SOONEST" } as const;
    await stage.post({ ...hold, lines: [{ line: null, amount: points(3n) }], expiresAt: later });
    valueOf(await mergeMembers(stage.work(), { sourceId: source.memberId, targetId: target.memberId, reason: "same" }));
    await carryMerged({ database: services().database, now: later });
    expect([await available(source), await available(target)]).toEqual([0n, 12n]);
    await stage.post({ ...basics(source.memberId), command: "VOID", hold: 3n });
    await carryMerged({ database: services().database, now: later });
    await carryMerged({ database: services().database, now: later });
    expect([await available(source), await available(target)]).toEqual([0n, 15n]);
  });

  const held = async (of: { memberId: string }) => {
    await give(of, 20n);
    const hold = { ...basics(of.memberId), command: "HOLD", programId: open, useOrder: "SOONEST" } as const;
    await stage.post({ ...hold, lines: [{ line: null, amount: points(3n) }], expiresAt: later });
  };
  const merge = async (sourceId: string, targetId: string) =>
    valueOf(await mergeMembers(stage.work(), { sourceId, targetId, reason: "same" }));
  const carry = () => carryMerged({ database: services().database, now: later });
  const lengthOf = async ({ memberId }: { memberId: string }) => (await stage.books(memberId)).transfers.length;

  it("go to the end of a chain of merges, once, also those that come back after the last merge", async () => {
    const [first, second, last] = [await member(), await member(), await member()];
    await held(first);
    await merge(first.memberId, second.memberId);
    await carry();
    await merge(second.memberId, last.memberId);
    await stage.post({ ...basics(first.memberId), command: "VOID", hold: 2n });
    await carry();
    const length = await lengthOf(first);
    await carry();
    expect([await available(first), await available(second), await available(last)]).toEqual([0n, 0n, 20n]);
    expect(await lengthOf(first)).toBe(length);
  });

  it("stay where they are while who answers for it is closed, and add nothing to its chain", async () => {
    const [source, target] = [await member(), await member()];
    await held(source);
    await merge(source.memberId, target.memberId);
    const { revision } = (
      await stage.services.database.app.execute<{ revision: number }>(
        sql`select revision from alliance.members where member_id = ${target.memberId}::uuid`,
      )
    )[0]!;
    const leaving = { memberId: target.memberId, revision, status: "CLOSED", reason: "left" } as const;
    valueOf(await updateMember(stage.work(), leaving));
    const length = await lengthOf(source);
    await carry();
    await carry();
    expect([await available(source), await lengthOf(source)]).toEqual([17n, length]);
  });
});

describe("an abandoned outside reference", () => {
  it("is freed where its command left nothing, and confirmed where the transfer is there", async () => {
    const who = await member();
    const { app } = services().database;
    for (const key of ["lost", "there"]) {
      await app.$client`select alliance.ledger_claim_reference(${`till ${key}`}, ${who.memberId}::uuid, ${key}, ${noon}::timestamptz)`;
    }
    await stage.post({
      ...earn(who.memberId, open, [lot(points(1n))]),
      idempotencyKey: "there",
      sourceReference: "till there",
    });
    expect(await sweepReferences({ database: services().database, now: later })).toBe(0);
    await sweepReferences({ database: services().database, now: new Date(noon.getTime() + 3_600_000) });
    const left =
      await app.$client`select source_reference, confirmed_at is not null as confirmed from alliance.source_references where member_id = ${who.memberId}::uuid`;
    expect([...left]).toEqual([{ source_reference: "till there", confirmed: true }]);
  });
});

describe("support", () => {
  const document = `mutation ($input: GrantGoodwillInput!) { grantGoodwill(input: $input) { amount transfer { id } userErrors { code message } } }`;
  const undo = `mutation ($input: UndoGoodwillInput!) { undoGoodwill(input: $input) { amount shortfall userErrors { code } } }`;
  const grant = (who: { memberId: string }, amount: string, actor = callers.staff("SUPPORT")) =>
    stage.mutate(actor, document, {
      ...{ idempotencyKey: newId(), member: { id: stage.memberGid(actor, who) }, reason: "the app was down", amount },
      programId: stage.services.ids.forActor(actor).seal("Program", open),
    });

  it("gives goodwill within its limits, and takes it back", async () => {
    const who = await member();
    expect((await grant(who, "2001")).userErrors).toMatchObject([{ code: "CAP_REACHED" }]);
    expect((await grant(who, "5", callers.staff("MARKETER"))).userErrors).toMatchObject([{ code: "FORBIDDEN" }]);
    const first = await grant(who, "2000");
    expect((await grant(who, "2000")).userErrors).toEqual([]);
    expect((await grant(who, "1001")).userErrors).toEqual([
      { code: "CAP_REACHED", message: "The cap has room for 1000 points, 1001 were asked for." },
    ]);
    await stage.post(spend(who.memberId, open, 3_500n));
    const back = await stage.mutate(callers.staff("SUPPORT"), undo, {
      idempotencyKey: newId(),
      transferId: first.transfer.id,
      reason: "wrong member",
    });
    expect(back).toEqual({ amount: "500", shortfall: "1500", userErrors: [] });
    const audited = await services().database.app
      .$client`select action from alliance.audit_entries where stream = ${`member:${who.memberId}`} order by sequence`;
    expect(audited.map((row) => row.action)).toEqual([
      "enrollMember",
      "grantGoodwill",
      "grantGoodwill",
      "undoGoodwill",
    ]);
  });
});

describe("goodwill whose audit entry a crash lost", () => {
  it("has it after the same is asked again, once, whoever asks at the same moment", async () => {
    const who = await member();
    const work = { ...stage.work(), actor: callers.staff("SUPPORT") };
    const input = { idempotencyKey: "sorry", member: { memberId: who.memberId, path: ["input", "member", "id"] } };
    const asked = { ...input, programId: open, amount: points(7n), reason: "the app was down" };
    const { app } = services().database;
    const audited = () =>
      app.$client`select count(*)::int as count from alliance.audit_entries
        where stream = ${`member:${who.memberId}`} and action = 'grantGoodwill'`.then(([row]) => row?.count as number);
    const crashed = { ...work.database, app: Object.assign(Object.create(app), { transaction: undefined }) };
    await expect(grantGoodwill({ ...work, database: { ...crashed } }, asked)).rejects.toThrow();
    expect([await available(who), await audited()]).toEqual([7n, 0]);
    await Promise.all([1, 2, 3].map(() => grantGoodwill(work, asked)));
    expect([await available(who), await audited()]).toEqual([7n, 1]);
  });
});

describe("a correction", () => {
  const request = `mutation ($input: RequestAdjustmentInput!) { requestAdjustment(input: $input) { request { id state } userErrors { code } } }`;
  const approve = `mutation ($input: ApproveAdjustmentInput!) { approveAdjustment(input: $input) { amount userErrors { code } } }`;
  const reject = `mutation ($input: RejectAdjustmentInput!) { rejectAdjustment(input: $input) { request { state decidedBy } userErrors { code } } }`;
  const asked = async (who: { memberId: string }, amount: string, actor = callers.staff("FINANCE")) =>
    stage.mutate(actor, request, {
      ...{ member: { id: stage.memberGid(actor, who) }, amount, reason: "counted twice" },
      programId: stage.services.ids.forActor(actor).seal("Program", open),
    });

  it("moves nothing until another person approves it, and then once", async () => {
    const who = await member();
    const { request: wanted } = await asked(who, "30");
    const own = await stage.mutate(callers.staff("FINANCE"), approve, { requestId: wanted.id });
    expect(own.userErrors).toMatchObject([{ code: "SECOND_PERSON_REQUIRED" }]);
    expect(await available(who)).toBe(0n);
    const second = { ...callers.staff("RISK"), actorId: "somebody-else" };
    expect(await stage.mutate(second, approve, { requestId: wanted.id })).toEqual({ amount: "30", userErrors: [] });
    expect((await stage.mutate(second, approve, { requestId: wanted.id })).userErrors).toMatchObject([
      { code: "WRONG_STATE" },
    ]);
    expect(await available(who)).toBe(30n);
  });

  it("is refused for nothing, of services, and stays away when it is turned down", async () => {
    const who = await member();
    expect((await asked(who, "0")).userErrors).toMatchObject([{ code: "INVALID_INPUT" }]);
    expect((await asked(who, "1", callers.service as never)).userErrors).toMatchObject([{ code: "FORBIDDEN" }]);
    const { request: wanted } = await asked(who, "-5");
    expect((await stage.mutate(callers.staff("RISK"), reject, { requestId: wanted.id })).request.state).toBe(
      "REJECTED",
    );
    const listed = `{ adjustmentRequests(states: [REJECTED], first: 5) { nodes { amount member { id } } } }`;
    expect((await stage.ask(callers.staff("AUDITOR"), listed)).adjustmentRequests.nodes).toMatchObject([
      { amount: "-5" },
    ]);
  });
});

describe("a wallet", () => {
  const document = `query ($id: ID!) { member(id: $id) { walletValue { amountMinor currency } cash { currency availableMinor }
    accounts { available expiringNext { points expiresAt } } } }`;

  it("tells finance what it is worth, and the member what lapses next and its money", async () => {
    const who = await member();
    await give(who, 7n);
    await stage.post({
      ...basics(who.memberId),
      command: "DEPOSIT",
      currency: "CNY",
      amountMinor: 900n as never,
      otherBucket: "EXTERNAL_CLEARING",
      funderPartnerId: null,
    });
    const asks = async (actor: Parameters<LedgerStage["ask"]>[0]) =>
      (await stage.ask(actor, document, { id: stage.memberGid(actor, who) })).member;
    expect((await asks(callers.staff("FINANCE"))).walletValue).toEqual([{ amountMinor: "35", currency: "CNY" }]);
    expect(await asks(callers.member(who.memberId))).toEqual({
      walletValue: null,
      cash: [{ currency: "CNY", availableMinor: "900" }],
      accounts: [{ available: "7", expiringNext: { points: "7", expiresAt: "2027-01-01T00:00:00.000Z" } }],
    });
    expect(await asks(callers.partner(partnerId, ["members:read"]))).toMatchObject({ walletValue: null, cash: null });
  });
});

describe("all of this together", () => {
  it("leaves books that are whole", async () => {
    const verdict = await verifyLedger(stage.services.database.app);
    expect(verdict.offenders).toEqual([]);
    expect(isWhole(verdict)).toBe(true);
  });
});
