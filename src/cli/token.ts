import { demoActors } from "../demo/demo-actors";
import { CommandRefusal, exitCodes, print, readArguments, UsageError, type Command } from "./command";
import { bearerOf, tokenHours } from "./development-tokens";
import { withAlliance } from "./with-alliance";

const names = demoActors.map(({ name }) => name).join(", ");
const people = demoActors.map(({ name, description }) => `  ${name.padEnd(12)}${description}`).join("\n");

export const command: Command = {
  usage: `Usage: npm run alliance -- token NAME [--hours N]

Prints a token of the development issuer for an actor of the demo alliance, good for ${tokenHours} hours unless given:

${people}

There is such an issuer with the embedded database only.`,

  async run(args) {
    const options = { hours: { type: "string", default: String(tokenHours) } } as const;
    const { values, positionals } = readArguments(args, options, ["NAME"]);
    const actor = demoActors.find(({ name }) => name === positionals[0]);
    if (!actor) throw new UsageError(`"${positionals[0]}" is unknown, expected one of ${names}`);
    const hours = Number(values.hours);
    if (!/^\d{1,4}$/.test(values.hours) || hours < 1) {
      throw new UsageError(`--hours is "${values.hours}", expected a whole number from 1 to 9999`);
    }
    const bearer = await withAlliance(async ({ issuer }) => {
      if (!issuer) throw new CommandRefusal("With DATABASE_URL tokens come from the issuers in ALLIANCE_OIDC_ISSUERS.");
      return bearerOf(issuer, actor, hours);
    });
    print(bearer.token);
    return exitCodes.done;
  },
};
