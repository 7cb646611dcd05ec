// Connections and their tunnels.
import {arrange, button, element, say, show} from './dom.js';
import {Meter, MeterView} from './meter.js';
import {ago, clock, count, duration, sentence} from './words.js';

const SIGNS = {up: '●', negotiating: '◐', partly: '◐', down: '○', unknown: '?'};
const ONE_WAY = 60_000;
const LATE = 60_000;
const ERRORS = [
  ['integrityFailures', 'packet that was altered or has other keys', 'packets that were altered or have other keys'],
  ['replayDrops', 'packet that came again or far too late', 'packets that came again or far too late'],
  ['selectorDrops', 'packet from a network that is not the tunnel’s', 'packets from networks that are not the tunnel’s'],
];

function badge() {
  return element('span', {class: 'badge'});
}

function mark(node, state) {
  if (node.dataset.state !== state) {
    node.dataset.state = state;
  }
  say(node.querySelector('.badge'), `${SIGNS[state]} ${state}`);
}

/** What is wrong, or that nothing is: `good`, `look`, `bad` or `idle`, and a sentence. */
function health(connection, tunnel, meter, now) {
  if (tunnel.state === 'negotiating') {
    return ['look', tunnel.waiting === undefined ? 'Being negotiated.' : waits(tunnel.waiting)];
  }
  if (tunnel.state === 'down') {
    if (tunnel.takenDown !== undefined) {
      return ['idle', `Taken down by the operator. ${tunnel.takenDown.refusesPeer ? 'The peer is refused too.'
        : 'The peer may bring it up.'}`];
    }
    if (tunnel.lastFailure !== undefined) {
      return ['bad', `${sentence(tunnel.lastFailure.text)} (${ago(tunnel.lastFailure.at, now)})`];
    }
    return ['idle', connection.lastFailure === undefined ? 'Nothing has failed; it waits for its start.'
      : 'Its connection is not there.'];
  }
  const sa = tunnel.sa;
  const errors = ERRORS.filter(([key]) => (sa?.inbound[key] ?? 0) > 0)
    .map(([key, one, more]) => count(sa.inbound[key], one, more));
  if (errors.length > 0) {
    return ['look', `Dropped since the last rekey: ${errors.join('; ')}.`];
  }
  if (sa !== undefined && now > Date.parse(sa.rekeyAt) + LATE) {
    return ['look', `New keys are late; these end in ${duration(Date.parse(sa.expires) - now)}.`];
  }
  if (meter.packets('outbound', ONE_WAY) > 0 && meter.packets('inbound', ONE_WAY) === 0) {
    return ['look', 'Sends, but nothing has come back for a minute.'];
  }
  const used = meter.lastIn;
  return ['good', used === undefined ? 'No packet has come in under these keys yet.' : `Last packet in: ${ago(used, now)}.`];
}

function waits(waiting) {
  const again = waiting.resent === 0 ? '' : `, asked again ${count(waiting.resent, 'time')}`;
  return `Waits for ${waiting.stage}${again}.${waiting.hint === '' ? '' : ` ${sentence(waiting.hint)}`}`;
}

function actions(name, act) {
  return element('div', {class: 'actions', role: 'group', 'aria-label': name},
    button('Up', `Bring ${name} up`, () => act('up', name)),
    button('Down', `Take ${name} down`, () => act('down', name)),
    button('Rekey', `Rekey ${name}`, () => act('rekey', name)),
    button('Why?', `Explain ${name}`, () => act('explanation', name)));
}

/** Buttons that would do nothing now. */
function enable(group, state) {
  const [up, down, rekey, why] = group.children;
  const unknown = state === 'unknown';
  up.disabled = unknown || state === 'up';
  down.disabled = unknown || state === 'down';
  rekey.disabled = unknown || state === 'down' || state === 'negotiating';
  why.disabled = unknown;
}

class TunnelView {
  #meter = new Meter();
  #drawing = new MeterView();
  #networks = element('p', {class: 'networks'});
  #health = element('p', {class: 'health'});
  #facts = {};
  #actions;
  #list;

  constructor(connection, name, act) {
    this.#actions = actions(`${connection}/${name}`, act);
    this.#list = element('dl', {});
    for (const fact of ['since', 'suite', 'new keys']) {
      this.#facts[fact] = element('dd');
      this.#list.append(element('div', {}, element('dt', {}, fact), this.#facts[fact]));
    }
    this.node = element('div', {class: 'tunnel', 'data-tunnel': `${connection}/${name}`},
      element('div', {class: 'title'}, element('h4', {}, name), badge()), this.#networks, this.#health,
      this.#drawing.node, this.#list, this.#actions);
  }

  update(connection, tunnel, now) {
    this.#meter.add(now, tunnel.sa);
    mark(this.node, tunnel.state);
    say(this.#networks, `${tunnel.local} ⇄ ${tunnel.remote}`
      + (tunnel.interface === undefined ? '' : ` through ${tunnel.interface}`));
    const [level, text] = health(connection, tunnel, this.#meter, now);
    this.#health.dataset.level = level;
    show(this.#health, text);
    this.#drawing.update(this.#meter, tunnel.sa);
    say(this.#facts.since, `${clock(tunnel.since)}, ${duration(now - Date.parse(tunnel.since))}`);
    say(this.#facts.suite, tunnel.sa === undefined ? '' : tunnel.sa.proposal
      + (tunnel.sa.udpEncapsulated ? ', in UDP' : ''));
    say(this.#facts['new keys'], tunnel.sa === undefined ? '' : due(tunnel.sa.rekeyAt, now));
    for (const fact of Object.values(this.#facts)) {
      fact.parentElement.hidden = fact.textContent === '';
    }
    this.#list.hidden = false;
    this.#actions.hidden = connection.tunnels.length === 1;
    enable(this.#actions, tunnel.state);
  }

  forget() {
    mark(this.node, 'unknown');
    show(this.#health, '');
    this.#meter = new Meter();
    this.#drawing.node.hidden = true;
    this.#list.hidden = true;
    enable(this.#actions, 'unknown');
  }
}

const due = (time, now) => Date.parse(time) > now ? `in ${duration(Date.parse(time) - now)}` : 'due';

/** `up` is only what has all its tunnels up. */
export function overall(connection) {
  const states = connection.tunnels.map(each => each.state);
  const up = states.filter(each => each === 'up').length;
  if (up > 0) {
    return up === states.length ? 'up' : 'partly';
  }
  return connection.state === 'negotiating' || states.includes('negotiating') ? 'negotiating' : 'down';
}

/** One connection; `act` is called with a verb and a name. */
export class ConnectionView {
  #name;
  #act;
  #who = element('p', {class: 'who'});
  #isakmp = element('p', {class: 'isakmp'});
  #trouble = element('p', {class: 'health'});
  #tunnels = new Map();
  #place = element('div', {});
  #actions;

  constructor(name, act) {
    this.#name = name;
    this.#act = act;
    this.#actions = actions(name, act);
    this.node = element('article', {class: 'card', 'data-connection': name},
      element('div', {class: 'title'}, element('h3', {}, name), badge()), this.#who, this.#isakmp, this.#trouble,
      this.#actions, this.#place);
  }

  update(connection, now) {
    mark(this.node, overall(connection));
    say(this.#who, `${connection.localId} ⇄ ${connection.remoteId} at ${connection.peer}`);
    const sa = connection.isakmp;
    show(this.#isakmp, sa === undefined ? '' : `IKE: ${sa.proposal}, as ${sa.role}`
      + `${sa.natTraversal ? ', NAT traversal' : ''}, new keys ${due(sa.rekeyAt, now)}`);
    const failure = connection.lastFailure;
    this.#trouble.dataset.level = connection.waiting === undefined ? 'bad' : 'look';
    show(this.#trouble, connection.waiting === undefined ? failure === undefined || overall(connection) === 'up'
      ? '' : `${sentence(failure.text)} (${ago(failure.at, now)})` : waits(connection.waiting));
    for (const tunnel of connection.tunnels) {
      if (!this.#tunnels.has(tunnel.name)) {
        this.#tunnels.set(tunnel.name, new TunnelView(this.#name, tunnel.name, this.#act));
      }
      this.#tunnels.get(tunnel.name).update(connection, tunnel, now);
    }
    const names = connection.tunnels.map(each => each.name);
    [...this.#tunnels.keys()].filter(each => !names.includes(each)).forEach(each => this.#tunnels.delete(each));
    arrange(this.#place, names.map(each => this.#tunnels.get(each).node));
    enable(this.#actions, overall(connection));
  }

  /** Nothing is known any more. */
  forget() {
    mark(this.node, 'unknown');
    show(this.#isakmp, '');
    show(this.#trouble, '');
    this.#tunnels.forEach(each => each.forget());
    enable(this.#actions, 'unknown');
  }
}
