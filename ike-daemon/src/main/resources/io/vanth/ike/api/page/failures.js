// Failures with their explanation and remedy.
import {arrange, element, say, show} from './dom.js';
import {ago, clock, count, sentence} from './words.js';

const MOST = 12;

function cause(each) {
  return element('li', {}, element('p', {}, each.why), element('p', {class: 'remedy'}, `→ ${each.remedy}`));
}

function table(comparison) {
  const head = ['', 'ours', 'theirs'].map(text => element('th', {scope: 'col'}, text));
  const rows = comparison.rows.map(row => element('tr', row.differs ? {class: 'differs'} : {},
    element('th', {scope: 'row'}, row.what), element('td', {}, row.ours),
    element('td', {}, row.theirs === undefined ? '(not told)' : `${row.theirs}${row.differs ? ' ≠' : ''}`)));
  return element('div', {class: 'wide', tabindex: '0', role: 'region', 'aria-label': comparison.title},
    element('table', {}, element('caption', {}, comparison.title), element('thead', {}, element('tr', {}, ...head)),
      element('tbody', {}, ...rows)),
    ...comparison.notes.map(note => element('p', {}, note)));
}

function scene(of) {
  const said = of.peerSaid.map(each => `${each.notification}${each.authenticated ? '' : ' (not authenticated)'}`);
  const facts = [
    ['stage', `${of.exchange} ${of.stage}, as ${of.role}`.replace(`${of.exchange} ${of.exchange}`, of.exchange)],
    ['addresses', `${of.local} (ours) and ${of.peer}`],
    ['cookies', `${of.initiatorCookie}:${of.responderCookie}`],
    ['messages', `${of.resent} sent again, ${of.repeated} of the peer’s came again`],
    ['NAT', of.nat],
    ['peer said', said.length === 0 ? 'nothing' : said.join('; ')],
    ...of.remarks.map(remark => ['also', remark]),
  ];
  return element('dl', {}, ...facts.map(([name, text]) => element('div', {}, element('dt', {}, name),
    element('dd', {}, text))));
}

/** Why, what to do, and what both sides have. */
function body(failure) {
  const more = [...failure.comparisons.map(table), ...failure.scene === undefined ? [] : [scene(failure.scene)]];
  return [
    element('p', {class: 'what'}, sentence(failure.text)),
    element('ul', {class: 'causes'}, ...failure.causes.map(cause)),
    ...more.length === 0 ? [] : [element('details', {}, element('summary', {}, 'Both sides, and how far it came'),
      ...more)],
  ];
}

/** Everything that is known of a connection or tunnel, at `now`. */
export function told(account, now) {
  return [
    element('p', {}, `${account.name} ${account.summary}.`),
    ...account.failures.flatMap(failure => [element('h3', {}, when(failure, now)), ...body(failure)]),
  ];
}

function when(failure, now) {
  const often = failure.times < 2 ? '' : `, ${failure.times} times since ${clock(failure.first)}`;
  return `${ago(failure.last, now)}${often}`;
}

/** The latest failures of all connections. */
export class Failures {
  #list;
  #none;
  #accounts = new Map();
  #entries = new Map();

  constructor(list, none) {
    this.#list = list;
    this.#none = none;
  }

  take(account) {
    this.#accounts.set(account.name, account);
  }

  /** Keeps only what belongs to one of these connections. */
  keep(names) {
    [...this.#accounts.keys()].filter(each => !names.has(each)).forEach(each => this.#accounts.delete(each));
  }

  draw(now) {
    const all = [...this.#accounts.values()].flatMap(account => account.failures.map(failure => ({account, failure})))
      .sort((one, other) => Date.parse(other.failure.last) - Date.parse(one.failure.last)).slice(0, MOST);
    const shown = new Map();
    for (const {account, failure} of all) {
      const key = JSON.stringify([account.name, failure.tunnel, failure.reason, failure.text, failure.first]);
      const entry = this.#entries.get(key) ?? Failures.#entry(account, failure);
      shown.set(key, entry);
      Failures.#update(entry, account, failure, now);
    }
    this.#entries = shown;
    arrange(this.#list, [...shown.values()].map(each => each.node));
    say(this.#none, shown.size === 0 ? 'None is known.' : `The latest ${count(shown.size, 'different one')}.`);
  }

  static #entry(account, failure) {
    const name = failure.tunnel === undefined ? account.name : `${account.name}/${failure.tunnel}`;
    const time = element('span', {class: 'time'});
    const over = element('p', {class: 'over'});
    const place = element('div');
    return {time, over, place, node: element('li', {'data-failure': name, 'data-reason': failure.reason},
      element('div', {class: 'title'}, element('h3', {}, name), time), over, place)};
  }

  /** What is open stays open. */
  static #update(entry, account, failure, now) {
    say(entry.time, when(failure, now));
    show(entry.over, account.state === 'up' ? 'It is up again.'
      : account.takenDown ? 'The operator has taken it down since.' : '');
    const source = JSON.stringify({...failure, times: 0});
    if (entry.source !== source) {
      const open = entry.place.querySelector('details')?.open ?? false;
      entry.place.replaceChildren(...body(failure));
      entry.place.querySelectorAll('details').forEach(each => each.open = open);
      entry.source = source;
    }
  }
}
