import { readConfig } from "../config";
import { resetEmbeddedDatabase } from "../db/embedded";
import { CommandRefusal, exitCodes, print, readArguments, type Command } from "./command";

export const command: Command = {
  usage: `Usage: npm run reset

Removes the embedded database: its data directory, passwords and keys. Refused while a process uses it. A database given
by DATABASE_URL is never removed.`,

  async run(args) {
    readArguments(args, {});
    const { database } = readConfig();
    if (database.kind === "given") {
      throw new CommandRefusal("reset removes the embedded database only, and DATABASE_URL names another one.");
    }
    const { removed } = await resetEmbeddedDatabase({ projectDirectory: database.home });
    print(removed.length > 0 ? `Removed ${removed.join(" and ")}.` : "There is nothing to remove.");
    return exitCodes.done;
  },
};
