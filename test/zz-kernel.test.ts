import { sql } from "drizzle-orm";
import { openDoor } from "../src/db/client";
import { postBatch } from "../src/ledger/post";
import { points } from "../src/kernel/points";
import { encodeCommand } from "../src/ledger/core/encode-command";
import { newId } from "../src/kernel/ids";
import { earn, ledgerStage, lot, spend } from "./support/ledger-stage";

it("measures", async () => {
  const stage = await ledgerStage();
  const programId = await stage.program();
  const { app } = stage.services.database;
  const owner = openDoor({ url: stage.ownerUrl }, 1);
  const stats = async () => { await owner.execute(sql`select pg_stat_force_next_flush()`); const rows = await owner.execute(sql`select funcname, calls::int, total_time::numeric(10,1)::text as total, self_time::numeric(10,1)::text as self, (self_time*1000/calls)::numeric(10,2)::text as us from pg_stat_user_functions order by self_time desc`); console.table(rows); await owner.execute(sql`select pg_stat_reset()`); };
  if (process.env.DROPC) for (const r of await owner.execute<{t: string; c: string}>(sql`select conrelid::regclass::text as t, conname as c from pg_constraint where contype = 'c' and conrelid::regclass::text in ('alliance.transfers','alliance.ledger_entries')`)) await owner.execute(sql.raw(`alter table ${r.t} drop constraint ${r.c}`));
  if ((process.env.DROPC ?? "") > "1") for (const r of await owner.execute<{t: string; c: string}>(sql`select conrelid::regclass::text as t, conname as c from pg_constraint where contype = 'c' and conrelid::regclass::text in ('alliance.lots','alliance.accounts', 'alliance.ledger_heads')`)) await owner.execute(sql.raw(`alter table ${r.t} drop constraint ${r.c}`));
  if ((process.env.DROPC ?? "") > "2") await owner.execute(sql.raw(`alter table alliance.member_outbox drop constraint member_outbox_member; alter table alliance.accounts drop constraint accounts_member`));
  if (process.env.TRACK) await owner.execute(sql.raw(`alter database ${new URL(stage.ownerUrl).pathname.slice(1)} set track_functions = 'all'`));
  const partner = await stage.partner();
  await app.execute(sql`insert into alliance.members (member_id, status, enrolled_by, locale, joined_at, revision, created_at, updated_at)
    select gen_random_uuid(), 'ACTIVE', ${partner}::uuid, 'en', now(), 1, now(), now() from generate_series(1, 10000)`);
  const ids = (await app.execute<{ id: string }>(sql`select member_id as id from alliance.members`)).map((r) => r.id);
  for (const [what, make] of [
    ["earn", (id: string) => earn(id, programId, [lot(points(100n))])],
    ["earn2", (id: string) => earn(id, programId, [lot(points(100n))])],
    ["spend", (id: string) => spend(id, programId, 10n)],
    ["spend2", (id: string) => spend(id, programId, 10n)],
  ] as const) {
    const t = process.hrtime.bigint();
    await postBatch(stage.services, ids.map((id) => make(id)));
    const ms = Number(process.hrtime.bigint() - t) / 1e6;
    // pure server
    const cmds = ids.slice(0, 2000).map((id) => ({ id, json: encodeCommand(make(id), newId()) }));
    const t1 = process.hrtime.bigint();
    for (let i = 0; i < 2000; i += 100) {
      const part = cmds.slice(i, i + 100);
      await app.$client.unsafe("select jsonb_array_length(alliance.ledger_post_batch($1::uuid[], $2::jsonb))", [part.map((c) => c.id) as never, `[${part.map((c) => c.json).join(",")}]`], { prepare: true });
    }
    const ms1 = Number(process.hrtime.bigint() - t1) / 1e6;
    console.log(what, "per command µs", ((ms * 1000) / ids.length).toFixed(1), "server only", (ms1 * 1000 / 2000).toFixed(1)); if (process.env.TRACK) await stats();
  }
}, 120000);
