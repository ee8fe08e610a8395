import type { Actor } from "../../auth/core/actor";
import type { Doer } from "../../kernel/lifecycle";

/** Who takes a step, as the lifecycle sees it; undefined for a caller who did not sign in. */
export function doerOf(actor: Actor): Doer | undefined {
  switch (actor.kind) {
    case "anonymous":
      return undefined;
    case "staff":
    case "member":
      return { id: actor.actorId, isPerson: true };
    case "partner":
      return actor.channel === "user"
        ? { id: actor.actorId, isPerson: true }
        : { id: actor.actorId, isPerson: false, onBehalfOf: actor.onBehalfOf };
    case "service":
      return { id: actor.actorId, isPerson: false };
  }
}
