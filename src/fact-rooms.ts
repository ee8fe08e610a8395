import { audienceFactRoom } from "./audiences/audiences.facts";
import type { Db } from "./db/client";
import { birthFactRoom } from "./facts/birth.facts";
import type { FactRoom, Facts } from "./facts/fact-room";
import { FactNumbers } from "./facts/fact-numbers";
import { counterFactRoom } from "./facts/counters.facts";
import { memberFactRoom } from "./members/members.facts";
import { programFactRoom } from "./programs/programs.facts";
import { purchaseFactRoom } from "./purchases/purchases.facts";
import { tagFactRoom } from "./tags/tags.facts";

/** Every room that knows something of members that rules may ask. */
export const factRooms: readonly FactRoom[] = [
  memberFactRoom,
  tagFactRoom,
  programFactRoom,
  audienceFactRoom,
  birthFactRoom,
  counterFactRoom,
  purchaseFactRoom,
];

/** What this process knows by heart of facts. Made once for a database. */
export function factsOf(app: Db): Facts {
  return { rooms: factRooms, numbers: new FactNumbers(app) };
}
