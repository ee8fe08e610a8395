import { ApolloArmor } from "@escape.tech/graphql-armor";
import { GraphQLError, Kind, type ASTVisitor, type ValidationContext, type ValidationRule } from "graphql";
import type { Limits } from "../config";

export type LimitName = "depth" | "aliases" | "directives" | "tokens" | "cost" | "listItems" | "variableDepth";

/** A request asked for more than one request may. Names the limit, what it allows and what was found. */
export function limitExceeded(limit: LimitName, allowed: number, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: limitCode, limit, allowed } });
}

export const limitCode = "LIMIT_EXCEEDED";

/**
 * What is checked once per document, while it is validated; a document in Apollo's cache is not checked again.
 *
 * The token limit is not among them: it must stop the parser itself, so it is the parser's own option (`parseLimits`).
 * The armor's token plugin parses a second time, which is the cost that the limit is there to avoid.
 */
export function limitRules(limits: Limits): ValidationRule[] {
  const armor = new ApolloArmor({
    maxDepth: { ...armed("depth", limits.depth), flattenFragments: true },
    maxAliases: { ...armed("aliases", limits.aliases), allowList: [] },
    maxDirectives: armed("directives", limits.directives),
    maxTokens: { enabled: false },
    costLimit: { enabled: false },
    blockFieldSuggestion: { enabled: false },
  });
  return [...armor.protect().validationRules, listLiteralRule(limits.listItems)];
}

export function parseLimits(limits: Limits): { maxTokens: number } {
  return { maxTokens: limits.tokens };
}

/** graphql-js says "Document contains more that 2000 tokens. Parsing aborted." and has no code for it. */
export function isTokenRefusal(error: Error): boolean {
  return /^Syntax Error: Document contains more than? \d+ tokens|^Syntax Error: Document contains more that \d+/.test(
    error.message,
  );
}

function listLiteralRule(allowed: number): ValidationRule {
  return (context): ASTVisitor => ({
    [Kind.LIST]: (node) => {
      if (node.values.length > allowed) context.reportError(tooLong("a list", node.values.length, allowed));
    },
  });
}

export function tooLong(where: string, found: number, allowed: number): GraphQLError {
  return limitExceeded("listItems", allowed, `List limit of ${allowed} items exceeded: ${where} has ${found}.`);
}

/**
 * The armor's rules throw by default, which Apollo takes for a bug of the server; reported to the validation they are
 * refusals like any other.
 */
function armed(limit: LimitName, allowed: number) {
  return {
    n: allowed,
    propagateOnRejection: false,
    onReject: [
      (context: ValidationContext | null, error: GraphQLError) => {
        context?.reportError(limitExceeded(limit, allowed, error.message.replace(/^Syntax Error: /, "")));
      },
    ],
  };
}
