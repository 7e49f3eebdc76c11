// Passwords against their bcrypt hashes. A check costs a tenth of a second of this process, which also reads logs and sends
// alerts; so an answer is kept, only one is worked out at a time, and between two the process has its rest. Whoever
// guesses gets a fifth of one core and not more.

import { createHmac, randomBytes } from "node:crypto";

/** Rest after a check, in lengths of the check. */
const REST = 4;
/** Checks that may wait; a scraper's first comes at once, so that more are guesses. */
const MAX_WAITING = 8;
/** Of one address, so that a guesser does not stand in everybody's way. */
const MAX_WAITING_EACH = 2;
/** Answers kept of each kind, the oldest give way: right ones are few, wrong ones are a scraper's old password. */
const MAX_KEPT = 100;

/** `busy`: too many are waiting; ask again. */
export type Verdict = "right" | "wrong" | "busy";

export interface Credentials {
  readonly user: string;
  readonly password: string;
  /** Address of whoever asks. */
  readonly from: string;
}

export interface PasswordsSetup {
  /** Monotonic, milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** bcrypt. */
  readonly compare: (password: string, hash: string) => Promise<boolean>;
}

export class Passwords {
  readonly #setup: PasswordsSetup;
  /** Answers are found by a keyed hash, under a key that is never written: no password is kept. */
  readonly #key = randomBytes(32);
  readonly #right = new Set<string>();
  readonly #wrong = new Set<string>();
  /** Checks on their way, so that ten questions at once are one. */
  readonly #asked = new Map<string, Promise<Verdict>>();
  readonly #waiting = new Map<string, number>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(setup: PasswordsSetup) {
    this.#setup = setup;
  }

  /**
   * Whether the password is the user's.
   * @param users bcrypt hash by user, at least one. A user who is not there costs as much as one who is, so that the time
   * tells nobody's name.
   */
  async check({ user, password, from }: Credentials, users: ReadonlyMap<string, string>): Promise<Verdict> {
    const known = users.get(user);
    const hash = known ?? users.values().next().value ?? "";
    const id = this.#idOf([user, known ?? "", hash, password]);
    if (this.#right.has(id)) return "right";
    if (this.#wrong.has(id)) return "wrong";
    const asked = this.#asked.get(id);
    if (asked !== undefined) return asked;
    const waiting = this.#waiting.get(from) ?? 0;
    if (this.#asked.size >= MAX_WAITING || waiting >= MAX_WAITING_EACH) return "busy";
    this.#waiting.set(from, waiting + 1);
    const answer = this.#inTurn(async () => {
      const right = (await this.#setup.compare(password, hash)) && known !== undefined;
      keep(right ? this.#right : this.#wrong, id);
      return right ? "right" : "wrong";
    }).finally(() => {
      this.#asked.delete(id);
      const left = (this.#waiting.get(from) ?? 1) - 1;
      if (left === 0) this.#waiting.delete(from);
      else this.#waiting.set(from, left);
    });
    this.#asked.set(id, answer);
    return answer;
  }

  #inTurn(work: () => Promise<Verdict>): Promise<Verdict> {
    const { now, sleep } = this.#setup;
    let tookMs = 0;
    const done = this.#turn.then(async () => {
      const beganMs = now();
      try {
        return await work();
      } finally {
        tookMs = now() - beganMs;
      }
    });
    this.#turn = done.then(
      () => sleep(REST * tookMs),
      () => sleep(REST * tookMs),
    );
    return done;
  }

  #idOf(parts: readonly string[]): string {
    return createHmac("sha256", this.#key).update(JSON.stringify(parts)).digest("base64");
  }
}

function keep(answers: Set<string>, id: string): void {
  if (answers.size >= MAX_KEPT) for (const oldest of answers) if (answers.delete(oldest)) break;
  answers.add(id);
}
