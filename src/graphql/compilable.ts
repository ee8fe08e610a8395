import {
  getNamedType,
  isInputObjectType,
  Kind,
  OperationTypeNode,
  parseType,
  typeFromAST,
  TypeInfo,
  valueFromAST,
  visit,
  visitWithTypeInfo,
  type ArgumentNode,
  type ASTNode,
  type DirectiveNode,
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLSchema,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
  type VariableDefinitionNode,
} from "graphql";

type Values = Readonly<Record<string, unknown>>;

/** What can be told of a query before it is written anew. */
export interface Compilability {
  /** The variables that decide in `@include` and `@skip` what is selected. */
  readonly conditions: readonly string[];
  /** How many fields it has with all fragments spread. */
  readonly fields: number;
}

/** A query written so that the compiler reads it as graphql-js does, and what its new variables stand for. */
export interface CompilableQuery {
  readonly document: DocumentNode;
  /**
   * Whether the compiler may have it: it unfolds the types of all variables while it compiles, and would unfold one that
   * holds itself for seconds, in which nothing else is answered.
   */
  readonly isSmall: boolean;
  /** All variables of the written query, from the client's own ones; undefined where an argument gets no value. */
  variablesOf(coerced: Values): Values | undefined;
}

/**
 * Fields of a query with all fragments spread; above this it is not compiled. Nothing else is answered while the compiler
 * writes code for every one of them: 40 to 90 µs each, so 200 take about 10 ms of a core. The largest of
 * schema/operations has 52.
 */
const mostFields = 200;
/** The filters of schema/operations have up to 12; a rule has no end. */
const mostInputFields = 100;
/** Every combination of their values is a query of its own. */
const mostConditions = 4;

/**
 * Undefined where the query cannot be compiled. An alias with an underscore is left to graphql-js: the compiler joins
 * response keys with underscores, and would tell the resolver of `a_b` that it is `b` below `a`. `__proto__` as a key
 * would make no property at all.
 */
export function compilabilityOf(document: DocumentNode, operation: OperationDefinitionNode): Compilability | undefined {
  const fields = fieldCount(document, operation.selectionSet);
  const conditions = new Set<string>();
  let isFit = operation.operation === OperationTypeNode.QUERY && fields <= mostFields;
  visit(document, {
    [Kind.FIELD]: ({ alias }) => {
      if (alias?.value.includes("_")) isFit = false;
    },
    [Kind.DIRECTIVE]: (directive) => {
      const value = conditionOf(directive);
      if (value?.kind === Kind.VARIABLE) conditions.add(value.name.value);
    },
  });
  return isFit && conditions.size <= mostConditions ? { conditions: [...conditions], fields } : undefined;
}

/**
 * Writes a query anew without what the compiler gets wrong (graphql-jit 0.8.9):
 *
 * - What `@include` and `@skip` leave out is left out, and the directives with it. The compiler forgets conditions of
 *   fields that are asked twice, asks a fragment once where its first spread is skipped, and keeps the order of keys
 *   that graphql-js changes.
 * - Arguments that are written out become variables, whose values graphql-js reads. The compiler writes them into its
 *   code: a text that imitates its mark for dates would be run on the server; and a variable inside an input object
 *   that the client left out would become null.
 */
export function compilableQuery(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  coerced: Values,
): CompilableQuery {
  const arguments_ = new WrittenArguments(operation);
  const types = new TypeInfo(schema);
  const chosen: DocumentNode = {
    ...document,
    definitions: document.definitions.filter((each) => each === operation || each.kind === Kind.FRAGMENT_DEFINITION),
  };
  const written = visit(
    chosen,
    visitWithTypeInfo(types, {
      enter: (node: ASTNode) => {
        if (isSelection(node)) return selectedPart(node, coerced);
        if (node.kind === Kind.ARGUMENT) return arguments_.lift(node, types.getArgument());
        // Coerced variables hold their defaults already.
        if (node.kind === Kind.VARIABLE_DEFINITION) return withoutDefault(node);
        return undefined;
      },
    }),
  );
  const rewritten = arguments_.declareIn(written);
  const isSmall = inputFields(schema, rewritten) <= mostInputFields;
  return { document: rewritten, isSmall, variablesOf: (values) => arguments_.valuesWith(values) };
}

/** Fields of the variables' types, unfolded; counting stops where there are too many, as of a type that holds itself. */
function inputFields(schema: GraphQLSchema, document: DocumentNode): number {
  let count = 0;
  const waiting = document.definitions.flatMap((each) =>
    each.kind === Kind.OPERATION_DEFINITION
      ? (each.variableDefinitions ?? []).map(({ type }) => typeFromAST(schema, type as NamedTypeNode))
      : [],
  );
  while (waiting.length > 0 && count <= mostInputFields) {
    const type = getNamedType(waiting.pop());
    if (!isInputObjectType(type)) continue;
    const fields = Object.values(type.getFields());
    count += fields.length;
    waiting.push(...fields.map((field) => getNamedType(field.type)));
  }
  return count;
}

/** Stops counting where the limit is passed, since fragments in fragments can multiply beyond counting. */
function fieldCount(document: DocumentNode, root: SelectionSetNode): number {
  const fragments = new Map(
    document.definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each.selectionSet] as const] : [],
    ),
  );
  let count = 0;
  const waiting: (SelectionSetNode | undefined)[] = [root];
  while (waiting.length > 0 && count <= mostFields) {
    for (const selection of waiting.pop()?.selections ?? []) {
      if (selection.kind === Kind.FIELD) count += 1;
      waiting.push(
        selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection.selectionSet,
      );
    }
  }
  return count;
}

type Selection = SelectionSetNode["selections"][number];

function isSelection(node: ASTNode): node is Selection {
  return node.kind === Kind.FIELD || node.kind === Kind.INLINE_FRAGMENT || node.kind === Kind.FRAGMENT_SPREAD;
}

/** The selection without its directives; null, which takes it out, where they leave it out. */
function selectedPart(node: Selection, coerced: Values): Selection | null | undefined {
  if (!node.directives?.length) return undefined;
  const isIn = node.directives.every((directive) => {
    const value = conditionOf(directive);
    if (!value) return true;
    const condition = value.kind === Kind.VARIABLE ? coerced[value.name.value] : isTrue(value);
    return directive.name.value === "skip" ? condition === false : condition === true;
  });
  return isIn ? { ...node, directives: [] } : null;
}

function conditionOf(directive: DirectiveNode): ValueNode | undefined {
  const isCondition = directive.name.value === "skip" || directive.name.value === "include";
  return isCondition ? directive.arguments?.find(({ name }) => name.value === "if")?.value : undefined;
}

function isTrue(value: ValueNode): boolean {
  return value.kind === Kind.BOOLEAN && value.value;
}

function withoutDefault(node: VariableDefinitionNode): VariableDefinitionNode {
  const { defaultValue: _, ...rest } = node;
  return rest;
}

/** The arguments that were written out in a query, as variables of their own. */
class WrittenArguments {
  readonly #lifted: { readonly name: string; readonly type: GraphQLInputType; readonly value: ValueNode }[] = [];
  readonly #prefix: string;

  constructor(operation: OperationDefinitionNode) {
    const names = operation.variableDefinitions?.map(({ variable }) => variable.name.value) ?? [];
    let prefix = "written";
    while (names.some((name) => name.startsWith(prefix))) prefix += "X";
    this.#prefix = prefix;
  }

  lift(node: ArgumentNode, argument: GraphQLArgument | null | undefined): ArgumentNode | undefined {
    if (node.value.kind === Kind.VARIABLE || !argument) return undefined;
    const name = `${this.#prefix}${this.#lifted.length}`;
    this.#lifted.push({ name, type: argument.type, value: node.value });
    return { ...node, value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } } };
  }

  declareIn(document: DocumentNode): DocumentNode {
    const declared = this.#lifted.map(({ name, type }): VariableDefinitionNode => ({
      kind: Kind.VARIABLE_DEFINITION,
      variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } },
      type: parseType(String(type)),
    }));
    const definitions = document.definitions.map((each) =>
      each.kind === Kind.OPERATION_DEFINITION
        ? { ...each, variableDefinitions: [...(each.variableDefinitions ?? []), ...declared] }
        : each,
    );
    return { ...document, definitions };
  }

  valuesWith(coerced: Values): Values | undefined {
    if (this.#lifted.length === 0) return coerced;
    const values: Record<string, unknown> = { ...coerced };
    for (const { name, type, value } of this.#lifted) {
      values[name] = valueFromAST(value, type, coerced);
      if (values[name] === undefined) return undefined;
    }
    return values;
  }
}
