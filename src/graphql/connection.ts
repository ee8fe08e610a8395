import { ArgsType, Field, Int, ObjectType, type ClassType } from "type-graphql";
import type { RequestContext } from "../context";
import type { PageRequest } from "../db/page-request";
import { badInput } from "./errors";
import { CursorScalar } from "./scalars";

/** The most nodes one page holds. */
export const maxPageSize = 100;

@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: 20, description: "How many, 0 to 100." })
  first!: number;

  @Field(() => CursorScalar, { nullable: true, description: "Go on after this `cursor` or `endCursor`." })
  after?: string | null;
}

@ObjectType({ description: "Where a page lies in its connection.", simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean, { description: "True where more follow after `endCursor`." })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: "True where the page was asked with `after`, so that earlier ones exist." })
  hasPreviousPage!: boolean;

  @Field(() => CursorScalar, { nullable: true, description: "Cursor of the first node; null on an empty page." })
  startCursor!: string | null;

  @Field(() => CursorScalar, { nullable: true, description: "Cursor of the last node; null on an empty page." })
  endCursor!: string | null;
}

export interface Edge<Node> {
  cursor: string;
  node: Node;
}

export interface Connection<Node> {
  edges: Edge<Node>[];
  nodes: Node[];
  pageInfo: PageInfo;
}

/** The Relay connection and edge types of a node type: `MemberConnection`, `MemberEdge`. */
export function connectionType<Node extends object>(node: ClassType<Node>, name: string): ClassType<Connection<Node>> {
  @ObjectType(`${name}Edge`, { description: `One ${name} in a connection, with its place.`, simpleResolvers: true })
  class NodeEdge implements Edge<Node> {
    @Field(() => CursorScalar, { description: "The place of this node." })
    cursor!: string;

    @Field(() => node, { description: "The node." })
    node!: Node;
  }

  @ObjectType(`${name}Connection`, { description: `A page of ${name} nodes.`, simpleResolvers: true })
  class NodeConnection implements Connection<Node> {
    @Field(() => [NodeEdge], { description: "The nodes with their places." })
    edges!: NodeEdge[];

    @Field(() => [node], { description: "The nodes alone." })
    nodes!: Node[];

    @Field(() => PageInfo, { description: "Where the page lies." })
    pageInfo!: PageInfo;
  }
  return NodeConnection;
}

/** What a connection was asked for: its page, and the seal that makes its cursors. */
export interface AskedPage extends PageRequest {
  readonly seal: (keyset: readonly string[]) => string;
}

/**
 * Reads the arguments of a connection. `place` says which connection it is, whose and filtered how: a cursor opens for
 * the same caller and place only. `keys` is how many parts the keyset has.
 */
export function pageRequest(
  { ids }: Pick<RequestContext, "ids">,
  place: readonly unknown[],
  args: PageArgs,
  keys: number,
): AskedPage {
  if (args.first < 0 || args.first > maxPageSize) {
    throw badInput(`first is ${args.first}, expected 0 to ${maxPageSize}.`);
  }
  let where: string | undefined;
  const seal = (keyset: readonly string[]) => ids.cursors.seal((where ??= JSON.stringify(place)), keyset);
  if (args.after === undefined || args.after === null) return { limit: args.first, after: null, seal };
  where = JSON.stringify(place);
  const after = ids.cursors.open(where, args.after);
  if (after?.length !== keys)
    throw badInput(`after is "${args.after}", expected a cursor of this connection and filter.`);
  return { limit: args.first, after, seal };
}

/** Cuts the extra row off; edges, and cursors with them, are made when they are asked for. */
export function connection<Row, Node>(
  request: AskedPage,
  rows: readonly Row[],
  keyset: (row: Row) => readonly string[],
  toNode: (row: Row) => Node,
): Connection<Node> {
  return new PageOfRows(request, rows, keyset, toNode);
}

/**
 * Of classes, not of literals with getters: the engine makes a hidden class for each such literal, which keeps the getter
 * and with it all that the request had until the next full collection. That was 5 KB a request of `matches`.
 */
class PageOfRows<Row, Node> implements Connection<Node>, PageInfo {
  readonly nodes: Node[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly #request: AskedPage;
  readonly #kept: readonly Row[];
  readonly #keyset: (row: Row) => readonly string[];

  constructor(
    request: AskedPage,
    rows: readonly Row[],
    keyset: (row: Row) => readonly string[],
    toNode: (row: Row) => Node,
  ) {
    this.#request = request;
    this.#kept = rows.length > request.limit ? rows.slice(0, request.limit) : rows;
    this.#keyset = keyset;
    this.nodes = this.#kept.map(toNode);
    this.hasNextPage = rows.length > request.limit;
    this.hasPreviousPage = request.after !== null;
  }

  get pageInfo(): PageInfo {
    return this;
  }

  get edges(): Edge<Node>[] {
    return this.nodes.map((node, place) => new EdgeOfRow(node, () => this.#cursorOf(place) ?? ""));
  }

  get startCursor(): string | null {
    return this.#cursorOf(0);
  }

  get endCursor(): string | null {
    return this.#cursorOf(this.nodes.length - 1);
  }

  #cursorOf(place: number): string | null {
    const row = this.#kept[place];
    return row === undefined ? null : this.#request.seal(this.#keyset(row));
  }
}

class EdgeOfRow<Node> implements Edge<Node> {
  readonly #seal: () => string;

  constructor(
    readonly node: Node,
    seal: () => string,
  ) {
    this.#seal = seal;
  }

  get cursor(): string {
    return this.#seal();
  }
}
