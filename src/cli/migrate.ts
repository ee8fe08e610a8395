import { exitCodes, print, readArguments, type Command } from "./command";
import { encodeTheRest } from "./prepare-alliance";
import { withAlliance } from "./with-alliance";

export const command: Command = {
  usage: `Usage: npm run alliance -- migrate

Applies the migrations that the database lacks, makes the roles of the application with their rights, and encodes members
that have no encoding yet. Any number of processes may do so at once. A server does the same when it starts.`,

  async run(args) {
    readArguments(args, {});
    const migrated = await withAlliance(async (alliance) => {
      await encodeTheRest(alliance);
      return alliance.migrated;
    });
    for (const name of migrated) print(`Applied ${name}.`);
    print(migrated.length > 0 ? "The database is up to date." : "The database was up to date already.");
    return exitCodes.done;
  },
};
