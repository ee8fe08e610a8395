import { actorBySubject } from "../auth/auth.queries";
import { developmentIssuerName } from "../auth/development-issuer";
import type { Services } from "../context";
import { demoActors } from "../demo/demo-actors";
import { CommandRefusal, exitCodes, print, readArguments, UsageError, type Command } from "./command";
import { bearerOf, tokenHours } from "./development-tokens";
import { withAlliance } from "./with-alliance";

const names = demoActors.map(({ name }) => name).join(", ");
const people = demoActors.map(({ name, description }) => `  ${name.padEnd(12)}${description}`).join("\n");

export const command: Command = {
  usage: `Usage: npm run alliance -- token NAME [--hours N]

Prints a token of the development issuer for one of these, good for ${tokenHours} hours unless given:

${people}

A NAME with a colon in it is the subject of somebody else that registerActor registered, with the issuer
${developmentIssuerName}. There is such an issuer with the embedded database only.`,

  async run(args) {
    const options = { hours: { type: "string", default: String(tokenHours) } } as const;
    const { values, positionals } = readArguments(args, options, ["NAME"]);
    const word = positionals[0] ?? "";
    const demoActor = demoActors.find(({ name }) => name === word);
    if (!demoActor && !word.includes(":")) throw new UsageError(`"${word}" is unknown, expected one of ${names}`);
    const hours = Number(values.hours);
    if (!/^\d{1,4}$/.test(values.hours) || hours < 1) {
      throw new UsageError(`--hours is "${values.hours}", expected a whole number from 1 to 9999`);
    }
    const bearer = await withAlliance(async ({ issuer, services }) => {
      if (!issuer) throw new CommandRefusal("With DATABASE_URL tokens come from the issuers in ALLIANCE_OIDC_ISSUERS.");
      return bearerOf(issuer, demoActor ?? (await registeredActor(services, word)), hours);
    });
    print(bearer.token);
    return exitCodes.done;
  },
};

/** A token of somebody who is not registered would open nothing, and only say so when it is used. */
async function registeredActor({ database }: Services, subject: string) {
  if (await actorBySubject(database.app, developmentIssuerName, subject)) {
    return { name: subject, subject, description: "registered with registerActor" };
  }
  throw new CommandRefusal(
    `Nobody is registered as "${subject}" of ${developmentIssuerName}; registerActor does that.`,
  );
}
