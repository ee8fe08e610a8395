import { Field, ID, Int, ObjectType } from "type-graphql";
import { graphqlEnum } from "../graphql/enum";
import { DateTimeScalar } from "../graphql/scalars";
import { ledgerInvariants, type LedgerInvariant } from "./core/invariants";

const LedgerInvariantEnum = graphqlEnum("LedgerInvariant", "What is proven of the ledger.", ledgerInvariants);

@ObjectType("LedgerOffence", {
  description: "Something in the ledger that is not as the transfers prove it must be.",
  simpleResolvers: true,
})
export class LedgerOffenceType {
  @Field(() => ID, { nullable: true, description: "Global id of the member; null where it concerns no single one." })
  memberId!: string | null;

  @Field(() => ID, { nullable: true, description: "Global id of the transfer; null where it concerns no single one." })
  transferId!: string | null;

  @Field(() => String, { description: "What stands there, and what was expected." })
  detail!: string;
}

@ObjectType("LedgerInvariantVerdict", { description: "What came of one invariant.", simpleResolvers: true })
export class LedgerInvariantVerdictType {
  @Field(() => LedgerInvariantEnum, { description: "Which one." })
  invariant!: LedgerInvariant;

  @Field(() => String, { description: "What it says, in English." })
  says!: string;

  @Field(() => Int, { description: "How many things it was held against." })
  checked!: number;

  @Field(() => Int, { description: "How many of them do not fit; 0 is good." })
  broken!: number;

  @Field(() => [LedgerOffenceType], { description: "The first hundred that do not fit." })
  offences!: LedgerOffenceType[];
}

@ObjectType("LedgerVerdict", {
  description: "Whether stored balances, chains and checkpoints are what the transfers prove they must be.",
  simpleResolvers: true,
})
export class LedgerVerdictType {
  @Field(() => Boolean, { description: "True where everything that was looked at fits." })
  isWhole!: boolean;

  @Field(() => Boolean, {
    description:
      "False where there were more members than `limit`: the rest, and what only all together can show, was not looked at.",
  })
  isComplete!: boolean;

  @Field(() => Int, { description: "How many members' books were computed again." })
  members!: number;

  @Field(() => Int, { description: "How many transfers they have." })
  transfers!: number;

  @Field(() => [LedgerInvariantVerdictType], { description: "One for each invariant." })
  invariants!: LedgerInvariantVerdictType[];
}

@ObjectType("LedgerCheckpoint", {
  description: "What the alliance signed of the state of all chains, outside of the database.",
  simpleResolvers: true,
})
export class LedgerCheckpointType {
  @Field(() => Int, { description: "Its number: 1, 2, 3 …" })
  number!: number;

  @Field(() => DateTimeScalar, { description: "When the chains were read." })
  at!: Date;

  @Field(() => String, { description: "Ed25519 public key that it is signed with: DER in base64." })
  publicKey!: string;

  @Field(() => String, { description: "Ed25519 signature over the statement's canonical JSON, base64." })
  signature!: string;
}

const TransferProofKind = graphqlEnum("TransferProofKind", "What a proof shows.", {
  CHAIN: "All that the transfer says, in its place in the member's chain; for the operator's staff.",
  OWN: "What the member may know of its transfer, and the transfer's place in its own chain.",
  RECEIPT: "What a partner may know of a transfer at its merchant or in its program; says nothing of the member.",
});

@ObjectType("TransferProof", {
  description: "Lets anybody check offline that a transfer is in the ledger as it was signed: docs/ledger-proof.md.",
  simpleResolvers: true,
})
export class TransferProofType {
  @Field(() => ID, { description: "Global id of the transfer." })
  transferId!: string;

  @Field(() => TransferProofKind, { description: "What it shows, which depends on who asks." })
  kind!: keyof typeof TransferProofKind;

  @Field(() => String, { description: "What the transfer says, as it is hashed: one JSON list a line." })
  text!: string;

  @Field(() => String, {
    nullable: true,
    description:
      "The proof as a JSON text, to keep as a file and check with docs/check-a-proof.py. Null until a checkpoint has seen " +
      "the transfer, which takes a day at most.",
  })
  document!: string | null;

  @Field(() => LedgerCheckpointType, {
    nullable: true,
    description: "The first checkpoint that saw the transfer; null until there is one.",
  })
  checkpoint!: LedgerCheckpointType | null;
}
