import { partnerScopes, staffRoles } from "../auth/core/actor";
import type { Registration } from "../auth/core/registration";
import { registerActor } from "../auth/register-actor";
import type { Services } from "../context";
import { makeLoaders } from "../loaders";
import { partnerByCode } from "../merchants/merchants.queries";
import { CommandRefusal, exitCodes, print, readArguments, UsageError, type Command } from "./command";
import { withAlliance } from "./with-alliance";

/** Registers as the operator's own service: on an empty alliance nobody else is there to. */
const commandLine = { kind: "service", actorId: "command-line", name: "command-line" } as const;

interface Wanted {
  readonly staff?: string | undefined;
  readonly service?: boolean | undefined;
  readonly partner?: string | undefined;
  readonly scopes?: string | undefined;
}

export const command: Command = {
  usage: `Usage: npm run alliance -- actor register --issuer URL --subject TEXT
           (--staff ROLE,ROLE | --partner CODE --scopes SCOPE,SCOPE | --service)

Says whom a token's issuer and subject stand for: how the first person of an alliance comes in. Everybody after that is
registered by registerActor.

Roles: ${staffRoles.join(", ")}
Scopes: ${partnerScopes.join(", ")}`,

  async run(args) {
    const text = { type: "string" } as const;
    const options = { issuer: text, subject: text, staff: text, partner: text, scopes: text } as const;
    const { values, positionals } = readArguments(args, { ...options, service: { type: "boolean" } }, ["register"]);
    if (positionals[0] !== "register") throw new UsageError(`"${positionals[0]}" is unknown, expected register`);
    const { issuer, subject } = values;
    if (issuer === undefined || subject === undefined) throw new UsageError("--issuer and --subject are needed");
    if ([values.staff, values.partner, values.service].filter((one) => one !== undefined).length !== 1) {
      throw new UsageError("exactly one of --staff, --partner and --service is needed");
    }
    return withAlliance(async ({ services }) => {
      const registration = await registrationOf(services, values);
      const loaders = makeLoaders(services, commandLine);
      const work = { services, database: services.database, actor: commandLine, now: services.clock(), loaders };
      const result = await registerActor(work, { issuer, subject, registration, reason: "command line" });
      if (!result.ok) throw new CommandRefusal(result.refusals.map(({ message }) => message).join(" "));
      print(`Registered as ${registration.kind}, actor ${result.value.actorId}.`);
      return exitCodes.done;
    });
  },
};

async function registrationOf({ database }: Services, wanted: Wanted): Promise<Registration> {
  if (wanted.service) return { kind: "service" };
  if (wanted.staff !== undefined) return { kind: "staff", roles: listed("--staff", wanted.staff, staffRoles) };
  const code = wanted.partner ?? "";
  const partner = await partnerByCode(database.app, code);
  if (!partner) throw new CommandRefusal(`The partner "${code}" was not found.`);
  const scopes = listed("--scopes", wanted.scopes ?? "", partnerScopes);
  return { kind: "partner", partnerId: partner.partnerId, scopes };
}

function listed<Word extends string>(option: string, text: string, words: readonly Word[]): Word[] {
  return text.split(",").map((part) => {
    const word = words.find((one) => one === part.trim());
    if (!word) throw new UsageError(`${option} is "${text}", expected some of ${words.join(", ")}`);
    return word;
  });
}
