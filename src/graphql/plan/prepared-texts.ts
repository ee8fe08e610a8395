/** A connection's memory of a statement is some twenty times its text. */
const longestText = 8_000;
const mostTexts = 200;
/** Connections live about as long (db/client.ts), and with them what they have prepared. */
const periodMillis = 10 * 60_000;

/**
 * Which statements are prepared: those that are asked for the second time in ten minutes. PostgreSQL keeps what was
 * prepared for as long as its connection lives, and a client that writes its fields in ever another order makes ever
 * another text; so only so many are prepared in a period, and none that is very long.
 */
export class PreparedTexts {
  #asked = new Set<string>();
  #prepared = new Set<string>();
  #until = 0;

  /** Asked of each statement that is run; `now` in milliseconds of any clock that never goes back. */
  has(text: string, now = performance.now()): boolean {
    if (now >= this.#until) {
      this.#asked = new Set();
      this.#prepared = new Set();
      this.#until = now + periodMillis;
    }
    if (this.#prepared.has(text)) return true;
    if (text.length > longestText || this.#prepared.size >= mostTexts) return false;
    // A statement that is asked once is not worth a place in every connection's memory.
    if (!this.#asked.delete(text)) {
      if (this.#asked.size < mostTexts) this.#asked.add(text);
      return false;
    }
    this.#prepared.add(text);
    return true;
  }
}
