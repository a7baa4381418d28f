// The reader's one script: theme, copy buttons, and the Personalize bar.
"use strict";

const root = document.documentElement;
const find = (selector, within = document) => within.querySelector(selector);
const findAll = (selector, within = document) => [...within.querySelectorAll(selector)];
const HEADINGS = "h1,h2,h3,h4,h5,h6";

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// What is remembered is a convenience: a browser that keeps nothing still works.
const remembered = (key) => { try { return sessionStorage.getItem(key); } catch { return null; } };
const remember = (key, value) => { try { sessionStorage.setItem(key, value); } catch { /* private mode */ } };

// --- Theme: the system's, unless the reader chose; the server is told, so that no page flashes. -
function startTheme() {
  const button = find("[data-theme-switch]");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    document.cookie = `chapterwise_theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
  });
}

// --- Listings: a button that copies. ---------------------------------------------------------
function addCopyButtons(within) {
  for (const bar of findAll(".listing-bar", within)) {
    if (!navigator.clipboard || find("button", bar)) continue;
    const button = make("button", { type: "button" }, "Copy");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(find("code", bar.parentElement).textContent);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    bar.append(button);
  }
}

// --- Confirmations: a form that says what it will do. ----------------------------------------
function startConfirmations() {
  for (const form of findAll("form[data-confirm]")) {
    form.addEventListener("submit", (event) => {
      if (!confirm(form.dataset.confirm)) event.preventDefault();
    });
  }
}

// --- Server-sent events over fetch. ----------------------------------------------------------
async function* readEvents(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    buffer += value.replaceAll("\r\n", "\n");
    let end;
    while ((end = buffer.indexOf("\n\n")) >= 0) {
      const event = parseEvent(buffer.slice(0, end));
      buffer = buffer.slice(end + 2);
      if (event.data) yield event;
    }
  }
}

function parseEvent(block) {
  const event = { name: "message", data: null };
  const data = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("event:")) event.name = line.slice(6).trim();
    if (line.startsWith("data:")) data.push(line.slice(5).trimStart());
  }
  if (data.length) event.data = JSON.parse(data.join("\n"));
  return event;
}

async function explain(response) {
  if (response.status === 401) location.assign(`/sign-in?back=${encodeURIComponent(location.pathname)}`);
  try { return (await response.json()).detail; } catch { return "Something went wrong. Try again in a moment."; }
}

// --- Keeping the place: what is being read stays where it is while the text around it changes. -
function keepingPlace(change) {
  if (scrollY === 0) { change(); return; }
  const topOf = (id) => document.getElementById(id)?.getBoundingClientRect().top ?? find(".chapter").getBoundingClientRect().bottom;
  const ids = findAll(`.chapter :is(${HEADINGS})[id]`).map((each) => each.id);
  const tops = ids.map(topOf);
  const next = tops.findIndex((top) => top >= 0);
  const after = next < 0 ? ids.length : next;
  const end = topOf(ids[after]);
  // A heading in sight stays where it is; in the middle of a long stretch its share says where.
  let offset = () => topOf(ids[after]) - end;
  if (end >= innerHeight && after > 0) {
    const share = -tops[after - 1] / Math.max(end - tops[after - 1], 1);
    offset = () => (1 - share) * topOf(ids[after - 1]) + share * topOf(ids[after]);
  }
  change();
  // The browser's own anchoring answers the same change; twice settles both.
  for (let turn = 0; turn < 2; turn += 1) scrollBy({ top: offset(), behavior: "instant" });
}

// Of two versions of a section only the shown one may hold the anchors.
function moveAnchors(holder, isShown) {
  if (isShown) {
    for (const each of findAll("[data-anchor]", holder)) { each.id = each.dataset.anchor; delete each.dataset.anchor; }
  } else {
    for (const each of findAll("[id]", holder)) { each.dataset.anchor = each.id; each.removeAttribute("id"); }
  }
}

// --- What was done, in words. ----------------------------------------------------------------
const READ = {
  passed: "read over by a second model",
  repaired: "mended after a second model read it",
  partly_original: "in part the author’s words, where a second model objected",
};
const ORIGINALS = {
  not_asked: "no change was asked for",
  locked: "locked by the author or an instructor",
  no_prose: "nothing to rewrite",
  reserved: "warnings and exercises stay as they are",
  nothing_to_change: "nothing had to be changed",
  rejected: "what was written did not pass our checks",
  outage: "the language model could not be reached",
  budget: "the budget for rewriting is used up",
  stopped: "rewriting is switched off",
  unaccepted: "what was written waits for an instructor",
};

// Of these the next answer may be another.
const RETRIED = ["rejected", "outage", "budget", "stopped"];

function count(number, one, many = `${one}s`) {
  return number === 1 ? `1 ${one}` : `${number} ${many}`;
}

function describe(event) {
  if (event.status === "fallback") return "The author’s text";
  const by = { model: "with AI", instructor: "by your instructor", fact_sheet: "from the fact sheets" }[event.writer];
  if (!by) return "";
  if (!event.reworded) return `The author’s text, ${count(event.notes, "note")} added ${by}`;
  const parts = [`Written for you ${by}`];
  if (event.notes) parts.push(`${count(event.notes, "note")} added`);
  if (READ[event.review]) parts.push(READ[event.review]);
  return parts.join(", ");
}

function describeEffect({ reason, sections, notes }) {
  const parts = [];
  if (sections) parts.push(`${count(sections, "section")} rewritten`);
  if (notes) parts.push(`${count(notes, "note")} added`);
  return `${reason} (${parts.join(", ") || "nothing here called for it"})`;
}

function describeWriters({ writers, reviews, originals }) {
  const share = new Map(writers.map((each) => [each.writer, each.sections]));
  const said = [];
  if (share.has("model")) said.push(`A language model wrote ${count(share.get("model"), "section")} from the author’s text; code, formulas and figures are the author’s own.`);
  const read = ["passed", "repaired", "partly_original"].map((each) => reviews[each] ?? 0);
  if (read.some(Boolean)) {
    const parts = [`A second model read ${read[0] + read[1] + read[2]} of them over`];
    if (read[1]) parts.push(`${read[1]} mended after that`);
    if (read[2]) parts.push(`${read[2]} in part put back to the author’s words`);
    said.push(`${parts.join(", ")}.`);
  }
  if (share.has("instructor")) said.push(`${count(share.get("instructor"), "section")} as an instructor wrote or chose it.`);
  if (share.has("fact_sheet")) said.push("The words are the author’s own, the notes the book’s fact sheets’.");
  const reasons = Object.keys(ORIGINALS).filter((each) => originals[each]);
  if (reasons.length) said.push(`As the author wrote it: ${reasons.map((each) => `${count(originals[each], "section")} (${ORIGINALS[each]})`).join(", ")}.`);
  return said.join(" ");
}

// --- Nodes from the server's trees: no string is parsed, and nothing else than these is built. --
const HTML = new Set((
  "a abbr b br code del em i ins kbd mark q s samp small span strong sub sup u var "
  + "article aside blockquote dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr img input "
  + "li ol p pre section summary ul caption table tbody td tfoot th thead tr"
).split(" "));
const MATHML = new Set((
  "math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot "
  + "mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover semantics"
).split(" "));
const ATTRIBUTES = new Set((
  "accent align alt aria-label checked class colspan columnalign columnlines depth dir disabled "
  + "display displaystyle encoding fence form height href id lang largeop linethickness lspace "
  + "mathvariant maxsize minsize movablelimits notation open rel reversed rowlines rowspan rspace "
  + "scope scriptlevel separator src start stretchy symmetric tabindex title translate type "
  + "voffset width"
).split(" "));
const LINK = /^(?:https?:|mailto:|[/#?]|[^:]*$)/i;
const PICTURE = /^(?:\/(?!\/)|data:image\/svg\+xml;base64,)/;
const FORMULAS = "http://www.w3.org/1998/Math/MathML";
const DEEPEST = 200;

function isAddress(name, value) {
  if (name === "href") return LINK.test(value.trim());
  return name !== "src" || PICTURE.test(value);
}

function build(tree, depth = 0) {
  if (typeof tree === "string") return document.createTextNode(tree);
  const isGood = typeof tree?.tag === "string" && Array.isArray(tree.children) && depth < DEEPEST;
  const children = isGood ? tree.children : [];
  const nodes = children.map((each) => build(each, depth + 1));
  const isFormula = MATHML.has(tree?.tag);
  if (!isFormula && !HTML.has(tree?.tag)) {
    const words = document.createDocumentFragment();
    words.append(...nodes);
    return words;
  }
  const element = isFormula ? document.createElementNS(FORMULAS, tree.tag) : document.createElement(tree.tag);
  for (const [name, value] of Object.entries(tree.attributes ?? {})) {
    if (ATTRIBUTES.has(name) && isAddress(name, String(value))) element.setAttribute(name, value);
  }
  if (tree.tag === "input") { element.type = "checkbox"; element.disabled = true; }
  element.append(...nodes);
  return element;
}

// --- One section, as it was written for this reader. -----------------------------------------

class PersonalSection {
  constructor(section, send) {
    this.section = section;
    this.send = send;
    this.original = find("[data-original]", section);
    this.personal = null;
  }

  place(event) {
    const changed = event.reworded || event.notes > 0;
    const line = this.makeLine(event, changed);
    this.body = make("div", { "data-body": "", class: "arriving", lang: event.language, dir: event.direction });
    this.body.append(...event.trees.map((each) => build(each)));
    const parts = changed ? [line, this.body, this.makeThumbs()] : [line, this.body];
    const personal = make("div", { class: changed ? "personal changed" : "personal", "data-personal": "", dir: event.direction }, ...parts);
    keepingPlace(() => {
      this.personal?.remove();
      this.personal = personal;
      this.section.prepend(personal);
      moveAnchors(this.original, true);
      this.show("personal");
    });
    addCopyButtons(this.body);
  }

  makeLine(event, changed) {
    const words = describe(event);
    this.words = words;
    this.said = make("span", {}, words);
    const line = make("p", { class: "made", lang: "en", dir: "ltr" }, this.said);
    line.hidden = !words;
    if (event.status === "fallback") line.classList.add("kept");
    if (event.reason) line.append(make("span", { class: "reason" }, event.reason));
    if (changed) {
      this.button = make("button", { type: "button", "data-section-switch": "" }, "Show the original");
      this.button.addEventListener("click", () => {
        keepingPlace(() => this.show(this.original.hidden ? "original" : "personal"));
      });
      line.append(this.button);
    }
    return line;
  }

  makeThumbs() {
    const thumbs = make("p", { class: "section-thumbs", lang: "en", dir: "ltr", role: "group", "aria-label": "This section" }, make("span", {}, "Better than the original?"));
    const said = make("span", { role: "status" });
    for (const [value, picture, name] of [["true", "👍", "Yes"], ["false", "👎", "No"]]) {
      const button = make("button", { type: "button", "data-section-helpful": value, "aria-label": name, title: name, "aria-pressed": String(this.section.dataset.helpful === value) }, picture);
      button.addEventListener("click", async () => {
        this.section.dataset.helpful = value;
        for (const each of findAll("button", thumbs)) each.setAttribute("aria-pressed", String(each === button));
        const sent = await this.send({ section: this.section.dataset.section, helpful: value });
        said.textContent = sent ? "Thank you." : "That could not be sent.";
      });
      thumbs.append(button);
    }
    thumbs.append(said);
    return thumbs;
  }

  show(which) {
    if (!this.personal) return;
    const wantsOriginal = which === "original";
    this.original.hidden = !wantsOriginal;
    this.body.hidden = wantsOriginal;
    moveAnchors(wantsOriginal ? this.body : this.original, false);
    moveAnchors(wantsOriginal ? this.original : this.body, true);
    this.personal.classList.toggle("turned", wantsOriginal);
    this.said.textContent = wantsOriginal && this.button ? "The author’s text" : this.words;
    if (this.button) this.button.textContent = wantsOriginal ? "Show the version for you" : "Show the original";
  }
}

// --- The bar. --------------------------------------------------------------------------------
function startBar() {
  const bar = find("[data-bar]");
  const button = bar && find("[data-personalize]", bar);
  if (!button) return;
  const parts = {
    status: find("[data-status]"),
    progress: find("[data-progress]", bar),
    notice: find("[data-notice]"),
    why: find("[data-why]"),
    reasons: find("[data-reasons]"),
    label: find("[data-label]"),
    choice: find("[data-switch]", bar),
    language: find("[data-language-choice]", bar),
    verdict: find("[data-verdict]"),
  };
  const sections = new Map(findAll("[data-section]").map((each) => [each.dataset.section, new PersonalSection(each, sendFeedback)]));
  const labels = new Map(findAll("[data-toc]").map((each) => [each.dataset.toc, { link: each, original: each.textContent }]));
  const place = `personalized ${bar.dataset.chapter}`;
  const authorsTitle = document.title;
  let running = null;
  let headings = [];
  let title = authorsTitle;

  function post(path, fields) {
    return fetch(path, {
      method: "POST",
      headers: { "X-Form-Token": bar.dataset.formToken },
      body: new URLSearchParams({ chapter_id: bar.dataset.chapter, language: parts.language.value, ...fields }),
      signal: path === "/personalize" ? running.signal : undefined,
    });
  }

  async function sendFeedback(fields) {
    try { return (await post("/feedback", fields)).ok; } catch { return false; }
  }

  function show(which) {
    keepingPlace(() => {
      for (const section of sections.values()) section.show(which);
    });
    for (const each of findAll("[data-show]", parts.choice)) {
      each.setAttribute("aria-pressed", String(each.dataset.show === which));
    }
    translateContents(which === "personal" ? headings : []);
    document.title = which === "personal" ? title : authorsTitle;
  }

  function translateContents(shown) {
    const texts = new Map(shown.map((heading) => [heading.id, heading]));
    for (const [id, { link, original }] of labels) {
      const heading = texts.get(id);
      link.textContent = heading ? heading.text : original;
      link.lang = heading ? heading.language : bar.dataset.language;
      link.dir = heading ? heading.direction : "auto";
    }
  }

  function begin(event) {
    parts.why.hidden = true;
    parts.progress.max = Math.max(event.sections.length, 1);
    parts.progress.hidden = false;
  }

  function finish(event) {
    parts.progress.hidden = true;
    parts.notice.textContent = event.notice ?? "";
    parts.status.textContent = event.cached ? "Ready. This version had been written before." : "Ready.";
    parts.reasons.replaceChildren(...event.explanation.transformations.map((each) => make("li", {}, describeEffect(each))));
    parts.label.textContent = describeWriters(event.explanation);
    parts.why.hidden = false;
    parts.choice.hidden = false;
    title = event.title + authorsTitle.slice(authorsTitle.lastIndexOf(" · "));
    document.title = title;
    if (parts.verdict) parts.verdict.hidden = false;
    translateContents(headings);
    for (const each of findAll("[data-show]", parts.choice)) {
      each.setAttribute("aria-pressed", String(each.dataset.show === "personal"));
    }
    offerAgain(RETRIED.some((each) => event.explanation.originals[each]));
    remember(place, parts.language.value);
    bar.dataset.state = "ready";
  }

  // The button has done its work, unless something is left to ask for.
  function offerAgain(isNeeded) {
    const hadFocus = document.activeElement === button;
    button.textContent = isNeeded ? "Try again" : "Personalize this chapter";
    button.classList.toggle("quiet", isNeeded);
    button.hidden = !isNeeded && !parts.choice.hidden;
    if (hadFocus && button.hidden) find("[data-show='personal']", parts.choice).focus();
  }

  function fail(message) {
    parts.progress.hidden = true;
    parts.status.textContent = "";
    parts.notice.textContent = message;
    offerAgain(true);
    bar.dataset.state = "failed";
  }

  function receive(name, data, count) {
    if (name === "plan") begin(data);
    if (name === "done") finish(data);
    if (name === "error") fail(data.detail);
    if (name !== "section") return;
    sections.get(data.id)?.place(data);
    headings.push(...data.headings.map((each) => ({ ...each, language: data.language, direction: data.direction })));
    parts.progress.value = count;
    parts.status.textContent = `${count} of ${parts.progress.max} sections ready`;
  }

  async function readStream(response) {
    let count = 0;
    for await (const { name, data } of readEvents(response)) {
      if (name === "section") count += 1;
      receive(name, data, count);
    }
    if (bar.dataset.state === "working") fail("The connection broke off. What has arrived stays; try again for the rest.");
  }

  async function personalize() {
    running?.abort();
    const current = new AbortController();
    running = current;
    headings = [];
    bar.dataset.state = "working";
    button.setAttribute("aria-disabled", "true");
    parts.notice.textContent = "";
    parts.progress.value = 0;
    parts.status.textContent = "Looking for your version…";
    try {
      const response = await post("/personalize", {});
      if (response.ok) await readStream(response);
      else fail(await explain(response));
    } catch (error) {
      if (error.name !== "AbortError") fail("The site cannot be reached. Check your connection and try again.");
    } finally {
      if (running === current) button.removeAttribute("aria-disabled");
    }
  }

  button.addEventListener("click", () => { if (bar.dataset.state !== "working") personalize(); });
  parts.language.addEventListener("change", () => { if (bar.dataset.state !== "idle") personalize(); });
  for (const each of findAll("[data-show]", parts.choice)) {
    each.addEventListener("click", () => show(each.dataset.show));
  }
  startVerdict(parts.verdict, sendFeedback);

  // Who reloads the page, or comes back in this tab, finds what was there.
  const language = remembered(place);
  if (language !== null) {
    parts.language.value = language;
    personalize();
  }
}

// --- Thumbs for the chapter as a whole. ------------------------------------------------------
function startVerdict(verdict, sendFeedback) {
  const status = find("[data-verdict-status]", verdict);
  const form = find("[data-comment]", verdict);
  const thumbs = findAll("[data-helpful]", verdict);
  let sending = Promise.resolve();
  let last = null;

  // One after the other: the last word said is the one that is kept, and the one thanked for.
  function send() {
    const pressed = thumbs.find((each) => each.getAttribute("aria-pressed") === "true");
    const fields = { helpful: pressed.dataset.helpful, comment: form.elements.comment.value };
    last = fields;
    status.textContent = "";
    sending = sending.then(async () => {
      const sent = await sendFeedback(fields);
      if (fields !== last) return;
      status.textContent = sent ? "Thank you. Your instructor sees this." : "That could not be sent. Try again.";
    });
  }

  for (const each of thumbs) {
    each.addEventListener("click", () => {
      for (const other of thumbs) other.setAttribute("aria-pressed", String(other === each));
      form.hidden = false;
      send();
    });
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
}

// On a narrow page the list of chapters starts folded.
function foldBook() {
  const book = find(".book details");
  if (book && matchMedia("(max-width: 54rem)").matches) book.open = false;
}

// --- The table of contents says where the reader is. -----------------------------------------
function followReader() {
  const links = findAll("[data-toc]");
  if (!links.length) return;
  let isWaiting = false;
  function mark() {
    isWaiting = false;
    const passed = links.filter((each) => (document.getElementById(each.dataset.toc)?.getBoundingClientRect().top ?? 1) < innerHeight / 3);
    for (const each of links) each.removeAttribute("aria-current");
    passed.at(-1)?.setAttribute("aria-current", "location");
  }
  addEventListener("scroll", () => {
    if (!isWaiting) { isWaiting = true; requestAnimationFrame(mark); }
  }, { passive: true });
}

startTheme();
foldBook();
addCopyButtons(document);
startConfirmations();
startBar();
followReader();
