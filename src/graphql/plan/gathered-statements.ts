import { setImmediate as turnEnds } from "node:timers/promises";
import type { Sql } from "postgres";
import { arrayLiteral, type ArrayElement } from "../../db/arrays";
import type { PreparedTexts } from "./prepared-texts";
import type { Statement } from "./statement";

/** How requests for one statement are gathered. */
interface Gathering {
  /** So many are answered together at most, since each of them waits for all. */
  readonly mostTogether: number;
  /** So many runs are under way at most; whoever comes meanwhile goes with the next. */
  readonly mostUnderWay: number;
}

/**
 * Rows that begin with a key are small, and cost least when all of them go together. Pages take PostgreSQL longer than a
 * message to it, so first they go side by side, and together only when half of the connections are taken, the other half
 * being for everybody else.
 */
function gatheringOf({ answers }: Statement, { options }: Sql): Gathering {
  if (answers === "a row") return { mostTogether: 32, mostUnderWay: 2 };
  return { mostTogether: 8, mostUnderWay: Math.max(1, Math.floor(options.max / 2)) };
}

/** The answer of a statement that answers at most one text; undefined where it found no row. */
export type StatementAnswer = string | undefined;

/**
 * Runs statements that differ in their parameters alone as one: those of the requests that arrived in the same turn of
 * the event loop, or while the same statement was under way. Under load a message to PostgreSQL and back costs a small
 * query more than all else: answered together, a member's six fields take 70 µs of the server and 17 of PostgreSQL instead
 * of 103 and 27 (32 connections). Without load a request waits for nobody.
 *
 * They see one state of the database, which is later than the arrival of each. Nothing of one is seen by another: every
 * condition, also on who asks, is a parameter of the request's own.
 */
export class GatheredStatements {
  readonly #queues = new WeakMap<Sql, WeakMap<Statement, Queue>>();

  constructor(private readonly prepared: PreparedTexts) {}

  ask(statement: Statement, client: Sql, params: readonly unknown[]): Promise<StatementAnswer> {
    if (!params.every(isElement)) return this.askAlone(statement, client, params);
    return this.#queueOf(statement, client).ask(params);
  }

  async askAlone({ text }: Statement, client: Sql, params: readonly unknown[]): Promise<StatementAnswer> {
    const prepare = this.prepared.has(text);
    const [row] = await client.unsafe<{ answer: string }[]>(text, params as never[], { prepare });
    return row?.answer;
  }

  /** Each with the place of the request that it is for; a statement that found nothing answers null among others. */
  async askTogether(text: string, client: Sql, lists: readonly string[]): Promise<readonly PlacedAnswer[]> {
    return client.unsafe<PlacedAnswer[]>(text, lists as never[], { prepare: this.prepared.has(text) });
  }

  #queueOf(statement: Statement, client: Sql): Queue {
    const queues = this.#queues.get(client) ?? new WeakMap<Statement, Queue>();
    this.#queues.set(client, queues);
    const known = queues.get(statement);
    if (known) return known;
    const queue = new Queue(this, statement, client);
    queues.set(statement, queue);
    return queue;
  }
}

interface PlacedAnswer {
  readonly place: number;
  readonly answer: string | null;
}

interface Waiting {
  readonly params: readonly ArrayElement[];
  readonly resolve: (answer: StatementAnswer | Promise<StatementAnswer>) => void;
}

/** Those who wait for one statement through one door. */
class Queue {
  readonly #gathering: Gathering;
  #waiting: Waiting[] = [];
  #underWay = 0;
  #isGathering = false;

  constructor(
    private readonly statements: GatheredStatements,
    private readonly statement: Statement,
    private readonly client: Sql,
  ) {
    this.#gathering = gatheringOf(statement, client);
  }

  ask(params: readonly unknown[]): Promise<StatementAnswer> {
    return new Promise((resolve) => {
      this.#waiting.push({ params: params as readonly ArrayElement[], resolve });
      if (!this.#isGathering && this.#free > 0) void this.#gather();
    });
  }

  /** How many more runs may be under way. */
  get #free(): number {
    return this.#gathering.mostUnderWay - this.#underWay;
  }

  /** By the end of the turn everybody who arrived with it is here. */
  async #gather(): Promise<void> {
    this.#isGathering = true;
    await turnEnds();
    this.#isGathering = false;
    while (this.#waiting.length > 0 && this.#free > 0) {
      const together = this.#waiting.splice(0, this.#nextTogether());
      this.#underWay += 1;
      void this.#run(together).then(() => {
        this.#underWay -= 1;
        if (this.#waiting.length > 0 && !this.#isGathering) void this.#gather();
      });
    }
  }

  /** Rows all, pages a share of those that wait. */
  #nextTogether(): number {
    const share =
      this.statement.answers === "a row" ? this.#waiting.length : Math.ceil(this.#waiting.length / this.#free);
    return Math.min(share, this.#gathering.mostTogether);
  }

  /** Never rejects: where they fail together, each is asked alone, and fails or not by itself. */
  async #run(together: readonly Waiting[]): Promise<void> {
    const { gathered, params } = this.statement;
    if (together.length > 1) {
      const lists = params.map((_, place) => arrayLiteral(together.map((one) => one.params[place] ?? null)));
      const rows = await this.statements.askTogether(gathered, this.client, lists).catch(() => undefined);
      if (rows?.length === together.length) {
        for (const { place, answer } of rows) together[place]?.resolve(answer ?? undefined);
        return;
      }
    }
    const alone = together.map(({ params: own, resolve }) => {
      const answer = this.statements.askAlone(this.statement, this.client, own);
      resolve(answer);
      return answer;
    });
    await Promise.allSettled(alone);
  }
}

/** What can stand in a list of texts. */
function isElement(param: unknown): param is ArrayElement {
  return typeof param !== "object" || param === null || param instanceof Date;
}
