// Asks axe about the page as it stands, but for what it was asked before of the same look; answers the faults, one
// line each, and the numbers of what need not be asked again.  Answers nothing where the window has no axe.
async ([options, before]) => {
  if (!window.axe) return null;
  const look = [matchMedia('(prefers-color-scheme: dark)').matches, document.documentElement.dataset.theme,
    innerWidth, options.runOnly].join();
  const number = (...given) => {
    const text = given.join('\n');
    let high = 0, low = 1;
    for (let at = 0; at < text.length; at++) {
      high = Math.imul(high ^ text.charCodeAt(at), 2654435761);
      low = Math.imul(low ^ text.charCodeAt(at), 1597334677);
    }
    return (high >>> 0).toString(36) + (low >>> 0).toString(36);
  };
  const known = new Set(before.split(' ')), fresh = [], marks = ['known', 'ink', 'close'];

  const roots = [document, ...[...document.querySelectorAll('*')].map(one => one.shadowRoot).filter(Boolean)];
  const all = selector => roots.flatMap(root => [...root.querySelectorAll(selector)]);

  // Parts of pages that are the same but for addresses, values, and ids, which are named after what the values are of.
  const parts = '.top, .bottom, main :is(nav, section, aside, form, fieldset, details, table)';
  for (const one of document.querySelectorAll(parts)) {
    if (one.closest('[data-known]')) continue;
    const its = number(look, one.outerHTML.replaceAll(/ (href|action|value|id|for|name|aria-[a-z]+by)="[^"]*"/g, ''));
    if (known.has(its)) one.dataset.known = '';
    else { known.add(its); fresh.push(its); }
  }

  // Text of one colour on one ground has one contrast.  The ground is what all elements around the text lay down;
  // whatever the stylesheet tells them apart by, what they look like is compared.
  const grounds = new Map(), twice = new Map();
  const ground = one => {
    if (!one) return look;
    if (!grounds.has(one)) {
      const style = getComputedStyle(one);
      grounds.set(one, number(ground(one.parentElement ?? one.getRootNode().host), one.tagName, one.className, one.getAttribute('style'),
        style.backgroundColor, style.backgroundImage, style.opacity, style.position,
        one.matches(':disabled, [aria-disabled=true]')));
    }
    return grounds.get(one);
  };
  const written = one => one.matches('input, select, textarea')
    || [...one.childNodes].some(part => part.nodeType === Node.TEXT_NODE && part.data.trim());
  const seen = one => {
    const box = one.getBoundingClientRect();
    return box.width && box.right > 0 && box.bottom > 0 && one.checkVisibility({ visibilityProperty: true });
  };
  for (const one of all('*').filter(one => !one.closest('[data-known]') && written(one) && seen(one))) {
    const style = getComputedStyle(one);
    const ink = number(ground(one), style.color, style.fontSize, style.fontWeight, style.textShadow,
      one.type, one.textContent.trim().length < 2);
    // Two of each: something may lie over the first, so that axe cannot tell.
    twice.set(ink, (twice.get(ink) ?? 0) + 1);
    if (!known.has(ink) && twice.get(ink) < 3) one.dataset.ink = ink;
  }

  // A target passes that is large and has none lying on it, or that is small and has none within 12 px of its middle.
  const targets = all('a[href], area, button, input:not([type=hidden]), select, textarea,'
    + ' summary, iframe, audio, video, [tabindex]:not(main), [contenteditable]').map(
    one => [one, one.getBoundingClientRect()]).filter(([, box]) => box.width);
  const small = box => Math.min(box.width, box.height) < 24;
  const lies = (box, its, most) => Math.max(its.left - box.right, box.left - its.right) < most
    && Math.max(its.top - box.bottom, box.top - its.bottom) < most;
  const near = (box, its) => {
    const middle = new DOMRect(box.left + box.width / 2, box.top + box.height / 2, 0, 0);
    return lies(middle, small(its) ? new DOMRect(its.left + its.width / 2, its.top + its.height / 2, 0, 0) : its,
      small(its) ? 25 : 13) || lies(middle, its, 13);
  };
  for (const [one, box] of targets) {
    const beside = targets.filter(([other, its]) => (small(box) ? near(box, its) : lies(box, its, 0))
      && !other.contains(one));
    // Where the same lie at the same distances, the one passes that passed before.
    const place = number(look, ...[[one, box], ...beside].map(([it, its]) => [it.tagName, it.className,
      ...[its.left - box.left, its.top - box.top, its.width, its.height].map(far => far.toFixed(1))]));
    if (beside.length && !known.has(place)) one.dataset.close = place;
  }
  axe.configure({ rules: [
    { id: 'color-contrast', selector: '[data-ink]' }, { id: 'target-size', selector: '[data-close]' },
  ] });

  const why = node => [...node.any, ...node.all, ...node.none].map(check => check.message).join('; ');
  // The reporters of axe describe each element that it looked at; here only the wrong ones are named.
  const reporter = found => {
    const passed = id => found.filter(rule => rule.id === id).flatMap(rule => rule.passes)
      .map(node => node.node.element.dataset);
    fresh.push(...passed('color-contrast').map(its => its.ink), ...passed('target-size').map(its => its.close));
    return {
      fresh: fresh.join(' '),
      faults: found.flatMap(rule => rule.violations.map(node => `${rule.id}: ${node.node.selector} ${why(node)}`)),
    };
  };
  const answer = await axe.run({ include: [document], exclude: [['[data-known]']] }, { ...options, reporter });
  for (const mark of marks) all(`[data-${mark}]`).forEach(one => delete one.dataset[mark]);
  return answer;
}
