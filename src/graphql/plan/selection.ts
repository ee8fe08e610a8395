import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLInterfaceType,
  GraphQLSkipDirective,
  Kind,
  typeFromAST,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import { Unplanned } from "./run";

/** With more the making of a plan would hold the event loop: a field takes some 40 µs. */
const mostFields = 300;

/** A field that is asked for under one name of the answer: its nodes say the same field with the same arguments. */
export interface SelectedField {
  /** The name in the answer. */
  readonly key: string;
  readonly name: string;
  readonly nodes: readonly FieldNode[];
}

/** The selections of an operation as one caller's variables leave them: what `@skip` and `@include` take out is gone. */
export class Selection {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  #count = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
    private readonly variables: Readonly<Record<string, unknown>>,
  ) {
    this.#fragments = new Map(
      document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
    );
  }

  /** How many fields were selected so far. */
  get count(): number {
    return this.#count;
  }

  /** The fields of an object of this type, in the order of the answer: what graphql-js collects. */
  fieldsOf(type: GraphQLObjectType, sets: readonly (SelectionSetNode | undefined)[]): SelectedField[] {
    const found = new Map<string, FieldNode[]>();
    const visited = new Set<string>();
    for (const set of sets) this.#collect(type, set?.selections ?? [], found, visited);
    this.#count += found.size;
    if (this.#count > mostFields) throw new Unplanned(`more than ${mostFields} fields`);
    return [...found].map(([key, nodes]) => ({ key, name: nodes[0]?.name.value ?? "", nodes }));
  }

  #collect(
    type: GraphQLObjectType,
    selections: readonly SelectionNode[],
    found: Map<string, FieldNode[]>,
    visited: Set<string>,
  ): void {
    for (const selection of selections) {
      if (!this.#isIncluded(selection)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        const nodes = found.get(key);
        if (nodes) nodes.push(selection);
        else found.set(key, [selection]);
        continue;
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (this.#applies(selection, type)) this.#collect(type, selection.selectionSet.selections, found, visited);
        continue;
      }
      const name = selection.name.value;
      const fragment = this.#fragments.get(name);
      if (visited.has(name) || !fragment) continue;
      visited.add(name);
      if (this.#applies(fragment, type)) this.#collect(type, fragment.selectionSet.selections, found, visited);
    }
  }

  #isIncluded(node: SelectionNode): boolean {
    if (!node.directives?.length) return true;
    const variables = { ...this.variables };
    if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) return false;
    return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false;
  }

  #applies({ typeCondition }: Fragment, type: GraphQLObjectType): boolean {
    if (!typeCondition) return true;
    const condition = typeFromAST(this.schema, typeCondition);
    if (condition === type) return true;
    return condition instanceof GraphQLInterfaceType && this.schema.isSubType(condition, type);
  }
}

interface Fragment {
  readonly typeCondition?: FragmentDefinitionNode["typeCondition"] | undefined;
}

/** The field's definition. Throws Unplanned for `__schema` and `__type`, which are no fields of the type. */
export function fieldOf(type: GraphQLObjectType, { name }: SelectedField): GraphQLField<unknown, unknown> {
  const field = type.getFields()[name];
  if (!field) throw new Unplanned(`${type.name} has no field ${name}`);
  return field;
}

export function setsOf(nodes: readonly FieldNode[]): (SelectionSetNode | undefined)[] {
  return nodes.map((node) => node.selectionSet);
}

/** The variables that `@skip` and `@include` of the document ask for: a plan is made for each of their values. */
export function conditionVariables(document: DocumentNode, operation: OperationDefinitionNode): string[] {
  const names = new Set<string>();
  const visit = (set: SelectionSetNode | undefined): void => {
    for (const selection of set?.selections ?? []) {
      for (const directive of selection.directives ?? []) {
        for (const argument of directive.arguments ?? []) {
          if (argument.value.kind === Kind.VARIABLE) names.add(argument.value.name.value);
        }
      }
      if (selection.kind !== Kind.FRAGMENT_SPREAD) visit(selection.selectionSet);
    }
  };
  visit(operation.selectionSet);
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) visit(definition.selectionSet);
  }
  return [...names].sort();
}

/** The operation that is meant, by name or as the only one; undefined where that cannot be told. */
export function operationOf(
  document: DocumentNode,
  name: string | null | undefined,
): OperationDefinitionNode | undefined {
  const operations = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (name === undefined || name === null) return operations.length === 1 ? operations[0] : undefined;
  return operations.find((one) => one.name?.value === name);
}
