import { and, eq, lt, sql } from "drizzle-orm";
import type { Queryable } from "../db/client";
import type { SimulatedCounts, SimulationState } from "./core/simulated-thing";
import { simulations } from "./simulations.tables";

export type SimulationRow = typeof simulations.$inferSelect;

export interface SimulationProgress {
  readonly population: number | null;
  readonly sampled: number | null;
  readonly counted: number;
  readonly counts: SimulatedCounts;
}

/** How many of the actor's simulations run, as far as their processes were heard of since. */
export async function runningOf(db: Queryable, actorId: string, heardSince: Date): Promise<number> {
  const running = and(eq(simulations.actorId, actorId), eq(simulations.state, "RUNNING"));
  return db.$count(simulations, and(running, sql`${simulations.heartbeatAt} >= ${heardSince.toISOString()}`));
}

export async function insertSimulation(db: Queryable, row: SimulationRow): Promise<void> {
  await db.insert(simulations).values(row);
}

/** Only to who started it. */
export async function simulationById(
  db: Queryable,
  simulationId: string,
  actorId: string,
): Promise<SimulationRow | undefined> {
  const [row] = await db
    .select()
    .from(simulations)
    .where(and(eq(simulations.simulationId, simulationId), eq(simulations.actorId, actorId)));
  return row;
}

/** Says how far it is, and that it runs. False where nobody wants it any more: it was cancelled. */
export async function tellProgress(
  db: Queryable,
  simulationId: string,
  progress: SimulationProgress,
  now: Date,
): Promise<boolean> {
  const told = await db
    .update(simulations)
    .set({ ...progress, heartbeatAt: now })
    .where(and(eq(simulations.simulationId, simulationId), eq(simulations.state, "RUNNING")))
    .returning({ simulationId: simulations.simulationId });
  return told.length === 1;
}

/** Whether it ran until now; what was cancelled stays so. */
export async function endSimulation(
  db: Queryable,
  simulationId: string,
  ended: Partial<SimulationProgress> & { readonly state: Exclude<SimulationState, "RUNNING"> },
  now: Date,
): Promise<boolean> {
  const rows = await db
    .update(simulations)
    .set({ ...ended, heartbeatAt: now, endedAt: now })
    .where(and(eq(simulations.simulationId, simulationId), eq(simulations.state, "RUNNING")))
    .returning({ simulationId: simulations.simulationId });
  return rows.length === 1;
}

/** Those of which nobody said a word since. How many there were. */
export async function deleteSimulations(db: Queryable, lastWordBefore: Date): Promise<number> {
  const gone = await db
    .delete(simulations)
    .where(lt(simulations.heartbeatAt, lastWordBefore))
    .returning({ simulationId: simulations.simulationId });
  return gone.length;
}
