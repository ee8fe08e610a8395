import {
  GraphQLEnumType,
  GraphQLList,
  GraphQLNonNull,
  isLeafType,
  type GraphQLLeafType,
  type GraphQLOutputType,
} from "graphql";
import { instantText } from "./instants";
import type { Form } from "./packed-rows";
import type { Source } from "./sources";
import { Declined, type Run, type Write } from "./run";

/** The JSON text of a leaf's value, as `JSON.stringify` would write what the type serialises it to. */
export function leafText(type: GraphQLLeafType): (value: unknown) => string {
  if (type instanceof GraphQLEnumType) return enumText(type);
  switch (type.name) {
    case "String":
    case "ID":
      return (value) => (typeof value === "string" ? JSON.stringify(value) : serialised(type, value));
    case "Boolean":
      return (value) => (typeof value === "boolean" ? String(value) : serialised(type, value));
    case "Int":
      return (value) => (isInt(value) ? String(value) : serialised(type, value));
    case "DateTime":
      return (value) => (value instanceof Date ? JSON.stringify(value) : serialised(type, value));
    case "Points":
    case "MinorUnits":
      return (value) => (typeof value === "bigint" ? `"${value}"` : serialised(type, value));
    default:
      return (value) => serialised(type, value);
  }
}

function isInt(value: unknown): value is number {
  return typeof value === "number" && (value | 0) === value;
}

/** What the type refuses becomes an error of the field, which the resolvers word. */
function serialised(type: GraphQLLeafType, value: unknown): string {
  try {
    const text = JSON.stringify(type.serialize(value)) as string | undefined;
    if (text !== undefined) return text;
  } catch {
    // Declined below.
  }
  throw new Declined(`a value of ${type.name} cannot be serialised`);
}

function enumText(type: GraphQLEnumType): (value: unknown) => string {
  const texts = new Map(type.getValues().map((each) => [each.value as unknown, JSON.stringify(each.name)]));
  return (value) => known(texts.get(value), type);
}

/** The same straight from what is read of a row, where its form allows. */
export function columnText(type: GraphQLOutputType, source: Source<unknown>): Write<unknown> {
  const nullable = !(type instanceof GraphQLNonNull);
  const inner = nullable ? type : (type.ofType as GraphQLOutputType);
  const write = isLeafType(inner) ? readText(inner, source) : listText(inner, source);
  return (read) => {
    if (read !== null && read !== undefined) return write(read as never);
    if (nullable) return "null";
    throw new Declined("a column is null where the schema has no null");
  };
}

function readText(type: GraphQLLeafType, source: Source<unknown>): (read: never) => string {
  const direct = directTexts[`${source.form}:${type.name}`];
  if (direct) return direct;
  const leaf = leafText(type);
  return (read) => leaf(source.decode(read));
}

/** Of ids and digits, which hold nothing to escape. */
const quoted = (read: string): string => `"${read}"`;
const escaped = (read: string): string => JSON.stringify(read);

const directTexts: Readonly<Record<`${Form}:${string}`, ((read: string) => string) | ((read: number) => string)>> = {
  "id:ID": quoted,
  "id:String": quoted,
  "amount:Points": quoted,
  "amount:MinorUnits": quoted,
  "text:ID": escaped,
  "text:String": escaped,
  "integer:Int": String,
  "instant:DateTime": (millis: number) => `"${instantText(millis)}"`,
};

function known(text: string | undefined, type: GraphQLEnumType): string {
  if (text === undefined) throw new Declined(`a value of ${type.name} is none of its values`);
  return text;
}

function listText(type: GraphQLOutputType, source: Source<unknown>): (read: never) => string {
  const item = type instanceof GraphQLList ? type.ofType : undefined;
  const named = item instanceof GraphQLNonNull ? (item.ofType as GraphQLOutputType) : item;
  if (!isLeafType(named)) throw new TypeError(`no column is a ${String(type)}`);
  const leaf = leafText(named);
  // Arrays of the tables hold no nulls; one that does is declined by the leaf.
  return (read) => `[${(source.decode(read) as unknown[]).map(leaf).join(",")}]`;
}

/** `{"a":…,"b":…}` of fields that are texts already or are written from the input. */
export function objectText<Input>(fields: readonly (readonly [string, string | Write<Input>])[]): Write<Input> {
  const heads: string[] = [];
  const writes: Write<Input>[] = [];
  let head = "{";
  let comma = "";
  for (const [key, value] of fields) {
    head += `${comma}${JSON.stringify(key)}:`;
    comma = ",";
    if (typeof value === "string") {
      head += value;
      continue;
    }
    heads.push(head);
    writes.push(value);
    head = "";
  }
  const tail = `${head}}`;
  return (input, run) => {
    let text = "";
    for (let place = 0; place < writes.length; place++) {
      text += (heads[place] as string) + (writes[place] as Write<Input>)(input, run);
    }
    return text + tail;
  };
}

export function listOf<Item>(write: Write<Item>): Write<readonly Item[]> {
  return (items, run) => {
    let text = "[";
    for (let place = 0; place < items.length; place++) {
      text += (place === 0 ? "" : ",") + write(items[place] as Item, run);
    }
    return `${text}]`;
  };
}

/**
 * What is put together from parts stays in parts until somebody reads it through, and every answer that it becomes a part of
 * would walk through them again.
 */
function inOnePiece(text: string): string {
  return Buffer.from(text).toString();
}

/** Texts of the catalogue's objects, until the catalogue or the room for them ends. */
export class SharedTexts {
  private static heldLength = 0;
  /** Counts how often all texts were thrown away. */
  private static timesCleared = 0;
  #clearings = -1;
  #catalogue: unknown;
  #texts = new Map<string, TextsOfLanguage>();
  /** Of the language that was asked for last. */
  #locale: string | undefined;
  #own = new TextsOfLanguage();

  /** The object's text in the caller's language. A number that names it, among few others, makes it found sooner. */
  recall(object: object, run: Run, write: Write<object>, number?: number): string {
    const own = this.#ofLanguage(run);
    const before = own.get(object, number);
    if (before !== undefined) return before;
    const text = inOnePiece(write(object, run));
    SharedTexts.count(text.length + own.set(object, text, number));
    return text;
  }

  #ofLanguage({ context: { catalogue, locale } }: Run): TextsOfLanguage {
    if (this.#catalogue !== catalogue || this.#clearings !== SharedTexts.timesCleared) {
      this.#texts = new Map();
      this.#catalogue = catalogue;
      this.#clearings = SharedTexts.timesCleared;
    } else if (this.#locale === locale) return this.#own;
    this.#locale = locale;
    this.#own = this.#texts.get(locale) ?? new TextsOfLanguage();
    this.#texts.set(locale, this.#own);
    return this.#own;
  }

  /** All of them together hold at most about 64 MB; when that is full everybody starts anew. */
  private static count(length: number): void {
    SharedTexts.heldLength += length;
    if (SharedTexts.heldLength <= 32_000_000) return;
    SharedTexts.heldLength = 0;
    SharedTexts.timesCleared += 1;
  }
}

const pageBits = 8;
const pagePlaces = 1 << pageBits;

/**
 * Texts by their objects, and where an object comes with a number, by that: a map of a hundred thousand objects is read
 * in four places of memory for each of them, a page in one. The number is a hint, and the object is compared.
 */
class TextsOfLanguage {
  readonly #byObject = new Map<object, string>();
  /** Each place holds an object, and the next its text. */
  readonly #pages: ((object | string | undefined)[] | undefined)[] = [];

  get(object: object, number: number | undefined): string | undefined {
    if (number === undefined) return this.#byObject.get(object);
    const page = this.#pages[number >>> pageBits];
    const at = (number & (pagePlaces - 1)) << 1;
    return page?.[at] === object ? (page[at + 1] as string) : undefined;
  }

  /** For how many characters of text what was made beside it counts. */
  set(object: object, text: string, number: number | undefined): number {
    if (number === undefined) {
      this.#byObject.set(object, text);
      return 0;
    }
    let page = this.#pages[number >>> pageBits];
    const isNew = page === undefined;
    page ??= this.#pages[number >>> pageBits] = new Array<undefined>(2 * pagePlaces).fill(undefined);
    const at = (number & (pagePlaces - 1)) << 1;
    page[at] = object;
    page[at + 1] = text;
    return isNew ? 8 * pagePlaces : 0;
  }
}
