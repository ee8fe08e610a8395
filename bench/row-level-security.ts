/**
 * What row-level security by transaction-local settings would cost a read of one member, on an embedded server of its
 * own installation or the one that DATABASE_URL names. Prints one JSON line of ratios to a plain prepared read.
 *
 *     npm run bench:row-level-security -- [--smoke]
 */
import postgres, { type Sql } from "postgres";
import { withDatabase } from "../src/db/database-url";
import { joinTestServer } from "../test/support/test-server";

const isSmoke = process.argv.includes("--smoke");
const members = isSmoke ? 2_000 : 100_000;
const partners = 20;
const readsEach = isSmoke ? 80 : 4_000;
const rounds = isSmoke ? 1 : 5;
const database = "bench_row_level_security";

/** How one read is done; answers the row's status. */
type Read = (sql: Sql, member: string, partner: string) => Promise<unknown>;

const plain = (sql: Sql, member: string, partner: string) => sql`
  select m.* from plain.members m where m.member_id = ${member} and exists (
    select from plain.identities i where i.member_id = m.member_id and i.partner_id = ${partner})`;
const guarded = (sql: Sql, member: string) => sql`select m.* from guarded.members m where m.member_id = ${member}`;
const setting = (sql: Sql, partner: string) => sql`select set_config('bench.partner', ${partner}, true)`;

const reads: Record<string, Read> = {
  /** As the product does it: the condition stands in the statement. */
  plain: (sql, member, partner) => plain(sql, member, partner),
  /** The safe way with a pool: begin, set, read, commit, waiting for each. */
  settingsOneByOne: (sql, member, partner) =>
    sql.begin(async (tx) => {
      await setting(tx as unknown as Sql, partner);
      return guarded(tx as unknown as Sql, member);
    }),
  /** Set and read sent together; begin and commit are still waited for. */
  settingsPipelined: (sql, member, partner) =>
    sql.begin((tx) => [setting(tx as unknown as Sql, partner), guarded(tx as unknown as Sql, member)]),
  /** The policy alone, its setting made once for the session: what the check itself costs, unsafe with a pool. */
  policyAlone: (sql, member) => guarded(sql, member),
};

async function main(): Promise<void> {
  const { server, leave } = await joinTestServer();
  const owner = postgres(server.ownerUrl, { max: 1, onnotice: () => undefined });
  try {
    await owner.unsafe(`drop database if exists ${database} with (force)`);
    await owner.unsafe(`create database ${database}`);
    const url = withDatabase(server.ownerUrl, database);
    await prepare(url);
    console.log(JSON.stringify({ one: await measure(url, 1), eight: await measure(url, 8) }));
  } finally {
    await owner.unsafe(`drop database if exists ${database} with (force)`);
    await owner.end();
    await leave();
  }
}

async function prepare(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  for (const schema of ["plain", "guarded"]) {
    await sql.unsafe(`
      create schema ${schema};
      create table ${schema}.members (member_id uuid primary key, status text not null, joined_at timestamptz not null);
      create table ${schema}.identities (member_id uuid, partner_id uuid, number text, primary key (member_id, partner_id));
      insert into ${schema}.members select ${idOf("g")}, 'ACTIVE', now() from generate_series(0, ${members - 1}) g;
      insert into ${schema}.identities select ${idOf("g")}, ${idOf(`g % ${partners}`)}, 'n' || g from generate_series(0, ${members - 1}) g;
      grant usage on schema ${schema} to alliance_app;
      grant select on all tables in schema ${schema} to alliance_app;
      analyze ${schema}.members; analyze ${schema}.identities`);
  }
  await sql.unsafe(`
    alter table guarded.members enable row level security;
    create policy of_partner on guarded.members for select to alliance_app using (exists (
      select from guarded.identities i where i.member_id = members.member_id
        and i.partner_id = nullif(current_setting('bench.partner', true), '')::uuid))`);
  await sql.end();
}

function idOf(number: string): string {
  return `('01890000-0000-7000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;
}

/** Medians over rounds that take turns, so that what else the machine does falls on all of them. */
async function measure(url: string, connections: number): Promise<Record<string, number>> {
  const connection = { role: "alliance_app", "bench.partner": id(0) };
  const sql = postgres(url, { max: connections, onnotice: () => undefined, connection });
  const micros: Record<string, number[]> = Object.fromEntries(Object.keys(reads).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, read] of Object.entries(reads)) {
      const taken = await timeOf(sql, read, connections);
      // The first round prepares statements and warms caches.
      if (round > 0) micros[name]?.push(taken);
    }
  }
  await sql.end();
  const median = (name: string) => micros[name]?.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
  const base = median("plain");
  return Object.fromEntries(
    Object.keys(reads).map((name) => [name, name === "plain" ? Math.round(base) : round2(median(name) / base)]),
  );
}

/** Microseconds a read, with as many readers as connections. */
async function timeOf(sql: Sql, read: Read, readers: number): Promise<number> {
  const each = readsEach / readers;
  const started = process.hrtime.bigint();
  await Promise.all(
    Array.from({ length: readers }, async (_, reader) => {
      for (let n = 0; n < each; n += 1) {
        // Members of the first partner, whom the session's own setting lets through too.
        const number = (((reader * each + n) * 7919) % (members / partners)) * partners;
        await read(sql, id(number), id(0));
      }
    }),
  );
  return Number(process.hrtime.bigint() - started) / 1000 / readsEach;
}

function id(number: number): string {
  return `01890000-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;
}

function round2(ratio: number): number {
  return Math.round(ratio * 100) / 100;
}

void main();
