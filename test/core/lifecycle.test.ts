import fc from "fast-check";
import {
  lifecycleSteps,
  liveStates,
  newDraft,
  step,
  stepsOf,
  versionStates,
  type Doer,
  type Lifecycle,
  type LifecycleStep,
  type VersionState,
} from "../../src/kernel/lifecycle";

const ann: Doer = { id: "ann", isPerson: true };
const bob: Doer = { id: "bob", isPerson: true };
const key: Doer = { id: "key", isPerson: false };
const now = new Date("2026-03-01T12:00:00Z");
const later = new Date("2026-03-02T12:00:00Z");

function version(state: VersionState, facts: Partial<Lifecycle> = {}): Lifecycle {
  return { ...newDraft(ann), state, ...facts };
}

function codeOf(from: Lifecycle, taken: LifecycleStep, doer: Doer = bob, publishAt?: Date): string {
  const result = step(from, taken, { doer, now, publishAt });
  return result.ok ? `to ${result.value.state}` : (result.refusals[0]?.code ?? "no code");
}

describe("the way from draft to end", () => {
  test.each<[VersionState, LifecycleStep, string]>([
    ["DRAFT", "EDIT", "to DRAFT"],
    ["DRAFT", "SUBMIT", "to REVIEW"],
    ["REVIEW", "APPROVE", "to APPROVED"],
    ["REVIEW", "REJECT", "to DRAFT"],
    ["APPROVED", "REJECT", "to DRAFT"],
    ["APPROVED", "SCHEDULE", "to SCHEDULED"],
    ["APPROVED", "PUBLISH", "to PUBLISHED"],
    ["SCHEDULED", "SCHEDULE", "to SCHEDULED"],
    ["SCHEDULED", "PUBLISH", "to PUBLISHED"],
    ["SCHEDULED", "PUBLISH_DUE", "to PUBLISHED"],
    ["SCHEDULED", "REJECT", "to DRAFT"],
    ["PUBLISHED", "PAUSE", "to PAUSED"],
    ["PAUSED", "RESUME", "to PUBLISHED"],
    ["DRAFT", "END", "to ENDED"],
    ["REVIEW", "END", "to ENDED"],
    ["APPROVED", "END", "to ENDED"],
    ["SCHEDULED", "END", "to ENDED"],
    ["PUBLISHED", "END", "to ENDED"],
    ["PAUSED", "END", "to ENDED"],
  ])("leads from %s by %s %s", (state, taken, expected) => {
    expect(codeOf(version(state, { publishAt: now }), taken, bob, later)).toBe(expected);
  });

  test("refuses every other step from every state with WRONG_STATE", () => {
    for (const state of versionStates) {
      const refused = lifecycleSteps.filter((each) => !stepsOf(state).includes(each));
      for (const taken of refused) expect(codeOf(version(state), taken, bob, later)).toBe("WRONG_STATE");
    }
    expect(versionStates.map((state) => stepsOf(state).length)).toEqual([3, 3, 4, 5, 2, 2, 0]);
  });

  test("names the state and the allowed steps in the refusal", () => {
    const refused = step(version("APPROVED"), "EDIT", { doer: ann, now });
    expect(refused).toMatchObject({
      ok: false,
      refusals: [
        {
          code: "WRONG_STATE",
          message: "EDIT is not possible in state APPROVED; possible are: REJECT, SCHEDULE, PUBLISH, END.",
        },
      ],
    });
  });
});

describe("approval", () => {
  test("refuses whoever made the draft", () => {
    expect(codeOf(version("REVIEW"), "APPROVE", ann)).toBe("SECOND_PERSON_REQUIRED");
  });

  test("refuses whoever edited it once, even before a rejection", () => {
    const edited = take(version("DRAFT"), ["EDIT", bob], ["SUBMIT", ann], ["REJECT", ann], ["SUBMIT", ann]);
    expect(codeOf(edited, "APPROVE", bob)).toBe("SECOND_PERSON_REQUIRED");
  });

  test("refuses whoever made the key that drafted or edited it", () => {
    const bobsKey: Doer = { ...key, onBehalfOf: ["eve", "bob"] };
    expect(codeOf({ ...newDraft(bobsKey), state: "REVIEW" }, "APPROVE", bob)).toBe("SECOND_PERSON_REQUIRED");
    expect(codeOf({ ...newDraft(bobsKey), state: "REVIEW" }, "APPROVE", ann)).toBe("to APPROVED");
    const edited = take(version("DRAFT"), ["EDIT", bobsKey], ["EDIT", bobsKey], ["SUBMIT", ann]);
    expect(edited.editors).toEqual(["ann", "key", "eve", "bob"]);
    expect(codeOf(edited, "APPROVE", bob)).toBe("SECOND_PERSON_REQUIRED");
  });

  test("refuses a key or a service, in whatever state", () => {
    for (const state of versionStates) expect(codeOf(version(state), "APPROVE", key)).toBe("FORBIDDEN");
  });

  test("is forgotten when the version goes back to its draft", () => {
    const back = take(version("REVIEW"), ["APPROVE", bob], ["REJECT", ann]);
    expect(back).toMatchObject({ state: "DRAFT", approvedBy: null, approvedAt: null, submittedAt: null });
  });
});

describe("scheduling", () => {
  test.each([
    ["a missing instant", undefined],
    ["the present instant", now],
    ["a past instant", new Date(now.getTime() - 1)],
  ])("refuses %s", (_what, publishAt) => {
    expect(codeOf(version("APPROVED"), "SCHEDULE", bob, publishAt)).toBe("INVALID_INPUT");
  });

  test("lets the clock publish from the scheduled instant on and not a millisecond before", () => {
    expect(codeOf(version("SCHEDULED", { publishAt: now }), "PUBLISH_DUE", key)).toBe("to PUBLISHED");
    const early = version("SCHEDULED", { publishAt: new Date(now.getTime() + 1) });
    expect(codeOf(early, "PUBLISH_DUE", key)).toBe("WRONG_STATE");
  });
});

describe("whatever happens to a version", () => {
  const doers = fc.constantFrom(ann, bob, key, { id: "eve", isPerson: true });
  const attempts = fc.array(fc.record({ taken: fc.constantFrom(...lifecycleSteps), doer: doers }), { maxLength: 40 });

  test("it is live only when a person approved it who never edited it", () => {
    fc.assert(
      fc.property(doers, attempts, (author, steps) => {
        for (const each of history(newDraft(author), steps)) {
          if (!(liveStates as readonly string[]).includes(each.state)) continue;
          expect(each.approvedBy).not.toBeNull();
          expect(each.approvedBy).not.toBe("key");
          expect(each.editors).not.toContain(each.approvedBy);
          expect(each.publishedAt).not.toBeNull();
        }
      }),
    );
  });

  test("it never leaves the end, and never loses an editor", () => {
    fc.assert(
      fc.property(doers, attempts, (author, steps) => {
        const states = history(newDraft(author), steps);
        const end = states.findIndex((each) => each.state === "ENDED");
        if (end >= 0) expect(states.slice(end).every((each) => each.state === "ENDED")).toBe(true);
        states.reduce((before, after) => {
          expect(after.editors).toEqual(expect.arrayContaining([...before.editors]));
          return after;
        });
      }),
    );
  });

  test("a refused step changes nothing, and the same step twice is refused unless it may be repeated", () => {
    const repeatable: LifecycleStep[] = ["EDIT", "SCHEDULE"];
    fc.assert(
      fc.property(doers, attempts, (author, steps) => {
        const last = history(newDraft(author), steps).at(-1) as Lifecycle;
        for (const taken of lifecycleSteps.filter((each) => !repeatable.includes(each))) {
          const once = step(last, taken, { doer: bob, now: later });
          if (once.ok) expect(step(once.value, taken, { doer: bob, now: later }).ok).toBe(false);
        }
      }),
    );
  });
});

function take(from: Lifecycle, ...steps: [LifecycleStep, Doer][]): Lifecycle {
  return steps.reduce((current, [taken, doer]) => {
    const result = step(current, taken, { doer, now });
    if (!result.ok) throw new Error(result.refusals[0]?.message);
    return result.value;
  }, from);
}

/** Every state a version passes through when all attempts are made and the refused ones are dropped. */
function history(from: Lifecycle, attempts: readonly { taken: LifecycleStep; doer: Doer }[]): Lifecycle[] {
  const passed = [from];
  for (const { taken, doer } of attempts) {
    const publishAt = passed.length % 3 === 0 ? undefined : later;
    const result = step(passed.at(-1) as Lifecycle, taken, { doer, now, publishAt });
    if (result.ok) passed.push(result.value);
  }
  return passed;
}
