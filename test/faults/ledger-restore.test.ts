import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { sql } from "drizzle-orm";
import { openDatabase, type Database } from "../../src/db/client";
import { joinEmbeddedDatabase, type EmbeddedDatabase } from "../../src/db/embedded";
import { setUpDatabase } from "../../src/db/setup";
import { points } from "../../src/kernel/points";
import { minorUnits } from "../../src/kernel/money";
import type { EarnCommand } from "../../src/ledger/core/command";
import { postCommand } from "../../src/ledger/post";
import { enrollMember } from "../../src/members/enroll-member";
import { createPartner } from "../../src/merchants/create-partner";
import { createProgram } from "../../src/programs/create-program";
import { runAlliance, temporaryHome } from "../support/alliance-process";
import { callers, testApi } from "../support/api";
import { query, testWhere } from "../support/embedded-stage";
import { earn, lot } from "../support/ledger-stage";
import { noon, valueOf } from "../support/members-stage";

/*
 * docs/ledger-proof.md, "Backups", as an operator does it: the commands that stand there, on a cluster of the test's own.
 */

const debian = ["18", "17", "16", "15"].map((major) => `/usr/lib/postgresql/${major}/bin`);
const withTools = debian.find((folder) => ["postgres", "pg_dump"].every((tool) => fs.existsSync(`${folder}/${tool}`)));
const home = temporaryHome();
const aside = fs.mkdtempSync(`${home.directory}-outside-`);
const checkpoints = path.join(aside, "checkpoints");
const environment = { ALLIANCE_HOME: home.directory, ALLIANCE_CHECKPOINTS: checkpoints };
const before = process.env.ALLIANCE_PG_BIN;
let cluster: EmbeddedDatabase;
let database: Database;
let programId: string;
let members: string[];

jest.setTimeout(180_000);

beforeAll(async () => {
  // Data that the Debian server made can be dumped by its own tools; those of the package come without any.
  if (withTools) process.env.ALLIANCE_PG_BIN = withTools;
  await open();
  const { services } = testApi(database);
  const work = { database, services, actor: callers.service, now: noon };
  const partner = valueOf(await createPartner(work, { code: "bank", name: { en: "Bank" } }));
  const program = await createProgram(work, {
    ...{ issuerPartnerId: partner.partnerId, code: "points", name: { en: "Points" }, unitName: { en: "points" } },
    ...{
      timeZone: "UTC",
      earnPoints: points(1n),
      earnPerMinor: minorUnits(100n),
      earnRounding: "DOWN",
      currency: "CNY",
    },
    ...{ valueMinor: minorUnits(1n), valuePoints: points(1n), expiry: { kind: "NEVER", months: null, rounding: null } },
  });
  programId = valueOf(program).programId;
  members = [];
  for (const number of ["1", "2", "3"]) {
    const input = { partnerId: partner.partnerId, number, joinedAt: null, locale: "en", profile: null };
    members.push(valueOf(await enrollMember(work, input)).memberId);
  }
  for (const memberId of members) await grant(earn(memberId, programId, [lot(points(100n))]));
});

afterAll(async () => {
  await close();
  if (before === undefined) delete process.env.ALLIANCE_PG_BIN;
  else process.env.ALLIANCE_PG_BIN = before;
  await home.remove();
  fs.rmSync(aside, { recursive: true, force: true });
});

async function open(): Promise<void> {
  cluster = await joinEmbeddedDatabase({ projectDirectory: home.directory });
  const { doors } = await setUpDatabase({ ownerUrl: cluster.ownerUrl, ...cluster.secrets });
  database = openDatabase({ ...doors, poolSize: 2 });
}

async function close(): Promise<void> {
  await database.close();
  await cluster.leave();
}

const grant = async (command: EarnCommand) => (await postCommand({ database }, command)).outcome;

interface Verdict {
  readonly problems: number;
  readonly offenders: readonly { readonly invariant: string; readonly memberId: string }[];
}

/** What `ledger verify --json` says, and its exit code. */
async function verify(over: Record<string, string> = {}): Promise<{ code: number | null; verdict: Verdict }> {
  const { code, stdout, stderr } = await runAlliance(["ledger", "verify", "--json"], { ...environment, ...over });
  if (stdout === "") throw new Error(stderr);
  return { code, verdict: JSON.parse(stdout) as Verdict };
}

async function checkpoint(): Promise<void> {
  expect(await runAlliance(["ledger", "checkpoint"], environment)).toMatchObject({ code: 0 });
}

const balances = async () =>
  (
    await database.app.execute<{ available: number }>(
      sql`select available::int from alliance.accounts order by member_id`,
    )
  ).map(({ available }) => available);

/** What moved after the backup: known to partners and queues by its keys, and gone with the database. */
let lost: EarnCommand;

async function moveOn(): Promise<void> {
  await checkpoint();
  lost = earn(members[1] ?? "", programId, [lot(points(7n))]);
  expect(await grant(lost)).toBe("DONE");
  await checkpoint();
  expect(await verify()).toMatchObject({ code: 0, verdict: { offenders: [] } });
}

async function expectLossIsToldAndMended(kept: number): Promise<void> {
  expect(await balances()).toEqual([100, 100, 100]);
  // The books add up; only what an auditor holds knows that there was more, and names whose it was.
  const { code, verdict } = await verify();
  expect(code).toBe(1);
  expect(new Set(verdict.offenders.map(({ invariant }) => invariant))).toEqual(new Set(["CHECKPOINTS"]));
  expect(new Set(verdict.offenders.map(({ memberId }) => memberId))).toEqual(new Set([members[1]]));
  // Checkpoints until the backup hold; those after it are laid aside as evidence of what was lost.
  const later = fs.readdirSync(checkpoints).filter((name) => /^\d+\.json$/.test(name) && Number.parseInt(name) > kept);
  expect(later).toHaveLength(1);
  const evidence = fs.mkdtempSync(path.join(aside, "evidence-"));
  for (const name of later) fs.renameSync(path.join(checkpoints, name), path.join(evidence, name));
  expect((await verify()).code).toBe(0);
  // Whoever asked for what was lost asks again by its key.
  expect([await grant(lost), await grant(lost)]).toEqual(["DONE", "REPLAYED"]);
  expect(await balances()).toEqual([100, 107, 100]);
  await checkpoint();
  expect(await verify()).toMatchObject({ code: 0, verdict: { offenders: [] } });
}

testWhere(withTools ? undefined : "needs PostgreSQL's own pg_dump")(
  "a restored dump is whole, tells by the checkpoints outside whose last transfers it lacks, and takes them again",
  async () => {
    const tool = (name: string) => path.join(withTools ?? "", name);
    const dump = path.join(aside, "alliance.dump");
    execFileSync(tool("pg_dump"), ["--format=custom", `--file=${dump}`, cluster.ownerUrl]);
    await moveOn();
    await database.close();
    const maintenance = new URL(cluster.ownerUrl);
    maintenance.pathname = "/postgres";
    await query(maintenance.toString(), "drop database alliance with (force)");
    await query(maintenance.toString(), "create database alliance");
    execFileSync(tool("pg_restore"), ["--exit-on-error", `--dbname=${cluster.ownerUrl}`, dump]);
    await cluster.leave();
    await open();
    await expectLossIsToldAndMended(1);
  },
);

test("a restored copy of the data directory does so too", async () => {
  // Begins where the dump ended, or at the beginning where there was none.
  const [, second = 0] = await balances();
  if (second !== 100) {
    const back = { ...lost, idempotencyKey: "undo", command: "SPEND", lines: [{ line: null, amount: points(7n) }] };
    await postCommand({ database }, { ...back, useOrder: "SOONEST", creditBucket: "OPERATOR_INCOME" } as never);
  }
  await close();
  const copy = path.join(aside, "data");
  execFileSync("cp", ["-pR", cluster.dataDirectory, copy]);
  await open();
  const kept = fs.existsSync(checkpoints)
    ? fs.readdirSync(checkpoints).filter((name) => /^\d+\.json$/.test(name)).length + 1
    : 1;
  await moveOn();
  await close();
  fs.rmSync(cluster.dataDirectory, { recursive: true });
  execFileSync("cp", ["-pR", copy, cluster.dataDirectory]);
  await open();
  await expectLossIsToldAndMended(kept);
});
