import path from "node:path";
import type { Actor } from "../../src/auth/core/actor";
import { actorBySubject } from "../../src/auth/auth.queries";
import { actorOfRow } from "../../src/auth/authenticate";
import { developmentIssuerName } from "../../src/auth/development-issuer";
import { demoActors } from "../../src/demo/demo-actors";
import type { TestApi } from "./api";
import { readPage } from "./tutorial-page";

/** A page of docs/ whose documents are asked in the demo alliance. */
export const demoPage = (name: string) => readPage(path.join(__dirname, "..", "..", "docs", name));

/** Somebody of the demo, as their token would let them in. */
export async function demoActor({ services }: TestApi, name: string): Promise<Actor> {
  const subject = demoActors.find((actor) => actor.name === name)?.subject;
  const row = subject && (await actorBySubject(services.database.app, developmentIssuerName, subject));
  if (!row) throw new Error(`the demo knows nobody called ${name}`);
  return actorOfRow(row);
}
