// The desks' one script: a page that says how far something is asks again until it has ended.
"use strict";

const EVERY_MS = 2000;
const lookUp = (selector) => document.querySelector(selector);

// What is asked for is this page itself, so that there is one way to say how far it is.
async function fetchPage() {
  const response = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) throw new Error("This is not the page that was asked for.");
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

// Only what differs is touched: whoever listens hears news, and nothing that has the focus moves.
function renew(page) {
  for (const old of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(old.id);
    if (fresh && fresh.innerHTML !== old.innerHTML) old.replaceChildren(...fresh.childNodes);
  }
}

// The form that ends it goes with it; its focus, if it has it, goes to the heading.
function end() {
  const form = lookUp("[data-following]");
  if (form.contains(document.activeElement)) lookUp("[data-live-heading]").focus();
  form.remove();
}

function follow() {
  let timer = 0;

  async function ask() {
    try {
      const page = await fetchPage();
      renew(page);
      if (page.querySelector("[data-following]")) waitOrPause();
      else end();
    } catch {
      lookUp("[data-lost]").hidden = false;
    }
  }

  // Nobody looks at a hidden tab; when somebody does again, it asks at once.
  function waitOrPause() {
    clearTimeout(timer);
    if (document.hidden) document.addEventListener("visibilitychange", ask, { once: true });
    else timer = setTimeout(ask, EVERY_MS);
  }

  waitOrPause();
}

if (lookUp("[data-following]")) follow();
