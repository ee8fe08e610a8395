/** The audit chain of trusted documents: each change is one entry, so its last number is the version of all of them. */
export const documentsStream = "documents";
