import type { Scope } from "../auth/core/policy";
import type { PageRequest } from "../db/page-request";
import type { VersionState } from "../kernel/lifecycle";
import { nameContains, pageOf } from "../snapshot/page-of";
import type { ItemRow } from "./items.queries";

export interface ItemFilter {
  readonly state?: VersionState | null;
  readonly partnerId?: string | null;
  /** Part of the name in any language, case ignored. */
  readonly search?: string | null;
}

/** What was never published is for its owner and staff alone; `unpublished` is how far the caller sees it. */
export function isVisibleItem({ publishedAt, partnerId }: ItemRow, unpublished: Scope): boolean {
  if (publishedAt !== null || unpublished.kind === "all") return true;
  return unpublished.kind === "partner" && partnerId === unpublished.partnerId;
}

/** Things in order of creation, as far as the caller may see. */
export function itemsInPage(
  rows: ReadonlyMap<string, ItemRow>,
  { state, partnerId, search }: ItemFilter,
  unpublished: Scope,
  page: PageRequest,
): ItemRow[] {
  const fits = (row: ItemRow) =>
    isVisibleItem(row, unpublished) &&
    (!state || row.state === state) &&
    (!partnerId || row.partnerId === partnerId) &&
    (!search || nameContains(row.name, search));
  return pageOf(rows.values(), (row) => row.itemId, fits, page);
}
