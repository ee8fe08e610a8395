import { ArgsType, Field, Int, ObjectType, type ClassType } from "type-graphql";
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

/** A request for one page: the keyset position to start after, and one row more than wanted, to see if there is more. */
export interface PageRequest {
  readonly limit: number;
  readonly after: readonly string[] | null;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly hasNextPage: boolean;
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

/** Reads the arguments of a connection. `keys` is how many parts the keyset has. */
export function pageRequest(args: PageArgs, keys: number): PageRequest {
  if (args.first < 0 || args.first > maxPageSize) {
    throw badInput(`first is ${args.first}, expected 0 to ${maxPageSize}.`);
  }
  const after = args.after ? openCursor(args.after) : null;
  if (after && after.length !== keys) throw badInput(`after is not a cursor of this connection: ${args.after}`);
  return { limit: args.first, after };
}

/** Cuts the extra row off and makes cursors of the rows' keysets. */
export function connection<Row, Node>(
  request: PageRequest,
  rows: readonly Row[],
  keyset: (row: Row) => readonly string[],
  toNode: (row: Row) => Node,
): Connection<Node> {
  const kept = rows.slice(0, request.limit);
  const edges = kept.map((row) => ({ cursor: sealCursor(keyset(row)), node: toNode(row) }));
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: {
      hasNextPage: rows.length > request.limit,
      hasPreviousPage: request.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

function sealCursor(keyset: readonly string[]): string {
  return Buffer.from(JSON.stringify(keyset)).toString("base64url");
}

function openCursor(cursor: string): readonly string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (Array.isArray(parts) && parts.every((part) => typeof part === "string")) return parts;
  } catch {
    // Falls through to the one refusal below: what a cursor looks like inside is nobody's business.
  }
  throw badInput(`after is not a cursor of this connection: ${cursor}`);
}
