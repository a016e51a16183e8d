// The photo that was just sent, held in this page's memory alone, for "before and after" and for sending it again.
// It is gone when the page is left, when another one is chosen, and when a page comes that has no use for it.
let files = [];
const followers = new Set();

export const held = (number = 1) => files[number - 1] ?? null;

export function hold(sent) {
  files = [...sent];
}

// What else holds pixels of it: called when they must go.
export function whenLetGo(follow) {
  followers.add(follow);
}

export function letGo() {
  files = [];
  for (const follow of followers) follow();
}

window.addEventListener("pagehide", letGo);
document.addEventListener("htmx:after:swap", ({ detail }) => {
  if (detail.ctx.response?.status === 503) return; // nothing was swapped: the form still has it
  if (!document.querySelector("[data-uses-photo]")) letGo();
});
