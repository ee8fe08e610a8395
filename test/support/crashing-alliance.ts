import { setTimeout as wait } from "node:timers/promises";
import { joinEmbeddedDatabase, type EmbeddedDatabase } from "../../src/db/embedded";
import { findRunningServer } from "../../src/db/embedded/running-server";
import { AllianceProcess, temporaryHome, type Home } from "./alliance-process";

/** What of a payload a client that moves value looks at. */
export interface Answered {
  readonly amount: string | null;
  readonly isRepeated: boolean | null;
  readonly transfer: { readonly id: string } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
  readonly [field: string]: unknown;
}

/**
 * Two servers of one alliance, each the real process that `npm start` starts, on a PostgreSQL server of the test's own. Either
 * can be killed, and PostgreSQL stopped as by a power cut, while clients ask over HTTP.
 */
export class CrashingAlliance {
  readonly home: Home = temporaryHome();
  #database: EmbeddedDatabase | undefined;
  readonly #servers: (AllianceProcess | undefined)[] = [undefined, undefined];
  readonly #urls: (string | undefined)[] = [undefined, undefined];
  #token = "";
  /** Requests that got no answer, or none that tells what became of them. */
  unanswered = 0;
  /** What the last of them heard instead. */
  #heard = "";

  async start(): Promise<void> {
    this.#database = await joinEmbeddedDatabase({ projectDirectory: this.home.directory });
    await this.startServer(0);
    await this.startServer(1);
  }

  get database(): EmbeddedDatabase {
    if (!this.#database) throw new Error("not started");
    return this.#database;
  }

  async startServer(place: number): Promise<void> {
    const server = new AllianceProcess(["start", "--no-demo"], {
      ALLIANCE_HOME: this.home.directory,
      ALLIANCE_COST_PER_MINUTE: "0",
      ALLIANCE_LOG_LEVEL: "fatal",
    });
    this.#servers[place] = server;
    const [, url] = await server.said(/GraphQL {3}(http:\S+)\/graphql/);
    const [, token = ""] = await server.said(/^ {2}service: .*\n {2}(\S+)$/m);
    this.#token = token;
    this.#urls[place] = url;
  }

  /** kill -9; whoever asked it hears nothing any more. */
  async killServer(place: number): Promise<void> {
    this.#urls[place] = undefined;
    this.#servers[place]?.signal("SIGKILL");
    await this.#servers[place]?.ended;
  }

  /** Stops PostgreSQL in immediate mode, which loses whatever is not on the disk, and starts it again: it recovers. */
  async crashDatabase(): Promise<void> {
    const { dataDirectory, port } = this.database;
    const running = findRunningServer(dataDirectory);
    if (!running) throw new Error("the database does not run");
    process.kill(running.pid, "SIGQUIT");
    while (findRunningServer(dataDirectory)) await wait(10);
    const before = this.#database;
    this.#database = await joinEmbeddedDatabase({ projectDirectory: this.home.directory });
    await before?.leave();
    if (this.database.port !== port) throw new Error("another program took the database's port meanwhile");
  }

  /** Asks a server, as the alliance's own service; undefined where nobody can tell what became of the request. */
  async askOnce(place: number, query: string, input: object): Promise<Answered | undefined> {
    const url = this.#urls[place];
    if (url === undefined) return undefined;
    try {
      const response = await fetch(`${url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${this.#token}` },
        body: JSON.stringify({ query, variables: { input } }),
      });
      const answer = (await response.json()) as { data?: Record<string, Answered> | null; errors?: unknown };
      const payload = Object.values(answer.data ?? {})[0];
      if (payload && !answer.errors) return payload;
      this.#heard = `${response.status} of server ${place}: ${JSON.stringify(answer.errors)}`;
      if (response.status === 400) throw new RefusedDocument(JSON.stringify(answer.errors));
    } catch (error) {
      if (error instanceof RefusedDocument) throw error;
      this.#heard = `${String(error)} (${String((error as Error).cause)}) of server ${place}`;
    }
    this.unanswered += 1;
    return undefined;
  }

  /** Asks one server and then the other, with the same input, until one answers: what a client with a key does. */
  async ask(query: string, input: object, first = 0): Promise<Answered & { readonly attempts: number }> {
    for (let attempts = 1; attempts < 2_000; attempts += 1) {
      const payload = await this.askOnce((first + attempts - 1) % 2, query, input);
      if (payload) return { ...payload, attempts };
      await wait(25);
    }
    const ended = this.#servers.flatMap((server, place) =>
      server?.lastWords === undefined ? [] : [`server ${place} has ended: ${server.lastWords}`],
    );
    throw new Error([`no server answered for too long; the last heard was ${this.#heard}`, ...ended].join("\n"));
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) server?.signal("SIGTERM");
    for (const server of this.#servers) await server?.ended;
    await this.#database?.leave();
    await this.home.remove();
  }
}

/** A mistake of the test, which no repetition mends. */
class RefusedDocument extends Error {}
