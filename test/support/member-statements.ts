import { distribution } from "../../src/db/distribution";
import type { StatementListener } from "../../src/db/client";

export interface HeardStatement {
  /** What was being run when it was heard. */
  readonly operation: string;
  readonly text: string;
  readonly connection: number;
}

/**
 * Hears the statements of a database under the name of what is being run. On a cluster, member state lies with its
 * member: a statement that touches it and does not say which member it is about asks every node.
 */
export class MemberStatements {
  readonly heard: HeardStatement[] = [];
  operation = "the stage";

  readonly hear: StatementListener = (text, connection) => {
    this.heard.push({ operation: this.operation, text, connection });
  };

  clear(): void {
    this.heard.length = 0;
  }

  /** Those on member tables that do not say which member they are about. */
  get memberless(): HeardStatement[] {
    return this.heard.filter(({ text }) => isMemberless(text));
  }
}

/** As they stand in statements: `"alliance"."members"` or `alliance.members`. */
const memberTables = Object.entries(distribution)
  .filter(([, placement]) => typeof placement === "object" && placement.by === "member_id")
  .map(([table]) => new RegExp(`\\b${table.replace(".", '"?\\."?')}\\b`));

/** `member_id = $1`, `= any($1…)`, `in (…)`; that two tables are joined by their members names none. */
const namesMember = /member_id"?\s*(=\s*(\$\d|any\b)|in\s*\()/i;

/** An inserted row carries its member; what an insert reads is judged like any other statement. */
const insertTarget = /insert into "?\w+"?\."?\w+"?( as \w+)? \([^)]*\)/gi;

export function isMemberless(text: string): boolean {
  const read = text.replace(insertTarget, "").replace(/ returning [^()]*$/i, "");
  return memberTables.some((table) => table.test(read)) && !namesMember.test(read);
}
