/** SHA-256 (FIPS 180-4) at once: the browser's own answers later, and only on secure pages. */

const ROUNDS = 64;
const BLOCK_BYTES = 64;

/** The first bits of the fractions of the primes' square roots, and of their cube roots. */
const START = listPrimes(8).map((prime) => fractionBits(Math.sqrt(prime)));
const CONSTANTS = listPrimes(ROUNDS).map((prime) => fractionBits(Math.cbrt(prime)));

export function hashText(text: string): string {
  const state = Uint32Array.from(START);
  const bytes = pad(new TextEncoder().encode(text));
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) mix(state, schedule(view, at));
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
}

/** A one bit, zeros, and the length in bits in the last eight bytes. */
function pad(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const blocks = Math.ceil((message.length + 9) / BLOCK_BYTES);
  const padded = new Uint8Array(blocks * BLOCK_BYTES);
  padded.set(message);
  padded[message.length] = 0x80;
  const bits = BigInt(message.length) * 8n;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, bits);
  return padded;
}

function schedule(view: DataView, at: number): Uint32Array {
  const words = new Uint32Array(ROUNDS);
  for (let round = 0; round < 16; round += 1) words[round] = view.getUint32(at + 4 * round);
  for (let round = 16; round < ROUNDS; round += 1) {
    const [two, fifteen] = [wordAt(words, round - 2), wordAt(words, round - 15)];
    const low = turn(fifteen, 7) ^ turn(fifteen, 18) ^ (fifteen >>> 3);
    const high = turn(two, 17) ^ turn(two, 19) ^ (two >>> 10);
    words[round] = wordAt(words, round - 16) + low + wordAt(words, round - 7) + high;
  }
  return words;
}

function mix(state: Uint32Array, words: Uint32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let round = 0; round < ROUNDS; round += 1) {
    const high = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const choice = (e & f) ^ (~e & g);
    const first = (h + high + choice + (CONSTANTS[round] ?? 0) + wordAt(words, round)) | 0;
    const low = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + low + majority) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, at) => {
    state[at] = wordAt(state, at) + word;
  });
}

function turn(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function wordAt(words: Uint32Array, at: number): number {
  return words[at] ?? 0;
}

function fractionBits(root: number): number {
  return Math.floor((root % 1) * 2 ** 32);
}

function listPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let number = 2; primes.length < count; number += 1) {
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  }
  return primes;
}
