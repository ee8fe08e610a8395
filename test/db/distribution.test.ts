import { sql } from "drizzle-orm";
import { openDoor, type Db } from "../../src/db/client";
import { distribute, distributeStatements } from "../../src/db/distribute";
import { distribution, type Placement } from "../../src/db/distribution";
import { describeDatabaseFailure } from "../../src/db/failures";
import { testDatabase, type TestDatabase } from "../support/database";

let test: TestDatabase;
let owner: Db;

beforeAll(async () => {
  test = await testDatabase();
  owner = openDoor({ url: test.ownerUrl });
});

afterAll(() => owner.$client.end());

const productSchemas = sql`('alliance', 'personal', 'alliance_migrations')`;

describe("the list of tables", () => {
  it("names every table of the database, and no other", async () => {
    const rows = await owner.execute<{ name: string }>(sql`
      select table_schema || '.' || table_name as name from information_schema.tables
      where table_schema not in ('pg_catalog', 'information_schema')
        -- The job queue's own schema, which stays on the coordinator whole.
        and table_schema <> 'graphile_worker'
    `);
    expect(rows.map((row) => row.name).sort()).toEqual(Object.keys(distribution).sort());
  });

  it("names a table after the one it lies beside, and spreads both by columns of one type", async () => {
    const seen: string[] = [];
    for (const [table, placement] of Object.entries(distribution)) {
      if (isSpread(placement) && placement.beside) {
        expect(seen).toContain(placement.beside);
        const other = distribution[placement.beside];
        expect(await typeOf(table, placement.by)).toBe(await typeOf(placement.beside, isSpread(other) ? other.by : ""));
      }
      seen.push(table);
    }
  });

  it("places every table that belongs to a member with that member", async () => {
    const owned = (await keys()).filter((key) => key.primary && key.columns[0] === "member_id").map((key) => key.table);
    expect(owned).toContain("alliance.purchases");
    for (const table of owned) expect(distribution[table]).toMatchObject({ by: "member_id" });
  });
});

describe("the rules that let the schema run on a cluster", () => {
  it("has member_id first in every primary key and unique key of member state", async () => {
    const wrong = (await keys()).filter((key) => isMemberState(key.table) && key.columns[0] !== "member_id");
    expect(wrong).toEqual([]);
  });

  it("has a primary key on every table", async () => {
    const withKey = (await keys()).filter((key) => key.primary).map((key) => key.table);
    expect(withKey.sort()).toEqual(Object.keys(distribution).sort());
  });

  it("has the column a table is spread by in every one of its unique keys", async () => {
    const wrong = (await keys()).filter((key) => {
      const placement = distribution[key.table];
      return isSpread(placement) && !key.columns.includes(placement.by);
    });
    expect(wrong).toEqual([]);
  });

  it("has foreign keys between member tables by member_id first, on both sides", async () => {
    const between = (await foreignKeys()).filter((key) => isMemberState(key.table) && isMemberState(key.target));
    expect(between.length).toBeGreaterThan(5);
    const wrong = between.filter((key) => key.columns[0] !== "member_id" || key.targetColumns[0] !== "member_id");
    expect(wrong).toEqual([]);
  });

  it("has no foreign key from the catalogue, a lookup or a local table to anything but the catalogue", async () => {
    const wrong = (await foreignKeys()).filter(
      (key) =>
        !isMemberState(key.table) &&
        (distribution[key.table] !== "reference" || distribution[key.target] !== "reference"),
    );
    expect(wrong).toEqual([]);
  });

  it("has no foreign key from member state to anything but member state and the catalogue", async () => {
    const wrong = (await foreignKeys()).filter(
      (key) => isMemberState(key.table) && !isMemberState(key.target) && distribution[key.target] !== "reference",
    );
    expect(wrong).toEqual([]);
  });

  it("has no trigger of its own, no sequence and no generated identity", async () => {
    const found = await owner.execute(sql`
      with own as (
        select c.oid, relname, relkind from pg_class c join pg_namespace n on n.oid = relnamespace
        where nspname in ${productSchemas}
      )
      select 'trigger' as kind, tgname::text as name from pg_trigger join own on own.oid = tgrelid where not tgisinternal
      union all select 'sequence', relname from own where relkind = 'S'
      union all select 'identity', attname from pg_attribute join own on own.oid = attrelid where attidentity <> ''
    `);
    expect([...found]).toEqual([]);
  });

  it("keeps the schema public empty", async () => {
    const found = await owner.execute(sql`
      select relname as name from pg_class where relnamespace = 'public'::regnamespace
      union all select proname from pg_proc where pronamespace = 'public'::regnamespace
      union all select typname from pg_type where typnamespace = 'public'::regnamespace
    `);
    expect([...found]).toEqual([]);
  });

  it("gives every function a search path of its own", async () => {
    const found = await owner.execute(sql`
      select proname as name from pg_proc p join pg_namespace n on n.oid = pronamespace
      where nspname in ${productSchemas} and not coalesce(proconfig::text like '%search_path=%', false)
    `);
    expect([...found]).toEqual([]);
  });

  it("has no default that differs from call to call, since the application makes ids and instants", async () => {
    const found = await owner.execute(sql`
      select table_name, column_name, column_default from information_schema.columns
      where table_schema in ${productSchemas} and column_default ~ '\\('
    `);
    expect([...found]).toEqual([]);
  });
});

describe("the distribute step", () => {
  it("is refused in one line on a server without Citus, and changes nothing", async () => {
    const before = await foreignKeys();
    const refusal = await distribute({ ownerUrl: test.ownerUrl }).catch((error: unknown) => error);
    expect(describeDatabaseFailure(refusal)).toMatch(/^This database has no Citus extension.*CREATE EXTENSION citus/);
    expect(await foreignKeys()).toEqual(before);
  });

  it.each(Object.entries(distribution))("places %s once, as listed", (table, placement) => {
    const statements = distributeStatements().filter((statement) => statement.includes(`'${table}'::regclass`));
    if (placement === "local") return expect(statements).toEqual([]);
    expect(statements).toHaveLength(1);
    if (placement === "reference") return expect(statements[0]).toContain(`create_reference_table('${table}')`);
    const beside = placement.beside ?? "none";
    expect(statements[0]).toContain(
      `create_distributed_table('${table}', '${placement.by}', colocate_with => '${beside}')`,
    );
  });

  it("drops foreign keys before the first table and adds them after the last", () => {
    const statements = distributeStatements();
    const placing = statements.flatMap((statement, at) =>
      /create_(reference|distributed)_table/.test(statement) ? [at] : [],
    );
    const dropping = statements.findIndex((statement) => statement.includes("drop constraint"));
    const adding = statements.findIndex((statement) => statement.includes("add constraint"));
    expect(dropping).toBeLessThan(Math.min(...placing));
    expect(adding).toBeGreaterThan(Math.max(...placing));
  });

  it("runs as written where Citus answers, and puts back every foreign key", async () => {
    const before = await foreignKeys();
    await owner.execute(standInForCitus);
    for (const time of ["first", "second"]) {
      await owner.transaction(async (tx) => {
        await tx.execute(sql`set local search_path = citus_stand_in, pg_catalog`);
        for (const statement of distributeStatements()) await tx.execute(sql.raw(statement));
      });
      expect([time, await foreignKeys()]).toEqual([time, before]);
    }
    // A table spread a second time would have failed on the primary key.
    const placed = await owner.execute<{ table: string }>(sql`
      select logicalrelid::text as table from citus_stand_in.pg_dist_partition
    `);
    const listed = Object.keys(distribution).filter((table) => distribution[table] !== "local");
    expect(placed.map((row) => row.table).sort()).toEqual(listed.sort());
    await owner.execute(sql`drop schema citus_stand_in cascade`);
  });
});

/** Records what it is asked, so that the statements themselves run: the step on a real cluster is tried by hand. */
const standInForCitus = sql.raw(`
  create schema citus_stand_in;
  create table citus_stand_in.pg_dist_partition (logicalrelid regclass primary key);
  create function citus_stand_in.create_reference_table(regclass) returns void language sql as
    'insert into citus_stand_in.pg_dist_partition values ($1)';
  create function citus_stand_in.create_distributed_table(regclass, text, colocate_with text) returns void language sql as
    'insert into citus_stand_in.pg_dist_partition values ($1)';
  create function citus_stand_in.create_distributed_function(regprocedure, text, colocate_with text) returns void
    language sql as 'select';
`);

interface Key {
  readonly table: string;
  readonly primary: boolean;
  readonly columns: string[];
  [column: string]: unknown;
}

async function keys(): Promise<Key[]> {
  return [
    ...(await owner.execute<Key>(sql`
      select nspname || '.' || relname as table, indisprimary as primary,
        (select jsonb_agg(pg_get_indexdef(indexrelid, n, true) order by n) from generate_series(1, indnkeyatts) n) as columns
      from pg_index join pg_class c on c.oid = indrelid join pg_namespace s on s.oid = relnamespace
      where indisunique and nspname in ${productSchemas} order by 1
    `)),
  ];
}

interface ForeignKey {
  readonly table: string;
  readonly columns: string[];
  readonly target: string;
  readonly targetColumns: string[];
  [column: string]: unknown;
}

async function foreignKeys(): Promise<ForeignKey[]> {
  return [
    ...(await owner.execute<ForeignKey>(sql`
      select conname as name, conrelid::regclass::text as table, confrelid::regclass::text as target,
        (select jsonb_agg(attname order by o) from unnest(conkey) with ordinality k(n, o)
          join pg_attribute on attrelid = conrelid and attnum = n) as columns,
        (select jsonb_agg(attname order by o) from unnest(confkey) with ordinality k(n, o)
          join pg_attribute on attrelid = confrelid and attnum = n) as "targetColumns"
      from pg_constraint where contype = 'f' order by 2, 1
    `)),
  ];
}

async function typeOf(table: string, column: string): Promise<string | undefined> {
  const [row] = await owner.execute<{ type: string }>(sql`
    select atttypid::regtype::text as type from pg_attribute where attrelid = ${table}::regclass and attname = ${column}
  `);
  return row?.type;
}

function isSpread(placement: Placement | undefined): placement is { by: string; beside?: string } {
  return typeof placement === "object";
}

function isMemberState(table: string): boolean {
  const placement = distribution[table];
  return isSpread(placement) && placement.by === "member_id";
}
