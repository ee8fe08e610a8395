import type { Services } from "../context";
import { statusFact } from "../facts/core/stored-facts";
import { knownMembers } from "../matching/read-members";
import { SituationTranslator, type KnownMember } from "../rules/core/local-situation";
import type { Moment } from "../rules/core/moment";
import { RuleSimulation } from "../rules/core/simulation";
import { typeOfFact } from "../rules/type-of-fact";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import type { PreparedThing } from "./simulated-offers";
import type { DrawSample } from "./simulated-members";
import type { SimulationProgress } from "./simulations.queries";
import type { Slices } from "./slices";

/** Everything that is counted, and of whom: by the catalogue as it was when somebody asked. */
export interface PreparedSimulation {
  readonly services: Pick<Services, "database" | "facts" | "timeZone" | "rules">;
  readonly snapshot: CatalogueSnapshot;
  readonly moment: Moment;
  readonly things: readonly PreparedThing[];
  readonly draw: DrawSample;
}

/**
 * Counts through the sample: a statement reads a batch of members as matching reads one, and they are matched in memory,
 * in slices. `tell` is handed where it stands, again and again; what is counted is whole only at the end.
 */
export async function runSimulation(
  { services, snapshot, moment, things, draw }: PreparedSimulation,
  slices: Slices,
  tell: (progress: SimulationProgress) => void,
): Promise<void> {
  const simulation = new RuleSimulation({
    typeOf: (fact) => typeOfFact(snapshot, fact),
    audiences: (code) => services.rules.rooms.audiences.meaning(snapshot, code),
    now: moment.instant.getTime(),
    statistics: services.rules.statistics,
  });
  for (const { comparison } of things) {
    simulation.add(comparison);
    if (slices.isOver) await slices.next();
  }
  const { population, sampled, batches } = await draw(slices);
  const told = () => tell({ population, sampled, counted: simulation.members, counts: simulation.counts });
  told();
  const translator = new SituationTranslator(simulation.vocabulary, services.facts.numbers);
  for await (const memberIds of batches()) {
    await slices.next();
    const known = await knownMembers(services, memberIds, moment.instant);
    for (const member of known) {
      countMember(simulation, translator, services, member, moment);
      if (slices.isOver) await slices.next();
    }
    told();
  }
  // Who left the audience since the sample was drawn is nobody any more.
  simulation.countNobody(sampled - simulation.members);
  told();
}

function countMember(
  simulation: RuleSimulation,
  translator: SituationTranslator,
  { facts }: Pick<Services, "facts">,
  member: KnownMember,
  moment: Moment,
): void {
  const active = facts.numbers.find({ fact: statusFact, choice: "ACTIVE" });
  if (active === undefined || !member.encoded.keys.includes(active)) return simulation.countNobody(1);
  const situation = translator.translate(member, moment);
  if (!situation) throw new Error("a member was read with numbers that were not fetched");
  simulation.count(situation);
}
