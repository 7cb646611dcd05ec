// Talks to the API. Only this file knows the token.
const STORED = 'vanth-token';
const PATIENCE = 5000;
// The daemon sends a sign of life every 15 s.
const SILENCE = 40_000;

/** The daemon does not answer. */
export class Lost extends Error {}

/** Who asks may not. */
export class Unauthorized extends Error {}

/** The daemon says no. */
export class Refused extends Error {}

export class Client {
  #token = sessionStorage.getItem(STORED) ?? '';
  #streams = new Set();

  get hasToken() {
    return this.#token !== '';
  }

  /** Takes a token for this tab. */
  use(token) {
    if (!/^[\x21-\x7e]+$/.test(token)) {
      throw new Unauthorized('a token is one line of visible ASCII characters');
    }
    this.#token = token;
    sessionStorage.setItem(STORED, token);
  }

  /** Forgets the token, and ends what was opened with it. */
  forget() {
    this.#streams.forEach(each => each.abort());
    this.#token = '';
    sessionStorage.removeItem(STORED);
  }

  async get(path) {
    return this.#json('GET', path);
  }

  async post(path) {
    return this.#json('POST', path);
  }

  async #json(method, path) {
    const answer = await this.#ask(path, {method, signal: AbortSignal.timeout(PATIENCE)});
    try {
      return await answer.json();
    } catch (cause) {
      throw new Lost('the answer broke off', {cause});
    }
  }

  async #ask(path, options) {
    const headers = {...options.headers};
    if (this.hasToken) {
      headers.Authorization = `Bearer ${this.#token}`;
    }
    let answer;
    try {
      answer = await fetch(path, {...options, headers, cache: 'no-store', redirect: 'error'});
    } catch (cause) {
      throw new Lost('no answer', {cause});
    }
    if (answer.ok) {
      return answer;
    }
    const why = await answer.json().then(body => body.error ?? body.detail, () => `status ${answer.status}`);
    throw answer.status === 401 ? new Unauthorized(why) : new Refused(why);
  }

  /** Events as they happen, behind the one that `last` names, until the stream ends. */
  async *events(last) {
    const control = new AbortController();
    this.#streams.add(control);
    const headers = last === '' ? {} : {'Last-Event-ID': last};
    let timer = setTimeout(() => control.abort(), SILENCE);
    try {
      const answer = await this.#ask('/api/events', {method: 'GET', headers, signal: control.signal});
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        clearTimeout(timer);
        timer = setTimeout(() => control.abort(), SILENCE);
        const blocks = (text + part.value).split('\n\n');
        text = blocks.pop();
        yield* blocks.flatMap(parsed);
      }
    } catch (cause) {
      throw cause instanceof Refused || cause instanceof Unauthorized ? cause : new Lost('no events', {cause});
    } finally {
      clearTimeout(timer);
      this.#streams.delete(control);
      control.abort();
    }
  }
}

// HTML Living Standard, section 9.2: the daemon writes one line of data for each event.
function parsed(block) {
  const data = block.split('\n').find(line => line.startsWith('data: '));
  return data === undefined ? [] : [JSON.parse(data.slice('data: '.length))];
}
