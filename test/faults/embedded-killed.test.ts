import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { isPidAlive } from "../../src/db/embedded/process-identity";
import { EmbeddedStage, query, serverPid } from "../support/embedded-stage";

let stage: EmbeddedStage;
/** One for all tests, each of which leaves it stopped: making a database is the slow part. */
let project: string;

beforeAll(() => {
  delete process.env.ALLIANCE_PG_BIN;
  stage = new EmbeddedStage();
  project = stage.project("killed");
});

afterAll(() => stage.dispose());

test("an initdb that was killed leaves nothing that looks like data", async () => {
  const unfinished = path.join(project, ".alliance", "data-unfinished-0000");
  fs.mkdirSync(path.join(unfinished, "data", "base"), { recursive: true });
  const database = await stage.join(project);
  expect(database.joined).toBe(false);
  expect(fs.existsSync(unfinished)).toBe(false);
  await database.leave();
});

test("a server whose only process was killed is adopted, and stopped by the next one that leaves", async () => {
  const killed = stage.member(project);
  await killed.tell("join");
  const orphan = serverPid(project);
  await killed.kill();
  expect(serverPid(project)).toBe(orphan);

  const database = await stage.join(project);
  expect(database.joined).toBe(true);
  expect(serverPid(project)).toBe(orphan);
  await database.leave();
  expect(serverPid(project)).toBeUndefined();
});

test("a killed server loses nothing that was committed, and its users can join again", async () => {
  const before = await stage.join(project);
  await query(before.ownerUrl, "create table kept as select g as x from generate_series(1, 1000) g");
  killServer();
  const after = await stage.join(project);
  expect(after.joined).toBe(false);
  expect(await query(after.ownerUrl, "select count(*)::int as n from kept")).toEqual([{ n: 1000 }]);

  await before.leave();
  expect(await query(after.ownerUrl, "select 1 as x")).toEqual([{ x: 1 }]);
  await after.leave();
  expect(serverPid(project)).toBeUndefined();
});

test("a server killed under open connections is started again", async () => {
  const before = await stage.join(project);
  const cutOff = Promise.allSettled([1, 2, 3].map(() => query(before.ownerUrl, "select pg_sleep(30)")));
  await untilSleeping(before.ownerUrl, 3);
  killServer();
  const after = await stage.join(project);
  expect(await query(after.ownerUrl, "select 1 as x")).toEqual([{ x: 1 }]);
  expect((await cutOff).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  await before.leave();
  await after.leave();
});

test("a data directory of a killed server starts though its process number belongs to another by now", async () => {
  const before = await stage.join(project);
  killServer();
  await before.leave();
  const pidFile = path.join(before.dataDirectory, "postmaster.pid");
  const { uid, gid } = fs.statSync(pidFile);
  // PostgreSQL believes a number only where it could be its own: the process must be of the same user.
  const another = spawn("sleep", ["60"], { cwd: "/", stdio: "ignore", ...(process.getuid?.() === 0 && { uid, gid }) });
  try {
    fs.writeFileSync(pidFile, fs.readFileSync(pidFile, "utf8").replace(/^\d+/, String(another.pid)));
    const after = await stage.join(project);
    expect(after.joined).toBe(false);
    expect(await query(after.ownerUrl, "select 1 as x")).toEqual([{ x: 1 }]);
    await after.leave();
  } finally {
    another.kill();
  }
});

test("process and server killed together leave a database that three can start at once", async () => {
  const killed = stage.member(project);
  await killed.tell("join");
  killServer();
  await killed.kill();
  const members = [1, 2, 3].map(() => stage.member(project));
  const answers = await Promise.all(members.map((member) => member.tell("join")));
  expect(answers.map(({ joined }) => joined).sort()).toEqual([false, true, true]);
  await Promise.all(members.map((member) => member.tell("leave")));
  expect(serverPid(project)).toBeUndefined();
});

test("a process killed while it held the lock stops nobody", async () => {
  await (await stage.join(project)).leave();
  const killed = stage.member(project);
  await killed.tell("holdLock");
  await killed.kill();
  const members = [1, 2, 3].map(() => stage.member(project));
  const answers = await Promise.all(members.map((member) => member.tell("join")));
  expect(answers.map(({ joined }) => joined).sort()).toEqual([false, true, true]);
  await Promise.all(members.map((member) => member.tell("leave")));
  expect(serverPid(project)).toBeUndefined();
});

test("a reset stops an orphaned server", async () => {
  const killed = stage.member(project);
  await killed.tell("join");
  const orphan = serverPid(project) as number;
  await killed.kill();
  const other = stage.member(project);
  await other.tell("reset");
  expect(isPidAlive(orphan)).toBe(false);
  expect(fs.existsSync(path.join(project, ".alliance"))).toBe(false);
});

function killServer(): void {
  process.kill(serverPid(project) as number, "SIGKILL");
}

async function untilSleeping(url: string, connections: number): Promise<void> {
  for (;;) {
    const [row] = await query(
      url,
      "select count(*)::int as n from pg_stat_activity where query like 'select pg_sleep%'",
    );
    if (row?.n === connections) return;
  }
}
