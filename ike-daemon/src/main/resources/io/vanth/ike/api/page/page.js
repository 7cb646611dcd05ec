// The status page: asks for the state every two seconds and after each event, and shows it.
import {Client, Lost, Refused, Unauthorized} from './client.js';
import {arrange, byId, element, say, show} from './dom.js';
import {Failures, told} from './failures.js';
import {ConnectionView, overall} from './tunnels.js';
import {clock, count, duration, sentence} from './words.js';

const PAUSE = 2000;
const AGAIN = 1000;
// Many events at once are no reason to ask as often.
const BREATH = 250;
const SHOWN = 100;
const EVENTS = 30;
const HISTORIES = 20;
const QUIET = new Set(['dpd_sent', 'dpd_answered']);
// Whose text does not say what happened.
const LABELLED = new Set(['packets_dropped', 'config_changed', 'config_refused', 'missed', 'dropped']);

const wantsToken = document.body.dataset.access === 'token';
const client = new Client();
const failures = new Failures(byId('failures'), byId('no-failures'));
const views = new Map();
const states = new Map();
const explained = new Map();
let status;
let offset = 0;
let seen;
let lastEvent = '';
let asking;
let again = false;
let timer;
let listening = false;
let explaining = false;

const now = () => Date.now() + offset;

/** Asks at once; who calls while an answer is awaited gets one that was asked for later. */
async function refresh() {
  if (asking) {
    again = true;
    return;
  }
  clearTimeout(timer);
  asking = true;
  again = true;
  while (again) {
    again = false;
    await ask();
    if (again) {
      await new Promise(resolve => setTimeout(resolve, BREATH));
    }
  }
  asking = false;
  if (byId('access').hidden && !document.hidden) {
    timer = setTimeout(refresh, PAUSE);
  }
}

async function ask() {
  if (!byId('access').hidden) {
    return;
  }
  try {
    const answer = await client.get('/api/status');
    if (!byId('access').hidden) {
      return;
    }
    status = answer;
    offset = Date.parse(status.at) - Date.now();
    seen = Date.now();
    show(byId('lost'), '');
    byId('content').hidden = false;
    byId('leave').hidden = !client.hasToken;
    draw();
    listen();
    explainAll();
  } catch (cause) {
    trouble(cause);
  }
}

function trouble(cause) {
  if (cause instanceof Unauthorized && wantsToken) {
    askForToken(client.hasToken ? cause.message : '');
  } else {
    if (!(cause instanceof Lost || cause instanceof Refused || cause instanceof Unauthorized)) {
      console.error(cause);
    }
    lose(cause);
  }
}

/** The last state says nothing about now. */
function lose(cause) {
  status = undefined;
  const since = seen === undefined ? '' : ` since ${clock(seen)}; what follows is not known any more`;
  const refused = cause instanceof Refused || cause instanceof Unauthorized;
  const what = cause instanceof Lost ? 'No answer from the daemon'
    : `${refused ? 'The daemon refuses' : 'This page fails'} (${cause.message})`;
  show(byId('lost'), `${what}${since}. Asking again…`);
  say(byId('summary'), 'The state is not known.');
  say(byId('daemon'), '');
  document.title = 'lost · Vanth';
  views.forEach(each => each.forget());
}

function askForToken(why) {
  client.forget();
  status = undefined;
  clearTimeout(timer);
  views.clear();
  states.clear();
  explained.clear();
  failures.keep(new Set());
  failures.draw(now());
  arrange(byId('connections'), []);
  arrange(byId('events'), []);
  byId('content').hidden = true;
  byId('leave').hidden = true;
  byId('access').hidden = false;
  show(byId('lost'), '');
  show(byId('refused'), why);
  say(byId('summary'), 'Needs the token of the API.');
  say(byId('daemon'), '');
  document.title = 'Vanth';
  byId('token').focus();
}

function draw() {
  if (status === undefined) {
    return;
  }
  const tunnels = status.connections.flatMap(each => each.tunnels);
  const up = tunnels.filter(each => each.state === 'up').length;
  say(byId('summary'), `${up} of ${count(tunnels.length, 'tunnel')} up`);
  say(byId('daemon'), `vanth ${status.version}, running for ${duration(now() - Date.parse(status.started))}`);
  document.title = `${up} of ${tunnels.length} up · Vanth`;
  const wanted = byId('filter').value.trim().toLowerCase();
  const matching = status.connections.filter(each => !(byId('only-down').checked && overall(each) === 'up'))
    .filter(each => `${each.name} ${each.peer} ${each.remoteId}`.toLowerCase().includes(wanted));
  const shown = matching.slice(0, SHOWN);
  for (const connection of shown) {
    if (!views.has(connection.name)) {
      views.set(connection.name, new ConnectionView(connection.name, act));
    }
    views.get(connection.name).update(connection, now());
  }
  arrange(byId('connections'), shown.map(each => views.get(each.name).node));
  show(byId('none'), status.connections.length === 0 ? 'No connection is configured.'
    : matching.length === 0 ? 'No connection is like that.'
    : matching.length > SHOWN ? `${matching.length - SHOWN} more are not shown: filter by name.` : '');
  announce();
}

/** For who can't see colours change. */
function announce() {
  const news = [];
  const names = new Set();
  for (const connection of status.connections) {
    names.add(connection.name);
    for (const tunnel of connection.tunnels) {
      const name = `${connection.name}/${tunnel.name}`;
      if (states.has(name) && states.get(name) !== tunnel.state) {
        news.push(`${name} is ${tunnel.state}`);
      }
      states.set(name, tunnel.state);
    }
  }
  if (news.length > 0) {
    say(byId('spoken'), news.join('. '));
  }
  [...views.keys()].filter(each => !names.has(each)).forEach(each => views.delete(each));
  failures.keep(names);
}

/** Fetches explanations where something has failed since the last ones, the latest first. */
async function explainAll() {
  if (explaining) {
    return;
  }
  explaining = true;
  try {
    await explainThose(status.connections);
    failures.draw(now());
  } catch (cause) {
    trouble(cause);
  } finally {
    explaining = false;
  }
}

async function explainThose(connections) {
  const few = connections.length <= HISTORIES;
  const wanted = connections.map(each => ({name: each.name, key: key(each), at: latest(each)}))
    .filter(each => explained.get(each.name) !== each.key && (few || each.at > 0 || explained.has(each.name)))
    .sort((one, other) => other.at - one.at).slice(0, HISTORIES);
  for (const each of wanted) {
    try {
      const account = await client.get(`/api/connections/${each.name}/explanation`);
      if (!byId('access').hidden) {
        return;
      }
      failures.take(account);
    } catch (cause) {
      if (!(cause instanceof Refused)) {
        throw cause;
      }
      console.info(`${each.name} is gone: ${cause.message}`);
    }
    explained.set(each.name, each.key);
  }
}

const ends = connection => [connection, ...connection.tunnels].map(each => each.lastFailure?.at ?? '');
const key = connection => [...ends(connection), overall(connection)].join(' ');
const latest = connection => Math.max(0, ...ends(connection).filter(each => each !== '').map(Date.parse));

async function act(verb, name) {
  try {
    if (verb === 'explanation') {
      await explain(name);
    } else if (verb !== 'down') {
      await client.post(`/api/connections/${name}/${verb}`);
      notice(`Asked: ${verb} ${name}.`);
    } else if (await confirmed(name)) {
      await client.post(`/api/connections/${name}/down${byId('hold').checked ? '?hold=true' : ''}`);
      notice(`Asked: down ${name}.`);
    }
  } catch (cause) {
    if (cause instanceof Refused) {
      notice(`The daemon refuses: ${cause.message}`);
    } else {
      trouble(cause);
    }
  }
  refresh();
}

function notice(text) {
  show(byId('notice'), text);
  setTimeout(() => byId('notice').textContent === text && show(byId('notice'), ''), 5 * AGAIN);
}

async function explain(name) {
  const account = await client.get(`/api/connections/${name}/explanation`);
  const title = element('h2', {id: 'why-title'}, `Why? ${name}`);
  const close = element('button', {type: 'submit'}, 'Close');
  const dialog = element('dialog', {'aria-labelledby': 'why-title', class: 'why'}, title, ...told(account, now()),
    element('form', {method: 'dialog', class: 'actions'}, close));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  dialog.scrollTop = 0;
}

function confirmed(name) {
  const dialog = byId('down');
  say(byId('down-title'), `Take ${name} down?`);
  byId('hold').checked = false;
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise(resolve => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), {once: true});
  });
}

/** Listens until the daemon ends the stream, and again after a second. */
async function listen() {
  if (listening) {
    return;
  }
  listening = true;
  try {
    for await (const event of client.events(lastEvent)) {
      happened(event);
    }
    refresh();
  } catch (cause) {
    if (cause instanceof Refused) {
      notice(`No events: ${cause.message}. The state is asked for every two seconds.`);
      setTimeout(() => listening = false, 30 * AGAIN);
      return;
    }
    if (cause instanceof Lost) {
      refresh();
    } else {
      trouble(cause);
    }
  }
  setTimeout(() => listening = false, AGAIN);
}

function happened(event) {
  lastEvent = event.id ?? lastEvent;
  if (QUIET.has(event.type)) {
    return;
  }
  refresh();
  const name = [event.connection, event.tunnel].filter(each => each !== undefined).join('/');
  const text = event.text ?? Object.entries(event.packets ?? {}).map(each => each.join(' ')).join(', ');
  const entry = element('li', {'data-event': event.type, 'data-at': event.at ?? ''},
    element('span', {class: 'time'}, clock(event.at ?? now())), element('b', {}, name || event.peer || ''),
    ` ${sentence(LABELLED.has(event.type) ? `${event.type.replaceAll('_', ' ')}: ${text}` : text)}`);
  arrange(byId('events'), [entry, ...byId('events').children].slice(0, EVENTS));
  show(byId('no-events'), '');
}

byId('access').addEventListener('submit', event => {
  event.preventDefault();
  try {
    client.use(byId('token').value.trim());
  } catch (cause) {
    show(byId('refused'), cause.message);
    return;
  }
  byId('token').value = '';
  byId('access').hidden = true;
  say(byId('summary'), 'Asking the daemon…');
  refresh();
});
byId('leave').addEventListener('click', () => {
  askForToken('');
});
byId('filter').addEventListener('input', draw);
byId('only-down').addEventListener('change', draw);
document.addEventListener('visibilitychange', () => !document.hidden && refresh());

if (wantsToken && !client.hasToken) {
  askForToken('');
} else {
  refresh();
}
