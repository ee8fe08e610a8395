import type { PageRequest } from "../db/page-request";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { pageOf } from "../snapshot/page-of";
import type { ProgramStatus } from "./core/program";
import type { ProgramRow } from "./programs.queries";

export interface ProgramFilter {
  readonly issuerPartnerId?: string | null;
  readonly status?: ProgramStatus | null;
}

/** Programs in order of creation. */
export function programsInPage(
  { programs }: CatalogueSnapshot,
  { issuerPartnerId, status }: ProgramFilter,
  page: PageRequest,
): ProgramRow[] {
  const fits = (row: ProgramRow) =>
    (!issuerPartnerId || row.issuerPartnerId === issuerPartnerId) && (!status || row.status === status);
  return pageOf(programs.values(), (row) => row.programId, fits, page);
}
