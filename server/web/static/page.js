// What our pages share: theme, copy buttons, questions before forms, and the way into a chapter.
"use strict";

const root = document.documentElement;
const find = (selector, within = document) => within.querySelector(selector);
const findAll = (selector, within = document) => [...within.querySelectorAll(selector)];

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

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

// --- The bar: the element asks the API; the page has its session in a cookie, and gives it tokens. -
function startBar() {
  const bar = find("chapterwise-bar");
  if (!bar) return;
  if ("signedIn" in bar.dataset) bar.getToken = createTokenSource(bar.dataset.formToken);
  document.addEventListener("chapterwise-section", ({ detail }) => addCopyButtons(detail.element));
}

function createTokenSource(formToken) {
  let asked = null;
  let goodUntil = 0;
  async function ask() {
    const answer = await fetch("/session/token", { method: "POST", headers: { "X-Form-Token": formToken } });
    if (!answer.ok) return null;
    const { access_token: token, expires_in: seconds } = await answer.json();
    goodUntil = Date.now() + (seconds - 30) * 1000;
    return token;
  }
  return async (refused) => {
    if (refused || asked === null || Date.now() > goodUntil) asked = ask();
    return asked;
  };
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
