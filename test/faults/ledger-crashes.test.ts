import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { openDatabase, type Database } from "../../src/db/client";
import { doorsOf } from "../../src/db/setup";
import { sweepTransits } from "../../src/ledger/settle-transit";
import { isWhole, verifyLedger } from "../../src/ledger/verify-ledger";
import { sweepMergeClaims } from "../../src/members/sweep-merge-claims";
import { carryMerged } from "../../src/wallet/carry-merged";
import { testApi } from "../support/api";
import { CrashingAlliance } from "../support/crashing-alliance";

/** Servers killed; PostgreSQL is stopped twice as often. `npm run test:faults` asks for more: a server's start is what takes long. */
const kills = Number(process.env.LEDGER_KILLS ?? 1);
const clients = 6;
/** Members that each client merges into its own, at most. */
const mergesOfAClient = kills + 2;
jest.setTimeout(120_000 + kills * 60_000);

const alliance = new CrashingAlliance();
let database: Database;
let ids: { partner: string; program: string; merchant: string };
/** By the number at the partner, before any merge: what the database calls a member, and what the API calls it. */
const memberIds = new Map<string, string>();
const globalIds = new Map<string, string>();
const numberOf = (memberId: string) => [...memberIds].find(([, id]) => id === memberId)?.[0] ?? memberId;

const fields = "{ amount isRepeated transfer { id } userErrors { code message } }";
const mutation = (name: string) =>
  `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) ${fields} }`;
const founding = {
  partner:
    "mutation ($input: CreatePartnerInput!) { made: createPartner(input: $input) { partner { id } userErrors { code message } } }",
  category:
    "mutation ($input: DefineCategoryInput!) { made: defineCategory(input: $input) { userErrors { code message } } }",
  merchant:
    "mutation ($input: CreateMerchantInput!) { made: createMerchant(input: $input) { merchant { id } userErrors { code message } } }",
  program:
    "mutation ($input: CreateProgramInput!) { made: createProgram(input: $input) { program { id } userErrors { code message } } }",
  member:
    "mutation ($input: EnrollMemberInput!) { made: enrollMember(input: $input) { member { id } userErrors { code message } } }",
};
const purchase = `mutation ($input: RecordPurchaseInput!) {
  recordPurchase(input: $input) { earned { points } userErrors { code message } }
}`;
const merge = "mutation ($input: MergeMembersInput!) { mergeMembers(input: $input) { userErrors { code message } } }";

beforeAll(async () => {
  await alliance.start();
  const { ownerUrl, secrets } = alliance.database;
  database = openDatabase({ ...doorsOf({ ownerUrl, ...secrets }), poolSize: 2 });
  const made = async (kind: keyof typeof founding, input: object) => {
    const answer = await alliance.ask(founding[kind], input);
    expect(answer.userErrors).toEqual([]);
    return (answer[kind] as { id: string } | undefined)?.id ?? "";
  };
  const partner = await made("partner", { code: "bank", name: { en: "Bank" } });
  await made("category", { code: "tea", name: { en: "Tea" } });
  const merchant = await made("merchant", {
    ...{ partnerId: partner, code: "tea-house", name: { en: "Tea House" }, categoryCode: "tea" },
  });
  const program = await made("program", {
    ...{ issuerId: partner, code: "points", name: { en: "Points" }, unitName: { en: "points" }, currency: "CNY" },
    ...{ timeZone: "Asia/Shanghai", earning: { points: "1", perMinor: "2000" } },
    ...{ valuePerPoint: { minor: "4", points: "1" }, expiry: { kind: "NEVER" }, handling: { transfersAllowed: true } },
  });
  ids = { partner, program, merchant };
  await Promise.all(
    Array.from({ length: clients }, async (_none, client) => {
      const names = ["a", "b", ...Array.from({ length: mergesOfAClient }, (_one, number) => `merged-${number}`)];
      for (const name of names) {
        const number = `${client}-${name}`;
        globalIds.set(number, await made("member", { partnerId: partner, number, locale: "en" }));
      }
    }),
  );
  const rows = await database.app.execute<{ number: string; id: string }>(
    sql`select number, member_id as id from alliance.identities`,
  );
  for (const { number, id } of rows) memberIds.set(number, id);
});

afterAll(async () => {
  await database?.close();
  await alliance.stop();
});

/** What a client was told was done, and what it therefore expects to find. */
class Client {
  /** Keys that were acknowledged, by the number of their member. */
  readonly acknowledged: { number: string; key: string }[] = [];
  readonly toMerge: { sourceId: string; targetId: string }[] = [];
  purchases = 0;
  a = 0n;
  b = 0n;
  merges = 0;
  repeated = 0;

  constructor(readonly place: number) {}

  async move(name: string, who: string, input: object): Promise<{ id: string; amount: bigint }> {
    const idempotencyKey = randomUUID();
    const answer = await alliance.ask(mutation(name), { idempotencyKey, ...input }, this.place);
    expect(answer.userErrors).toEqual([]);
    // Also at a first attempt: the server itself repeats what its database cut off.
    if (answer.isRepeated) this.repeated += 1;
    this.acknowledged.push({ number: this.number(who), key: idempotencyKey });
    return { id: answer.transfer?.id ?? "", amount: BigInt(answer.amount ?? "0") };
  }

  number(who: string): string {
    return `${this.place}-${who}`;
  }

  member(who: string) {
    return { identity: { partnerId: ids.partner, number: this.number(who) } };
  }

  /** One of each command. */
  async turn(): Promise<void> {
    const { program: programId, merchant: merchantId } = ids;
    const where = { programId, merchantId, member: this.member("a") };
    const bought = {
      ...{
        member: this.member("a"),
        merchantId,
        channel: "IN_STORE",
        amount: { amountMinor: "10000", currency: "CNY" },
      },
      ...{ occurredAt: new Date().toISOString(), sourceReference: randomUUID() },
    };
    const recorded = await alliance.ask(purchase, bought, this.place);
    expect(recorded).toMatchObject({ userErrors: [], earned: [{ points: "5" }] });
    this.purchases += 1;
    await this.move("grantPoints", "a", { programId, member: this.member("a"), amount: "100" });
    await this.move("spendPoints", "a", { ...where, lines: [{ amount: "10" }], sourceReference: randomUUID() });
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const held = await this.move("holdPoints", "a", { ...where, lines: [{ amount: "20" }], expiresAt });
    const captured = await this.move("captureHold", "a", { transferId: held.id, amount: "15" });
    const receiver = { partnerId: ids.partner, number: this.number("b") };
    const sent = await this.move("transferPoints", "a", { programId, member: this.member("a"), receiver, amount: "7" });
    expect([held.amount, captured.amount, sent.amount]).toEqual([20n, 15n, 7n]);
    this.a += 5n + 100n - 10n - 15n - 7n;
    this.b += 7n;
  }

  /** Somebody turns out to be the member: what it had goes there. */
  async mergeAnother(): Promise<void> {
    if (this.merges === mergesOfAClient) return;
    const who = `merged-${this.merges}`;
    this.merges += 1;
    await this.move("grantPoints", who, { programId: ids.program, member: this.member(who), amount: "50" });
    this.a += 50n;
    const [sourceId = "", targetId = ""] = [who, "a"].map((one) => globalIds.get(this.number(one)));
    if (!(await this.isMerged({ sourceId, targetId }))) this.toMerge.push({ sourceId, targetId });
  }

  /** False where a merge that a crash cut off keeps the members until the sweeper looks. */
  async isMerged(input: { sourceId: string; targetId: string }): Promise<boolean> {
    const { userErrors } = await alliance.ask(merge, { reason: "one person", ...input }, this.place);
    const [refusal] = userErrors;
    // Or the two are one member by now, by the attempt that was cut off.
    if (refusal) expect(["VERSION_CONFLICT", "MEMBER_CLOSED", "SAME_MEMBER"]).toContain(refusal.code);
    return refusal?.code !== "VERSION_CONFLICT";
  }
}

describe("clients that repeat by key what was cut off", () => {
  const all = Array.from({ length: clients }, (_none, place) => new Client(place));
  const injected = { killed: 0, stopped: 0 };

  it("have every command done once, whatever is killed under them", async () => {
    let isOver = false;
    const turns = all.map(async (client) => {
      for (let turn = 0; !isOver; turn += 1) {
        await client.turn();
        if (turn % 3 === 0) await client.mergeAnother();
      }
    });
    const stillWell = Promise.all(turns);
    const done = () => all.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
    /** So that each fault meets work under way, and each recovery is seen. */
    const untilMoreIsDone = async (more: number) => {
      const before = done();
      while (done() < before + more) await Promise.race([wait(5), stillWell]);
    };
    const crashDatabase = async () => {
      await untilMoreIsDone(15 + Math.floor(Math.random() * 10));
      await alliance.crashDatabase();
      injected.stopped += 1;
    };
    for (let kill = 0; kill < kills; kill += 1) {
      await crashDatabase();
      if (kill > 0) await alliance.startServer((kill - 1) % 2);
      await untilMoreIsDone(15 + Math.floor(Math.random() * 10));
      await alliance.killServer(kill % 2);
      injected.killed += 1;
      await crashDatabase();
    }
    await untilMoreIsDone(20);
    isOver = true;
    await stillWell;
    expect(injected).toEqual({ killed: kills, stopped: kills * 2 });
    expect(alliance.unanswered).toBeGreaterThan(0);
  });

  it("find what a crash left half done finished by the sweepers", async () => {
    const { services } = testApi(database);
    const later = { database, services, actor: { kind: "anonymous" } as never, now: new Date(Date.now() + 3_600_000) };
    await sweepMergeClaims(later);
    for (const client of all) for (const input of client.toMerge) expect(await client.isMerged(input)).toBe(true);
    await carryMerged(later);
    await sweepTransits(later);
    const [open] = await database.app.execute<{ sent: number }>(
      sql`select count(*)::int as sent from alliance.points_in_transit where state = 'SENT'`,
    );
    expect(open).toEqual({ sent: 0 });
  });

  it("find each acknowledged command in the books exactly once, and nothing else", async () => {
    const rows = await database.app.execute<{ id: string; key: string; command: string; cause: string }>(
      sql`select member_id as id, idempotency_key as key, command, cause_kind as cause from alliance.transfers`,
    );
    const times = new Map<string, number>();
    const nameOf = ({ id, key }: { id: string; key: string }) => `${numberOf(id)} ${key}`;
    for (const row of rows) times.set(nameOf(row), (times.get(nameOf(row)) ?? 0) + 1);
    const acknowledged = all.flatMap((client) => client.acknowledged.map(({ number, key }) => `${number} ${key}`));
    expect(acknowledged.filter((one) => times.get(one) !== 1)).toEqual([]);
    // Besides those: what purchases earned, what arrived, and what the merged members had.
    const others = rows.filter((row) => !acknowledged.includes(nameOf(row)));
    const kinds = new Map<string, number>();
    for (const { command, cause } of others)
      kinds.set(`${command} ${cause}`, (kinds.get(`${command} ${cause}`) ?? 0) + 1);
    const sum = (of: (client: Client) => number) => all.reduce((total, client) => total + of(client), 0);
    expect(Object.fromEntries(kinds)).toEqual({
      "EARN PURCHASE": sum(({ purchases }) => purchases),
      "TRANSFER_IN MEMBER_TRANSFER": sum(({ b }) => Number(b) / 7),
      "TRANSFER_OUT MERGE": sum(({ merges }) => merges),
      "TRANSFER_IN MERGE": sum(({ merges }) => merges),
    });
  });

  it("find the balances that they were told of, and books that are whole", async () => {
    const rows = await database.app.execute<{ id: string; available: string; held: string }>(
      sql`select member_id as id, available::text, held::text from alliance.accounts`,
    );
    const balances = Object.fromEntries(rows.map(({ id, available }) => [numberOf(id), BigInt(available)]));
    for (const client of all) {
      expect([balances[client.number("a")], balances[client.number("b")]]).toEqual([client.a, client.b]);
      for (let one = 0; one < client.merges; one += 1) expect(balances[client.number(`merged-${one}`)]).toBe(0n);
    }
    expect(rows.filter(({ held }) => held !== "0")).toEqual([]);
    const verdict = await verifyLedger(database.app);
    expect(verdict.offenders).toEqual([]);
    expect(isWhole(verdict)).toBe(true);
  });
});
