"use strict";
// Gathers the forms into the file that `chapterwise evaluate grade` reads. No network.
const said = document.getElementById("said");

function readForm(form) {
  const data = new FormData(form);
  const scores = {};
  for (const [name, value] of data) {
    if (name !== "comment") scores[name] = Number(value);
  }
  const { chapter, profile } = form.dataset;
  return { chapter_id: chapter, profile, scores, comment: data.get("comment").trim() };
}

function save(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "application/json" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

document.getElementById("export-button").addEventListener("click", () => {
  const rater = document.getElementById("rater").value.trim();
  const ratings = [...document.forms].map(readForm).filter((each) => Object.keys(each.scores).length);
  if (!rater || !ratings.length) {
    said.textContent = rater ? "No case has a score yet." : "Write your name first.";
    return;
  }
  const file = { format: 1, rater, kind: "person", ratings };
  save(`${rater.replace(/[^\p{L}\p{N}]+/gu, "-")}.json`, JSON.stringify(file, null, 1));
  said.textContent = `Exported ${ratings.length} rated cases.`;
});
