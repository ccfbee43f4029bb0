// Measures every document in a frame of this page, as it is drawn: what is said of each comes out as JSON, for the test that reads it.
const shown = (r) => r.width > 0.5 && r.height > 0.5;

// The boxes of all words of a document: a line of a text each.
function boxes(doc) {
  const found = [];
  for (const text of doc.querySelectorAll("svg text")) {
    found.push({ words: text.textContent, rect: text.getBoundingClientRect(), of: text });
  }
  const walker = doc.createTreeWalker(doc.body ?? doc.documentElement, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.data.trim() || node.parentElement.closest("svg, style, script")) continue;
    const range = doc.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) found.push({ words: node.data.trim(), rect, of: node.parentElement });
  }
  return found.filter((b) => shown(b.rect));
}

function overlapping(all) {
  const found = [];
  const sorted = all.slice().sort((a, b) => a.rect.top - b.rect.top);
  sorted.forEach((a, i) => {
    for (let j = i + 1; j < sorted.length && sorted[j].rect.top < a.rect.bottom; j++) {
      const b = sorted[j];
      const wide = Math.min(a.rect.right, b.rect.right) - Math.max(a.rect.left, b.rect.left);
      const high = Math.min(a.rect.bottom, b.rect.bottom) - Math.max(a.rect.top, b.rect.top);
      // Half a pixel at each side is rounding.
      if (wide > 1 && high > 1) found.push(`${a.words} | ${b.words}`);
    }
  });
  return found;
}

// Words that no scrolling brings to sight: beyond a box that cuts, or before the page's own beginning.
function cut(all, view) {
  const outside = (inner, outer) =>
    inner.left < outer.left - 1 || inner.right > outer.right + 1 || inner.top < outer.top - 1 || inner.bottom > outer.bottom + 1;
  return all.filter(({ rect, of }) => {
    if (rect.left + view.scrollX < 0 || rect.top + view.scrollY < 0) return true;
    for (let box = of; box; box = box.parentElement) {
      const cuts = ["hidden", "clip"].includes(view.getComputedStyle(box).overflowX) || (box.localName === "svg" && box.viewBox?.baseVal);
      if (cuts && outside(rect, box.getBoundingClientRect())) return true;
    }
    return false;
  }).map((b) => b.words);
}

const channels = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
function light(colour) {
  const part = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
  const [r, g, b] = channels(colour).map(part);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

// Text against its paper, after WCAG 2.2, 1.4.3.
function contrast(a, b) {
  const [dark, bright] = [light(a), light(b)].sort((x, y) => x - y);
  return (bright + 0.05) / (dark + 0.05);
}

function measured(frame) {
  const doc = frame.contentDocument;
  const view = frame.contentWindow;
  const all = boxes(doc);
  const paper = doc.body ? view.getComputedStyle(doc.body).backgroundColor : view.getComputedStyle(doc.querySelector(".paper")).fill;
  const faint = all.filter(({ of }) => {
    const style = view.getComputedStyle(of);
    return contrast(of.localName === "text" ? style.fill : style.color, paper) < 4.5;
  });
  // Characters of 14 units, as large as the drawing is shown.
  const drawings = [...doc.querySelectorAll("svg")].filter((s) => shown(s.getBoundingClientRect()));
  const sizes = drawings.map((s) => (14 * s.getBoundingClientRect().width) / s.viewBox.baseVal.width);
  return {
    file: frame.getAttribute("src"),
    wide: view.innerWidth,
    paper: light(paper),
    texts: all.length,
    overlapping: overlapping(all),
    cut: cut(all, view),
    faint: faint.map((b) => b.words),
    size: Math.min(...sizes, 14),
    sideways: doc.body ? doc.documentElement.scrollWidth - doc.documentElement.clientWidth : 0,
    requests: view.performance.getEntriesByType("resource").map((e) => e.name),
  };
}

addEventListener("load", () => {
  const result = [...document.querySelectorAll("iframe")].map(measured);
  // As attribute text nothing in it can be taken for an element.
  document.body.setAttribute("data-measured", encodeURIComponent(JSON.stringify(result)));
});
