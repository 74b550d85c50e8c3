/** The sandbox needs something that this machine lacks. The message says what to do. `name` identifies the error. */
export class UnfitMachine extends Error {
  override readonly name = "UnfitMachine";
  /** The package of npm that is missing. Where it has to go depends on where the program is, which is not known here. */
  readonly install?: string;

  constructor(message: string, { install, ...options }: ErrorOptions & { readonly install?: string } = {}) {
    super(message, options);
    if (install !== undefined) this.install = install;
  }
}
