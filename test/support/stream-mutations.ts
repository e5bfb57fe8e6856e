// What somebody between client and object can do to a stream of frames, as data: tests run every one of them and
// must notice every one. Knows nothing of keys; the same mutations serve streams on a real socket.

export type Frames = readonly Uint8Array<ArrayBuffer>[];

/** Where the flags of a frame stand; their lowest bit marks the last record. */
const FLAGS_AT = 1;

/** A stream that is not the one that was sent. */
export interface Mutation {
  readonly name: string;
  readonly frames: Frames;
}

/** Records moved, removed, doubled. Every result differs from `frames`. */
export function* recordMutations(frames: Frames): Generator<Mutation> {
  const last = frames.length - 1;
  for (const at of frames.keys()) {
    const here = String(at);
    yield { name: `cut before record ${here}`, frames: frames.slice(0, at) };
    // A cut that tries to look like an end, and an end that tries to look like more to come.
    const turned = get(frames, at).with(FLAGS_AT, at === last ? 0 : 1);
    yield { name: `record ${here} last, or not last any more`, frames: [...frames.slice(0, at), turned] };
    if (at < last) yield { name: `drop record ${here}`, frames: frames.toSpliced(at, 1) };
    yield { name: `repeat record ${here}`, frames: frames.toSpliced(at, 0, get(frames, at)) };
    yield { name: `repeat record ${here} at the end`, frames: [...frames, get(frames, at)] };
    for (const other of new Set([at + 1, at + 2, last])) {
      if (other > last || other <= at) continue;
      const swapped = frames.with(at, get(frames, other)).with(other, get(frames, at));
      yield { name: `swap records ${here} and ${String(other)}`, frames: swapped };
    }
  }
  if (last > 0) yield { name: "reverse", frames: frames.toReversed() };
  if (last > 0) yield { name: "only the last", frames: frames.slice(last) };
  yield { name: "the whole stream twice", frames: [...frames, ...frames] };
}

/** Records of another stream put in the place of one, before one, and behind a cut. */
export function* splices(frames: Frames, from: string, others: Frames): Generator<Mutation> {
  for (const [at, other] of others.entries()) {
    const here = String(at);
    if (at < frames.length) {
      yield { name: `record ${here} of ${from} in place of our own`, frames: frames.with(at, other) };
      yield { name: `record ${here} of ${from} before our own`, frames: frames.toSpliced(at, 0, other) };
      yield { name: `${from} from record ${here} on`, frames: [...frames.slice(0, at), ...others.slice(at)] };
    }
    yield { name: `record ${here} of ${from} behind the end`, frames: [...frames, other] };
  }
}

/** Every frame cut at every byte, the stream going on or ending there; two frames joined; a byte too many. */
export function* byteCuts(frames: Frames): Generator<Mutation> {
  for (const [at, frame] of frames.entries()) {
    for (let bytes = 0; bytes < frame.length; bytes++) {
      const cut = frame.slice(0, bytes);
      const name = `record ${String(at)} cut to ${String(bytes)} bytes`;
      yield { name, frames: frames.with(at, cut) };
      if (at < frames.length - 1)
        yield { name: `${name}, then nothing`, frames: [...frames.slice(0, at), cut] };
    }
    yield {
      name: `record ${String(at)} with a byte more`,
      frames: frames.with(at, Uint8Array.of(...frame, 0)),
    };
    const next = frames[at + 1];
    if (next === undefined) continue;
    const joined = frames.toSpliced(at, 2, Uint8Array.of(...frame, ...next));
    yield { name: `records ${String(at)} and ${String(at + 1)} joined`, frames: joined };
  }
}

/** One bit of one frame turned: each of its bits, or with `oneIn` 8 one bit of each byte. */
export function* bitFlips(frames: Frames, at: number, oneIn: 1 | 8 = 1): Generator<Mutation> {
  const frame = get(frames, at);
  for (let bit = 0; bit < 8 * frame.length; bit += 1) {
    const byte = Math.floor(bit / 8);
    // Another bit in each byte, so that none is left out as a whole.
    if (oneIn === 8 && bit % 8 !== byte % 8) continue;
    const flipped = frame.slice();
    flipped[byte] = (flipped[byte] ?? 0) ^ (1 << (bit % 8));
    yield { name: `record ${String(at)} with bit ${String(bit)} turned`, frames: frames.with(at, flipped) };
  }
}

function get(frames: Frames, at: number): Uint8Array<ArrayBuffer> {
  const frame = frames[at];
  if (frame === undefined) throw new RangeError("no such record");
  return frame;
}
