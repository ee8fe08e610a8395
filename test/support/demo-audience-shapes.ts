import { sql } from "drizzle-orm";
import type { Database } from "../../src/db/client";

/** A rule over what the rewards app told of its members, and the same by hand over the rows of their tags. */
export interface DemoShape {
  readonly rule: string;
  /** A condition over the columns age, income, gender and since; null where it is not known. */
  readonly by: string;
}

export const demoShapes: readonly DemoShape[] = [
  { rule: "age >= 18", by: "age >= 18" },
  { rule: "age between 25 and 40", by: "age between 25 and 40" },
  { rule: "40 < age < 60", by: "age > 40 and age < 60" },
  { rule: 'gender = "F"', by: "gender = 'F'" },
  { rule: 'not (gender = "F")', by: "gender is distinct from 'F'" },
  { rule: 'has gender and not (gender = "F")', by: "gender <> 'F'" },
  { rule: "income >= 75000", by: "income >= 75000" },
  {
    rule: "not has income and not has gender and has member_since",
    by: "income is null and gender is null and since is not null",
  },
  { rule: "member_since between 2016-01-01 and 2016-12-31", by: "since between '2016-01-01' and '2016-12-31'" },
  { rule: "member_since within last 3000 days", by: "date '2026-06-01' - since between 0 and 3000" },
  { rule: "member_since not within last 3000 days", by: "date '2026-06-01' - since > 3000" },
  {
    rule: 'age between 25 and 40 and gender = "F" and member_since >= 2016-01-01 and income >= 50000',
    by: "age between 25 and 40 and gender = 'F' and since >= '2016-01-01' and income >= 50000",
  },
  {
    rule: '(age < 30 or income >= 90000) and not (gender in ["M", "O"])',
    by: "(coalesce(age < 30, false) or coalesce(income >= 90000, false)) and not coalesce(gender in ('M', 'O'), false)",
  },
  {
    rule: 'in audience "comfortable-income" and member_since <= 2015-12-31',
    by: "income >= 80000 and since < '2016-01-01'",
  },
];

/** Counted by PostgreSQL among active members whose latest answers refuse nobody to sort them or to address them. */
export async function countBySql({ app }: Database, by: string): Promise<number> {
  const [row] = await app.execute<{ count: number }>(sql`
    with latest as (
      select distinct on (member_id, partner_id, purpose) member_id, purpose, granted
      from alliance.consents order by member_id, partner_id, purpose, version desc),
    known as (
      select m.member_id,
        max((t.value #>> '{}')::float8) filter (where t.tag_code = 'age') as age,
        max((t.value #>> '{}')::float8) filter (where t.tag_code = 'income') as income,
        max(t.value #>> '{}') filter (where t.tag_code = 'gender') as gender,
        max((t.value #>> '{}')::date) filter (where t.tag_code = 'member_since') as since
      from alliance.members m
        left join alliance.member_tags t
          on t.member_id = m.member_id and t.tag_code in ('age', 'income', 'gender', 'member_since')
      where m.status = 'ACTIVE' and not exists (
        select from latest l where l.member_id = m.member_id and not l.granted and l.purpose in ('PROFILING', 'MARKETING'))
      group by 1)
    select count(*) filter (where ${sql.raw(by)})::int as count from known`);
  return row?.count ?? -1;
}
