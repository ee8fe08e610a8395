/**
 * The one lifecycle of everything that is published:
 *
 *     draft → review → approved → scheduled → published ⇄ paused → ended
 *
 * A published version never changes; what is granted under it stays pinned to it. A second person approves: never one
 * who edited that version. Returning to an earlier version makes a new draft from the old content.
 */
export const versionStates = ["DRAFT", "REVIEW", "APPROVED", "SCHEDULED", "PUBLISHED", "PAUSED", "ENDED"] as const;
export type VersionState = (typeof versionStates)[number];
