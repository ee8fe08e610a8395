import { rm } from "node:fs/promises";
import { getTableColumns, getTableName, is, sql } from "drizzle-orm";
import { PgTable } from "drizzle-orm/pg-core";
import { openDoor, type Db } from "../../src/db/client";
import { sqlStateOf } from "../../src/db/failures";
import * as tables from "../../src/ledger/ledger.tables";
import { heldCheckpoints } from "../../src/ledger/checkpoint-files";
import { writeCheckpoint } from "../../src/ledger/write-checkpoint";
import { isWhole, verifyLedger, type LedgerVerdict } from "../../src/ledger/verify-ledger";
import { accounts } from "../../src/programs/programs.tables";
import { ledgerStage, type LedgerStage } from "../support/ledger-stage";
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

/** Checks hold even where the owner switched triggers and foreign keys off. */
const checkViolation = "23514";

class Undone extends Error {}

/** What is found after the owner of the database did this, which is undone again. */
async function foundAfter(statements: readonly string[]): Promise<string[]> {
  const { checkpoints } = await heldCheckpoints(stage.services);
  let verdict: LedgerVerdict | undefined;
  let isRefused = false;
  await owner
    .transaction(async (tx) => {
      await tx.execute(sql.raw("set local session_replication_role = replica"));
      for (const statement of statements) await tx.execute(sql.raw(statement));
      verdict = await verifyLedger({ transaction: (run: (tx: unknown) => unknown) => run(tx) } as unknown as Db, {
        checkpoints,
      });
      throw new Undone();
    })
    .catch((error: unknown) => {
      isRefused = sqlStateOf(error) === checkViolation;
      if (!(error instanceof Undone) && !isRefused) throw error;
    });
  if (isRefused) return ["the table itself"];
  return Object.entries((verdict as unknown as LedgerVerdict).problems).flatMap(([name, count]) =>
    count > 0 ? [name] : [],
  );
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

  it.each(columns)("finds %s.%s altered in one row", async (table, column, type) => {
    const row = `ctid = (select ctid from alliance.${table} where member_id = '${memberId}' limit 1)`;
    expect(
      await foundAfter([`update alliance.${table} set ${column} = ${other(type, column)} where ${row}`]),
    ).not.toEqual([]);
  });

  it.each(everyTable.map(getTableName))("finds a row of %s deleted", async (table) => {
    const row = `ctid = (select ctid from alliance.${table} where member_id = '${memberId}' limit 1)`;
    expect(await foundAfter([`delete from alliance.${table} where ${row}`])).not.toEqual([]);
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
    expect(found).toEqual(["CHECKPOINTS"]);
  });

  it("finds a chain computed anew after a change, though everything in the database fits", async () => {
    const found = await foundAfter([
      `update alliance.transfers set reason = 'another' where member_id = '${memberId}' and sequence = 1`,
      `do $$ declare t alliance.transfers; previous bytea := decode(repeat('00', 32), 'hex'); begin
        for t in select * from alliance.transfers where member_id = '${memberId}' order by sequence loop
          t.hash := sha256(convert_to(array_to_json(array['alliance-ledger-1', t.member_id::text, t.sequence::text,
            encode(previous, 'hex'), encode(sha256(convert_to(alliance.ledger_body_text(t,
              array(select e from alliance.ledger_entries e where e.member_id = t.member_id and e.sequence = t.sequence order by e.entry_no),
              array(select l from alliance.lots l where l.member_id = t.member_id and l.sequence = t.sequence order by l.lot_no),
              (select h.expires_at from alliance.holds h where h.member_id = t.member_id and h.sequence = t.sequence)),
            'UTF8')), 'hex')])::text, 'UTF8'));
          update alliance.transfers set hash = t.hash where member_id = t.member_id and sequence = t.sequence;
          previous := t.hash;
        end loop;
        update alliance.ledger_heads set hash = previous where member_id = '${memberId}';
      end $$`,
    ]);
    expect(found).toEqual(["CHECKPOINTS"]);
  });
});
