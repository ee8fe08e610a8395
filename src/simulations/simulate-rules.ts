import { actorIdOf } from "../auth/core/actor";
import type { Work } from "../context";
import { refusalFor } from "../graphql/authorize";
import { newId } from "../kernel/ids";
import { done, refuse, type Result } from "../kernel/result";
import type { Moment } from "../rules/core/moment";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { staleMillis } from "./core/simulated-thing";
import { runSimulation } from "./run-simulation";
import { simulatedMembers, type SampleAsked } from "./simulated-members";
import { simulatedOffers, type OfferDraft } from "./simulated-offers";
import { runningOf, type SimulationRow } from "./simulations.queries";

export interface SimulationAsked {
  readonly drafts: readonly OfferDraft[];
  readonly members: SampleAsked;
  /** Made of the snapshot that the simulation is of. */
  readonly momentOf: (snapshot: CatalogueSnapshot) => Moment;
}

export const simulationLimits = {
  drafts: 100,
  /** Members in a sample. */
  members: 100_000,
  /** Of one caller at once, on all servers. */
  running: 2,
} as const;

/**
 * Starts to count what would change if drafts were published, and answers at once. The count goes on in this process;
 * whoever asks for it, wherever, is told by the row how far it is. Nothing of the alliance is changed.
 */
export async function simulateRules(work: Work, asked: SimulationAsked): Promise<Result<SimulationRow>> {
  const denied = refusalFor(work, "simulateRules", {}, "The simulation");
  if (denied) return denied;
  const refused = limitRefusal(asked);
  if (refused) return refused;
  const { services } = work;
  const snapshot = await services.catalogue.catchUp();
  const moment = asked.momentOf(snapshot);
  const audiences = (code: string) => services.rules.rooms.audiences.meaning(snapshot, code);
  const things = simulatedOffers({ work, snapshot, moment, audiences }, asked.drafts);
  if (!things.ok) return things;
  const draw = await simulatedMembers(work, snapshot, asked.members, moment.instant);
  if (!draw.ok) return draw;

  const actorId = actorIdOf(work.actor) ?? "";
  const heardSince = new Date(work.now.getTime() - staleMillis);
  const running = await runningOf(work.database.app, actorId, heardSince);
  if (running >= simulationLimits.running) {
    const message = `You have ${running} simulations running, expected fewer than ${simulationLimits.running}`;
    return refuse("TOO_MANY_RUNNING", `${message}: wait for one, or cancel it.`);
  }
  const shown = things.value.map((thing) => thing.shown);
  const row = { ...rowOf(work, actorId, moment), seed: asked.members.seed, things: shown };
  const prepared = { services, snapshot, moment, things: things.value, draw: draw.value };
  const hasRoom = await services.simulations.start(row, (slices, tell) => runSimulation(prepared, slices, tell));
  if (hasRoom) return done(row);
  return refuse("TOO_MANY_RUNNING", `This server runs ${services.simulations.most} simulations. Try again later.`);
}

function limitRefusal({ drafts, members }: SimulationAsked) {
  const { drafts: mostDrafts, members: mostMembers } = simulationLimits;
  if (drafts.length < 1 || drafts.length > mostDrafts) {
    const message = `drafts has ${drafts.length} entries, expected 1 to ${mostDrafts}.`;
    return refuse(drafts.length < 1 ? "INVALID_INPUT" : "TOO_MANY", message, ["input", "drafts"]);
  }
  if (members.size < 1 || members.size > mostMembers) {
    const message = `size is ${members.size}, expected 1 to ${mostMembers}.`;
    return refuse("INVALID_INPUT", message, ["input", "members", "size"]);
  }
  return undefined;
}

function rowOf({ now }: Work, actorId: string, { instant }: Moment): Omit<SimulationRow, "seed" | "things"> {
  return {
    ...{ simulationId: newId(), actorId, state: "RUNNING", moment: instant },
    ...{ counts: [], population: null, sampled: null, counted: 0 },
    ...{ startedAt: now, heartbeatAt: now, endedAt: null },
  };
}
