// Makes the document that people look at equal to the one that the server sends now, touching only what differs: focus,
// selection, scroll positions and charts stay.

/** What has this attribute belongs to the script: its attributes and children are left alone. */
const KEEP = "data-keep";

/** Makes `old` what `fresh` is. Both are elements of the same name. */
export function morph(old: Element, fresh: Element): void {
  if (old.hasAttribute(KEEP) || old.isEqualNode(fresh)) return;
  takeAttributes(old, fresh);
  const byId = new Map([...old.children].filter(({ id }) => id !== "").map((child) => [child.id, child]));
  let at: ChildNode | null = old.firstChild;
  for (const wanted of fresh.childNodes) {
    const known = wanted instanceof Element && wanted.id !== "" ? byId.get(wanted.id) : undefined;
    if (known !== undefined && known !== at) old.insertBefore(known, at);
    const have: ChildNode | null = known ?? at;
    if (have === null || !isAlike(have, wanted)) {
      // An element that is wanted further down must not be overwritten here.
      old.insertBefore(document.importNode(wanted, true), at);
      continue;
    }
    if (have instanceof Element && wanted instanceof Element) morph(have, wanted);
    else if (have.nodeValue !== wanted.nodeValue) have.nodeValue = wanted.nodeValue;
    at = have.nextSibling;
  }
  while (at !== null) {
    const next: ChildNode | null = at.nextSibling;
    at.remove();
    at = next;
  }
}

function isAlike(a: Node, b: Node): boolean {
  if (a instanceof Element && b instanceof Element) return a.tagName === b.tagName && a.id === b.id;
  return a.nodeType === b.nodeType;
}

function takeAttributes(old: Element, fresh: Element): void {
  for (const name of old.getAttributeNames()) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}
