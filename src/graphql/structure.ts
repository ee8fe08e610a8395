import {
  Kind,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from "graphql";

type Definition = OperationDefinitionNode | FragmentDefinitionNode;

/** What stands in a definition, its fragments unfolded: a fragment counts as often as it is spread. */
export interface Size {
  /** Fields inside each other; `__schema` and what is in it do not count. */
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  /** Fields, spreads, arguments and values: never more than the tokens it would take to write all that out. */
  readonly nodes: number;
}

export interface Structure {
  /** Operations and fragments that nobody spreads: from these everything else is reached. */
  readonly roots: readonly { readonly definition: Definition; readonly size: Size }[];
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Some fragment spreads itself, over others or not. Its sizes mean nothing then. */
  readonly cyclic: boolean;
  readonly operations: number;
  readonly longestList: number;
  /** How many nodes were looked at to find all this: each of the document's once. */
  readonly visited: number;
}

/** Fan-out doubles with every fragment; from here on only "too much" is known. Above every limit that can be set. */
const most = 1_000_000;

/**
 * Measures a document in one pass over its nodes, however its fragments multiply, since each of them is measured once.
 * Knows no schema, so it comes before the validation, whose rules are quadratic and worse.
 */
export function structureOf(document: DocumentNode): Structure {
  const definitions = document.definitions.filter(isExecutable);
  // As graphql-js: of several fragments with one name the last is the one that is spread.
  const fragments = new Map(definitions.filter(isFragment).map((fragment) => [fragment.name.value, fragment]));
  const measuring = new Measuring(fragments);
  const sized = definitions.map((definition) => ({ definition, size: measuring.sizeOf(definition) }));
  return {
    roots: sized.filter(({ definition }) => !isFragment(definition) || !measuring.spread.has(definition)),
    fragments,
    cyclic: measuring.cyclic,
    operations: definitions.filter((definition) => !isFragment(definition)).length,
    longestList: measuring.longestList,
    visited: measuring.visited,
  };
}

class Measuring {
  readonly #known = new Map<Definition, Size | "open">();
  readonly spread = new Set<Definition>();
  cyclic = false;
  longestList = 0;
  visited = 0;

  constructor(private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>) {}

  sizeOf(definition: Definition): Size {
    const known = this.#known.get(definition);
    if (known === "open") this.cyclic = true;
    if (known) return known === "open" ? new Tally() : known;
    this.#known.set(definition, "open");
    const tally = new Tally();
    this.#directives(definition.directives, tally);
    for (const variable of definition.variableDefinitions ?? []) {
      this.#count(tally);
      this.#directives(variable.directives, tally);
      if (variable.defaultValue) this.#value(variable.defaultValue, tally);
    }
    this.#selections(definition.selectionSet, 0, tally);
    this.#known.set(definition, tally);
    return tally;
  }

  #selections({ selections }: SelectionSetNode, depth: number, tally: Tally): void {
    for (const selection of selections) {
      this.#count(tally);
      this.#directives(selection.directives, tally);
      this.#selection(selection, depth, tally);
    }
  }

  #selection(selection: SelectionNode, depth: number, tally: Tally): void {
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = this.fragments.get(selection.name.value);
      if (!fragment) return;
      this.spread.add(fragment);
      tally.add(this.sizeOf(fragment), depth);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      this.#selections(selection.selectionSet, depth, tally);
    } else {
      const below = selection.name.value === "__schema" ? Number.NEGATIVE_INFINITY : depth + 1;
      tally.depth = Math.max(tally.depth, below);
      if (selection.alias) tally.aliases += 1;
      this.#arguments(selection.arguments, tally);
      if (selection.selectionSet) this.#selections(selection.selectionSet, below, tally);
    }
  }

  #directives(directives: readonly DirectiveNode[] = [], tally: Tally): void {
    tally.directives += directives.length;
    for (const directive of directives) {
      this.#count(tally);
      this.#arguments(directive.arguments, tally);
    }
  }

  #arguments(given: readonly { readonly value: ValueNode }[] = [], tally: Tally): void {
    for (const { value } of given) {
      this.#count(tally);
      this.#value(value, tally);
    }
  }

  #value(value: ValueNode, tally: Tally): void {
    this.#count(tally);
    if (value.kind === Kind.OBJECT) this.#arguments(value.fields, tally);
    if (value.kind !== Kind.LIST) return;
    this.longestList = Math.max(this.longestList, value.values.length);
    for (const item of value.values) this.#value(item, tally);
  }

  #count(tally: Tally): void {
    this.visited += 1;
    tally.nodes += 1;
  }
}

class Tally implements Size {
  depth = 0;
  aliases = 0;
  directives = 0;
  nodes = 0;

  /** Adds what a fragment holds that is spread at this depth. */
  add(size: Size, depth: number): void {
    this.depth = Math.max(this.depth, depth + size.depth);
    this.aliases = Math.min(most, this.aliases + size.aliases);
    this.directives = Math.min(most, this.directives + size.directives);
    this.nodes = Math.min(most, this.nodes + size.nodes);
  }
}

function isExecutable(definition: DocumentNode["definitions"][number]): definition is Definition {
  return definition.kind === Kind.OPERATION_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION;
}

function isFragment(definition: Definition): definition is FragmentDefinitionNode {
  return definition.kind === Kind.FRAGMENT_DEFINITION;
}
