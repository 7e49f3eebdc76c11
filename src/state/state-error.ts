// The one error of the state room: the state directory cannot be used, and only a person or another setting can help.

/** Why the state cannot be opened. */
export type StateRefusal =
  /** The directory cannot be created, or something else stands under its name. */
  | "directory"
  /** No right to write there, or a read-only file system. */
  | "not_writable"
  /** Another live daemon holds it. */
  | "locked"
  /** A newer revokewatch wrote it; opening it could destroy what it knows. */
  | "newer"
  /** The disk is full or failing, before anything could be opened. */
  | "failed";

/** Thrown by `openState` only; its message is a whole sentence for a person, with the path. */
export class StateError extends Error {
  override readonly name = "StateError";
  readonly refusal: StateRefusal;

  constructor(refusal: StateRefusal, message: string, options?: ErrorOptions) {
    super(message, options);
    this.refusal = refusal;
  }
}
