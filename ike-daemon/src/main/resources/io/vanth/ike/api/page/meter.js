// Throughput of a tunnel, from the counters of its SAs, and its drawing.
import {drawn, element, say} from './dom.js';
import {amount, rate} from './words.js';

const SAMPLES = 60;
const SHORTEST = 700;
const WIDTH = 240;
const HEIGHT = 40;
const WAYS = [['inbound', 'In'], ['outbound', 'Out']];

const total = direction => ({spi: direction?.spi, bytes: direction?.bytes ?? 0, packets: direction?.packets ?? 0});

// After a rekey the counters are those of another SA.
const grown = (before, after, key) =>
  before.spi === after.spi ? Math.max(0, after[key] - before[key]) : after[key];

/** Remembers the last two minutes. */
export class Meter {
  #last;
  #lastIn;
  #samples = [];

  /** Takes the counters of `sa`, which may be absent, at a time by the daemon's clock. */
  add(at, sa) {
    const now = {at, inbound: total(sa?.inbound), outbound: total(sa?.outbound)};
    if (this.#last !== undefined && at - this.#last.at < SHORTEST) {
      return;
    }
    if (this.#last !== undefined) {
      const seconds = (at - this.#last.at) / 1000;
      const sample = {at};
      for (const [way] of WAYS) {
        sample[way] = {
          bits: grown(this.#last[way], now[way], 'bytes') * 8 / seconds,
          packets: grown(this.#last[way], now[way], 'packets'),
        };
      }
      this.#samples = [...this.#samples, sample].slice(-SAMPLES);
    }
    this.#last = now;
    this.#lastIn = sa?.inbound.lastUsed ?? this.#lastIn;
  }

  /** When a packet came in, also under keys before these; undefined where it is not known. */
  get lastIn() {
    return this.#lastIn;
  }

  get samples() {
    return this.#samples;
  }

  /** Packets of a way in the last `length` milliseconds; undefined when that is not known yet. */
  packets(way, length) {
    const end = this.#samples.at(-1)?.at;
    const first = this.#samples[0]?.at;
    if (end === undefined || end - first < length) {
      return undefined;
    }
    return this.#samples.filter(each => each.at > end - length).reduce((sum, each) => sum + each[way].packets, 0);
  }
}

/** Rates and a drawing of them. */
export class MeterView {
  #texts = {};
  #lines = {};
  #top = element('span', {class: 'top'});
  #image;

  constructor() {
    for (const [way] of WAYS) {
      this.#texts[way] = element('span', {class: 'rate'});
      this.#lines[way] = drawn('polyline', {class: way});
    }
    this.#image = drawn('svg', {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img',
      'aria-label': 'Throughput'}, this.#lines.inbound, this.#lines.outbound);
    this.node = element('div', {class: 'meter'},
      element('div', {class: 'rates'}, ...WAYS.map(([way, name]) => element('span', {class: way},
        element('b', {}, name), ' ', this.#texts[way])), this.#top), this.#image);
  }

  update(meter, sa) {
    this.node.hidden = sa === undefined;
    const samples = meter.samples;
    const top = Math.max(8000, ...samples.flatMap(each => [each.inbound.bits, each.outbound.bits]));
    for (const [way] of WAYS) {
      const bits = samples.at(-1)?.[way].bits;
      const all = sa?.[way].bytes;
      // New keys for the way out are taken into use a little later than those for the way in.
      say(this.#texts[way], bits === undefined || all === undefined ? '…' : `${rate(bits)}, ${amount(all)}`);
      this.#lines[way].setAttribute('points', samples.map((each, place) => [
        WIDTH - (samples.length - 1 - place) * WIDTH / (SAMPLES - 1),
        HEIGHT - 1 - each[way].bits / top * (HEIGHT - 2)].map(value => value.toFixed(1)).join(',')).join(' '));
    }
    say(this.#top, samples.length < 2 ? '' : `top ${rate(top)}`);
    this.#image.setAttribute('aria-label', `Throughput of the last two minutes, at most ${rate(top)}`);
  }
}
