import { GraphQLError, Kind, type ASTVisitor, type ValidationRule } from "graphql";
import type { Limits } from "../config";
import { isStorable } from "../kernel/plain-text";
import { limitExceeded, tooLong } from "./limits";

/** Deeper than any input of the schema; what recurses over variables later is safe from running out of stack. */
const deepest = 64;

interface Visit {
  readonly value: unknown;
  readonly path: string;
  readonly depth: number;
}

/**
 * What is wrong with the variables of a request whatever they are for: lists longer than allowed, nesting deeper than
 * any input, texts that cannot be stored. Undefined where nothing is. Walks without recursion, since its input is
 * anybody's.
 */
export function variablesRefusal(variables: unknown, limits: Limits): GraphQLError | undefined {
  const left: Visit[] = [{ value: variables, path: "$", depth: 0 }];
  for (let visit = left.pop(); visit; visit = left.pop()) {
    const { value, path, depth } = visit;
    if (typeof value === "string" && !isStorable(value)) return unstorable(path);
    if (typeof value !== "object" || value === null) continue;
    if (depth > deepest) {
      return limitExceeded("variableDepth", deepest, `Variable depth of ${deepest} exceeded at ${path.slice(0, 80)}.`);
    }
    if (Array.isArray(value) && value.length > limits.listItems) return tooLong(path, value.length, limits.listItems);
    for (const [key, part] of Object.entries(value)) {
      left.push({ value: part, path: `${path}.${key}`, depth: depth + 1 });
    }
  }
  return undefined;
}

/** The same for texts written into the document. */
export const storableLiterals: ValidationRule = (context): ASTVisitor => ({
  [Kind.STRING]: (node) => {
    if (!isStorable(node.value)) context.reportError(unstorable("a text in the document"));
  },
});

function unstorable(where: string): GraphQLError {
  return new GraphQLError(`${where} holds a NUL or half of a surrogate pair, expected a text that can be stored.`, {
    extensions: { code: "BAD_USER_INPUT" },
  });
}
