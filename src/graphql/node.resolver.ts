import { Arg, Ctx, ID, Query, Resolver } from "type-graphql";
import type { RequestContext } from "../context";
import { readableScope } from "./authorize";
import { badInput } from "./errors";
import { findNode, NodeInterface } from "./node";

const maxNodes = 100;

@Resolver()
export class NodeResolver {
  @Query(() => NodeInterface, {
    nullable: true,
    description: "Any object by its global id; null where it does not exist or the caller may not see it.",
  })
  async node(
    @Arg("id", () => ID, { description: "Global id." }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<object | null> {
    readableScope(context, "node");
    return findNode(context, id);
  }

  @Query(() => [NodeInterface], {
    nullable: "items",
    description: "Several objects by their global ids, in the same order; null where one is not found. At most 100.",
  })
  async nodes(
    @Arg("ids", () => [ID], { description: "Global ids, at most 100." }) ids: string[],
    @Ctx() context: RequestContext,
  ): Promise<(object | null)[]> {
    readableScope(context, "nodes");
    if (ids.length > maxNodes) throw badInput(`ids has ${ids.length} entries, expected at most ${maxNodes}.`);
    return Promise.all(ids.map((id) => findNode(context, id)));
  }
}
