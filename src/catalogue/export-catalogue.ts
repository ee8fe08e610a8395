import type { Work } from "../context";
import { readCatalogue } from "./read-catalogue";

/** The whole catalogue as JSON Lines, one item a line: a file that `planCatalogueImport` reads back without a change. */
export async function* exportCatalogue(work: Work): AsyncGenerator<string> {
  for await (const item of readCatalogue(work.database.app)) yield `${JSON.stringify(item)}\n`;
}
