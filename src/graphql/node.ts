import { Field, ID, InterfaceType } from "type-graphql";
import type { RequestContext } from "../context";
import type { NodeReference, NodeType } from "./global-id";

@InterfaceType("Node", {
  description: "Anything with a global id.",
  resolveType: (value: { nodeType: NodeType }) => value.nodeType,
})
export abstract class NodeInterface {
  @Field(() => ID, {
    description: "Opaque and stable for the caller. Partners see ids of members that only they can use.",
  })
  id!: string;
}

/**
 * Finds one object of a type for `node`, under the same authorization as the type's own query; null where it does not
 * exist or the caller may not see it. The object carries `nodeType`, so that the interface can tell what it is.
 */
export type NodeFinder = (context: RequestContext, reference: NodeReference) => Promise<object | null>;

const finders = new Map<NodeType, NodeFinder>();

/** Called once by each room's resolver module for each of its types. */
export function registerNode(type: NodeType, find: NodeFinder): void {
  finders.set(type, find);
}

export async function findNode(context: RequestContext, globalId: string): Promise<object | null> {
  const reference = context.ids.open(globalId);
  const find = reference && finders.get(reference.type);
  if (!reference || !find) return null;
  const found = await find(context, reference);
  // A copy: rows of the catalogue are shared by all requests, and frozen.
  return found && { ...found, nodeType: reference.type };
}
