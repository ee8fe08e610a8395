import { rebuildEncodings } from "../members/rebuild-encodings";
import { CommandRefusal, complain, exitCodes, print, readArguments, UsageError, type Command } from "./command";
import { withAlliance } from "./with-alliance";

export const command: Command = {
  usage: `Usage: npm run alliance -- facts rebuild [--member ID]

Makes the encodings that rules are matched by anew from what is stored of members: after a change of
ALLIANCE_TIME_ZONE, or where one is in doubt. ID is a member's id as it stands in the database. Prints how many members
were looked at and how many encodings became others; where all writers did their work that is none. Goes in batches
beside a working server; cut off, it is simply run again.`,

  async run(args) {
    const { values, positionals } = readArguments(args, { member: { type: "string" } }, ["rebuild"]);
    if (positionals[0] !== "rebuild") throw new UsageError(`"${positionals[0]}" is unknown, expected rebuild`);
    const memberId = values.member;
    if (memberId !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(memberId)) {
      throw new UsageError(`--member is "${memberId}", expected a member's id (a UUID)`);
    }
    const rebuilt = await withAlliance(({ services }) => {
      const onProgress = ({ members }: { members: number }) => {
        if (members % 50_000 === 0) complain(`${members} members so far`);
      };
      const work = { services, now: services.clock() };
      return rebuildEncodings(work, { ...(memberId === undefined ? {} : { memberId }), onProgress });
    });
    if (memberId !== undefined && rebuilt.members === 0) throw new CommandRefusal(`No member has the id ${memberId}.`);
    print(`${rebuilt.members} members, ${rebuilt.changed} encodings changed.`);
    return exitCodes.done;
  },
};
