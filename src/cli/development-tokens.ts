import type { DevelopmentIssuer } from "../auth/development-issuer";
import { demoActors } from "../demo/demo-actors";
import type { Alliance } from "../main";

export const tokenHours = 12;

export interface TokenBearer {
  readonly name: string;
  readonly description: string;
  readonly token: string;
  readonly hours: number;
}

/** One token for each demo actor that is registered, the operator's first; none without a development issuer. */
export async function developmentTokens({ issuer, authenticator }: Alliance): Promise<TokenBearer[]> {
  if (!issuer) return [];
  const bearers = await Promise.all(demoActors.map((actor) => bearerOf(issuer, actor, tokenHours)));
  const entrances = await Promise.all(
    bearers.map(({ token }) => authenticator.authenticate({ authorization: `Bearer ${token}` })),
  );
  return bearers.filter((_bearer, index) => entrances[index]?.ok);
}

export async function bearerOf(
  issuer: DevelopmentIssuer,
  { name, subject, description }: (typeof demoActors)[number],
  hours: number,
): Promise<TokenBearer> {
  const token = await issuer.mint({ subject, lifetimeSeconds: hours * 3600 });
  return { name, description, token, hours };
}

/** The name under which the page and the examples ask. */
export const operatorName = "operator";

export async function operatorToken(issuer: DevelopmentIssuer): Promise<string | undefined> {
  const operator = demoActors.find(({ name }) => name === operatorName);
  return operator && (await bearerOf(issuer, operator, tokenHours)).token;
}
