import type { Logger } from "pino";
import type { Db } from "../db/client";
import { emptySnapshot, type CatalogueSnapshot } from "./catalogue-snapshot";

/** The catalogue of this process: the snapshot that counts now. */
export class CatalogueStore {
  #current: CatalogueSnapshot = emptySnapshot;

  constructor(protected readonly parts: { readonly app: Db; readonly log: Logger }) {}

  /** The newest snapshot this process holds. */
  get current(): CatalogueSnapshot {
    return this.#current;
  }
}
