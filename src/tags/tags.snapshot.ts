import type { Scope } from "../auth/core/policy";
import type { PageRequest } from "../db/page-request";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { pageOf } from "../snapshot/page-of";
import type { Sensitivity, TagStatus, TagType } from "./core/tag";
import type { TagDefinitionRow } from "./tags.queries";

export interface TagDefinitionFilter {
  readonly type?: TagType | null;
  readonly status?: TagStatus | null;
  readonly sensitivity?: Sensitivity | null;
  readonly sourcePartnerId?: string | null;
  /** Part of the code, case ignored. */
  readonly search?: string | null;
}

/** Definitions by code, as far as `reach` goes. */
export function definitionsInPage(
  { tagDefinitions }: CatalogueSnapshot,
  filter: TagDefinitionFilter,
  reach: Scope,
  page: PageRequest,
): TagDefinitionRow[] {
  const search = filter.search?.toLowerCase();
  const fits = (row: TagDefinitionRow) =>
    isVisibleDefinition(row, reach) &&
    (!filter.type || row.type === filter.type) &&
    (!filter.status || row.status === filter.status) &&
    (!filter.sensitivity || row.sensitivity === filter.sensitivity) &&
    (!filter.sourcePartnerId || row.sourcePartnerId === filter.sourcePartnerId) &&
    (!search || row.code.includes(search));
  return pageOf(tagDefinitions.values(), (row) => row.code, fits, page);
}

/** The same as the condition of `definitionsByCodes` (tags.queries.ts). */
export function isVisibleDefinition(row: TagDefinitionRow, reach: Scope): boolean {
  if (reach.kind === "none") return false;
  return reach.kind !== "partner" || row.sourcePartnerId === reach.partnerId || row.sensitivity === "PUBLIC";
}
