// Numbers and times in words.
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in milliseconds, in one or two units. */
export function duration(length) {
  const whole = Math.max(0, length);
  if (whole < MINUTE) {
    return `${Math.floor(whole / SECOND)} s`;
  }
  if (whole < HOUR) {
    return `${Math.floor(whole / MINUTE)} min`;
  }
  if (whole < DAY) {
    return two(whole, HOUR, 'h', MINUTE, 'min');
  }
  return two(whole, DAY, 'd', HOUR, 'h');
}

function two(length, large, largeName, small, smallName) {
  const rest = Math.floor(length % large / small);
  return `${Math.floor(length / large)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}

/** How long `time`, in ISO 8601, is past at `now`. */
export function ago(time, now) {
  const past = now - Date.parse(time);
  return past < SECOND ? 'now' : `${duration(past)} ago`;
}

/** Bits in a second. */
export function rate(bits) {
  return scaled(bits, 1000, ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s']);
}

/** An amount of bytes. */
export function amount(bytes) {
  return scaled(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB']);
}

function scaled(value, step, units) {
  let rest = value;
  let unit = 0;
  while (rest >= step && unit < units.length - 1) {
    rest /= step;
    unit++;
  }
  return `${unit === 0 || rest >= 100 ? Math.round(rest) : rest.toFixed(1)} ${units[unit]}`;
}

/** The time of day of `time`, with the day where it is another one. */
export function clock(time) {
  const at = new Date(time);
  const today = at.toDateString() === new Date().toDateString();
  return today ? at.toLocaleTimeString() : at.toLocaleString();
}

/** A text of the daemon as a sentence of its own. */
export function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}

/** A number of things. */
export function count(number, one, more = `${one}s`) {
  return `${number} ${number === 1 ? one : more}`;
}
