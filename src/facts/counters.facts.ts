import type { Actor } from "../auth/core/actor";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import type { FactDefinition } from "./core/fact";
import { countersFor } from "./counters.snapshot";
import type { FactRoom } from "./fact-room";

/** Counters as facts, `history.<code>`: 0 where nothing happened, so never absent. */
export const counterFactRoom: FactRoom = { definitions };

function definitions(snapshot: CatalogueSnapshot, actor: Actor): FactDefinition[] {
  return countersFor(snapshot, actor).map(({ code, metric, currency }) => ({
    name: `history.${code}`,
    source: "HISTORY",
    type: "NUMBER",
    choices: null,
    unit: metric === "SPEND" ? `minor units of ${currency ?? "money"}` : "purchases",
    alwaysKnown: true,
  }));
}
