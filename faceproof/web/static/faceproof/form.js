// The upload form: its parts, what it says, and how everything it holds is emptied.
import { empty } from "./canvas.js";

export const one = (form, name) => form.querySelector(`[data-${name}]`);
export const formOf = (event) => event.target.closest?.("[data-upload]");
export const current = () => document.querySelector("[data-upload]");

export function say(form, ...said) {
  const line = one(form, "says");
  line.textContent = said.map(([key, n]) => line.dataset[key].replace("{n}", n)).join(" ");
}

export function show(form, parts) {
  for (const [name, visible] of Object.entries(parts)) one(form, name)?.toggleAttribute("hidden", !visible);
}

export function put(form, files) {
  const carrier = new DataTransfer();
  for (const file of files) carrier.items.add(file);
  form.photo.files = carrier.files;
}

// The canvases hold pixels of the photos: emptied, not only hidden.
export function wipe(form) {
  empty(form.querySelectorAll("[data-preview], [data-strip] canvas"));
  one(form, "strip").replaceChildren();
  show(form, { preview: false, strip: false });
}

export function reset(form) {
  if (!form) return;
  form.photo.value = "";
  form.removeAttribute("data-chosen");
  wipe(form);
  show(form, { guide: true, stage: false, shoot: false, pick: true, busy: false, offline: false });
}
