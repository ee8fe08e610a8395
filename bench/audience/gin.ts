import type { Sql } from "postgres";
import { pipeline } from "node:stream/promises";
import { calendarDateOf } from "../../src/kernel/calendar-date";
import { factOf, nodesOf } from "../../src/rules/core/rule-nodes";
import type { Leaf, Rule } from "../../src/rules/core/rule";
import type { GeneratedTag } from "../rules/generate";
import { todayText, type GeneratedMembers } from "./columns";
import { choiceKey, choiceKeysOf, knownKey, type BenchFacts } from "./keys";

/**
 * The rival in PostgreSQL: a row a member, what the member is in one int[] with a GIN index, and the numbers and dates
 * that the rules ask for in columns of their own with B-trees. Statements are written as somebody would who knows that
 * index: what must be there all together is one `@>`.
 */
export class GinRival {
  readonly #numbers: readonly GeneratedTag[];

  constructor(
    private readonly sql: Sql,
    private readonly facts: BenchFacts,
    rules: readonly Rule[],
  ) {
    const asked = rules.flatMap((rule) => nodesOf(rule).flatMap((node) => factOf(node.rule) ?? []));
    const tags = [...new Set(asked)].map((fact) => facts.tagOf(fact));
    this.#numbers = [...new Set(tags.filter(({ type }) => type === "num" || type === "date"))];
  }

  async fill(members: GeneratedMembers, tags: readonly GeneratedTag[]): Promise<void> {
    const columns = this.#numbers.map((tag) => `, ${columnOf(tag)} ${tag.type === "num" ? "float8" : "date"}`).join("");
    await this.sql.unsafe(`create table members (id int, live boolean, tags int[] ${columns})`);
    await pipeline(rowsOf(members, tags, this.#numbers), await this.sql`copy members from stdin`.writable());
    await this.sql.unsafe(`set maintenance_work_mem = '512MB'`);
    await this.sql.unsafe(`create index on members using gin (tags)`);
    for (const tag of this.#numbers) await this.sql.unsafe(`create index on members (${columnOf(tag)})`);
    await this.sql.unsafe(`vacuum analyze members`);
  }

  async count(rule: Rule): Promise<number> {
    const statement = `select count(*)::int as count from members where live and ${this.where(rule)}`;
    const [row] = await this.sql.unsafe<{ count: number }[]>(statement);
    return row!.count;
  }

  async megabytes(): Promise<number> {
    const [row] = await this.sql<{ bytes: string }[]>`select pg_total_relation_size('members') as bytes`;
    return Number(row!.bytes) / 1e6;
  }

  where(rule: Rule): string {
    if ("any" in rule) return `(${rule.any.map((each) => this.where(each)).join(" or ")})`;
    if ("not" in rule) return `(${this.where(rule.not)}) is not true`;
    if (!("all" in rule)) return this.#leaf(rule);
    const together = rule.all.flatMap((each) => this.#onlyKey(each) ?? []);
    const others = rule.all.filter((each) => this.#onlyKey(each) === undefined).map((each) => this.where(each));
    return `(${[...(together.length > 0 ? [`tags @> '{${together.join()}}'`] : []), ...others].join(" and ")})`;
  }

  /** The one key that the leaf asks for, where it is one. */
  #onlyKey(rule: Rule): number | undefined {
    if (!("equals" in rule)) return undefined;
    const tag = this.facts.tagOf(rule.equals.fact);
    if (tag.type === "bool") return choiceKey(tag, 0);
    return tag.type === "enum" ? choiceKey(tag, Number(String(rule.equals.value).slice(1))) : undefined;
  }

  #leaf(leaf: Leaf): string {
    const only = this.#onlyKey(leaf);
    if (only !== undefined) return `tags @> '{${only}}'`;
    const fact = factOf(leaf)!;
    const tag = this.facts.tagOf(fact);
    if ("oneOf" in leaf || "contains" in leaf) {
      const { choices } = "oneOf" in leaf ? leaf.oneOf : leaf.contains;
      return `tags && '{${choices.map((choice) => choiceKey(tag, Number(choice.slice(1)))).join()}}'`;
    }
    if ("has" in leaf)
      return this.#numbers.includes(tag) ? `${columnOf(tag)} is not null` : `tags @> '{${knownKey(tag)}}'`;
    const column = columnOf(tag);
    const day = `date '${todayText}'`;
    if ("withinLast" in leaf) return `${column} between ${day} - ${leaf.withinLast.days} and ${day}`;
    if ("notWithinLast" in leaf) return `${column} < ${day} - ${leaf.notWithinLast.days}`;
    if ("dateBetween" in leaf) return `${column} >= '${leaf.dateBetween.from}'`;
    if (!("between" in leaf)) throw new Error(`no SQL for ${JSON.stringify(leaf)}`);
    const { atLeast, above, atMost } = leaf.between;
    if (fact === "member.age") {
      const oldest = `${column} > ${day} - interval '${(atMost ?? 0) + 1} years'`;
      return `(${oldest} and ${column} <= ${day} - interval '${atLeast} years')`;
    }
    if (fact === "member.tenure_days") return `${column} <= ${day} - ${atLeast}`;
    const ends = [
      ...(atLeast === undefined ? [] : [`${column} >= ${atLeast}`]),
      ...(above === undefined ? [] : [`${column} > ${above}`]),
      ...(atMost === undefined ? [] : [`${column} <= ${atMost}`]),
    ];
    return `(${ends.join(" and ")})`;
  }
}

const columnOf = (tag: GeneratedTag) => tag.name.replace(".", "_");

/** Lines for COPY, 2,000 members at a time. */
function* rowsOf(members: GeneratedMembers, tags: readonly GeneratedTag[], numbers: readonly GeneratedTag[]) {
  const next = new Map<GeneratedTag, number>(tags.map((tag) => [tag, 0]));
  for (let first = 0; first < members.count; first += 2_000) {
    const end = Math.min(first + 2_000, members.count);
    const keys = Array.from({ length: end - first }, (): number[] => []);
    const values = Array.from({ length: end - first }, () => new Map<GeneratedTag, string>());
    for (const tag of tags) {
      const { ids, values: drawn } = members.columns.get(tag.id)!;
      let place = next.get(tag)!;
      for (; place < ids.length && ids[place]! < end; place += 1) {
        const row = ids[place]! - first;
        const value = drawn ? drawn[place]! : 1;
        const choices = choiceKeysOf(tag, value);
        keys[row]!.push(...(choices.length > 0 ? choices : [knownKey(tag)]));
        // That an enum or set is known is asked for by `has` alone.
        if (tag.type === "enum" || tag.type === "set") keys[row]!.push(knownKey(tag));
        if (numbers.includes(tag)) values[row]!.set(tag, tag.type === "num" ? String(value) : calendarDateOf(value));
      }
      next.set(tag, place);
    }
    const lines = keys.map((own, row) => {
      const id = first + row;
      const isLive = (members.live[id >>> 5]! >>> (id & 31)) & 1;
      const columns = numbers.map((tag) => values[row]!.get(tag) ?? "\\N");
      return [id, isLive ? "t" : "f", `{${own.join()}}`, ...columns].join("\t");
    });
    yield `${lines.join("\n")}\n`;
  }
}
