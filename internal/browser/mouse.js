// Run in a page: how a hand presses an element. find returns the element, or nothing.
async (find) => {
  const shown = (n) => n ? `<${n.tagName.toLowerCase()}${n.id ? ` id=${n.id}` : ''} class="${n.className}"> ${n.textContent.trim().slice(0, 60)}` : 'nothing';
  const node = find();
  if (!node || !node.isConnected || !node.checkVisibility({ visibilityProperty: true })) return { why: 'it is not there' };
  if (node.disabled) return { why: 'it is disabled' };
  const centre = () => {
    const r = (node.getClientRects()[0] ?? node.getBoundingClientRect());
    return { x: r.left + r.width / 2, y: r.top + r.height / 2 };
  };
  const meets = ({ x, y }) => node.contains(document.elementFromPoint(x, y));
  if (!meets(centre())) node.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
  const frame = () => new Promise((drawn) => { requestAnimationFrame(drawn); setTimeout(drawn, 250); });
  await frame();
  const before = centre();
  await frame();
  const at = centre();
  if (!node.isConnected) return { why: 'it was drawn anew' };
  if (at.x !== before.x || at.y !== before.y) return { why: 'it moves' };
  if (!meets(at)) return { why: `in its place is ${shown(document.elementFromPoint(at.x, at.y))}` };
  // A hand that misses touches nothing else: it aims again. What takes the press has to take the click, too.
  window.pressed?.over();
  const press = { down: false, clicked: false, missed: '', over: () => stop.abort() };
  const stop = new AbortController();
  const listen = (event) => {
    const hit = node.contains(event.target);
    if (event.type === 'pointerdown') press.missed = hit ? '' : shown(event.target);
    if (press.missed) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (event.type === 'pointerdown') press.down = true;
    else if (event.type === 'click' && hit) press.clicked = true;
    if (event.type === 'click' && !hit) press.instead = shown(event.target);
  };
  for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click']) window.addEventListener(type, listen, { capture: true, signal: stop.signal });
  window.pressed = press;
  return at;
}
