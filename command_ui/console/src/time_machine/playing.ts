/** A clock that runs at a speed, stands, and can be put elsewhere. What the time is, is an argument. */

export class Playing {
  #from_ms: number;
  #since_ms: number | null = null;
  #speed: number;

  constructor(at_ms: number, speed: number) {
    this.#from_ms = at_ms;
    this.#speed = speed;
  }

  get isRunning(): boolean {
    return this.#since_ms !== null;
  }

  at(now_ms: number): number {
    return this.#since_ms === null ? this.#from_ms : this.#from_ms + (now_ms - this.#since_ms) * this.#speed;
  }

  /** Puts it at a moment; it goes on running where it ran. */
  put(at_ms: number, now_ms: number): void {
    this.#from_ms = at_ms;
    if (this.#since_ms !== null) this.#since_ms = now_ms;
  }

  run(now_ms: number): void {
    this.#since_ms ??= now_ms;
  }

  stand(now_ms: number): void {
    this.#from_ms = this.at(now_ms);
    this.#since_ms = null;
  }

  setSpeed(speed: number, now_ms: number): void {
    this.put(this.at(now_ms), now_ms);
    this.#speed = speed;
  }
}
