import { sql } from "drizzle-orm";
import type { Actor } from "../../src/auth/core/actor";
import type { Services, Work } from "../../src/context";
import { openDoor, type Door } from "../../src/db/client";
import { sqlStateOf } from "../../src/db/failures";
import { emitCatalogueEvent } from "../../src/events/emit-event";
import type { RelayedEvent } from "../../src/events/events.queries";
import { installJobs } from "../../src/jobs/install-jobs";
import { relayTask, type EventTask, type RecurringTask, type Tasks } from "../../src/jobs/registry";
import { startJobs, type RunningJobs } from "../../src/jobs/start-jobs";
import { newId } from "../../src/kernel/ids";
import { done } from "../../src/kernel/result";
import {
  approveVersion,
  draftVersion,
  publishDueVersions,
  scheduleVersion,
  submitVersion,
  versionsOf,
  type VersionCodec,
} from "../../src/publishing/publishing";
import { testApi } from "../support/api";
import { testDatabase } from "../support/database";

let services: Services;
let ownerUrl: string;
let door: Door;
const running: RunningJobs[] = [];

beforeAll(async () => {
  const test = await testDatabase();
  ({ ownerUrl } = test);
  ({ services } = testApi(test.database, () => new Date()));
  door = { url: ownerUrl, role: "alliance_app" };
  await Promise.all([installJobs(ownerUrl), installJobs(ownerUrl), installJobs(ownerUrl)]);
});
afterEach(async () => {
  for (const jobs of running.splice(0)) await jobs.stop();
});

function start(tasks: Partial<Tasks>): RunningJobs {
  const jobs = startJobs(services, { door, tasks: { recurring: [], onEvents: [], ...tasks } });
  running.push(jobs);
  return jobs;
}

/** A door that a test opens from outside, and a way to wait until somebody stands before it. */
function gate() {
  let open = () => undefined as void;
  let arrive = () => undefined as void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  return { arrived, open: () => open(), pass: async () => (arrive(), opened) };
}

/** Resolves with what the task was given at its nth run. */
function nthRun(name: string, wanted: number, types?: string[]) {
  let resolve: (event: RelayedEvent) => void;
  const event = new Promise<RelayedEvent>((given) => (resolve = given));
  let runs = 0;
  const task: EventTask = {
    name,
    types,
    async run(_work, given) {
      if ((runs += 1) === wanted) resolve(given);
    },
  };
  return { task, event };
}

/** Tasks for events together with the relay that feeds them. */
function fed(...onEvents: EventTask[]): Tasks {
  return { recurring: [{ ...relayTask(onEvents), everyMillis: 10 }], onEvents };
}

function emit(type: string): Promise<void> {
  const now = new Date();
  return emitCatalogueEvent(services.database.app, { type, payload: {}, occurredAt: now, now });
}

describe("recurring tasks", () => {
  test("publish a scheduled version when its time has come", async () => {
    const live = gate();
    const notes: VersionCodec<string> = {
      kind: "OFFER",
      name: "Offer",
      parse: (json) => done(json as string),
      serialise: (note) => note,
      onMove: async (_tx, { step }) => (step === "PUBLISH_DUE" ? void live.pass() : undefined),
    };
    const staff = (actorId: string): Actor => ({ kind: "staff", actorId, roles: new Set(["APPROVER"]) });
    const as = (id: string): Work => {
      return { services, database: services.database, actor: staff(id), now: new Date(Date.now() - 60_000) };
    };
    const key = { itemId: newId(), version: 1 };
    await draftVersion(as("ann"), notes, { ...key, content: "hello" });
    await submitVersion(as("ann"), notes, key);
    await approveVersion(as("bob"), notes, { ...key, revision: 2 });
    await scheduleVersion(as("ann"), notes, { ...key, publishAt: new Date(Date.now() - 30_000) });
    const publish: RecurringTask = { name: "due", everyMillis: 10, run: (work) => publishDueVersions(work, [notes]) };
    const jobs = start({ recurring: [publish] });
    await live.arrived;
    await jobs.stop();
    expect(await versionsOf(services.database.app, notes, key.itemId)).toMatchObject([{ state: "PUBLISHED" }]);
    const [entry] = await services.database.app.execute(sql`
      select actor_kind, actor_id, action from alliance.audit_entries order by sequence desc limit 1
    `);
    expect(entry).toEqual({ actor_kind: "service", actor_id: "jobs", action: "publishOffer" });
  });

  test("are tried again after they failed", async () => {
    const third = gate();
    let runs = 0;
    const run = async () => {
      if ((runs += 1) < 3) throw new Error("not yet");
      return third.pass();
    };
    start({ recurring: [{ name: "stubborn", everyMillis: 1, run }] });
    await third.arrived;
    third.open();
  });

  test("are finished, and not started again, when the jobs stop", async () => {
    const during = gate();
    let runs = 0;
    const run = async () => {
      runs += 1;
      await during.pass();
    };
    const jobs = start({ recurring: [{ name: "slow", everyMillis: 1, run }] });
    await during.arrived;
    let stopped = false;
    const stopping = jobs.stop().then(() => (stopped = true));
    await services.database.app.execute(sql`select 1`);
    expect(stopped).toBe(false);
    during.open();
    await stopping;
    expect(runs).toBe(1);
  });

  test("do not make stopping wait for their pause", async () => {
    const first = gate();
    const jobs = start({ recurring: [{ name: "yearly", everyMillis: 2 ** 30, run: first.pass }] });
    await first.arrived;
    first.open();
    await jobs.stop();
  });
});

describe("tasks for events", () => {
  test("are given the events of their types", async () => {
    const { task, event } = nthRun("welcome", 1, ["offer.published"]);
    start(fed(task));
    await emit("offer.paused");
    await emit("offer.published");
    expect(await event).toMatchObject({ type: "offer.published", memberId: null, payload: {} });
  });

  test("are finished when the jobs stop", async () => {
    const during = gate();
    let finished = false;
    const run = async () => {
      await during.pass();
      finished = true;
    };
    const jobs = start(fed({ name: "slow", types: ["test.slow"], run }));
    await emit("test.slow");
    await during.arrived;
    const stopping = jobs.stop();
    await services.database.app.execute(sql`select 1`);
    during.open();
    await stopping;
    expect(finished).toBe(true);
  });

  test("go on after the server cut every connection", async () => {
    const before = nthRun("persistent", 1, ["test.before"]);
    const after = nthRun("persistent too", 1, ["test.after"]);
    start(fed(before.task, after.task));
    await emit("test.before");
    await before.event;
    const owner = openDoor({ url: ownerUrl }, 1);
    await owner.execute(sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()
    `);
    await owner.$client.end();
    await emitWhenBack("test.after");
    expect(await after.event).toMatchObject({ type: "test.after" });
  });

  test("go on after the connection broke over which a job was to be marked as done", async () => {
    const unheard: unknown[] = [];
    const hear = (reason: unknown) => void unheard.push(reason);
    process.on("unhandledRejection", hear);
    const during = gate();
    const after = nthRun("next in line", 1, ["test.next"]);
    start(fed({ name: "cut off", types: ["test.cut"], run: during.pass }, after.task));
    await emit("test.cut");
    await during.arrived;
    const owner = openDoor({ url: ownerUrl }, 1);
    await owner.transaction(async (tx) => {
      await tx.execute(sql`lock table graphile_worker._private_jobs in share mode`);
      during.open();
      const waiting = sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query ilike '%delete from%_private_jobs%'`;
      // A transaction sees who is active as of its first look, until it forgets that.
      while ((await tx.execute(waiting)).length === 0) await tx.execute(sql`select pg_stat_clear_snapshot()`);
    });
    await owner.$client.end();
    await emit("test.next");
    expect(await after.event).toMatchObject({ type: "test.next" });
    process.off("unhandledRejection", hear);
    expect(unheard).toEqual([]);
  });

  async function emitWhenBack(type: string): Promise<void> {
    // The pool's connections were cut too and each says so once.
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await emit(type);
      } catch (error) {
        if (attempt > 20) throw error;
      }
    }
  }
});

test.each([
  "create table graphile_worker.mine (a int)",
  "drop table graphile_worker._private_jobs",
  "delete from graphile_worker.migrations",
])("the application uses the queue but may not %s", async (statement) => {
  const refused = await services.database.app.execute(sql.raw(statement)).then(() => undefined, sqlStateOf);
  expect(refused).toBe("42501");
});
