import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
  parse,
  validate,
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLNamedOutputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from "graphql";

/** What the walk may put into an argument or an input field: several values, tried one by one. */
export type Candidates = (name: string, type: string, owner: string) => readonly unknown[];

export interface WalkStep {
  /** The root field. */
  readonly operation: string;
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * How many objects lie inside each other at most; connections and edges do not count. What else is asked than the first
 * way of asking a root only decides what that root answers, so that two levels show it.
 */
const deep = 4;
const shallow = 2;
/** How many input objects lie inside each other at most. */
const deepestInput = 4;
/** More combinations than this of what a root field must be given are not tried. */
const mostCombinations = 400;
/** A type may be met this often on one way down: a merchant's partner's merchants are other merchants. */
const oftenest = 2;

/**
 * Documents that ask a root field for everything that can be reached from it, once for each set of arguments: every
 * combination of the required ones, and then every other one filled alone with each of its candidates.
 */
export class DocumentMaker {
  /**
   * `documents` may be shared by makers of one schema that ask for the same: their candidates stand in variables. With
   * `asks` only some fields are asked for.
   */
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly candidates: Candidates,
    private readonly documents: Map<string, DocumentNode>,
    private readonly asks: (type: string, field: string) => boolean = () => true,
  ) {}

  /** Without `optional`, only the required arguments are filled. */
  *queries(optional: boolean): Generator<WalkStep> {
    const fields = this.schema.getQueryType()?.getFields() ?? {};
    for (const field of Object.values(fields)) {
      if (this.asks("Query", field.name)) yield* this.steps("query", field, optional);
    }
  }

  *mutations(): Generator<WalkStep> {
    const fields = this.schema.getMutationType()?.getFields() ?? {};
    for (const field of Object.values(fields)) yield* this.steps("mutation", field, true);
  }

  *steps(kind: "query" | "mutation", field: GraphQLField<unknown, unknown>, optional: boolean): Generator<WalkStep> {
    let depth = deep;
    for (const variables of this.argumentSets(field, optional)) {
      yield { operation: field.name, document: this.documentOf(kind, field, depth), variables };
      depth = shallow;
    }
  }

  private documentOf(kind: "query" | "mutation", field: GraphQLField<unknown, unknown>, depth: number): DocumentNode {
    const name = `${field.name} ${depth}`;
    const known = this.documents.get(name);
    if (known) return known;
    const variables = field.args.map((argument) => `$${argument.name}: ${variableType(argument)}`).join(", ");
    const given = field.args.map((argument) => `${argument.name}: $${argument.name}`).join(", ");
    const selection = this.selectionOf(getNamedType(field.type), [], depth);
    const head = `${kind} ${field.name}${variables ? `(${variables})` : ""}`;
    const document = parse(`${head} { ${field.name}${given ? `(${given})` : ""} ${selection} }`, { noLocation: true });
    const errors = validate(this.schema, document);
    if (errors.length > 0) throw new Error(`the walk of ${field.name} is no valid document: ${errors[0]?.message}`);
    this.documents.set(name, document);
    return document;
  }

  private selectionOf(type: GraphQLNamedOutputType, path: readonly string[], depth: number): string {
    if (isLeafType(type)) return "";
    if (isObjectType(type)) return `{ __typename ${this.fieldsOf(type, path, depth, "")} }`;
    const possible = this.schema.getPossibleTypes(type);
    // Fields of different types under one name would be in each other's way, so each goes by the name of its type.
    const fragments = possible.flatMap((one) => {
      const fields = this.fieldsOf(one, path, depth, `${one.name}_`);
      return fields ? [`... on ${one.name} { ${fields} }`] : [];
    });
    return `{ __typename ${fragments.join(" ")} }`;
  }

  private fieldsOf(type: GraphQLObjectType, path: readonly string[], depth: number, prefix: string): string {
    const here = isPassage(type) ? path : [...path, type.name];
    return Object.values(type.getFields())
      .filter((field) => this.isWorthAsking(type, field, here, depth))
      .map((field) => {
        const alias = prefix ? `${prefix}${field.name}: ` : "";
        return `${alias}${field.name}${this.literalArguments(type, field)} ${this.selectionOf(getNamedType(field.type), here, depth)}`;
      })
      .join(" ");
  }

  private isWorthAsking(
    owner: GraphQLObjectType,
    field: GraphQLField<unknown, unknown>,
    path: readonly string[],
    depth: number,
  ): boolean {
    const type = getNamedType(field.type);
    if (!this.asks(owner.name, field.name)) return false;
    if (isLeafType(type)) return true;
    // A connection's edges hold the same nodes again, so they are asked once, at the top.
    if (owner.name.endsWith("Connection") && field.name === "edges") return path.length === 0;
    if (isPassage(type)) return path.length < depth;
    return path.length < depth && path.filter((name) => name === type.name).length < oftenest;
  }

  /** Arguments of inner fields stand in the document: as many items as there are, and something where it must be. */
  private literalArguments(owner: GraphQLObjectType, field: GraphQLField<unknown, unknown>): string {
    const literals = field.args.flatMap((argument) => {
      if (argument.name === "first") return ["first: 100"];
      if (!isRequiredArgument(argument)) return [];
      if (getNamedType(argument.type).name === "ID") {
        throw new Error(`${owner.name}.${field.name} needs an id, which differs by viewer: make it a variable`);
      }
      const [value] = this.valuesOf(argument, `${owner.name}.${field.name}`);
      return [`${argument.name}: ${literal(value, argument.type)}`];
    });
    return literals.length > 0 ? `(${literals.join(", ")})` : "";
  }

  private *argumentSets(field: GraphQLField<unknown, unknown>, optional: boolean): Generator<Record<string, unknown>> {
    const owner = getNamedType(field.type).name;
    const first = field.args.some((argument) => argument.name === "first") ? { first: 100 } : {};
    const required = field.args.filter(isRequiredArgument).map((argument) => ({
      name: argument.name,
      values: this.valuesOf(argument, owner),
    }));
    const [base = first, ...others] = combinations(required).map((each) => ({ ...first, ...each }));
    yield base;
    yield* others;
    if (!optional) return;
    for (const argument of field.args) {
      if (argument.name === "first" || argument.name === "after" || isRequiredArgument(argument)) continue;
      for (const value of this.valuesOf(argument, owner)) yield { ...base, [argument.name]: value };
    }
  }

  private valuesOf(input: GraphQLArgument | GraphQLInputField, owner: string): readonly unknown[] {
    return this.valuesOfType(input.name, input.type, owner, 0);
  }

  private valuesOfType(name: string, type: GraphQLInputType, owner: string, depth: number): readonly unknown[] {
    if (isNonNullType(type)) return this.valuesOfType(name, type.ofType, owner, depth);
    if (isListType(type)) {
      const values = this.valuesOfType(name, type.ofType, owner, depth);
      return isInputObjectType(getNamedType(type)) ? values.map((value) => [value]) : [values];
    }
    if (isEnumType(type)) return type.getValues().map((value) => value.name);
    if (isInputObjectType(type)) return depth > deepestInput ? [] : [...this.inputObjects(type, depth)];
    return this.candidates(name, type.name, owner);
  }

  /** As with arguments: what is required, and then every other field alone with each of its candidates. */
  private *inputObjects(type: GraphQLInputObjectType, depth: number): Generator<object> {
    const fields = Object.values(type.getFields());
    const values = new Map(fields.map((f) => [f.name, this.valuesOfType(f.name, f.type, type.name, depth + 1)]));
    const required = fields.filter(isRequiredInputField);
    // Inputs that hold themselves, as rules do, and those that are nested deeper, end where what must stand below would
    // be too deep.
    if (required.some((field) => values.get(field.name)?.length === 0)) return;
    const base = Object.fromEntries(required.map((field) => [field.name, values.get(field.name)?.[0]]));
    if (!type.isOneOf) yield base;
    for (const field of fields) {
      const own = values.get(field.name) ?? [];
      for (const value of isRequiredInputField(field) ? own.slice(1) : own) yield { ...base, [field.name]: value };
    }
  }
}

/** A variable may be left out where the argument may be, also where that has a default and is never null. */
function variableType(argument: GraphQLArgument): string {
  const { type } = argument;
  return String(isNonNullType(type) && !isRequiredArgument(argument) ? type.ofType : type);
}

function combinations(
  inputs: readonly { readonly name: string; readonly values: readonly unknown[] }[],
): Record<string, unknown>[] {
  let all: Record<string, unknown>[] = [{}];
  for (const { name, values } of inputs) {
    all = all.flatMap((each) => values.map((value) => ({ ...each, [name]: value }))).slice(0, mostCombinations);
  }
  return all;
}

/** Types that only lead on to others. */
function isPassage(type: GraphQLNamedOutputType): boolean {
  return !isInterfaceType(type) && !isUnionType(type) && /(Connection|Edge|PageInfo|Payload)$/.test(type.name);
}

/** A value as it is written in a document. */
function literal(value: unknown, type: GraphQLInputType): string {
  if (isEnumType(getNamedType(type))) return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
  if (Array.isArray(value)) return `[${value.map((item) => literal(item, type)).join(", ")}]`;
  if (value !== null && typeof value === "object") {
    return `{ ${Object.entries(value)
      .map(([key, item]) => `${key}: ${JSON.stringify(item)}`)
      .join(", ")} }`;
  }
  return JSON.stringify(value ?? null);
}
