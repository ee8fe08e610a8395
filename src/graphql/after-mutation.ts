import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from "graphql";
import type { RequestContext } from "../context";
import { withoutParameters } from "../db/failures";

/**
 * Lets every mutation that changed the catalogue bring this server's snapshot up to date before any field of its payload
 * is resolved, so that whoever changes something reads it at once, in this answer and in the next. Wrapped here, around
 * the few root fields, so that no mutation can be without it.
 */
export function showOwnChanges(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    field.resolve = thenCatchUp((field.resolve ?? defaultFieldResolver) as Resolve);
  }
  return schema;
}

type Resolve = GraphQLFieldResolver<unknown, RequestContext, unknown, unknown>;

function thenCatchUp(resolve: Resolve): Resolve {
  return async (source, args, context, info) => {
    const answer = await resolve(source, args, context, info);
    if (!context.catalogueChanges.take()) return answer;
    try {
      await context.services.catalogue.catchUp();
    } catch (error) {
      // The change is committed; an error would say that it is not. The store goes on trying by itself.
      context.services.log.warn({ err: withoutParameters(error) }, "a change of the catalogue is not seen here yet");
    }
    return answer;
  };
}
