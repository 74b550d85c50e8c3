/** The sandbox needs something that this machine lacks. The message says what to do. `name` identifies the error. */
export class UnfitMachine extends Error {
  override readonly name = "UnfitMachine";
}
