import { eq } from "drizzle-orm";
import { setTimeout as pause } from "node:timers/promises";
import type { Actor } from "../../src/auth/core/actor";
import { newId } from "../../src/kernel/ids";
import { keptMillis, staleMillis } from "../../src/simulations/core/simulated-thing";
import { forgetSimulations } from "../../src/simulations/forget-simulations";
import { SimulationRunner } from "../../src/simulations/simulation-runner";
import { simulations } from "../../src/simulations/simulations.tables";
import { callers } from "../support/api";
import { noon } from "../support/members-stage";
import { approver, marketer } from "../support/offer-life";
import { simulationsStage, type SimulationsStage } from "../support/simulations-stage";

jest.setTimeout(60_000);

let stage: SimulationsStage;

beforeAll(async () => {
  stage = await simulationsStage();
});

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content; codegen's types are for clients */
const read = (id: string, actor?: Actor, now?: Date): Promise<any> => stage.read(id, actor, now);
const cancel = (id: string, actor?: Actor): Promise<any> => stage.cancel(id, actor);
const run = (input: object, actor?: Actor): Promise<any> => stage.run(input, actor);
/* eslint-enable @typescript-eslint/no-explicit-any */

/** An offer for everybody, tried as one for everybody. */
const input = async () => ({ drafts: [stage.draft(await stage.offer(stage.shop), { everybody: true })] });

/** One that goes on until it is let go, as a very long one would. */
async function held(runner: SimulationRunner, actor: Actor = marketer) {
  const simulationId = newId();
  let stopped = false;
  const actorId = actor.kind === "anonymous" ? "" : actor.actorId;
  const row = { simulationId, actorId, state: "RUNNING", moment: noon, seed: 1, things: [], counts: [] } as const;
  const rest = { population: null, sampled: null, counted: 0, startedAt: noon, heartbeatAt: noon, endedAt: null };
  const started = await runner.start({ ...row, ...rest }, async (slices, tell) => {
    tell({ population: 100, sampled: 10, counted: 3, counts: [] });
    try {
      for (;;) {
        await pause(5);
        await slices.next();
      }
    } finally {
      stopped = true;
    }
  });
  const id = stage.services.ids.forActor(actor).seal("Simulation", simulationId);
  return { started, simulationId, id, isStopped: () => stopped };
}

const runnerOfItsOwn = (most?: number) => {
  const { database, log } = stage.services;
  return new SimulationRunner({ app: database.app, clock: () => noon, log, ...(most ? { most } : {}) });
};

describe("a running simulation", () => {
  it("tells how far it is, and is cancelled in the middle", async () => {
    const { simulations: runner } = stage.services;
    const { id, simulationId, isStopped } = await held(runner);
    await until(async () => (await read(id)).counted === 3);
    expect(await read(id)).toMatchObject({ state: "RUNNING", population: 100, sampled: 10, endedAt: null });
    const { simulation, userErrors } = await cancel(id);
    expect([userErrors, simulation]).toEqual([[], { state: "CANCELLED", counted: 3, endedAt: noon.toISOString() }]);
    await runner.settled(simulationId);
    expect(isStopped()).toBe(true);
    expect(await read(id)).toMatchObject({ state: "CANCELLED", counted: 3 });
    expect(await cancel(id)).toEqual({ simulation, userErrors: [] });
  });

  it("stays as it ended where it ended before it was cancelled", async () => {
    const { id } = await run(await input());
    expect(await cancel(id)).toMatchObject({ simulation: { state: "DONE", counted: 60 }, userErrors: [] });
  });

  it("is cancelled by way of another server within two seconds", async () => {
    const elsewhere = runnerOfItsOwn();
    const { id, isStopped } = await held(elsewhere);
    expect((await cancel(id)).userErrors).toEqual([]);
    await until(() => Promise.resolve(isStopped()));
    expect(await read(id)).toMatchObject({ state: "CANCELLED" });
  });

  it("has failed where its process was killed, as a silence of half a minute tells", async () => {
    const elsewhere = runnerOfItsOwn();
    const { id, simulationId } = await held(elsewhere);
    const silent = new Date(noon.getTime() + staleMillis + 1);
    expect(await read(id, marketer, new Date(silent.getTime() - 1))).toMatchObject({ state: "RUNNING" });
    expect(await read(id, marketer, silent)).toMatchObject({ state: "FAILED", rules: [], estimatedLiability: null });
    await cancel(id);
    await elsewhere.settled(simulationId);
  });

  it("fails where its server stops, which waits for it and takes no other", async () => {
    const elsewhere = runnerOfItsOwn();
    const { id } = await held(elsewhere);
    await elsewhere.close();
    expect(await read(id)).toMatchObject({ state: "FAILED", endedAt: noon.toISOString() });
    expect((await held(elsewhere)).started).toBe(false);
  });

  it("has failed where counting broke off", async () => {
    const simulationId = newId();
    const runner = runnerOfItsOwn();
    const id = stage.services.ids.forActor(marketer).seal("Simulation", simulationId);
    const things = { things: [], counts: [], population: null, sampled: null, counted: 0, seed: 1, moment: noon };
    const row = { simulationId, actorId: "staff-marketer", state: "RUNNING", ...things } as const;
    await runner.start({ ...row, startedAt: noon, heartbeatAt: noon, endedAt: null }, () =>
      Promise.reject(new Error("a statement failed")),
    );
    await runner.settled(simulationId);
    expect(await read(id)).toMatchObject({ state: "FAILED" });
  });

  it("is one of few: two of a caller, and as many as its process takes", async () => {
    const runner = runnerOfItsOwn(3);
    const running = [await held(runner), await held(runner)];
    const asked = await input();
    expect((await stage.start(asked)).userErrors).toMatchObject([{ code: "TOO_MANY_RUNNING" }]);
    // Of somebody else there may be one.
    expect((await run(asked, approver)).state).toBe("DONE");
    running.push(await held(runner, approver));
    expect((await held(runner, approver)).started).toBe(false);
    for (const { simulationId, id } of running) {
      await cancel(id, id === running[2]?.id ? approver : marketer);
      await runner.settled(simulationId);
    }
    expect((await run(asked)).state).toBe("DONE");
  });

  it("does not hold up what else the process does", async () => {
    const offer = await stage.offer(stage.shop, { rule: { between: { fact: stage.spend, atLeast: 10 } } });
    const drafts = Array.from({ length: 100 }, (_, place) =>
      stage.draft(offer, { text: `${stage.spend} >= ${place}` }),
    );
    let longest = 0;
    let last = performance.now();
    const { simulation } = await stage.start({ drafts });
    const watch = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    await stage.services.simulations.settled(stage.rawId(simulation.id));
    clearInterval(watch);
    expect((await read(simulation.id)).rules[99].counted).toEqual({ before: 50, after: 0, gained: 0, lost: 50 });
    // No measurement of speed, which a shared machine could not keep: only that it pauses at all.
    expect(longest).toBeLessThan(1_000);
  });
});

describe("whose a simulation is", () => {
  it("is told to whoever started it alone, and cancelled by nobody else", async () => {
    const runner = runnerOfItsOwn();
    const { id, simulationId } = await held(runner);
    for (const other of [approver, callers.service]) {
      expect(await read(id, other)).toBeNull();
      expect((await cancel(id, other)).userErrors).toEqual([{ code: "NOT_FOUND", path: ["input", "simulationId"] }]);
    }
    expect(await read(id)).toMatchObject({ state: "RUNNING" });
    await cancel(id);
    await runner.settled(simulationId);
  });

  it("is for staff who work with offers and for services; to partners and members it is forbidden", async () => {
    const asked = await input();
    const others = [
      callers.partner(stage.shop.partnerId, ["offers:write", "offers:read", "members:read"]),
      callers.member(stage.memberIds[0] ?? ""),
      callers.staff("SUPPORT", "FINANCE", "AUDITOR", "OPERATIONS"),
    ];
    for (const other of others) {
      expect((await stage.start(asked, other)).userErrors).toMatchObject([{ code: "FORBIDDEN" }]);
      expect((await cancel("x", other)).userErrors).toMatchObject([{ code: "FORBIDDEN" }]);
      await expect(read("x", other)).rejects.toThrow(/may not/i);
    }
    expect((await run(asked, callers.service)).state).toBe("DONE");
  });

  it("is forgotten half an hour after its last word, but not before", async () => {
    const { database } = stage.services;
    const { id } = await run(await input());
    const count = () => database.app.$count(simulations, eq(simulations.simulationId, stage.rawId(id)));
    await forgetSimulations(stage.work(undefined, new Date(noon.getTime() + keptMillis)));
    expect(await count()).toBe(1);
    await forgetSimulations(stage.work(undefined, new Date(noon.getTime() + keptMillis + 1)));
    expect(await count()).toBe(0);
    expect(await read(id)).toBeNull();
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  const begun = performance.now();
  while (!(await holds())) {
    if (performance.now() - begun > 5_000) throw new Error("did not hold within five seconds");
    await pause(20);
  }
}
