import { rm } from "node:fs/promises";
import { getTableColumns, getTableName, is, sql } from "drizzle-orm";
import { PgTable } from "drizzle-orm/pg-core";
import { openDoor, type Db } from "../../src/db/client";
import type { LedgerInvariant } from "../../src/ledger/core/invariants";
import * as tables from "../../src/ledger/ledger.tables";
import { heldCheckpoints } from "../../src/ledger/checkpoint-files";
import { writeCheckpoint } from "../../src/ledger/write-checkpoint";
import { isWhole, verifyLedger, type LedgerVerdict } from "../../src/ledger/verify-ledger";
import { accounts } from "../../src/programs/programs.tables";
import { ledgerStage, type LedgerStage } from "../support/ledger-stage";
import { judged, madeUp, ofRow } from "../support/ledger-judgements";
import { fullHistory } from "../support/ledger-history";

let stage: LedgerStage;
let owner: Db;
let memberId: string;

beforeAll(async () => {
  stage = await ledgerStage();
  owner = openDoor({ url: stage.ownerUrl }, 1);
  const programIds = [await stage.program(), await stage.program()] as const;
  memberId = await fullHistory(stage, programIds);
  await fullHistory(stage, programIds);
  await writeCheckpoint(stage.services);
});

afterAll(async () => {
  await owner.$client.end({ timeout: 5 });
  await rm(stage.services.checkpointFolder, { recursive: true, force: true });
});

async function verified(): Promise<LedgerVerdict> {
  const { checkpoints } = await heldCheckpoints(stage.services);
  return verifyLedger(owner, { checkpoints });
}

class Undone extends Error {}

/** Whoever owns the tables can take their checks away, so that these prove nothing here. */
const withoutChecks = `do $$ declare c record; begin
  for c in select conrelid::regclass::text as of_table, conname from pg_constraint
    where contype = 'c' and connamespace = 'alliance'::regnamespace loop
    execute format('alter table %s drop constraint %I', c.of_table, c.conname);
  end loop; end $$`;

/** What is found after the owner of the database did this, which is undone again. */
async function foundAfter(statements: readonly string[]): Promise<string[]> {
  const { checkpoints } = await heldCheckpoints(stage.services);
  let verdict: LedgerVerdict | undefined;
  await owner
    .transaction(async (tx) => {
      await tx.execute(sql.raw("set local session_replication_role = replica"));
      for (const statement of [withoutChecks, ...statements]) await tx.execute(sql.raw(statement));
      verdict = await verifyLedger({ transaction: (run: (tx: unknown) => unknown) => run(tx) } as unknown as Db, {
        checkpoints,
      });
      throw new Undone();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error;
    });
  return Object.entries((verdict as unknown as LedgerVerdict).problems).flatMap(([name, count]) =>
    count > 0 ? [name] : [],
  );
}

/** The member's rows of a table, by where they lie. */
async function placesIn(table: string): Promise<string[]> {
  const rows = await owner.execute<{ place: string }>(
    sql.raw(`select ctid::text as place from alliance.${table} where member_id = '${memberId}' order by ctid`),
  );
  return rows.map(({ place }) => place);
}

const everyTable: PgTable[] = [
  ...Object.values(tables as Record<string, unknown>).filter((each): each is PgTable => is(each, PgTable)),
  accounts,
];

/** Another value of the column's type. */
function other(type: string, name: string): string {
  if (type === "boolean") return `not ${name}`;
  if (type.startsWith("timestamp")) return `coalesce(${name}, '2026-01-01Z') + interval '1 ms'`;
  if (type === "bytea") return `sha256(${name})`;
  if (type === "uuid") return "gen_random_uuid()";
  if (type === "text[]") return `array['day:1=499']`;
  return type === "text" ? `coalesce(${name}, '') || 'x'` : `coalesce(${name}, 0) + 1000`;
}

const columns = everyTable.flatMap((table) =>
  Object.values(getTableColumns(table)).map(
    (column) => [getTableName(table), column.name, column.getSQLType()] as const,
  ),
);

/** All chains computed again over what stands there now, as only who owns the database could. */
const chainedAnew = `do $$
  declare t alliance.transfers; start bytea := decode(repeat('00', 32), 'hex'); previous bytea;
  begin
    for t in select * from alliance.transfers order by member_id, sequence loop
      if t.sequence = 1 then previous := start; end if;
      t.hash := sha256(convert_to(array_to_json(array['alliance-ledger-1', t.member_id::text, t.sequence::text,
        encode(previous, 'hex'), encode(sha256(convert_to(alliance.ledger_body_text(t,
          array(select e from alliance.ledger_entries e where e.member_id = t.member_id and e.sequence = t.sequence order by e.entry_no),
          array(select l from alliance.lots l where l.member_id = t.member_id and l.sequence = t.sequence order by l.lot_no),
          (select h.expires_at from alliance.holds h where h.member_id = t.member_id and h.sequence = t.sequence)),
        'UTF8')), 'hex')])::text, 'UTF8'));
      update alliance.transfers set hash = t.hash where member_id = t.member_id and sequence = t.sequence;
      update alliance.ledger_heads set hash = t.hash where member_id = t.member_id;
      previous := t.hash;
    end loop;
  end $$`;

describe("the proof of the ledger", () => {
  it("finds whole books whole, and held every invariant against something", async () => {
    const verdict = await verified();
    expect(verdict.offenders).toEqual([]);
    expect(isWhole(verdict)).toBe(true);
    const idle = Object.entries(verdict.counts).flatMap(([name, count]) => (count === 0 ? [name] : []));
    expect(idle).toEqual([]);
  });

  it("knows every table of the ledger", () => {
    expect(everyTable.map(getTableName).sort()).toEqual([
      ...["accounts", "cash_accounts", "earning_caps", "earning_remainders", "holds", "ledger_entries", "ledger_heads"],
      ...["lots", "points_in_transit", "source_references", "transfers"],
    ]);
  });

  it("judges every column", () => {
    const names = Object.entries(judged).flatMap(([table, ofTable]) =>
      Object.keys(ofTable).map((name) => `${table}.${name}`),
    );
    expect(names.sort()).toEqual(columns.map(([table, column]) => `${table}.${column}`).sort());
  });

  it.each(columns)("finds %s.%s altered in any row, by what proves it", async (table, column, type) => {
    const judgement = judged[table]?.[column] ?? "CHAIN";
    const [invariant, value] = typeof judgement === "string" ? [judgement, other(type, column)] : judgement;
    const places = await placesIn(table);
    expect(places).not.toEqual([]);
    for (const place of places) {
      const found = await foundAfter([`update alliance.${table} set ${column} = ${value} where ctid = '${place}'`]);
      expect({ place, found }).toEqual({ place, found: expect.arrayContaining([invariant]) as unknown });
    }
  });

  it.each(everyTable.map(getTableName))("finds any row of %s deleted", async (table) => {
    for (const place of await placesIn(table)) {
      const found = await foundAfter([`delete from alliance.${table} where ctid = '${place}'`]);
      expect({ place, found }).toEqual({ place, found: expect.arrayContaining([ofRow[table]]) as unknown });
    }
  });

  it.each(everyTable.map(getTableName))("finds a row of %s made up", async (table) => {
    const [change, invariant] = madeUp[table] ?? ["", "CHAIN"];
    const [place] = await placesIn(table);
    const found = await foundAfter([
      `create temporary table copied as select * from alliance.${table} where ctid = '${place}'`,
      `update copied set ${change}`,
      `insert into alliance.${table} select * from copied`,
    ]);
    expect(found).toContain(invariant);
  });

  it.each(["member_outbox"])("finds a transfer's event taken out of %s", async (table) => {
    expect(await foundAfter([`delete from alliance.${table} where member_id = '${memberId}'`])).toEqual(["EVENTS"]);
  });

  it("finds points of a member that never moved any", async () => {
    const idle = await stage.memberId();
    const found = await foundAfter([
      `insert into alliance.accounts (member_id, program_id, available, held, pending, opened_at, last_moved_at)
        select '${idle}', program_id, 5, 0, 0, opened_at, last_moved_at from alliance.accounts
        where member_id = '${memberId}' limit 1`,
    ]);
    expect(found).toEqual(["OWNERS", "LIABILITY"]);
  });

  it("finds the last transfer deleted with its entries, and all balances and the head adjusted to that", async () => {
    const last = `member_id = '${memberId}' and sequence = 17`;
    const found = await foundAfter([
      `update alliance.accounts a set available = available + 2, held = held - 2 where member_id = '${memberId}'
        and program_id = (select program_id from alliance.transfers where ${last})`,
      `update alliance.lots l set available = available + 2, held = held - 2 where member_id = '${memberId}' and lot_no =
        (select lot_no from alliance.ledger_entries where ${last} limit 1)`,
      `delete from alliance.ledger_entries where ${last}`,
      `delete from alliance.holds where ${last}`,
      `delete from alliance.transfers where ${last}`,
      `update alliance.ledger_heads set sequence = 16, hash = (select hash from alliance.transfers
        where member_id = '${memberId}' and sequence = 16) where member_id = '${memberId}'`,
    ]);
    expect(found).toEqual(["CHECKPOINTS"]);
  });

  it("finds a member deleted with all its rows", async () => {
    const found = await foundAfter([
      ...everyTable.map((table) => `delete from alliance.${getTableName(table)} where member_id = '${memberId}'`),
      `delete from alliance.points_in_transit where receiver_id = '${memberId}'`,
      `delete from alliance.members where member_id = '${memberId}'`,
    ]);
    // Whom it sent points to still has them, from nobody.
    expect(found).toEqual(["TRANSITS", "CHECKPOINTS"]);
  });

  it("finds a chain computed anew after a change, though everything in the database fits", async () => {
    const found = await foundAfter([
      `update alliance.transfers set reason = 'another' where member_id = '${memberId}' and sequence = 1`,
      chainedAnew,
    ]);
    expect(found).toEqual(["CHECKPOINTS"]);
  });

  const transfer = (command: string) => `member_id = '${memberId}' and command = '${command}'`;
  const entryOf = (command: string) => `member_id = '${memberId}' and sequence in
    (select sequence from alliance.transfers t where t.member_id = '${memberId}' and t.command = '${command}')`;

  // What a kernel gone wrong could write: the chain fits, and what it says cannot be.
  it.each<[string, LedgerInvariant, () => string[]]>([
    [
      "an adjustment that one person made alone",
      "SECOND_PERSON",
      () => [`update alliance.transfers set approver = actor where ${transfer("ADJUST")}`],
    ],
    [
      "an adjustment that nobody approved",
      "SECOND_PERSON",
      () => [`update alliance.transfers set approver = null where ${transfer("ADJUST")}`],
    ],
    [
      "an entry from a bucket to itself",
      "BALANCED",
      () => [`update alliance.ledger_entries set credit = debit where ${entryOf("HOLD")}`],
    ],
    [
      "an entry of less than nothing",
      "BALANCED",
      () => [`update alliance.ledger_entries set amount = -amount where ${entryOf("DEPOSIT")}`],
    ],
    [
      "an entry in points and in money",
      "BALANCED",
      () => [`update alliance.ledger_entries set program_id = gen_random_uuid() where ${entryOf("DEPOSIT")}`],
    ],
    [
      "a balance afterwards that is another",
      "RUNNING",
      () => [`update alliance.ledger_entries set available_after = available_after + 1 where ${entryOf("WITHDRAW")}`],
    ],
    [
      "a reversal of more than there was",
      "REVERSALS",
      () => [
        `update alliance.ledger_entries set amount = amount + 1000 where ${entryOf("REVERSE")} and reverses_entry_no is not null`,
      ],
    ],
    [
      "a reversal of more of a product than there was",
      "REVERSALS",
      () => [
        `update alliance.transfers set product = product * 100 where ${transfer("REVERSE")} and product is not null`,
      ],
    ],
    [
      "a counter beyond its limit",
      "CAPS",
      () => [
        `update alliance.lots set caps = array['day:1=1'] where member_id = '${memberId}' and caps <> '{}'`,
        `update alliance.earning_caps set cap_limit = 1 where member_id = '${memberId}'`,
      ],
    ],
    [
      "a remainder of more than a point",
      "REMAINDERS",
      () => [
        `update alliance.transfers set remainder = remainder_of where member_id = '${memberId}' and remainder is not null`,
        `update alliance.earning_remainders set remainder = denominator where member_id = '${memberId}'`,
      ],
    ],
    [
      "more spent of a lot than was issued",
      "LOTS",
      () => [`update alliance.lots set issued = 1 where member_id = '${memberId}' and lot_no = 1`],
    ],
    [
      "points in a program that is not there",
      "OWNERS",
      () => [`update alliance.ledger_entries set program_id = '${memberId}' where ${entryOf("HOLD")}`],
    ],
    [
      "a capture of more than was held",
      "HOLDS",
      () => [`update alliance.ledger_entries set amount = amount + 1000 where ${entryOf("CAPTURE")}`],
    ],
    [
      "points that arrived elsewhere than they were sent to",
      "TRANSITS",
      () => [`update alliance.transfers set counterparty_id = '${memberId}' where ${transfer("TRANSFER_OUT")}`],
    ],
    [
      "points that came in and were never sent",
      "TRANSITS",
      () => [
        `update alliance.points_in_transit set state = 'SENT' where member_id = '${memberId}'`,
        `update alliance.transfers set idempotency_key = 'made up' where command = 'TRANSFER_IN'
          and counterparty_id = '${memberId}'`,
      ],
    ],
    [
      "a remainder that does not follow",
      "REMAINDERS",
      () => [`update alliance.transfers set product = product + 1 where ${transfer("EARN")} and product is not null`],
    ],
    [
      "a reference that another transfer claimed",
      "REFERENCES",
      () => [`update alliance.transfers set source_reference = 'another' where ${transfer("EXPIRE")}`],
    ],
    [
      "a transfer without its event",
      "EVENTS",
      () => [`update alliance.transfers set event_id = gen_random_uuid() where ${transfer("EXPIRE")}`],
    ],
  ])("finds %s, though its chain fits: %s", async (_what, invariant, changes) => {
    const found = await foundAfter([...changes(), chainedAnew]);
    expect(found).toContain(invariant);
    expect(found).not.toContain("CHAIN");
  });
});
