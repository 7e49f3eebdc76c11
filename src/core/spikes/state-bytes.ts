// Detector state as bytes: a kind and a version in front, counts as varints, arrays with their zeros left out, so that
// a group that has seen little takes little. Numbers come back bit for bit.

const FIRST_BYTES = 512;
const VARINT_BITS = 128;

/** Writes state; what is read back must be read in the same order. */
export class StateWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** @param kind tells one detector's state from another's, 0 to 255. @param version of its layout, 0 to 255. */
  constructor(kind: number, version: number) {
    this.byte(kind);
    this.byte(version);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  flag(value: boolean): void {
    this.byte(value ? 1 : 0);
  }

  /** Any double, infinities and NaN included; 8 bytes. */
  number(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** A whole number from 0 to 2^53 - 1; one byte below 128. */
  count(value: number): void {
    let rest = value;
    while (rest >= VARINT_BITS) {
      this.byte((rest % VARINT_BITS) + VARINT_BITS);
      rest = Math.floor(rest / VARINT_BITS);
    }
    this.byte(rest);
  }

  /** An array of whole numbers of a length that the reader knows. */
  counts(values: ArrayLike<number>): void {
    this.#runs(values, (value) => this.count(value));
  }

  /** An array of single precision numbers, 4 bytes each. */
  singles(values: Float32Array): void {
    this.#runs(values, (value) => {
      this.#reserve(4);
      this.#view.setFloat32(this.#length, value, true);
      this.#length += 4;
    });
  }

  /** Bytes written by another writer, with their length. */
  block(bytes: Uint8Array): void {
    this.count(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** Runs of zeros and of values in turn: (zeros, values, the values themselves) until the array is full. */
  #runs(values: ArrayLike<number>, write: (value: number) => void): void {
    let i = 0;
    while (i < values.length) {
      const zerosFrom = i;
      while (i < values.length && values[i] === 0) i++;
      this.count(i - zerosFrom);
      const valuesFrom = i;
      while (i < values.length && values[i] !== 0) i++;
      this.count(i - valuesFrom);
      for (let k = valuesFrom; k < i; k++) write(values[k] as number);
    }
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + bytes));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** Reads what a StateWriter wrote. Every read past the end throws RangeError. */
export class StateReader {
  readonly #view: DataView;
  #at = 0;

  /** @throws RangeError when the bytes are of another kind or version. */
  constructor(bytes: Uint8Array, kind: number, version: number) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const found = { kind: this.byte(), version: this.byte() };
    if (found.kind !== kind || found.version !== version) {
      throw new RangeError(
        `Cannot restore a detector: expected state of kind ${kind} version ${version}, ` +
          `found kind ${found.kind} version ${found.version}`,
      );
    }
  }

  byte(): number {
    return this.#view.getUint8(this.#at++);
  }

  flag(): boolean {
    return this.byte() !== 0;
  }

  number(): number {
    this.#at += 8;
    return this.#view.getFloat64(this.#at - 8, true);
  }

  count(): number {
    let value = 0;
    for (let scale = 1; ; scale *= VARINT_BITS) {
      const byte = this.byte();
      value += (byte % VARINT_BITS) * scale;
      if (byte < VARINT_BITS) return value;
    }
  }

  counts(into: Float64Array | Uint8Array): void {
    this.#runs(into, () => this.count());
  }

  singles(into: Float32Array): void {
    this.#runs(into, () => {
      this.#at += 4;
      return this.#view.getFloat32(this.#at - 4, true);
    });
  }

  block(): Uint8Array {
    const length = this.count();
    const from = this.#at;
    this.#need(from + length <= this.#view.byteLength);
    this.#at += length;
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + from, length);
  }

  /** @throws RangeError when bytes are left over: they are of another layout. */
  end(): void {
    this.#need(this.#at === this.#view.byteLength);
  }

  #runs(into: Float64Array | Float32Array | Uint8Array, read: () => number): void {
    let i = 0;
    while (i < into.length) {
      const zeros = this.count();
      const values = this.count();
      this.#need(zeros + values > 0 && i + zeros + values <= into.length);
      into.fill(0, i, i + zeros);
      i += zeros;
      for (const to = i + values; i < to; i++) into[i] = read();
    }
  }

  #need(holds: boolean): void {
    if (!holds) throw new RangeError(`Cannot restore a detector: its state is damaged near byte ${this.#at}`);
  }
}
