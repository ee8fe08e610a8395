import type { Clock } from "../kernel/clock";

interface Entry<Value> {
  readonly value: Promise<Value>;
  readonly since: number;
  until: number;
}

/**
 * Remembers answers for a few seconds, at most `capacity` of them, and asks once where several ask for the same at the
 * same time. An entry counts from when its question was asked, so that none is older than `lifeMillis`. Failures are not
 * remembered, and a clock that was set back makes entries stale rather than long-lived.
 */
export class ShortMemory<Value> {
  readonly #entries = new Map<string, Entry<Value>>();

  constructor(
    private readonly clock: Clock,
    private readonly lifeMillis: number,
    private readonly capacity: number,
  ) {}

  /** `keepUntil` says how long a fresh answer may be kept at most, in milliseconds since 1970; undefined: not at all. */
  recall(key: string, ask: () => Promise<Value>, keepUntil: (value: Value) => number | undefined): Promise<Value> {
    const now = this.clock().getTime();
    const known = this.#entries.get(key);
    if (known && known.since <= now && now < known.until) return known.value;
    const entry: Entry<Value> = { value: ask(), since: now, until: now + this.lifeMillis };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#dropOldest();
    entry.value.then(
      (value) => {
        const limit = keepUntil(value);
        if (limit === undefined) this.#forget(key, entry);
        else entry.until = Math.min(entry.until, limit);
      },
      () => this.#forget(key, entry),
    );
    return entry.value;
  }

  get size(): number {
    return this.#entries.size;
  }

  #forget(key: string, entry: Entry<Value>): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }

  /** A Map keeps the order of insertion, and an entry is inserted anew whenever it is asked anew. */
  #dropOldest(): void {
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= this.capacity) return;
      this.#entries.delete(key);
    }
  }
}
