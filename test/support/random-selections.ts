import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isObjectType,
  isUnionType,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLUnionType,
  type GraphQLSchema,
} from "graphql";
import type { RandomValues } from "./random-values";
import type { Tape } from "./tape";

type Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType;
type Field = GraphQLField<unknown, unknown>;

/**
 * What one place of the answer holds: everything that any selection asks for there, by response key. Two selections of
 * one key must ask for the same, whatever fragments they stand in; that rule of GraphQL is kept here a little more
 * strictly than it is written, for fragments on different types too.
 */
interface Place {
  readonly keys: Map<string, Asked>;
}

interface Asked {
  readonly field: string;
  readonly given: string;
  readonly type: string;
  readonly below: Place;
}

interface Fragment {
  readonly name: string;
  readonly type: Composite;
  readonly text: string;
  readonly place: Place;
  readonly depth: number;
}

/** Levels of braces, and fields and aliases in one document; under the server's limits of 12, 2000 tokens and 30. */
const deepest = 9;
const mostFields = 90;
const mostAliases = 22;
const mostDirectives = 22;

/** What front-end apps ask for most. */
const rootWeights: Readonly<Record<string, number>> = {
  viewer: 12,
  member: 12,
  memberByIdentity: 8,
  members: 10,
  node: 8,
  nodes: 8,
  merchants: 5,
  offers: 5,
  programs: 5,
};

export class RandomSelections {
  readonly #fragments: Fragment[] = [];
  #fields = 0;
  #aliases = 0;
  #directives = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly values: RandomValues,
    private readonly tape: Tape,
    /** The fields of a type that are asked for mostly; all of them alike where it is not given. */
    private readonly preferred?: (type: string, field: string) => boolean,
  ) {}

  ofQuery(): string {
    const query = this.schema.getQueryType();
    if (!query) throw new Error("the schema has no queries");
    const place = emptyPlace();
    const count = 1 + this.tape.below(3);
    const parts = Array.from({ length: count }, () => this.#part(query, place, deepest, this.#rootOf(query)));
    // Introspection below a root field is answered by other code than the schema's own fields.
    if (this.tape.chance(4)) parts.push('introspected: __type(name: "Member") { name kind fields { name } }');
    return `{ ${parts.join(" ")} }`;
  }

  /** The definitions of the named fragments that a selection reaches. */
  fragmentsUsedBy(selection: string): string[] {
    const reached = new Set<Fragment>();
    const reach = (text: string) => {
      for (const [, name] of text.matchAll(/\.\.\.(F\d+)/g)) {
        const fragment = this.#fragments.find((each) => each.name === name);
        if (!fragment || reached.has(fragment)) continue;
        reached.add(fragment);
        reach(fragment.text);
      }
    };
    reach(selection);
    return [...reached].map(({ name, type, text }) => `fragment ${name} on ${type.name} ${text}`);
  }

  #rootOf(query: GraphQLObjectType): Field {
    const fields = this.#fieldsOf(query).map((field) => [rootWeights[field.name] ?? 1, field] as const);
    // The heaviest first, which is also the simplest.
    return this.tape.weighted(fields.toSorted(([a], [b]) => b - a));
  }

  #fieldsOf(type: Composite): Field[] {
    const { preferred, tape } = this;
    const all = Object.values(fieldsByName(type));
    const some = preferred && !tape.chance(1) ? all.filter(({ name }) => preferred(type.name, name)) : all;
    return some.length > 0 ? some : all;
  }

  #selection(type: Composite, place: Place, depth: number): string {
    const count = 1 + this.tape.below(depth > 3 ? 4 : 3);
    const parts = Array.from({ length: count }, () => this.#part(type, place, depth));
    return `{ ${parts.join(" ")} }`;
  }

  #part(type: Composite, place: Place, depth: number, field?: Field): string {
    if (!field) {
      const kind = this.tape.below(100);
      if (kind >= 94) return this.#typeName(place);
      if (kind >= 87) return this.#inline(type, place, depth);
      if (kind >= 79) return this.#spread(type, place, depth);
      if (kind >= 73) return this.#again(type, place, depth);
      if (isAbstractType(type) && kind >= 15) return this.#onConcrete(type, place, depth);
    }
    return this.#field(type, field ?? this.#fieldOf(type, depth), place, depth);
  }

  #fieldOf(type: Composite, depth: number): Field | undefined {
    const fields = this.#fieldsOf(type);
    const isOver = depth <= 1 || this.tape.isDone || this.#fields >= mostFields;
    const leaves = fields.filter((field) => isLeafType(getNamedType(field.type)));
    const possible = isOver ? leaves : fields;
    if (possible.length === 0) return isOver ? undefined : fields[0];
    // What an app asks for itself is the member's screen.
    const screen = possible.find(({ name }) => type.name === "Viewer" && name === "member");
    if (screen && this.tape.chance(60)) return screen;
    const composite = possible.filter((field) => isCompositeType(getNamedType(field.type)));
    return this.tape.pick(composite.length > 0 && this.tape.chance(50) ? composite : possible);
  }

  #field(type: Composite, field: Field | undefined, place: Place, depth: number): string {
    if (!field) return this.#typeName(place);
    this.#fields += 1;
    const named = getNamedType(field.type);
    const given = this.values.argumentsOf(field, named.name);
    const asked: Asked = { field: field.name, given, type: String(field.type), below: emptyPlace() };
    const key = this.#keyFor(asked, place);
    if (key === undefined) return this.#typeName(place);
    const below = (place.keys.get(key) ?? asked).below;
    place.keys.set(key, { ...asked, below });
    return this.#written(key, asked, named, below, depth);
  }

  /** The field's own name where it is free or asks for the same, else an alias; undefined where there are too many. */
  #keyFor(asked: Asked, place: Place): string | undefined {
    const isFree = (key: string) => {
      const known = place.keys.get(key);
      return !known || isSame(known, asked);
    };
    const mayAlias = this.#aliases < mostAliases;
    if (isFree(asked.field) && !(mayAlias && this.tape.chance(8))) return asked.field;
    if (!mayAlias) return undefined;
    this.#aliases += 1;
    const short = this.tape.pick(["a", "b", "id", "nodes"]);
    return isFree(short) ? short : `alias${this.#aliases}`;
  }

  #written(key: string, asked: Asked, named: ReturnType<typeof getNamedType>, below: Place, depth: number): string {
    const alias = key === asked.field ? "" : `${key}: `;
    const head = `${alias}${asked.field}${asked.given}${this.#directive(5)}`;
    return isCompositeType(named) ? `${head} ${this.#selection(named as Composite, below, depth - 1)}` : head;
  }

  #typeName(place: Place): string {
    const asked: Asked = { field: "__typename", given: "", type: "String!", below: emptyPlace() };
    const key = this.#keyFor(asked, place) ?? "__typename";
    place.keys.set(key, asked);
    return key === "__typename" ? key : `${key}: __typename`;
  }

  /** A key that is asked already, once more with another selection below it. */
  #again(type: Composite, place: Place, depth: number): string {
    const repeatable = [...place.keys].filter(([, asked]) => {
      const field = fieldsByName(type)[asked.field];
      const isFlat = !field || isLeafType(getNamedType(field.type));
      return field && String(field.type) === asked.type && (isFlat || depth > 1) && this.#fields < mostFields;
    });
    if (repeatable.length === 0) return this.#typeName(place);
    const [key, asked] = this.tape.pick(repeatable);
    const field = fieldsByName(type)[asked.field] as Field;
    if (key !== asked.field) this.#aliases += 1;
    this.#fields += 1;
    return this.#written(key, asked, getNamedType(field.type), asked.below, depth);
  }

  #inline(type: Composite, place: Place, depth: number): string {
    if (isAbstractType(type) && this.tape.chance(60)) return this.#onConcrete(type, place, depth);
    const wider = isObjectType(type) && type.getInterfaces().length > 0 && this.tape.chance(30);
    const inner = wider ? (type.getInterfaces()[0] as GraphQLInterfaceType) : type;
    const condition = wider || this.tape.chance(50) ? ` on ${inner.name}` : "";
    return `...${condition}${this.#directive(30)} ${this.#selection(inner, place, depth)}`;
  }

  #onConcrete(type: Composite, place: Place, depth: number): string {
    const possible = isAbstractType(type) ? this.schema.getPossibleTypes(type) : [type];
    // An app asks for members by their ids most of all.
    const members = possible.filter(({ name }) => name === "Member");
    const inner = this.tape.pick(members.length > 0 && this.tape.chance(30) ? members : possible) as Composite;
    return `... on ${inner.name}${this.#directive(10)} ${this.#selection(inner, place, depth)}`;
  }

  #spread(type: Composite, place: Place, depth: number): string {
    const fitting = this.#fragments.filter((each) => each.type === type && each.depth <= depth);
    const known = fitting.length > 0 && this.tape.chance(60) ? this.tape.pick(fitting) : undefined;
    const fragment = known ?? this.#newFragment(type, depth);
    if (!mayJoin(fragment.place, place)) return this.#typeName(place);
    join(fragment.place, place);
    return `...${fragment.name}${this.#directive(15)}`;
  }

  #newFragment(type: Composite, depth: number): Fragment {
    const possible = isAbstractType(type) ? this.schema.getPossibleTypes(type) : [type];
    const on = isAbstractType(type) && this.tape.chance(50) ? this.tape.pick(possible) : type;
    const place = emptyPlace();
    // Written before it gets its name, so that it can only spread what is complete, and never itself.
    const text = this.#selection(on, place, depth);
    const fragment = { name: `F${this.#fragments.length + 1}`, type: on, text, place, depth };
    this.#fragments.push(fragment);
    return fragment;
  }

  #directive(percent: number): string {
    if (this.#directives >= mostDirectives) return "";
    const written = this.values.directive(percent);
    if (written) this.#directives += 1;
    return written;
  }
}

function emptyPlace(): Place {
  return { keys: new Map() };
}

function isSame(a: Asked, b: Asked): boolean {
  return a.field === b.field && a.given === b.given && a.type === b.type;
}

function mayJoin(from: Place, into: Place): boolean {
  return [...from.keys].every(([key, asked]) => {
    const known = into.keys.get(key);
    return !known || (isSame(known, asked) && mayJoin(asked.below, known.below));
  });
}

/** Copies, since what is asked in one place of a fragment's spreads is not asked in the others. */
function join(from: Place, into: Place): void {
  for (const [key, asked] of from.keys) {
    const known = into.keys.get(key) ?? { ...asked, below: emptyPlace() };
    into.keys.set(key, known);
    join(asked.below, known.below);
  }
}

/** A union has no fields of its own. */
function fieldsByName(type: Composite): Readonly<Record<string, Field>> {
  return isUnionType(type) ? {} : type.getFields();
}
