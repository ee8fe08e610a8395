import { GraphQLError, NoFragmentCyclesRule, parse, specifiedRules, validate, type DocumentNode } from "graphql";
import type { GraphQLSchema } from "graphql";
import { LRUCache } from "lru-cache";
import { createHash } from "node:crypto";
import type { Limits } from "../config";
import { limitExceeded, parseLimits, structureRefusal, textRefusal } from "./limits";
import { storableLiterals } from "./variables";

/** A document that may be executed as far as can be told without variables and caller. */
export interface KnownDocument {
  readonly ok: true;
  readonly text: string;
  /** SHA-256 of the text, lower-case hex. */
  readonly hash: string;
  readonly document: DocumentNode;
  /** It was parsed and validated just now; false where it came out of the memory. */
  readonly fresh: boolean;
}

export interface RefusedDocument {
  readonly ok: false;
  /** Each has the code that the client gets. */
  readonly errors: readonly GraphQLError[];
}

export type ReadDocument = KnownDocument | RefusedDocument;

/**
 * A document takes 240 to 490 bytes of heap for each of its tokens, which the parser links to each other and errors need
 * for their locations; the 17 of schema/operations take 340. A screen has 120 tokens, so some 700 of them are kept.
 */
const heapPerToken = 400;
const mostHeap = 32 * 1024 * 1024;

const rules = [...specifiedRules, storableLiterals];

/**
 * Errors of one document that are told; graphql-js stops there and says so. Its own limit of 100 lets each unknown type
 * be compared with all 300 that it may have meant: 22 ms for a document of nothing else, and 1 ms with 5.
 */
const mostErrors = 5;

/**
 * Parses, judges and validates documents, and remembers those that passed: parsing and validating again costs 345–673 µs
 * a request. In the order of their cost, so that an attack is refused before the quadratic rules of the validation see
 * it: length of the text, tokens, shape, and only then the rules. Refused ones are not remembered; they would push out
 * documents that are used, and whoever sends one again pays for it again.
 */
export class KnownDocuments {
  readonly #known: LRUCache<string, KnownDocument>;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly limits: Limits,
  ) {
    this.#known = new LRUCache({
      maxSize: mostHeap,
      sizeCalculation: ({ text, document }) => text.length + tokensOf(document) * heapPerToken,
    });
  }

  read(text: string): ReadDocument {
    const known = this.#known.get(text);
    if (known) return known;
    const read = this.#judge(text);
    if (read.ok) this.#known.set(text, { ...read, fresh: false });
    return read;
  }

  #judge(text: string): ReadDocument {
    const tooLong = textRefusal(text, this.limits);
    if (tooLong) return { ok: false, errors: [tooLong] };
    try {
      return this.#parse(text);
    } catch (error) {
      // Everything here recurses into the document; only a token limit far above the default lets one get that deep.
      if (!(error instanceof RangeError)) throw error;
      const { depth } = this.limits;
      return { ok: false, errors: [limitExceeded("depth", depth, `Query depth limit of ${depth} exceeded.`)] };
    }
  }

  #parse(text: string): ReadDocument {
    let document: DocumentNode;
    try {
      document = parse(text, parseLimits(this.limits));
    } catch (error) {
      if (error instanceof GraphQLError) return { ok: false, errors: [withCode("GRAPHQL_PARSE_FAILED", error)] };
      throw error;
    }
    const errors = this.#refusals(document);
    if (errors.length > 0) return { ok: false, errors };
    return { ok: true, text, hash: createHash("sha256").update(text).digest("hex"), document, fresh: true };
  }

  #refusals(document: DocumentNode): readonly GraphQLError[] {
    const { refusal, cyclic } = structureRefusal(document, this.limits);
    if (refusal) return [refusal];
    // One cycle of hundreds, each of which would be spelled out: no other rule bounds what it does with cycles.
    const broken = cyclic
      ? validate(this.schema, document, [NoFragmentCyclesRule], { maxErrors: 1 }).slice(0, 1)
      : validate(this.schema, document, rules, { maxErrors: mostErrors });
    return broken.map((error) => withCode("GRAPHQL_VALIDATION_FAILED", error));
  }
}

function tokensOf({ loc }: DocumentNode): number {
  let count = 0;
  for (let token = loc?.startToken ?? null; token; token = token.next) count += 1;
  return count;
}

/** Gives an error made here the code that Apollo would give it, in place: making it anew costs 80 µs for its location. */
function withCode(code: string, error: GraphQLError): GraphQLError {
  error.extensions.code = code;
  return error;
}
