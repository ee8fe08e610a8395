import { GraphQLError, type DocumentNode } from "graphql";
import type { Limits } from "../config";
import { overlapsOf } from "./overlaps";
import { structureOf, type Size } from "./structure";

export type LimitName =
  | "depth"
  | "aliases"
  | "directives"
  | "tokens"
  | "characters"
  | "operations"
  | "overlaps"
  | "cost"
  | "listItems"
  | "variableDepth";

/** A request asked for more than one request may. Names the limit, what it allows and what was found. */
export function limitExceeded(limit: LimitName, allowed: number, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: limitCode, limit, allowed } });
}

export const limitCode = "LIMIT_EXCEEDED";

/**
 * What a text may hold for each token it may have, before it is parsed: the lexer reads comments and commas, which are
 * no tokens, letter by letter, and a text of 1 MB costs it 7 to 48 ms. Documents of people have 4 to 8 for a token.
 */
const charactersPerToken = 32;

/**
 * Comparisons that the validation may need (`overlapsOf`) for each token that a document may have. The documents of
 * schema/operations need 2 at most, and 30 fragments that all ask for the same five fields in one place need 2,600.
 */
const overlapsPerToken = 2;

/** Operations of one document: the validation looks at each for itself, and 180 of them in 2,000 tokens cost it 5 ms. */
const mostOperations = 50;

/**
 * What is refused before the parser looks at a text. The token limit is not here: it must stop the parser itself, so it
 * is the parser's own option (`parseLimits`).
 */
export function textRefusal(text: string, limits: Limits): GraphQLError | undefined {
  const allowed = limits.tokens * charactersPerToken;
  if (text.length <= allowed) return undefined;
  return limitExceeded(
    "characters",
    allowed,
    `Document limit of ${allowed} characters exceeded, found ${text.length}.`,
  );
}

export function parseLimits(limits: Limits): { maxTokens: number } {
  return { maxTokens: limits.tokens };
}

/**
 * What is refused of a document that was parsed, before it is validated: by its shape alone, in one pass over its nodes.
 * Fragments count as often as they are spread, so what is left is small also for those who unfold it: the cost, the
 * plan, the compiler. Cycles are left to the caller, since the words for them are graphql-js's own.
 */
export function structureRefusal(
  document: DocumentNode,
  limits: Limits,
): { readonly refusal: GraphQLError | undefined; readonly cyclic: boolean } {
  const structure = structureOf(document);
  if (structure.cyclic) return { refusal: undefined, cyclic: true };
  const refusal =
    structure.roots.map(({ size }) => sizeRefusal(size, limits)).find(Boolean) ??
    exceeded("operations", "Operations", structure.operations, mostOperations) ??
    listRefusal(structure.longestList, limits) ??
    unfoldedRefusal(sum(structure.roots.map(({ size }) => size.nodes)), limits) ??
    overlapRefusal(overlapsOf(structure, limits.tokens * overlapsPerToken + 1), limits);
  return { refusal, cyclic: false };
}

function sizeRefusal(size: Size, limits: Limits): GraphQLError | undefined {
  return (
    exceeded("depth", "Query depth", size.depth, limits.depth) ??
    exceeded("aliases", "Aliases", size.aliases, limits.aliases) ??
    exceeded("directives", "Directives", size.directives, limits.directives)
  );
}

function exceeded(limit: LimitName, name: string, found: number, allowed: number): GraphQLError | undefined {
  if (found <= allowed) return undefined;
  return limitExceeded(limit, allowed, `${name} limit of ${allowed} exceeded, found ${found}.`);
}

function listRefusal(longest: number, { listItems }: Limits): GraphQLError | undefined {
  return longest > listItems ? tooLong("a list", longest, listItems) : undefined;
}

/** A document may not become larger by its fragments than it may be written without them. */
function unfoldedRefusal(nodes: number, { tokens }: Limits): GraphQLError | undefined {
  if (nodes <= tokens) return undefined;
  return limitExceeded("tokens", tokens, `Token limit of ${tokens} exceeded, with fragments unfolded.`);
}

function overlapRefusal(overlaps: number, { tokens }: Limits): GraphQLError | undefined {
  const allowed = tokens * overlapsPerToken;
  if (overlaps <= allowed) return undefined;
  const message = `Overlap limit of ${allowed} exceeded: the same fields are asked too often in one place.`;
  return limitExceeded("overlaps", allowed, message);
}

export function tooLong(where: string, found: number, allowed: number): GraphQLError {
  return limitExceeded("listItems", allowed, `List limit of ${allowed} items exceeded: ${where} has ${found}.`);
}

/** graphql-js says "Document contains more that 2000 tokens. Parsing aborted." and has no code for it. */
export function isTokenRefusal(error: Error): boolean {
  return /^Syntax Error: Document contains more than? \d+ tokens|^Syntax Error: Document contains more that \d+/.test(
    error.message,
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
