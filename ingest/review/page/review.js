"use strict";
// Text of articles goes into the page as text only (textContent), never as markup.
const $ = (id) => document.getElementById(id);
const SLOTS = ["subject", "company", "metric", "kind", "comparison", "value", "unit", "qualifier", "period"];
const FREE = new Set(["subject", "company", "metric", "value", "period"]);
const state = { figures: [], choices: {}, codes: {}, at: 0, inAll: 0 };

async function ask(what, body) {
  const options = body && { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  let answer, told;
  try {
    answer = await fetch(what, options);
    told = await answer.json();
  } catch {
    return fail("The review command does not answer: is it still running?");
  }
  if (!answer.ok) return fail(told.error);
  $("error").hidden = true;
  return told;
}

function fail(why) {
  $("error").textContent = why;
  $("error").hidden = false;
  return null;
}

function node(kind, text, fields = {}) {
  return Object.assign(document.createElement(kind), { textContent: text }, fields);
}

const current = () => state.figures[state.at];

async function load() {
  const asked = new URLSearchParams({ article: $("article").value, company: $("company").value, undecided: $("undecided").checked ? "1" : "" });
  const told = await ask(`figures?${asked}`);
  if (!told) return;
  Object.assign(state, { figures: told.figures, choices: told.choices, inAll: told.in_all, at: 0 });
  progress(told.progress);
  show();
}

function progress({ done, all }) {
  $("progress").textContent = `${done} of ${all} figures settled`;
  $("bar").max = Math.max(all, 1);
  $("bar").value = done;
}

function show() {
  const figure = current();
  $("card").hidden = !figure;
  $("none").hidden = Boolean(figure);
  if (!figure) return;
  $("place").textContent = `${state.at + 1} of ${state.inAll}`;
  $("verdict").textContent = figure.verdict ? `${figure.verdict} · ${figure.who || "?"}` : "";
  $("source").textContent = figure.title;
  ["before", "number", "after"].forEach((id, nr) => { $(id).textContent = figure.parts[nr]; });
  $("words").textContent = figure.words;
  const matter = { 4: "a headline table shows it", 2: "it is the believed figure of its measure" }[figure.consequence];
  const sure = figure.confidence === null ? "" : `${Math.round(figure.confidence * 100)} % sure`;
  $("why").textContent = [sure, matter].filter(Boolean).join("; ");
  $("slots").replaceChildren(...SLOTS.map((name) => slot(name, figure)));
}

function slot(name, figure) {
  const value = figure.slots[name] || "";
  const box = node("div", "", { className: "slot" });
  const label = node("label", name, { htmlFor: `slot-${name}` });
  const note = node("small", figure.names[name] && figure.names[name] !== value ? figure.names[name] : "");
  let field;
  if (FREE.has(name)) {
    field = node("input", "", { value, name });
  } else {
    field = node("select", "", { name });
    const given = name === "comparison" ? [""].concat(state.codes[name]) : state.codes[name];
    given.forEach((code) => field.append(node("option", code || "none", { value: code })));
    field.value = value;
  }
  field.id = `slot-${name}`;
  const changed = () => box.classList.toggle("changed", field.value !== value);
  field.addEventListener("input", changed);
  field.addEventListener("change", changed);
  box.append(label, field, note);
  const listed = (state.choices[figure.article] || {})[name];
  if (listed) {
    const choices = node("div", "", { className: "choices" });
    const offer = (entries) => choices.replaceChildren(...entries.map((entry) => {
      const shown = entry.name === entry.id ? entry.id : `${entry.name} · ${entry.id}`;
      const button = node("button", shown, { type: "button" });
      button.addEventListener("click", () => { field.value = entry.id; note.textContent = entry.name; changed(); field.focus(); });
      return button;
    }));
    offer(listed);
    box.append(choices);
    if (name !== "period") {
      let waiting;
      field.addEventListener("input", () => {
        clearTimeout(waiting);
        waiting = setTimeout(async () => {
          const words = field.value.trim();
          const found = words && words !== value ? await ask(`search?${new URLSearchParams({ slot: name, words })}`) : null;
          offer(found && found.length ? found : listed);
        }, 120);
      });
    }
  }
  return box;
}

const said = () => Object.fromEntries(SLOTS.map((name) => [name, $(`slot-${name}`).value.trim()]));
const isChanged = () => SLOTS.some((name) => said()[name] !== (current().slots[name] || ""));

async function decide(verdict) {
  const figure = current();
  if (!figure) return;
  const told = await ask("decide", { id: figure.id, verdict, slots: said() });
  if (!told) return;
  state.figures[state.figures.indexOf(figure)] = told.figure;
  progress(told.progress);
  document.activeElement.blur();
  if (state.at + 1 < state.figures.length) state.at += 1;
  else if (state.figures.length < state.inAll) return load();
  show();
}

function mend() {
  if (isChanged()) decide("mend");
  else $("slot-subject").focus();
}

async function undo() {
  const told = await ask("undo", {});
  if (!told) return;
  progress(told.progress);
  if (!told.figure) return fail("There is nothing to undo.");
  const at = state.figures.findIndex((figure) => figure.id === told.figure.id);
  if (at < 0) return load();
  state.figures[at] = told.figure;
  state.at = at;
  show();
}

function move(steps) {
  state.at = Math.min(Math.max(state.at + steps, 0), Math.max(state.figures.length - 1, 0));
  show();
}

const KEYS = {
  a: () => decide("accept"), r: () => decide("reject"), m: mend, u: undo,
  ArrowLeft: () => move(-1), ArrowUp: () => move(-1), ArrowRight: () => move(1), ArrowDown: () => move(1),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("form")) {
    if (event.key === "Escape") { document.activeElement.blur(); show(); }
    if (event.key === "Enter" && !event.target.closest("button")) { event.preventDefault(); decide("mend"); }
    return;
  }
  if (event.target.closest("header") || !(event.key in KEYS)) return;
  event.preventDefault();
  KEYS[event.key]();
});

$("slots").addEventListener("submit", (event) => event.preventDefault());
$("accept").addEventListener("click", () => decide("accept"));
$("mend").addEventListener("click", mend);
$("reject").addEventListener("click", () => decide("reject"));
$("undo").addEventListener("click", undo);
$("back").addEventListener("click", () => move(-1));
$("next").addEventListener("click", () => move(1));
["article", "company", "undecided"].forEach((id) => $(id).addEventListener("change", (event) => { event.target.blur(); load(); }));

(async () => {
  const told = await ask("start");
  if (!told) return;
  state.codes = told.codes;
  told.articles.forEach((entry) => $("article").append(node("option", entry.name, { value: entry.id })));
  told.companies.forEach((entry) => $("company").append(node("option", entry.name, { value: entry.id })));
  load();
})();
