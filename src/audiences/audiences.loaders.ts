import type { Actor } from "../auth/core/actor";
import { scopeOf } from "../auth/core/policy";
import type { CatalogueStore } from "../snapshot/catalogue-store";
import { keyLoader } from "../snapshot/key-loader";
import { isVisibleAudience } from "./audiences.snapshot";

/** Audiences as far as the caller may see. */
export function audienceLoaders(catalogue: CatalogueStore, actor: Actor) {
  const reach = scopeOf(actor, "audience");
  return {
    audienceById: keyLoader(catalogue, (snapshot, id) => {
      const row = snapshot.audiences.get(id);
      return row && (isVisibleAudience(row, reach) ? row : null);
    }),
    /** All versions, oldest first. */
    versionsOfAudience: keyLoader(catalogue, ({ audienceVersions }, id) => audienceVersions.get(id)),
  };
}
