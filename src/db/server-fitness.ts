import { sql } from "drizzle-orm";
import type { Db } from "./client";
import { DatabaseRefusal } from "./failures";

const greetingSeconds = 15;

export interface ServerFacts {
  /** As people write it: `15.18 (Debian 15.18-0+deb12u1)`. */
  readonly version: string;
  /** As it compares: `150018`. */
  readonly number: string;
  readonly encoding: string;
  [column: string]: unknown;
}

/**
 * The first words with a server that nobody may ever have tried. Throws a DatabaseRefusal when it is none that we can use,
 * or the driver's own error when it cannot be reached.
 */
export async function refuseUnfitServer(db: Db, seconds = greetingSeconds): Promise<void> {
  const answer = db.execute<ServerFacts>(sql`
    select current_setting('server_version') as version, current_setting('server_version_num') as number,
           current_setting('server_encoding') as encoding
  `);
  const facts = (await Promise.race([answer, silence(seconds, answer)]))[0];
  if (facts) refuseUnfitFacts(facts);
}

export function refuseUnfitFacts(facts: ServerFacts): void {
  if (Number(facts.number) < 150_000) {
    throw new DatabaseRefusal(`The database server is PostgreSQL ${facts.version}; expected version 15 or newer.`);
  }
  if (facts.encoding !== "UTF8") {
    throw new DatabaseRefusal(`The database stores text as ${facts.encoding}; expected one made with ENCODING 'UTF8'.`);
  }
}

/**
 * The driver tries again for ever where something accepts connections and closes them without a word, as a web server
 * does: its own timeout begins anew each time.
 */
async function silence(seconds: number, answer: PromiseLike<unknown>): Promise<never> {
  return new Promise((_, reject) => {
    const timer = setTimeout(() => {
      reject(
        new DatabaseRefusal(
          `Nothing at the address of the database URL answered as PostgreSQL within ${seconds} s; check host and port.`,
        ),
      );
    }, seconds * 1000);
    const settled = () => clearTimeout(timer);
    answer.then(settled, settled);
  });
}
