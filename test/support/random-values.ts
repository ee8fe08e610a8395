import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
} from "graphql";
import type { Tape } from "./tape";

/** What stands behind the arguments: things that exist for the caller, and things that do not. */
export interface DocumentPools {
  /** Global ids by the name of their type, as the caller holds them. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
  /** Ids that other callers hold. */
  readonly foreignIds: readonly string[];
  readonly codes: readonly string[];
  /** Partners' numbers for members. */
  readonly numbers: readonly string[];
  /** What is searched for. */
  readonly texts: readonly string[];
  /** Cursors that some connection gave to the caller. */
  readonly cursors: readonly string[];
}

/** A value that is written both ways: into the document and into the variables. */
interface Value {
  readonly literal: string;
  readonly json: unknown;
}

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly default: string | undefined;
  /** Undefined where the request leaves it out. */
  readonly value: unknown;
}

const noValue: Value = { literal: "null", json: null };

/** Which type an argument's id is of, where its name does not say it. */
const idTypes: Readonly<Record<string, string>> = {
  issuer: "Partner",
  sourcePartner: "Partner",
  parentMerchant: "Merchant",
};

/** Arguments, and the variables that they use. */
export class RandomValues {
  readonly #variables: Variable[] = [];

  constructor(
    private readonly pools: DocumentPools,
    private readonly tape: Tape,
  ) {}

  /** The arguments of a field with their brackets; empty where none is given. `owner` is the type that the field gives. */
  argumentsOf(field: GraphQLField<unknown, unknown>, owner: string): string {
    const given = field.args.flatMap((argument) => this.#argument(argument, owner));
    return given.length > 0 ? `(${given.join(", ")})` : "";
  }

  /** `@include` or `@skip`, or nothing. */
  directive(percent: number): string {
    if (!this.tape.chance(percent)) return "";
    const name = this.tape.chance(50) ? "skip" : "include";
    // What is left out hides what lies below it, so that most are there.
    const value = this.tape.chance(25) ? name === "skip" : name !== "skip";
    const condition = { literal: String(value), json: value };
    return ` @${name}(if: ${this.tape.chance(60) ? this.#variable("Boolean!", condition, false) : condition.literal})`;
  }

  variablesUsedBy(text: string): { definitions: string[]; variables: Record<string, unknown> } {
    const used = new Set(Array.from(text.matchAll(/\$(v\d+)/g), ([, name]) => name));
    const kept = this.#variables.filter(({ name }) => used.has(name));
    return {
      definitions: kept.map((each) => `$${each.name}: ${each.type}${each.default ? ` = ${each.default}` : ""}`),
      variables: Object.fromEntries(kept.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))),
    };
  }

  #argument(argument: GraphQLArgument, owner: string): string[] {
    const mustBe = isRequiredArgument(argument);
    const isPageSize = argument.name === "first";
    // Without `first` a page is 20, and nested pages of 20 cost more than a document may.
    if (!mustBe && !this.tape.chance(isPageSize ? 85 : argument.name === "after" ? 10 : 35)) return [];
    const hasDefault = argument.defaultValue !== undefined;
    return [`${argument.name}: ${this.#position(argument, argument.type, owner, hasDefault, 0)}`];
  }

  /** What stands where a value of the type is expected: the value itself, or a variable. */
  #position(
    input: GraphQLArgument | GraphQLInputField,
    type: GraphQLInputType,
    owner: string,
    hasDefault: boolean,
    depth: number,
    mayBeNull = true,
  ): string {
    if (this.tape.chance(35)) return this.#variableAt(input, type, owner, hasDefault, mayBeNull);
    if (isListType(type) || isNonNullType(type)) {
      if (isNonNullType(type)) return this.#position(input, type.ofType, owner, false, depth, false);
    }
    if (isInputObjectType(type) && depth < 3) return this.#objectLiteral(type, depth);
    return mayBeNull && this.tape.chance(5) ? "null" : this.#value(input, type, owner, depth).literal;
  }

  #variableAt(
    input: GraphQLArgument | GraphQLInputField,
    type: GraphQLInputType,
    owner: string,
    hasDefault: boolean,
    mayBeNull: boolean,
  ): string {
    const nullable = isNonNullType(type) ? type.ofType : type;
    const value = this.#value(input, nullable, owner, 0);
    if (!mayBeNull || (isNonNullType(type) && !hasDefault && !this.tape.chance(30))) {
      return this.#variable(`${String(nullable)}!`, value, false);
    }
    if (isNonNullType(type) && !hasDefault) return this.#variable(String(nullable), value, true);
    return this.tape.chance(25)
      ? this.#variable(`${String(nullable)}!`, value, this.tape.chance(30))
      : this.#nullableVariable(String(nullable), value);
  }

  /** With or without a default; with a value, null or left out. */
  #nullableVariable(type: string, value: Value): string {
    const json = this.tape.weighted([
      [6, value.json],
      [2, undefined],
      [1, null],
    ]);
    const standard = this.tape.weighted<string | undefined>([
      [6, undefined],
      [2, value.literal],
      [1, "null"],
    ]);
    return this.#add({ type, default: standard, value: json });
  }

  #variable(type: string, value: Value, withDefault: boolean): string {
    const known = this.#variables.filter((each) => each.type === type && each.value !== undefined);
    if (!withDefault && known.length > 0 && this.tape.chance(20)) return `$${this.tape.pick(known).name}`;
    if (!withDefault) return this.#add({ type, default: undefined, value: value.json });
    return this.#add({ type, default: value.literal, value: this.tape.chance(50) ? value.json : undefined });
  }

  #add(variable: Omit<Variable, "name">): string {
    const name = `v${this.#variables.length + 1}`;
    this.#variables.push({ ...variable, name });
    return `$${name}`;
  }

  /** With variables inside. */
  #objectLiteral(type: GraphQLInputObjectType, depth: number): string {
    const fields = Object.values(type.getFields());
    if (type.isOneOf) {
      const field = this.tape.pick(fields);
      return `{ ${field.name}: ${this.#position(field, field.type, type.name, false, depth + 1, false)} }`;
    }
    const given = fields.filter((field) => isRequiredInputField(field) || this.tape.chance(40));
    const written = given.map(
      (field) =>
        `${field.name}: ${this.#position(field, field.type, type.name, field.defaultValue !== undefined, depth + 1)}`,
    );
    return `{ ${written.join(", ")} }`;
  }

  /** Without variables. */
  #value(input: GraphQLArgument | GraphQLInputField, type: GraphQLInputType, owner: string, depth: number): Value {
    if (isNonNullType(type)) return this.#value(input, type.ofType, owner, depth);
    if (isListType(type)) return this.#list(input, type.ofType, owner, depth);
    if (isInputObjectType(type)) return this.#object(type, depth);
    if (isEnumType(type)) {
      const { name } = this.tape.pick(type.getValues());
      return { literal: name, json: name };
    }
    return this.#scalar(input.name, type.name, owner);
  }

  #list(input: GraphQLArgument | GraphQLInputField, type: GraphQLInputType, owner: string, depth: number): Value {
    const one = () => this.#value(input, type, owner, depth);
    // One value stands for a list of one.
    if (this.tape.chance(10)) return one();
    const items = Array.from({ length: this.tape.below(4) }, () =>
      !isNonNullType(type) && this.tape.chance(5) ? noValue : one(),
    );
    return { literal: `[${items.map(({ literal }) => literal).join(", ")}]`, json: items.map(({ json }) => json) };
  }

  #object(type: GraphQLInputObjectType, depth: number): Value {
    const fields = Object.values(type.getFields());
    const given = type.isOneOf
      ? [this.tape.pick(fields)]
      : fields.filter((field) => isRequiredInputField(field) || (depth < 3 && this.tape.chance(30)));
    const values = given.map((field) => {
      const mayBeNull = !type.isOneOf && !isNonNullType(field.type);
      const value = mayBeNull && this.tape.chance(5) ? noValue : this.#value(field, field.type, type.name, depth + 1);
      return [field.name, value] as const;
    });
    return {
      literal: `{ ${values.map(([name, { literal }]) => `${name}: ${literal}`).join(", ")} }`,
      json: Object.fromEntries(values.map(([name, { json }]) => [name, json])),
    };
  }

  #scalar(name: string, type: string, owner: string): Value {
    const { tape } = this;
    switch (type) {
      case "Boolean":
        return plain(tape.chance(50));
      case "Int":
        return plain(name === "first" ? this.#pageSize() : tape.pick([1, 2, 0, 3, -1]));
      case "Float":
        return plain(tape.pick([1, 2.5, -0.1]));
      case "ID":
        return plain(this.#id(name, owner));
      case "Cursor":
        return plain(tape.pick([...this.pools.cursors, ...rubbish]));
      case "DateTime":
        return plain(tape.pick(instants));
      case "Date":
        return plain(tape.pick(["2026-05-01", "2024-02-29"]));
      case "Points":
      case "MinorUnits":
        return plain(tape.pick(["1", "0", "9007199254740993"]));
      case "String":
        return plain(this.#text(name));
      default:
        throw new Error(`there is nothing to put into ${name} of type ${type}`);
    }
  }

  #pageSize(): number {
    return this.tape.weighted([
      [8, 2],
      [8, 1],
      [8, 3],
      [3, 5],
      [2, 0],
      [1, 100],
      [1, 101],
      [1, -1],
    ]);
  }

  #id(name: string, owner: string): string {
    const { ids, foreignIds } = this.pools;
    const stem = name.replace(/Ids?$/, "");
    const byName = idTypes[stem] ?? `${stem[0]?.toUpperCase()}${stem.slice(1)}`;
    const own = ids[byName] ?? ids[owner] ?? Object.values(ids).flat();
    const from = this.tape.weighted([
      [12, own],
      [2, Object.values(ids).flat()],
      [2, foreignIds],
      [1, rubbish],
    ]);
    return this.tape.pick(from.length > 0 ? from : rubbish);
  }

  #text(name: string): string {
    const { codes, numbers, texts } = this.pools;
    const from = /code/i.test(name) ? codes : /number/i.test(name) ? numbers : texts;
    return this.tape.pick(this.tape.chance(10) || from.length === 0 ? rubbish : from);
  }
}

const rubbish = ["", "nonsense", "AAAA", '日本 "quoted" \\ back', "x".repeat(66)];

const instants = [
  "2026-04-20T00:00:00.000Z",
  "2026-05-20T00:00:00+08:00",
  "2026-06-01T00:00:00Z",
  "0001-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999Z",
];

function plain(json: string | number | boolean): Value {
  return { literal: JSON.stringify(json), json };
}
