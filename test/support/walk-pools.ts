import { execute, parse, type GraphQLSchema } from "graphql";
import { requestContext, type Services } from "../../src/context";
import type { DocumentPools } from "./random-values";
import { viewers, type Viewer } from "./walk-secrets";
import type { WalkWorld } from "./walk-world";

/** Connections that most viewers have something in, asked as an app pages through them: without a filter. */
const paged = parse(`{
  members(first: 1) { pageInfo { endCursor } }
  merchants(first: 1) { pageInfo { endCursor } nodes { outlets(first: 1) { pageInfo { endCursor } } } }
  offers(first: 1) { pageInfo { endCursor } }
  outlets(first: 1) { pageInfo { endCursor } }
  viewer { member {
    purchases(first: 1) { pageInfo { endCursor } }
    offerDeliveries(first: 1) { pageInfo { endCursor } }
    activations(first: 1) { pageInfo { endCursor } }
  } }
}`);

/** What random documents put into arguments when the viewer asks: everything of the world, by the viewer's own ids. */
export async function poolsOf(
  viewer: Viewer,
  schema: GraphQLSchema,
  services: Services,
  world: WalkWorld,
): Promise<DocumentPools> {
  const contextValue = requestContext(services, { requestId: "pools", actor: viewer.actor, locale: "en" });
  const { data } = await execute({ schema, document: paged, contextValue });
  const own = idsOf(viewer, services, world);
  const foreign = viewers.flatMap((other) => Object.values(idsOf(other, services, world)).flat());
  const known = new Set(Object.values(own).flat());
  return {
    ids: own,
    foreignIds: [...new Set(foreign)].filter((id) => !known.has(id)),
    codes: world.words.codes,
    numbers: world.words.numbers,
    texts: [...world.words.numbers, ...world.words.contacts, ...world.words.codes],
    cursors: [...JSON.stringify(data ?? null).matchAll(/"endCursor":"([^"]+)"/g)].map(([, cursor]) => cursor ?? ""),
  };
}

function idsOf({ actor }: Viewer, services: Services, world: WalkWorld): Record<string, string[]> {
  const seal = services.ids.forActor(actor);
  const ids: Record<string, string[]> = {};
  for (const { type, id, memberId } of world.things) (ids[type] ??= []).push(seal.seal(type, id, memberId));
  return ids;
}
