import type { Scope } from "../auth/core/policy";
import type { Services } from "../context";
import type { NodeType } from "../graphql/global-id";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { audiencesNaming, isVisibleAudience } from "./audiences.snapshot";

/** One thing that names an audience in a version which is not ended. */
export interface AudienceUse {
  readonly type: NodeType;
  readonly id: string;
  /** For messages: `spring-coffee`. */
  readonly label: string;
}

/** Finds what a room has that names the audience; of partners' things only those within `reach`. */
export type AudienceUseFinder = (snapshot: CatalogueSnapshot, code: string, reach: Scope) => readonly AudienceUse[];

const finders: AudienceUseFinder[] = [
  (snapshot, code, reach) =>
    audiencesNaming(snapshot, code)
      .filter((row) => isVisibleAudience(row, reach))
      .map((row) => ({ type: "Audience", id: row.audienceId, label: row.code })),
];

/** Called once by each room whose things have rules. */
export function registerAudienceUse(find: AudienceUseFinder): void {
  finders.push(find);
}

/**
 * What names the audience, by the catalogue as it is after everything that was committed. What is published in the same
 * moment can be missed; a rule that then names an ended audience finds nobody in it, which does no harm.
 */
export async function usesOfAudience(
  { services }: { readonly services: Pick<Services, "catalogue"> },
  code: string,
  reach: Scope = { kind: "all" },
): Promise<AudienceUse[]> {
  return usesIn(await services.catalogue.catchUp(), code, reach);
}

export function usesIn(snapshot: CatalogueSnapshot, code: string, reach: Scope): AudienceUse[] {
  return finders.flatMap((find) => find(snapshot, code, reach));
}
