import { done, refuse, type Result } from "./result";

/**
 * The one lifecycle of everything that is published:
 *
 *     draft → review → approved → scheduled → published ⇄ paused → ended
 *
 * A published version never changes; what is granted under it stays pinned to it. A second person approves: never one
 * who edited that version. Returning to an earlier version makes a new draft from the old content. Rejection leads from
 * anywhere before publication back to the draft, and only a draft can be edited, so that what is published is exactly
 * what was approved. A version that nobody wants any more is ended from wherever it stands.
 */
export const versionStates = ["DRAFT", "REVIEW", "APPROVED", "SCHEDULED", "PUBLISHED", "PAUSED", "ENDED"] as const;
export type VersionState = (typeof versionStates)[number];

/** Where a version is still on its way: an item has at most one such version at a time. */
export const openStates = ["DRAFT", "REVIEW", "APPROVED", "SCHEDULED"] as const satisfies readonly VersionState[];

/** Where a version is what the item is: at most one version of an item at a time. */
export const liveStates = ["PUBLISHED", "PAUSED"] as const satisfies readonly VersionState[];

/** From which states each step may be taken. `PUBLISH_DUE` is the step of the clock: the version's own time has come. */
const stepsFrom = {
  EDIT: ["DRAFT"],
  SUBMIT: ["DRAFT"],
  APPROVE: ["REVIEW"],
  REJECT: ["REVIEW", "APPROVED", "SCHEDULED"],
  SCHEDULE: ["APPROVED", "SCHEDULED"],
  PUBLISH: ["APPROVED", "SCHEDULED"],
  PUBLISH_DUE: ["SCHEDULED"],
  PAUSE: ["PUBLISHED"],
  RESUME: ["PAUSED"],
  END: ["DRAFT", "REVIEW", "APPROVED", "SCHEDULED", "PUBLISHED", "PAUSED"],
} as const satisfies Record<string, readonly VersionState[]>;

export type LifecycleStep = keyof typeof stepsFrom;
export const lifecycleSteps = Object.keys(stepsFrom) as LifecycleStep[];

/** The facts of one version that its lifecycle decides by and changes. Instants are UTC. */
export interface Lifecycle {
  readonly state: VersionState;
  /**
   * Everyone who ever edited this version, in order of their first edit, each followed by whom it edited on behalf of.
   * None of them may approve it.
   */
  readonly editors: readonly string[];
  readonly submittedAt: Date | null;
  readonly approvedBy: string | null;
  readonly approvedAt: Date | null;
  /** When a scheduled version goes live by itself; kept afterwards for the record. */
  readonly publishAt: Date | null;
  readonly publishedAt: Date | null;
  readonly endedAt: Date | null;
}

/** Who takes a step. API keys and services are no persons: approval is a person's act. */
export interface Doer {
  readonly id: string;
  readonly isPerson: boolean;
  /** Of an API key: who made it. They hold its secret, so its edits are theirs as well. */
  readonly onBehalfOf?: readonly string[];
}

export interface StepRequest {
  readonly doer: Doer;
  readonly now: Date;
  /** Needed for `SCHEDULE`: an instant after `now`. */
  readonly publishAt?: Date;
}

export type StepRefusal = "FORBIDDEN" | "INVALID_INPUT" | "SECOND_PERSON_REQUIRED" | "WRONG_STATE";

/** The lifecycle of a version that `doer` starts as a draft. */
export function newDraft(doer: Doer): Lifecycle {
  return {
    state: "DRAFT",
    editors: withEditor([], doer),
    submittedAt: null,
    approvedBy: null,
    approvedAt: null,
    publishAt: null,
    publishedAt: null,
    endedAt: null,
  };
}

/** Takes one step, or says why it may not be taken. Pure: the clock and the doer are arguments. */
export function step(version: Lifecycle, taken: LifecycleStep, request: StepRequest): Result<Lifecycle, StepRefusal> {
  const refusal = refusalOfStep(version, taken, request);
  return refusal ?? done(after(version, taken, request));
}

/** The steps that can be taken from a state by somebody. */
export function stepsOf(state: VersionState): LifecycleStep[] {
  return lifecycleSteps.filter((each) => (stepsFrom[each] as readonly VersionState[]).includes(state));
}

function refusalOfStep(version: Lifecycle, taken: LifecycleStep, { doer, now, publishAt }: StepRequest) {
  if (taken === "APPROVE" && !doer.isPerson) {
    return refuse("FORBIDDEN", "A version is approved by a person; an API key or a service may not.");
  }
  if (!(stepsFrom[taken] as readonly VersionState[]).includes(version.state)) return wrongState(version, taken);
  if (taken === "APPROVE" && version.editors.includes(doer.id)) {
    return refuse("SECOND_PERSON_REQUIRED", secondPersonMessage);
  }
  if (taken === "SCHEDULE" && !(publishAt && publishAt > now)) {
    const given = publishAt ? `is ${publishAt.toISOString()}` : "is missing";
    return refuse("INVALID_INPUT", `publishAt ${given}, expected an instant after ${now.toISOString()}.`, [
      "input",
      "publishAt",
    ]);
  }
  if (taken === "PUBLISH_DUE" && !(version.publishAt && version.publishAt <= now)) {
    const due = version.publishAt?.toISOString() ?? "never";
    return refuse("WRONG_STATE", `The version is scheduled for ${due}, which has not come at ${now.toISOString()}.`);
  }
  return undefined;
}

const secondPersonMessage =
  "This version is approved by someone who never edited it; you did, or an API key that you made did.";

function withEditor(editors: readonly string[], { id, onBehalfOf = [] }: Doer): readonly string[] {
  return [...new Set([...editors, id, ...onBehalfOf])];
}

function wrongState(version: Lifecycle, taken: LifecycleStep) {
  const allowed = stepsOf(version.state).filter((each) => each !== "PUBLISH_DUE");
  return refuse(
    "WRONG_STATE",
    `${taken} is not possible in state ${version.state}; possible are: ${allowed.join(", ") || "no steps"}.`,
  );
}

function after(version: Lifecycle, taken: LifecycleStep, { doer, now, publishAt }: StepRequest): Lifecycle {
  switch (taken) {
    case "EDIT":
      return { ...version, editors: withEditor(version.editors, doer) };
    case "SUBMIT":
      return { ...version, state: "REVIEW", submittedAt: now };
    case "APPROVE":
      return { ...version, state: "APPROVED", approvedBy: doer.id, approvedAt: now };
    case "REJECT":
      return { ...version, state: "DRAFT", submittedAt: null, approvedBy: null, approvedAt: null, publishAt: null };
    case "SCHEDULE":
      return { ...version, state: "SCHEDULED", publishAt: publishAt ?? null };
    case "PUBLISH":
    case "PUBLISH_DUE":
      return { ...version, state: "PUBLISHED", publishedAt: now };
    case "PAUSE":
      return { ...version, state: "PAUSED" };
    case "RESUME":
      return { ...version, state: "PUBLISHED" };
    case "END":
      return { ...version, state: "ENDED", endedAt: now };
  }
}
