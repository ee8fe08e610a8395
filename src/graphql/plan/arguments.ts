import { getArgumentValues } from "graphql/execution/values";
import { GraphQLError, Kind, visit, type FieldNode, type GraphQLField } from "graphql";
import type { Args } from "./fields";
import { Declined, Unplanned } from "./run";

type Field = GraphQLField<unknown, unknown>;

/** The arguments of a plan's fields: read once where no variable stands in them, else for each request. */
export class ArgumentSlots {
  readonly #slots: ((variables: Args) => Args)[] = [];

  /** Where the field's arguments will stand in `Run.args`. */
  of(field: Field, node: FieldNode): number {
    return this.#slots.push(readerOf(field, node)) - 1;
  }

  /** Throws Declined where they do not fit: the resolvers say why. */
  read(variables: Args): Args[] {
    return this.#slots.map((read) => read(variables));
  }
}

function readerOf(field: Field, node: FieldNode): (variables: Args) => Args {
  if (hasVariables(node)) {
    return (variables) => readArguments(field, node, variables, (reason) => new Declined(reason));
  }
  const fixed = readArguments(field, node, {}, (reason) => new Unplanned(reason));
  return () => fixed;
}

function readArguments(field: Field, node: FieldNode, variables: Args, refusal: (reason: string) => Error): Args {
  try {
    return getArgumentValues(field, node, variables);
  } catch (error) {
    throw error instanceof GraphQLError ? refusal(error.message) : error;
  }
}

function hasVariables(node: FieldNode): boolean {
  let found = false;
  for (const argument of node.arguments ?? []) {
    visit(argument, { [Kind.VARIABLE]: () => void (found = true) });
  }
  return found;
}
