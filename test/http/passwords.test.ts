import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Passwords } from "../../src/http/passwords.ts";
import { FakeClock } from "../support/fake-clock.ts";

const USERS = new Map([["alice", "hash-of-a"]]);
const from = "10.0.0.1";

/** A check takes 100 ms of the fake clock. */
function bench() {
  const clock = new FakeClock();
  const compared: [string, string][] = [];
  const passwords = new Passwords({
    now: () => clock.monotonic(),
    sleep: (ms) => clock.sleep(ms),
    async compare(password, hash) {
      compared.push([password, hash]);
      await clock.sleep(100);
      return hash === "hash-of-a" && password === "a";
    },
  });
  return { clock, passwords, compared };
}

describe("passwords", () => {
  it("are right or wrong, and a right one is worked out once", async () => {
    const { clock, passwords, compared } = bench();
    const ask = async (password: string) => {
      const answer = passwords.check({ user: "alice", password, from }, USERS);
      await clock.advance(1000);
      return answer;
    };
    assert.equal(await ask("a"), "right");
    assert.equal(await ask("b"), "wrong");
    assert.equal(await ask("a"), "right");
    assert.equal(await ask("b"), "wrong");
    assert.equal(compared.length, 2);
  });

  it("are worked out anew when the hash is another", async () => {
    const { clock, passwords } = bench();
    const ask = async (users: ReadonlyMap<string, string>) => {
      const answer = passwords.check({ user: "alice", password: "a", from }, users);
      await clock.advance(1000);
      return answer;
    };
    assert.equal(await ask(USERS), "right");
    assert.equal(await ask(new Map([["alice", "hash-of-z"]])), "wrong");
  });

  it("of a user who is not there cost the same and are wrong, also with somebody else's password", async () => {
    const { clock, passwords, compared } = bench();
    const answer = passwords.check({ user: "mallory", password: "a", from }, USERS);
    await clock.advance(1000);
    assert.equal(await answer, "wrong");
    assert.deepEqual(compared, [["a", "hash-of-a"]]);
  });

  it("are one question when ten ask at once", async () => {
    const { clock, passwords, compared } = bench();
    const all = Array.from({ length: 10 }, (_, i) =>
      passwords.check({ user: "alice", password: "a", from: `10.0.0.${i}` }, USERS),
    );
    await clock.advance(100);
    assert.deepEqual(new Set(await Promise.all(all)), new Set(["right"]));
    assert.equal(compared.length, 1);
  });

  it("that are guessed take a fifth of the time, two at once of an address, eight of all", async () => {
    const { clock, passwords, compared } = bench();
    const guess = (n: number, address: string) =>
      passwords.check({ user: "alice", password: `guess-${n}`, from: address }, USERS);
    const first = [guess(1, "a"), guess(2, "a")];
    assert.equal(await guess(3, "a"), "busy");
    for (const address of ["b", "c", "d"]) void [guess(4, `${address}1`), guess(5, `${address}2`)];
    const others = Array.from({ length: 8 }, (_, i) => guess(10 + i, `e${i}`));
    assert.ok((await Promise.all(others.slice(-2))).every((verdict) => verdict === "busy"));
    await clock.advance(100);
    assert.equal(await first[0], "wrong");
    await clock.advance(399);
    assert.equal(compared.length, 1, "it rests four times as long as a check takes");
    await clock.advance(1);
    assert.equal(compared.length, 2);
    await clock.advance(500);
    assert.equal(await first[1], "wrong");
    assert.equal(compared.length, 3);
  });
});
