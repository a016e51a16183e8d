// Sending a photo: htmx does it; this tells people how it goes, and keeps the photo in the page for what comes after.
import { formOf, current, one, put, reset, show } from "./form.js";
import { held, hold, whenLetGo } from "./held.js";
import { closeCamera } from "./taking.js";

document.addEventListener("htmx:before:request", (event) => {
  const form = formOf(event), again = event.target.closest?.("[data-again]");
  if (again?.photo.files.length) hold(again.photo.files);
  if (!form) return;
  closeCamera();
  hold(form.photo.files);
  show(form, { busy: false, offline: false });
  const working = one(form, "working");
  working.querySelector("p").textContent = working.dataset.working;
});

document.addEventListener("htmx:finally:request", (event) => {
  const form = formOf(event);
  if (form) one(form, "working").querySelector("p").textContent = "";
});

document.addEventListener("htmx:response:error", (event) => {
  const form = formOf(event);
  if (form && event.detail.ctx.response.status === 503) show(form, { busy: true });
});

document.addEventListener("htmx:error", (event) => {
  const form = formOf(event);
  if (form) show(form, { offline: true });
});

document.addEventListener("htmx:before:swap", (event) => {
  const form = formOf(event) ?? current();
  if (form && event.detail?.ctx?.response?.status !== 503) reset(form);
});

whenLetGo(() => {
  for (const form of document.querySelectorAll("[data-again]")) {
    form.photo.value = "";
    one(form, "ask").hidden = false;
  }
});

// "Once more with this photo": the form asks for the photo only when the page has let go of it.
export function offerAgain() {
  for (const form of document.querySelectorAll("[data-again]")) {
    const photo = held(Number(form.dataset.again) || 1);
    if (photo) put(form, [photo]);
    one(form, "ask").hidden = Boolean(photo);
  }
}
