import { readConfig } from "../config";
import { distribute } from "../db/distribute";
import { CommandRefusal, exitCodes, print, readArguments, type Command } from "./command";

export const command: Command = {
  usage: `Usage: npm run alliance -- distribute

Distributes the tables over the nodes of the Citus cluster whose coordinator DATABASE_URL names, in one transaction.
Run \`migrate\` before it. May be repeated: what is distributed already stays as it is.`,

  async run(args) {
    readArguments(args, {});
    const { database } = readConfig();
    if (database.kind === "embedded") {
      throw new CommandRefusal("distribute needs DATABASE_URL, expected the coordinator of a Citus cluster.");
    }
    await distribute({ ownerUrl: database.ownerUrl, log: print });
    return exitCodes.done;
  },
};
