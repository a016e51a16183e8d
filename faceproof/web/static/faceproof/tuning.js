// Retouch and crop: the picture follows the controls a moment after the last touch; nothing is kept before "Keep it so".
const WAIT = 250; // ms
let timer = 0;

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("[data-tune]");
  if (!form) return;
  clearTimeout(timer);
  const slider = document.querySelector("[data-compare]"); // the photo below is cut like the picture as it is kept
  if (slider && slider.value !== "0") {
    slider.value = 0;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }
  timer = setTimeout(() => follow(form), WAIT);
});

// Decided: no look ahead may come after it.
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-tune]")) clearTimeout(timer);
}, true);

function follow(form) {
  const frame = document.querySelector("[data-frame]"), picture = frame?.querySelector("img");
  if (!picture || !form.isConnected) return;
  const wish = new URLSearchParams(new FormData(form));
  wish.delete("csrfmiddlewaretoken");
  wish.set("retouch", form.retouch.checked || form.retouch.type === "hidden" ? "1" : "0");
  const address = `${form.dataset.tune}?${wish}`;
  if (picture.getAttribute("src") === address) return;
  const next = new Image();
  next.src = address; // shown when it is there: the frame never flickers
  next.decode().then(() => {
    if (!picture.isConnected) return;
    picture.src = address;
    form.querySelector("[data-tuned]").src = address;
  }, () => {});
}
