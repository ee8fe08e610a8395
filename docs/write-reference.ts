/** Writes docs/reference.md from schema/schema.graphql: `npm run docs:reference`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLType,
} from "graphql";

const root = join(__dirname, "..");
const schema = buildSchema(readFileSync(join(root, "schema/schema.graphql"), "utf8"));

const types = Object.values(schema.getTypeMap())
  .filter((type) => !type.name.startsWith("__") && !isSpecifiedScalarType(type))
  .sort((a, b) => a.name.localeCompare(b.name));
const operations = new Set([schema.getQueryType()?.name, schema.getMutationType()?.name]);

const lines = [
  "# Reference",
  "",
  "Every query, mutation and type, generated from `schema/schema.graphql` by `npm run docs:reference`; do not edit.",
  "",
  ...section("Queries", fieldsOf(schema.getQueryType())),
  ...section("Mutations", fieldsOf(schema.getMutationType())),
  ...chapter("Objects", (type) => (isObjectType(type) || isInterfaceType(type)) && !operations.has(type.name)),
  ...chapter("Inputs", isInputObjectType),
  ...chapter("Enums", isEnumType),
  ...chapter("Scalars and unions", (type) => isScalarType(type) || isUnionType(type)),
];
writeFileSync(join(root, "docs/reference.md"), `${lines.join("\n").trimEnd()}\n`);

function section(title: string, fields: readonly GraphQLField<unknown, unknown>[]): string[] {
  return [`## ${title}`, "", ...fields.flatMap((field) => operation(field))];
}

function chapter(title: string, belongs: (type: GraphQLNamedType) => boolean): string[] {
  return [`## ${title}`, "", ...types.filter(belongs).flatMap((type) => typeEntry(type))];
}

function fieldsOf(type: GraphQLNamedType | null | undefined): GraphQLField<unknown, unknown>[] {
  return isObjectType(type) ? Object.values(type.getFields()).sort((a, b) => a.name.localeCompare(b.name)) : [];
}

function operation(field: GraphQLField<unknown, unknown>): string[] {
  return [
    `### \`${field.name}\``,
    "",
    `${oneLine(field.description)} Answers ${link(field.type)}.`,
    "",
    ...field.args.map((argument) => bullet(argument)),
    ...(field.args.length > 0 ? [""] : []),
  ];
}

function typeEntry(type: GraphQLNamedType): string[] {
  const head = [`### ${type.name}`, "", oneLine(type.description), ""];
  if (isEnumType(type)) {
    return [...head, ...type.getValues().map((value) => `- \`${value.name}\`: ${oneLine(value.description)}`), ""];
  }
  if (isUnionType(type))
    return [
      ...head,
      `One of ${type
        .getTypes()
        .map((member) => link(member))
        .join(", ")}.`,
      "",
    ];
  if (isScalarType(type)) return head;
  const oneOf = isInputObjectType(type) && type.isOneOf ? ["Exactly one of these fields is given.", ""] : [];
  const fields = isInputObjectType(type) || isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
  return [...head, ...oneOf, ...Object.values<Part>(fields).map((field) => bullet(field)), ""];
}

interface Part {
  readonly name: string;
  readonly type: GraphQLType;
  readonly description?: string | null;
  readonly args?: readonly GraphQLArgument[];
}

function bullet(part: Part): string {
  const names = (part.args ?? []).map((argument) => `${argument.name}: ${argument.type.toString()}`);
  const args = names.length > 0 ? `(${names.join(", ")})` : "";
  return `- \`${part.name}${args}\` ${link(part.type)}: ${oneLine(part.description)}`;
}

function link(type: GraphQLType): string {
  const name = type.toString().replace(/[[\]!]/g, "");
  const known = types.some((one) => one.name === name);
  return known ? `[\`${type.toString()}\`](#${name.toLowerCase()})` : `\`${type.toString()}\``;
}

function oneLine(text: string | null | undefined): string {
  return (text ?? "").replace(/\s+/g, " ").trim();
}
