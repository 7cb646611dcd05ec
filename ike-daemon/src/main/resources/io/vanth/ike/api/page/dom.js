// Makes and changes nodes. Text becomes a text node and nothing else: what peers say is in it.
const SVG = 'http://www.w3.org/2000/svg';

export const byId = id => document.getElementById(id);

/** A new element. Children are nodes or texts. */
export function element(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** A new element of a drawing. */
export function drawn(tag, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

function fill(node, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** A button that calls `work`. What it says to who can't see is `label`. */
export function button(text, label, work) {
  const made = element('button', {type: 'button', 'aria-label': label}, text);
  made.addEventListener('click', work);
  return made;
}

/** Changes the text of a node only where it differs, so that a selection stays. */
export function say(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** Shows a text, or hides its node where there is none. */
export function show(node, text) {
  say(node, text);
  node.hidden = text === '';
}

/** Brings the children of `parent` into the order of `nodes`; those that stay keep the focus. */
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  [...parent.children].filter(each => !wanted.has(each)).forEach(each => each.remove());
  nodes.forEach((node, place) => {
    if (parent.children[place] !== node) {
      parent.insertBefore(node, parent.children[place] ?? null);
    }
  });
}
