import { ShortMemory } from "../../src/auth/short-memory";

let now = 0;
const clock = () => new Date(now);
const always = () => Number.POSITIVE_INFINITY;

beforeEach(() => {
  now = 1_000_000;
});

test("asks once where several ask for the same at the same time", async () => {
  const memory = new ShortMemory<number>(clock, 5_000, 10);
  let asked = 0;
  const ask = () => Promise.resolve(++asked);
  expect(await Promise.all([memory.recall("a", ask, always), memory.recall("a", ask, always)])).toEqual([1, 1]);
});

test("counts an answer's age from its question, however long the answer took", async () => {
  const memory = new ShortMemory<string>(clock, 5_000, 10);
  let answer: (text: string) => void = () => undefined;
  const slow = memory.recall("a", () => new Promise((resolve) => (answer = resolve)), always);
  now += 4_999;
  answer("old");
  expect(await slow).toBe("old");
  expect(await memory.recall("a", () => Promise.resolve("new"), always)).toBe("old");
  now += 1;
  expect(await memory.recall("a", () => Promise.resolve("new"), always)).toBe("new");
});

test("keeps no failure, and no answer that is not to be kept", async () => {
  const memory = new ShortMemory<string>(clock, 5_000, 10);
  await expect(memory.recall("a", () => Promise.reject(new Error("down")), always)).rejects.toThrow("down");
  expect(
    await memory.recall(
      "a",
      () => Promise.resolve("refused"),
      () => undefined,
    ),
  ).toBe("refused");
  expect(await memory.recall("a", () => Promise.resolve("up"), always)).toBe("up");
});

test("does not let an old question's failure drop a newer answer", async () => {
  const memory = new ShortMemory<string>(clock, 5_000, 10);
  let fail: (error: Error) => void = () => undefined;
  const old = memory.recall("a", () => new Promise((_, reject) => (fail = reject)), always);
  now += 5_000;
  await memory.recall("a", () => Promise.resolve("new"), always);
  fail(new Error("late"));
  await expect(old).rejects.toThrow("late");
  expect(await memory.recall("a", () => Promise.resolve("newer"), always)).toBe("new");
});

test("holds no more than its capacity, and lets the oldest go first", async () => {
  const memory = new ShortMemory<string>(clock, 5_000, 2);
  for (const key of ["a", "b", "c"]) await memory.recall(key, () => Promise.resolve(key), always);
  expect(memory.size).toBe(2);
  expect(await memory.recall("c", () => Promise.resolve("again"), always)).toBe("c");
  expect(await memory.recall("a", () => Promise.resolve("again"), always)).toBe("again");
});
