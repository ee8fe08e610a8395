import type { DevelopmentIssuer } from "../auth/development-issuer";
import { demoActors, type DemoActor } from "../demo/demo-actors";
import type { PageTokens } from "../graphql/page";
import type { Alliance } from "../main";

export const tokenHours = 12;

export interface TokenBearer {
  readonly name: string;
  readonly description: string;
  readonly token: string;
  readonly hours: number;
}

/**
 * One token for each kind of demo actor (staff, partner, member, service), of the first of its kind that is registered;
 * none without a development issuer.
 */
export async function developmentTokens({ issuer, authenticator }: Alliance): Promise<TokenBearer[]> {
  if (!issuer) return [];
  const bearers: TokenBearer[] = [];
  const kinds = new Set<string>();
  for (const actor of demoActors) {
    if (kinds.has(actor.kind)) continue;
    const bearer = await bearerOf(issuer, actor, tokenHours);
    const entrance = await authenticator.authenticate({ authorization: `Bearer ${bearer.token}` });
    if (!entrance.ok) continue;
    kinds.add(actor.kind);
    bearers.push(bearer);
  }
  return bearers;
}

export async function bearerOf(
  issuer: DevelopmentIssuer,
  { name, subject, description }: Pick<DemoActor, "name" | "subject" | "description">,
  hours: number,
): Promise<TokenBearer> {
  const token = await issuer.mint({ subject, lifetimeSeconds: hours * 3600 });
  return { name, description, token, hours };
}

/** Tokens of those as whom the page's examples ask, by name; of those alone who may enter. */
export async function pageTokens(alliance: Alliance): Promise<PageTokens> {
  return Object.fromEntries((await developmentTokens(alliance)).map(({ name, token }) => [name, token]));
}
