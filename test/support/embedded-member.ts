/**
 * A process that takes part in an embedded database, told by lines on its standard input and answering in JSON lines.
 * It runs outside jest, compiled, so that it can be another user, be killed, and live in a project of its own.
 */
import readline from "node:readline";
import postgres from "postgres";
import {
  EmbeddedDatabaseError,
  joinEmbeddedDatabase,
  resetEmbeddedDatabase,
  type EmbeddedDatabase,
} from "../../src/db/embedded";
import { withInstallationLock } from "../../src/db/embedded/installation-lock";

const projectDirectory = process.argv[2] as string;
let database: EmbeddedDatabase | undefined;

const commands: Record<string, () => Promise<object>> = {
  async join() {
    const lines: string[] = [];
    database = await joinEmbeddedDatabase({ projectDirectory, log: (line) => lines.push(line) });
    return { ...database, log: lines, uid: process.getuid?.() };
  },
  async leave() {
    await database?.leave();
    return {};
  },
  async ask() {
    const sql = postgres(database?.ownerUrl ?? "", { max: 1 });
    const [row] = await sql`select 42 as answer`;
    await sql.end({ timeout: 1 });
    return { ...row };
  },
  async reset() {
    return resetEmbeddedDatabase({ projectDirectory });
  },
  async holdLock() {
    const home = `${projectDirectory}/.alliance`;
    await new Promise<void>((resolve) => {
      void withInstallationLock(home, () => new Promise(() => resolve()));
    });
    return {};
  },
};

process.on("SIGINT", () => answer({ interrupted: true }));

readline.createInterface({ input: process.stdin }).on("line", (name) => {
  const command = commands[name];
  if (!command) throw new Error(`no command ${name}`);
  command().then(answer, (error: unknown) => {
    if (!(error instanceof EmbeddedDatabaseError)) throw error;
    answer({ code: error.code, line: error.message });
  });
});

function answer(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
