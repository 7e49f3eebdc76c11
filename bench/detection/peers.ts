// How other tools decide, restated from their sources and documentation, at the settings a careful user starts with.

import type { Alert, Subject } from "./subject.ts";

abstract class Peer implements Subject {
  readonly alerts: Alert[] = [];
  protected on = false;

  abstract observe(second: number, count: number): void;
  abstract tick(second: number): void;

  protected start(second: number): void {
    if (!this.on) this.alerts.push({ kind: "start", second });
    this.on = true;
  }

  protected stop(second: number): void {
    if (this.on) this.alerts.push({ kind: "stop", second });
    this.on = false;
  }
}

/** Events of the last so many seconds; what leaves is handed on. */
class Sliding {
  count = 0;
  readonly #seconds: number;
  readonly #queue: [number, number][] = [];
  #head = 0;

  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  add(second: number, count: number): void {
    this.#queue.push([second, count]);
    this.count += count;
  }

  forget(now: number, leaving?: Sliding): void {
    for (; this.#head < this.#queue.length; this.#head++) {
      const [second, count] = this.#queue[this.#head] as [number, number];
      if (second > now - this.#seconds) break;
      this.count -= count;
      leaving?.add(second, count);
    }
    if (this.#head < 1024) return;
    this.#queue.splice(0, this.#head);
    this.#head = 0;
  }

  clear(): void {
    this.#queue.length = 0;
    this.#head = 0;
    this.count = 0;
  }
}

/** N events in W seconds: fail2ban, CrowdSec's buckets, ElastAlert2's frequency rule, "count > N" monitors. */
export class FixedCount extends Peer {
  readonly #window = new Sliding(300);

  observe(second: number, count: number): void {
    this.tick(second);
    this.#window.add(second, count);
    if (this.#window.count >= 10) this.start(second);
  }

  tick(second: number): void {
    this.#window.forget(second);
    if (this.#window.count < 10) this.stop(second);
  }
}

/**
 * ElastAlert2's spike rule (elastalert/ruletypes.py): current ≥ threshold_cur and current ≥ reference · spike_height;
 * silent until two timeframes after the first event; a match clears the reference and starts that wait anew.
 */
export class ElastAlertSpike extends Peer {
  readonly #seconds: number;
  readonly #current: Sliding;
  readonly #reference: Sliding;
  #first = -1;
  #stopAt = Infinity;

  constructor(seconds: number) {
    super();
    this.#seconds = seconds;
    this.#current = new Sliding(seconds);
    this.#reference = new Sliding(2 * seconds);
  }

  observe(second: number, count: number): void {
    this.#slide(second);
    if (this.#first < 0) this.#first = second;
    this.#current.add(second, count);
    this.#check(second);
  }

  tick(second: number): void {
    this.#slide(second);
    if (this.#current.count + this.#reference.count > 0) this.#check(second);
  }

  #slide(second: number): void {
    if (second >= this.#stopAt) this.stop(this.#stopAt);
    this.#current.forget(second, this.#reference);
    this.#reference.forget(second);
  }

  #check(second: number): void {
    if (this.#first < 0 || second - this.#first < 2 * this.#seconds) return;
    if (this.#current.count < 10 || this.#current.count < 3 * this.#reference.count) return;
    this.on = false;
    this.start(second);
    this.#stopAt = second + this.#seconds;
    this.#reference.clear();
    this.#first = -1;
  }
}

/** Three standard deviations above an exponentially weighted mean of five-minute counts, a day of warm-up. */
export class EwmaZ extends Peer {
  #end = 300;
  #count = 0;
  #buckets = 0;
  #mean = 0;
  #variance = 0;

  observe(second: number, count: number): void {
    this.tick(second);
    this.#count += count;
  }

  tick(second: number): void {
    for (; second >= this.#end; this.#end += 300) {
      this.#close(this.#end, this.#count);
      this.#count = 0;
    }
  }

  #close(second: number, count: number): void {
    this.#buckets++;
    const deviation = Math.sqrt(this.#variance);
    const high = this.#buckets > 288 && deviation > 0 && count > this.#mean + 3 * deviation;
    if (high) this.start(second);
    else this.stop(second);
    const weight = Math.max(0.01, 1 / this.#buckets);
    const difference = count - this.#mean;
    this.#mean += weight * difference;
    this.#variance = (1 - weight) * (this.#variance + weight * difference * difference);
  }
}
