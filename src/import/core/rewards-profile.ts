import { calendarDay, foreignId, good, parseJsonObject, wrong, type Parsed } from "./json-line";

export const genders = ["F", "M", "O"] as const;
export type Gender = (typeof genders)[number];

/** A member as the rewards app knows it. What is unknown is null and becomes no tag. */
export interface RewardsMember {
  readonly personId: string;
  readonly gender: Gender | null;
  /** Years. */
  readonly age: number | null;
  /** Whole dollars a year. */
  readonly income: number | null;
  /** `yyyy-mm-dd`, the day the member joined. */
  readonly memberSince: string;
}

/** The app writes this age for everyone whose birthday it does not know. */
const ageUnknown = 118;
const oldest = 130;

export function parseProfileLine(text: string): Parsed<RewardsMember> {
  const line = parseJsonObject(text);
  if (!line.ok) return line;
  const { id, gender = null, age = null, income = null, became_member_on: since } = line.value;
  const personId = foreignId("id", id);
  if (!personId.ok) return personId;
  if (gender !== null && !isGender(gender)) return wrong("gender", gender, "F, M, O or null");
  if (age !== null && !isAge(age)) return wrong("age", age, `a whole number from 0 to ${oldest} or null`);
  if (income !== null && !isIncome(income)) return wrong("income", income, "a number of dollars, 0 or more, or null");
  const memberSince = calendarDay(since);
  if (memberSince === undefined) return wrong("became_member_on", since, "a day as yyyymmdd");
  return good({ personId: personId.value, gender, age: age === ageUnknown ? null : age, income, memberSince });
}

function isGender(value: unknown): value is Gender {
  return genders.includes(value as Gender);
}

function isAge(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= oldest;
}

function isIncome(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
