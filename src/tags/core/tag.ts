export const tagTypes = ["BOOLEAN", "ENUM", "NUMBER", "DATE", "SET"] as const;
export type TagType = (typeof tagTypes)[number];

/** How carefully a tag is shown: `SENSITIVE` ones are withheld from everyone but the roles that need them. */
export const sensitivities = ["PUBLIC", "INTERNAL", "PERSONAL", "SENSITIVE"] as const;
export type Sensitivity = (typeof sensitivities)[number];

export const tagStatuses = ["ACTIVE", "RETIRED"] as const;
export type TagStatus = (typeof tagStatuses)[number];

/** A tag's value as it is stored: boolean, a choice, a decimal number, a calendar date (yyyy-mm-dd), a sorted set of choices. */
export type TagValue = boolean | string | number | readonly string[];
