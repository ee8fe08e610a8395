import fc from "fast-check";
import {
  choicesRefusals,
  isShownMoreWidely,
  readTagValue,
  sensitivities,
  showTagValue,
  tagCodeRefusals,
  tagTypes,
  unitRefusals,
  type TagShape,
  type TagType,
  type WrittenTagValue,
} from "../../src/tags/core/tag";

const choices = ["gold", "silver", "jade"];
const shapeOf = (type: TagType): TagShape => ({
  code: "grade",
  type,
  choices: type === "ENUM" || type === "SET" ? choices : [],
});

/** A value that fits, for each type. */
const fitting: Record<TagType, fc.Arbitrary<WrittenTagValue>> = {
  BOOLEAN: fc.boolean().map((boolean) => ({ boolean })),
  ENUM: fc.constantFrom(...choices).map((choice) => ({ choice })),
  NUMBER: fc.double({ min: -999_999_999_999_999, max: 999_999_999_999_999, noNaN: true }).map((number) => ({ number })),
  DATE: fc
    .date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })
    .map((date) => ({ date: date.toISOString().slice(0, 10) })),
  SET: fc.array(fc.constantFrom(...choices)).map((set) => ({ set })),
};

describe("a tag's value", () => {
  it.each<[string, TagType, WrittenTagValue, string]>([
    ["nothing", "BOOLEAN", {}, "boolean"],
    ["null", "BOOLEAN", { boolean: null }, "boolean"],
    ["two values", "BOOLEAN", { boolean: true, number: 1 }, "boolean and number"],
    ["a number for a boolean", "BOOLEAN", { number: 1 }, "given as number"],
    ["a choice that is not allowed", "ENUM", { choice: "iron" }, '"gold", "silver", "jade"'],
    ["a choice in another case", "ENUM", { choice: "Gold" }, '"Gold"'],
    ["a date for a choice", "ENUM", { date: "2026-06-01" }, "expected choice alone"],
    ["infinity", "NUMBER", { number: Infinity }, "decimal number"],
    ["no number at all", "NUMBER", { number: NaN }, "decimal number"],
    ["a number of 16 digits", "NUMBER", { number: 1_000_000_000_000_000 }, "15 digits"],
    ["a day that does not exist", "DATE", { date: "2023-02-29" }, '"2023-02-29"'],
    ["a day of another calendar", "DATE", { date: "2023-13-01" }, "2026-06-01"],
    ["an instant for a day", "DATE", { date: "2023-01-01T00:00:00Z" }, "calendar day"],
    ["a set with a foreign choice", "SET", { set: ["gold", "iron"] }, '"iron"'],
    ["a choice for a set", "SET", { choice: "gold" }, "expected set alone"],
  ])("is refused where it is %s", (_what, type, written, said) => {
    const read = readTagValue(shapeOf(type), written, ["input", "value"]);
    expect(read).toMatchObject({ ok: false, refusals: [{ code: "TAG_TYPE_MISMATCH", path: ["input", "value"] }] });
    const message = read.ok ? "" : (read.refusals[0]?.message ?? "");
    expect(message).toContain('"grade"');
    expect(message).toContain(said);
  });

  it("fits its own type and no other", () => {
    const types = fc.constantFrom(...tagTypes);
    const cases = fc
      .tuple(types, types)
      .chain(([type, other]) => fc.tuple(fc.constant(type), fc.constant(other), fitting[other]));
    fc.assert(
      fc.property(cases, ([type, other, written]) => {
        expect(readTagValue(shapeOf(type), written).ok).toBe(type === other);
      }),
    );
  });

  it("is the same after it was stored as JSON, shown and written again", () => {
    const cases = fc.constantFrom(...tagTypes).chain((type) => fc.tuple(fc.constant(type), fitting[type]));
    fc.assert(
      fc.property(cases, ([type, written]) => {
        const first = readTagValue(shapeOf(type), written);
        if (!first.ok) throw new Error("it fits");
        const stored = JSON.parse(JSON.stringify(first.value)) as typeof first.value;
        expect(stored).toEqual(first.value);
        const shown = showTagValue(type, stored);
        expect(Object.values(shown).filter((value) => value !== null)).toHaveLength(1);
        expect(readTagValue(shapeOf(type), shown)).toEqual(first);
      }),
    );
  });

  it("is one text for one set, in whatever order it was written", () => {
    const read = (set: string[]) => readTagValue(shapeOf("SET"), { set });
    expect(read(["silver", "gold", "silver"])).toEqual({ ok: true, value: ["gold", "silver"] });
    expect(read([])).toEqual({ ok: true, value: [] });
  });

  it("knows no negative zero", () => {
    const read = readTagValue(shapeOf("NUMBER"), { number: -0 });
    expect(read.ok && Object.is(read.value, 0)).toBe(true);
  });

  it("is cut short in a message when it is long", () => {
    const read = readTagValue(shapeOf("ENUM"), { choice: "x".repeat(10_000) });
    expect(JSON.stringify(read).length).toBeLessThan(400);
  });
});

describe("a tag definition", () => {
  it.each(["", "Monthly", "9lives", "monthly-spend", "a b", "x".repeat(64), "tag\u0000"])(
    "refuses the code %j",
    (code) => {
      expect(tagCodeRefusals(code)).toMatchObject([{ code: "INVALID_INPUT", path: ["input", "code"] }]);
    },
  );

  it.each<[TagType, string[]]>([
    ["ENUM", []],
    ["SET", []],
    ["NUMBER", ["one"]],
    ["BOOLEAN", ["true", "false"]],
    ["DATE", ["today"]],
    ["ENUM", ["gold", "gold"]],
    ["SET", ["gold", " "]],
    ["ENUM", ["x".repeat(101)]],
    ["ENUM", Array.from({ length: 1001 }, (_, index) => String(index))],
  ])("refuses for %s the choices %j", (type, given) => {
    expect(choicesRefusals(type, given)).not.toEqual([]);
  });

  it("has a unit only where it is a number", () => {
    expect(unitRefusals("NUMBER", "CNY")).toEqual([]);
    expect(unitRefusals("DATE", null)).toEqual([]);
    expect(unitRefusals("DATE", "days")).toMatchObject([{ code: "INVALID_INPUT" }]);
    expect(unitRefusals("NUMBER", " ")).toMatchObject([{ code: "INVALID_INPUT" }]);
  });

  it("is shown more widely the less sensitive it becomes", () => {
    expect(sensitivities.map((after) => isShownMoreWidely("INTERNAL", after))).toEqual([true, false, false, false]);
  });
});
