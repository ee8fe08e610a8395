import type { Logger } from "pino";
import { catalogueStream } from "../audit/core/chain";
import { resourcesChangedAfter, streamPosition } from "../audit/audit.queries";
import type { Db } from "../db/client";
import { withoutParameters } from "../db/failures";
import { pauseUnless } from "../jobs/pause-unless";
import { OutletMemory } from "../merchants/outlet-memory";
import { emptySnapshot, type CatalogueSnapshot } from "./catalogue-snapshot";
import { allRows, keysOf, rowsByKeys } from "./load-rows";
import { withRows } from "./with-rows";

export interface CatalogueStoreOptions {
  readonly app: Db;
  readonly log: Logger;
  /** How long it rests between two looks at the catalogue's position. Others' changes must be seen within 1 s. */
  readonly everyMillis?: number;
  /** The most entries of the log that are followed one by one; with more, everything is loaded anew. */
  readonly mostEntries?: number;
}

/** How many things are loaded again one by one. */
const mostKeys = 500;

/**
 * The catalogue in the memory of this process: the newest snapshot, replaced when the catalogue changed.
 *
 * Every change of the catalogue appends one entry to the audit stream `catalogue`, whose head row is locked from then on
 * until the transaction ends. So the head's sequence has no gaps and rises in the order of commits, and who has followed
 * the entries up to it has missed nothing: it is the catalogue's version number. An entry names the thing that changed;
 * its rows are read again as they are now, so following an entry twice does no harm.
 *
 * A change that leaves no entry is not seen until the next `reload()`; the architecture test keeps use cases from it.
 */
export class CatalogueStore {
  readonly #app: Db;
  readonly #log: Logger;
  readonly #everyMillis: number;
  readonly #mostEntries: number;
  readonly #stopping = new AbortController();
  #current: CatalogueSnapshot | undefined;
  /** When the last round that succeeded began to look, by this process's monotonic clock. */
  #trueAt = performance.now();
  /** True where the next round must load everything, whatever the position says. */
  #anew = true;
  #round: Promise<CatalogueSnapshot> | undefined;
  #nextRound: Promise<CatalogueSnapshot> | undefined;
  #following: Promise<void> | undefined;

  /** Outlets that were read lately; there are too many to hold them all. */
  readonly outlets = new OutletMemory();

  constructor({ app, log, everyMillis = 300, mostEntries = 2_000 }: CatalogueStoreOptions) {
    this.#app = app;
    this.#log = log;
    this.#everyMillis = everyMillis;
    this.#mostEntries = mostEntries;
  }

  /** The newest snapshot. Throws before the first was loaded, by `open` or `catchUp`. */
  get current(): CatalogueSnapshot {
    if (!this.#current) throw new Error("the catalogue was not loaded yet");
    return this.#current;
  }

  /** For how long the snapshot has not been known to be the newest; before the first, since this process has the store. */
  get ageSeconds(): number {
    return (performance.now() - this.#trueAt) / 1000;
  }

  /** Loads the catalogue and follows its changes from now on, until `close`. */
  async open(): Promise<void> {
    await this.catchUp();
    this.#following ??= this.#follow(this.#stopping.signal);
  }

  /** Resolves when nothing is read any more; the last snapshot stays readable. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#following;
    await this.#round?.catch(() => undefined);
  }

  /**
   * A snapshot that holds every change committed before the call. Callers at the same time share the work: whoever comes
   * while a round is under way, which may have looked at the position already, waits for the next one.
   */
  catchUp(): Promise<CatalogueSnapshot> {
    if (!this.#round) {
      this.#round = this.#advance().finally(() => (this.#round = undefined));
      return this.#round;
    }
    this.#nextRound ??= this.#round
      .catch(() => undefined)
      .then(() => {
        this.#nextRound = undefined;
        return this.catchUp();
      });
    return this.#nextRound;
  }

  /**
   * A snapshot in which something that is named is known: the newest that is here, where that knows it, else one that is
   * caught up, which may not know it either. Without a question the newest that is here.
   */
  async thatKnows(knows: (snapshot: CatalogueSnapshot) => boolean = () => true): Promise<CatalogueSnapshot> {
    return this.#current && knows(this.#current) ? this.#current : this.catchUp();
  }

  /** `catchUp` with everything read again: for what was written without an entry in the log, as tests do. */
  reload(): Promise<CatalogueSnapshot> {
    this.#anew = true;
    return this.catchUp();
  }

  async #advance(): Promise<CatalogueSnapshot> {
    const anew = this.#anew;
    const began = performance.now();
    this.#anew = false;
    try {
      const snapshot = await this.#newest(anew);
      this.#trueAt = began;
      return snapshot;
    } catch (error) {
      this.#anew ||= anew;
      throw error;
    }
  }

  async #newest(anew: boolean): Promise<CatalogueSnapshot> {
    const position = await streamPosition(this.#app, catalogueStream);
    const known = anew ? undefined : this.#current;
    if (known?.position === position) return known;
    // A position behind ours is another history: the database was restored or emptied.
    const followed = known && known.position < position ? await this.#followEntries(known) : undefined;
    return followed ?? (await this.#loadAll(position));
  }

  /** Undefined where so much has changed that loading everything is less work. */
  async #followEntries(known: CatalogueSnapshot): Promise<CatalogueSnapshot | undefined> {
    const { position: from } = known;
    const entries = await resourcesChangedAfter(this.#app, catalogueStream, from, this.#mostEntries + 1);
    const last = entries.at(-1);
    if (!last || entries.length > this.#mostEntries) return undefined;
    const { Outlet: outletIds, ...keys } = keysOf(entries.map((entry) => entry.resource));
    if (Object.values(keys).flat().length > mostKeys) return undefined;
    const rows = await rowsByKeys(this.#app, { ...keys, Outlet: [] });
    this.outlets.forget(outletIds);
    return (this.#current = withRows(known, rows, last.sequence));
  }

  /** `position` was read first: rows that are newer are loaded once more when their entries are followed. */
  async #loadAll(position: bigint): Promise<CatalogueSnapshot> {
    const rows = await allRows(this.#app);
    this.outlets.forgetAll();
    return (this.#current = withRows(emptySnapshot, rows, position));
  }

  /** While the database is away the last snapshot is served: whatever a member takes is checked again where it is. */
  async #follow(signal: AbortSignal): Promise<void> {
    let failures = 0;
    for (;;) {
      await pauseUnless(signal, this.#everyMillis);
      if (signal.aborted) return;
      try {
        await this.catchUp();
        if (failures > 0) this.#log.info({ failures }, "the catalogue in memory follows its changes again");
        failures = 0;
      } catch (error) {
        failures += 1;
        // Not at every turn, three times a second.
        if (failures === 1 || failures % 100 === 0) {
          this.#log.error({ failures, err: withoutParameters(error) }, "the catalogue in memory may be out of date");
        }
      }
    }
  }
}
