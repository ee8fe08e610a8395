import { parsePurchaseLine } from "../../src/import/core/purchase-line";
import { parsePortfolioLine } from "../../src/import/core/rewards-portfolio";
import { parseProfileLine } from "../../src/import/core/rewards-profile";
import { parseTranscriptLine } from "../../src/import/core/rewards-event";

const known = { isPerson: (id: string) => id === "p1", isOffer: (code: string) => code === "o1" };
const json = (fields: object, changes: object) => JSON.stringify({ ...fields, ...changes });
const reasonOf = (parsed: { ok: boolean; reason?: string }) => (parsed.ok ? "good" : parsed.reason);

describe("a line of the portfolio", () => {
  const line = {
    reward: 5,
    channels: ["web", "email"],
    difficulty: 20,
    duration: 10.0,
    offer_type: "discount",
    id: "o1",
  };
  const parse = (changes: object) => parsePortfolioLine(json(line, changes), 2);

  it.each([
    ["discount", "CUMULATIVE_SPEND", 2000n, 500n],
    ["bogo", "SINGLE_PURCHASE", 2000n, 500n],
    ["informational", "INFORMATIONAL", 0n, 0n],
  ])("reads %s as %s in minor units", (type, kind, markMinor, rewardMinor) => {
    expect(parse({ offer_type: type })).toEqual({
      ok: true,
      value: { code: "o1", kind, markMinor, rewardMinor, validHours: 240, channels: ["EMAIL", "WEB"] },
    });
  });

  it("takes fractions of days that make whole hours", () => {
    expect(parse({ duration: 0.125 })).toMatchObject({ value: { validHours: 3 } });
    expect(parse({ duration: 1 / 24 })).toMatchObject({ value: { validHours: 1 } });
  });

  it.each([
    [{ offer_type: "coupon" }, 'offer_type is "coupon", expected bogo, discount or informational'],
    [{ id: undefined }, "id is missing, expected a text of 1 to 64 characters"],
    [{ id: "" }, 'id is "", expected a text of 1 to 64 characters'],
    [{ id: "a\u0000b" }, 'id is "a\\u0000b", expected a text of 1 to 64 characters'],
    [{ id: "\ud800" }, 'id is "\\ud800", expected a text of 1 to 64 characters'],
    [{ difficulty: 0 }, "difficulty is 0, expected more than 0 for a discount"],
    [{ reward: 0 }, "reward is 0, expected more than 0 for a discount"],
    [{ reward: "5" }, 'reward is "5", expected a number'],
    [{ reward: -5 }, "reward is -5, expected 0 or more"],
    [{ difficulty: 7.005 }, "difficulty is 7.005, expected at most 2 decimals"],
    [{ duration: 0 }, "duration is 0, expected days that make whole hours, more than 0 and at most 365"],
    [{ duration: 0.3 }, "duration is 0.3, expected days that make whole hours, more than 0 and at most 365"],
    [{ duration: 366 }, "duration is 366, expected days that make whole hours, more than 0 and at most 365"],
    [{ channels: "web" }, 'channels is "web", expected a list of web, email, mobile and social'],
    [{ channels: ["fax"] }, 'channels is ["fax"], expected a list of web, email, mobile and social'],
  ])("refuses %j", (changes, reason) => {
    expect(reasonOf(parse(changes))).toBe(reason);
  });
});

describe("a line of the profile", () => {
  const line = { gender: "F", age: 55, id: "p1", became_member_on: "20170715", income: 112000 };
  const parse = (changes: object) => parseProfileLine(json(line, changes));

  it("reads what is known", () => {
    const value = { personId: "p1", gender: "F", age: 55, income: 112000, memberSince: "2017-07-15" };
    expect(parse({})).toEqual({ ok: true, value });
    expect(parse({ became_member_on: 20170715 })).toEqual({ ok: true, value });
  });

  it("takes null, a missing field and the age of 118 for unknown", () => {
    const value = { personId: "p1", gender: null, age: null, income: null, memberSince: "2017-07-15" };
    expect(parse({ gender: null, age: 118, income: null })).toEqual({ ok: true, value });
    expect(parse({ gender: undefined, age: undefined, income: undefined })).toEqual({ ok: true, value });
  });

  it.each([
    [{ gender: "X" }, 'gender is "X", expected F, M, O or null'],
    [{ age: -1 }, "age is -1, expected a whole number from 0 to 130 or null"],
    [{ age: 40.5 }, "age is 40.5, expected a whole number from 0 to 130 or null"],
    [{ age: "55" }, 'age is "55", expected a whole number from 0 to 130 or null'],
    [{ income: -1 }, "income is -1, expected a number of dollars, 0 or more, or null"],
    [{ income: "112000" }, 'income is "112000", expected a number of dollars, 0 or more, or null'],
    [{ became_member_on: "20170229" }, 'became_member_on is "20170229", expected a day as yyyymmdd'],
    [{ became_member_on: "2017-07-15" }, 'became_member_on is "2017-07-15", expected a day as yyyymmdd'],
    [{ became_member_on: undefined }, "became_member_on is missing, expected a day as yyyymmdd"],
    [{ id: 17 }, "id is 17, expected a text of 1 to 64 characters"],
    [{ id: " p1" }, 'id is " p1", expected a text of 1 to 64 characters'],
  ])("refuses %j", (changes, reason) => {
    expect(reasonOf(parse(changes))).toBe(reason);
  });
});

describe("a line of the transcript", () => {
  const line = { person: "p1", event: "transaction", value: { amount: 0.8300000000000001 }, time: 18 };
  const parse = (text: string) => parseTranscriptLine(text, 2, known);
  const who = { personId: "p1", hour: 18 };

  it.each([
    [{}, { ...who, kind: "purchase", amountMinor: 83n }],
    [
      { event: "offer received", value: { "offer id": "o1" } },
      { ...who, kind: "received", offerCode: "o1" },
    ],
    [
      { event: "offer viewed", value: { "offer id": "o1" } },
      { ...who, kind: "viewed", offerCode: "o1" },
    ],
    [
      { event: "offer completed", value: { offer_id: "o1", reward: 2 } },
      { ...who, kind: "completed", offerCode: "o1", rewardMinor: 200n },
    ],
  ])("reads %j", (changes, value) => {
    expect(parse(json(line, changes))).toEqual({ ok: true, value });
  });

  it.each([
    ["", "the line is empty, expected a JSON object"],
    ["   ", "the line is empty, expected a JSON object"],
    ['{"person": "p1", "t', 'the line is "{\\"person\\": \\"p1\\", \\"t", expected a whole JSON object'],
    ["[1]", "the line is [1], expected a JSON object"],
    ["null", "the line is null, expected a JSON object"],
    ['{"person": "p1", "value": {"amount": NaN}}', expect.stringMatching(/expected a whole JSON object$/)],
  ])("refuses the text %j", (text, reason) => {
    expect(reasonOf(parse(text))).toEqual(reason);
  });

  it.each([
    [{ person: "p2" }, 'person is "p2", expected the id of a good line of the profile file'],
    [{ person: undefined }, "person is missing, expected a text of 1 to 64 characters"],
    [
      { event: "offer sold" },
      'event is "offer sold", expected offer received, offer viewed, offer completed or transaction',
    ],
    [{ event: undefined }, "event is missing, expected offer received, offer viewed, offer completed or transaction"],
    [{ time: undefined }, "time is missing, expected whole hours from 0 to 876000"],
    [{ time: -6 }, "time is -6, expected whole hours from 0 to 876000"],
    [{ time: 1.5 }, "time is 1.5, expected whole hours from 0 to 876000"],
    [{ time: "18" }, 'time is "18", expected whole hours from 0 to 876000'],
    [{ time: 876_001 }, "time is 876001, expected whole hours from 0 to 876000"],
    [{ value: undefined }, "value is missing, expected an object"],
    [{ value: [] }, "value is [], expected an object"],
    [{ value: {} }, "value.amount is missing, expected a number"],
    [{ value: { amount: null } }, "value.amount is null, expected a number"],
    [{ value: { amount: "0.83" } }, 'value.amount is "0.83", expected a number'],
    [{ value: { amount: -0.83 } }, "value.amount is -0.83, expected 0 or more"],
    [{ value: { amount: 0.835 } }, "value.amount is 0.835, expected at most 2 decimals"],
    [{ value: { amount: 1e16 } }, expect.stringMatching(/^value\.amount is 10000000000000000, expected at most/)],
    [
      { event: "offer received", value: { offer_id: "o1" } },
      'value["offer id"] is missing, expected a text of 1 to 64 characters',
    ],
    [
      { event: "offer viewed", value: { "offer id": "o2" } },
      'value["offer id"] is "o2", expected the id of a good line of the portfolio file',
    ],
    [
      { event: "offer completed", value: { "offer id": "o1", reward: 2 } },
      'value["offer_id"] is missing, expected a text of 1 to 64 characters',
    ],
    [{ event: "offer completed", value: { offer_id: "o1" } }, "value.reward is missing, expected a number"],
  ])("refuses %j", (changes, reason) => {
    expect(reasonOf(parse(json(line, changes)))).toEqual(reason);
  });
});

describe("a line of a purchase file", () => {
  it("reads customer, day, quantity and amount, however they are spaced", () => {
    const value = { customer: "00002", day: "2021-01-12", quantity: 5, amountMinor: 7700n };
    expect(parsePurchaseLine(" 00002 20210112  5   77.00", 2)).toEqual({ ok: true, value });
    expect(parsePurchaseLine("00002\t20210112\t5\t77", 2)).toEqual({ ok: true, value });
  });

  it("takes the largest amount below the limit, and no more digits than it has for too many", () => {
    const largest = { ok: true, value: { amountMinor: 10n ** 18n - 1n } };
    expect(parsePurchaseLine("00002 20210112 1 9999999999999999.99", 2)).toMatchObject(largest);
    expect(parsePurchaseLine("00002 20210112 1 09999999999999999.990", 2)).toMatchObject(largest);
    expect(parsePurchaseLine("00002 20210112 1 999999999999999.999", 3)).toMatchObject(largest);
    expect(parsePurchaseLine("00002 20210112 1 1000000000000000", 3)).toMatchObject({ ok: false });
  });

  it("takes an amount of zero for real", () => {
    expect(parsePurchaseLine("00002 20210112 1 0.00", 2)).toMatchObject({ ok: true, value: { amountMinor: 0n } });
  });

  it.each([
    ["", "the line is empty, expected customer, yyyymmdd, quantity and amount"],
    ["00002 20210112 5", expect.stringMatching(/expected 4 fields: customer, yyyymmdd, quantity and amount$/)],
    ["00002 20210112 5 77.00 1", expect.stringMatching(/expected 4 fields/)],
    ["00002 20210230 5 77.00", 'date is "20210230", expected a day as yyyymmdd'],
    ["00002 20210112 0 77.00", 'quantity is "0", expected a whole number from 1 to 2147483647'],
    ["00002 20210112 -5 77.00", 'quantity is "-5", expected a whole number from 1 to 2147483647'],
    ["00002 20210112 2147483648 1", 'quantity is "2147483648", expected a whole number from 1 to 2147483647'],
    ["00002 20210112 5 -77.00", 'amount is "-77.00", expected a decimal number, 0 or more, with at most 2 decimals'],
    ["00002 20210112 5 10000000000000000.00", 'amount is "10000000000000000.00", expected less than 10000000000000000'],
    [
      "00002 20210112 5 123456789012345678901",
      'amount is "123456789012345678901", expected less than 10000000000000000',
    ],
    ["00002 20210112 5 77.005", 'amount is "77.005", expected a decimal number, 0 or more, with at most 2 decimals'],
    ["00002 20210112 5 1e3", 'amount is "1e3", expected a decimal number, 0 or more, with at most 2 decimals'],
    ["00002 20210112 5 NaN", 'amount is "NaN", expected a decimal number, 0 or more, with at most 2 decimals'],
    [
      `${"9".repeat(65)} 20210112 5 1.00`,
      expect.stringMatching(/^customer is .*expected a text of 1 to 64 characters$/),
    ],
  ])("refuses %j", (text, reason) => {
    expect(reasonOf(parsePurchaseLine(text, 2))).toEqual(reason);
  });
});
