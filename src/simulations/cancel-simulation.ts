import { actorIdOf } from "../auth/core/actor";
import type { Work } from "../context";
import { refusalFor } from "../graphql/authorize";
import { done, refuse, type Result } from "../kernel/result";
import { endSimulation, simulationById, type SimulationRow } from "./simulations.queries";

/**
 * Ends a simulation of the caller's own. It is cancelled once this answers, also where another server runs it, which
 * stops within a second; what was counted until its last word stays. One that has ended is answered as it is: whether it
 * was faster is not the caller's to know beforehand.
 */
export async function cancelSimulation(work: Work, simulationId: string): Promise<Result<SimulationRow>> {
  const denied = refusalFor(work, "cancelSimulation", {}, "The simulation");
  if (denied) return denied;
  const { services, database, now, actor } = work;
  const actorId = actorIdOf(actor) ?? "";
  const found = await simulationById(database.app, simulationId, actorId);
  if (!found) return refuse("NOT_FOUND", "The simulation was not found.", ["input", "simulationId"]);
  await endSimulation(database.app, simulationId, { state: "CANCELLED" }, now);
  services.simulations.stop(simulationId);
  return done((await simulationById(database.app, simulationId, actorId)) ?? found);
}
