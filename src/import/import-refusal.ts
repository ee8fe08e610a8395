/** Something about the alliance that stands in an import's way; the message is one line that says what and how to go on. */
export class ImportRefusal extends Error {
  override readonly name = "ImportRefusal";
}
