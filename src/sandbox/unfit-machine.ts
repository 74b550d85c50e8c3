/** This machine lacks something that the sandbox needs; the message says what to do about it. Known outside by its name. */
export class UnfitMachine extends Error {
  override readonly name = "UnfitMachine";
}
