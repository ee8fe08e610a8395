import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { done, type Result } from "../kernel/result";
import { cardInHand } from "./card-in-hand";
import { cardsToFill, type CardRow } from "./cards.queries";
import { fillSlots } from "./fill-slots";

const atOnce = 100;

/**
 * Fills the slots of cards whose cycle has begun, so that what members hold by default is there before they ask. Whatever
 * command touches a card first does the same, each card in a transaction of its own: any number of servers may do it at
 * once, and it may be stopped anywhere.
 */
export async function beginCycles(work: Work): Promise<number> {
  await work.services.catalogue.catchUp();
  let begun = 0;
  for (;;) {
    const due = await cardsToFill(work.database.app, work.now, atOnce);
    let moved = 0;
    for (const card of due) if (await beginCycle(work, card)) moved += 1;
    begun += moved;
    // What could not be filled, such as a closed member's, is left to the next round.
    if (due.length < atOnce || moved === 0) return begun;
  }
}

async function beginCycle(work: Work, { memberId, cardId }: CardRow): Promise<boolean> {
  const filled = await inTransaction(work.database.app, async (tx): Promise<Result<unknown>> => {
    const found = await cardInHand(tx, work, { action: "electPackage", memberId, cardId, path: [] });
    if (!found.ok) return found;
    const { events, active } = await fillSlots(tx, work, found.value);
    if (events.length > 0) {
      await recordChange(tx, work, {
        stream: `member:${found.value.memberId}`,
        action: "beginCycle",
        resource: `Card:${cardId}`,
        after: { elections: active.map((each) => each.electionId) },
        event: events,
      });
    }
    return done(undefined);
  });
  return filled.ok;
}
