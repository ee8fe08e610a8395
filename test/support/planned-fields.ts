import {
  getNamedType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  parse,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from "graphql";
import type { Actor } from "../../src/auth/core/actor";
import { type Planner, unplanned } from "../../src/graphql/plan/planner";
import { operationOf } from "../../src/graphql/plan/selection";

/** Whether a field of a type is one that plans know, for one caller. */
export type PlannedFields = (type: string, field: string) => boolean;

/**
 * Found by trying: each field below a path that is planned, alone. So tests need no list of what the rooms plan, and a
 * field that a room adds is asked from then on.
 */
export function plannedFieldsOf(schema: GraphQLSchema, planner: Planner, actor: Actor): PlannedFields {
  const known = new Map<string, Set<string>>();
  const visit = (type: GraphQLObjectType, write: (selection: string) => string): void => {
    if (known.has(type.name)) return;
    const planned = new Set<string>();
    known.set(type.name, planned);
    for (const field of Object.values(type.getFields())) {
      const named = getNamedType(field.type);
      const head = `${field.name}${argumentsOf(field.args)}`;
      const source = write(isLeafType(named) ? head : `${head} { __typename }`);
      if (!isPlanned(planner, source, actor)) continue;
      planned.add(field.name);
      // Below what is withheld anything is planned, since nothing of it is looked at.
      const isWithheld = !isLeafType(named) && isPlanned(planner, write(`${head} { noField }`), actor);
      if (isObjectType(named) && !isWithheld) visit(named, (selection) => write(`${head} { ${selection} }`));
    }
  };
  visit(schema.getQueryType() as GraphQLObjectType, (selection) => `{ ${selection} }`);
  return (type, field) => known.get(type)?.has(field) ?? false;
}

function isPlanned(planner: Planner, source: string, actor: Actor): boolean {
  const document = parse(source);
  const operation = operationOf(document, undefined);
  return operation !== undefined && planner.makePlan({ document, operation, actor, variables: {} }) !== unplanned;
}

function argumentsOf(args: readonly GraphQLArgument[]): string {
  const given = args.filter(isRequiredArgument).map(({ name, type }) => `${name}: ${anyOf(type)}`);
  return given.length > 0 ? `(${given.join(", ")})` : "";
}

function anyOf(type: GraphQLInputType): string {
  if (isNonNullType(type)) return anyOf(type.ofType);
  if (isListType(type)) return "[]";
  if (isEnumType(type)) return type.getValues()[0]?.name ?? "";
  if (type.name === "DateTime") return '"2026-06-01T00:00:00Z"';
  return type.name === "Int" ? "1" : '"x"';
}
