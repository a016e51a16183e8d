// What every page does: say that the network is away, and print when asked to.

const banner = document.querySelector("[data-away]");
const tell = () => { if (banner) banner.hidden = navigator.onLine; };
addEventListener("online", tell);
addEventListener("offline", tell);
tell();

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
