// Copy the picture to the clipboard, where the browser can. The browser draws it anew for that: the marks inside the file
// do not come along, and the page says so beside the button.
const offers = () => document.querySelectorAll("[data-copy]");

function offer() {
  for (const part of offers()) part.hidden = !(navigator.clipboard?.write && window.ClipboardItem);
}

async function copy(button) {
  const part = button.closest("[data-copy]"), line = part.querySelector("[role=status]");
  const picture = async () => {
    const answer = await fetch(part.dataset.copy);
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.blob();
  };
  line.textContent = line.dataset.working;
  try {
    // The promise goes in, not its result: Safari allows the clipboard only during the click itself.
    await navigator.clipboard.write([new ClipboardItem({ "image/png": picture() })]);
    line.textContent = line.dataset.done;
  } catch {
    line.textContent = line.dataset.failed;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-copy] button");
  if (button) copy(button);
});
document.addEventListener("htmx:after:swap", offer);
offer();
