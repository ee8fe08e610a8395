import type { Logger } from "pino";
import { streamPosition } from "../audit/audit.queries";
import type { Db } from "../db/client";
import type { Clock } from "../kernel/clock";
import { liveDocuments } from "./documents.queries";
import { documentsStream } from "./documents-stream";

/** Where the texts of registered documents are found. */
export interface RegisteredDocuments {
  /** Undefined where no live document has this id. */
  textOf(documentId: string): Promise<string | undefined>;
}

export const nothingRegistered: RegisteredDocuments = { textOf: () => Promise.resolve(undefined) };

/** Unknown ids are looked for in the database this often at most, whoever asks for how many. */
const lookAgainAfterMillis = 500;
/** A hit is answered out of the memory, which is looked after behind it once it is older than this … */
const oldAfterMillis = 2_000;
/** … and before it, once nobody has looked for so long: a document that was retired meanwhile is not executed once more. */
const staleAfterMillis = 10_000;

/**
 * All live documents in memory; they are as many as operators registered. They are read again only where the version of
 * their audit chain has moved, so looking costs one read by primary key. The memory of unknown ids is the time of the
 * last look: it cannot grow, and no flood of made-up ids causes more than two statements a second.
 */
export class DocumentMemory implements RegisteredDocuments {
  #texts: ReadonlyMap<string, string> = new Map();
  #version: bigint | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;

  constructor(private readonly parts: { readonly app: Db; readonly clock: Clock; readonly log: Logger }) {}

  async textOf(documentId: string): Promise<string | undefined> {
    const known = this.#texts.get(documentId);
    const age = this.#age();
    if (known === undefined) {
      if (age < lookAgainAfterMillis) return undefined;
      await this.#look();
    } else if (age >= staleAfterMillis) {
      await this.#look();
    } else {
      if (age >= oldAfterMillis) void this.#look();
      return known;
    }
    return this.#texts.get(documentId);
  }

  #age(): number {
    const age = this.parts.clock().getTime() - this.#lookedAt;
    // A clock that was set back makes it stale rather than long-lived.
    return age < 0 ? Number.POSITIVE_INFINITY : age;
  }

  /** Several at once wait for one look. One that fails leaves what is known, so that screens outlive a short failure. */
  #look(): Promise<void> {
    this.#looking ??= this.#readAgain()
      .catch((error: unknown) => this.parts.log.warn({ err: error }, "trusted documents could not be read again"))
      .finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #readAgain(): Promise<void> {
    const { app, clock } = this.parts;
    this.#lookedAt = clock().getTime();
    // The version first: what is committed between the two reads is read again next time rather than missed.
    const version = await streamPosition(app, documentsStream);
    if (version === this.#version) return;
    const documents = await liveDocuments(app);
    this.#texts = new Map(documents.map(({ documentId, text }) => [documentId, text]));
    this.#version = version;
  }
}
