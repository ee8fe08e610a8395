import type { Database } from "../../src/db/client";

export interface SentStatement {
  readonly text: string;
  readonly prepared: boolean;
  readonly door: "app" | "vault";
}

/** The statements that go through the pools of a database from now on; those of transactions are not among them. */
export class SentStatements {
  readonly #sent: SentStatement[] = [];

  constructor(database: Database) {
    for (const door of ["app", "vault"] as const) {
      const { $client } = database[door];
      const original = $client.unsafe;
      $client.unsafe = ((...args: Parameters<typeof original>) => {
        this.#sent.push({ text: args[0], prepared: args[2]?.prepare === true, door });
        return original(...args);
      }) as typeof original;
    }
  }

  /** Those of the work alone. */
  async of(work: () => Promise<unknown>): Promise<readonly SentStatement[]> {
    this.#sent.length = 0;
    await work();
    return this.#sent.splice(0);
  }
}
