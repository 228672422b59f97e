// What pages with articles share: unpacking them, and the links between slots and their evidence.
"use strict";

const Viewer = {
  /** The text that `pack` (render.py) packed. */
  async unpack(packed) {
    const bytes = Uint8Array.from(atob(packed), (char) => char.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).text();
  },

  /** Shows `html`, which the page's maker has escaped, in `place`; links inside it stay inside it. */
  fill(place, html) {
    place.innerHTML = html;
    place.onclick = (event) => {
      const link = event.target.closest('a[href^="#"]');
      if (!link) return;
      event.preventDefault();
      const target = place.querySelector(`#${CSS.escape(link.hash.slice(1))}`);
      if (target) Viewer.light(place, target, link.closest("tr[id]")?.id ?? target.id);
    };
  },

  /** Goes to `target`, and lights it with the slot `id` and all evidence that the slot has. */
  light(place, target, id) {
    for (const lit of place.querySelectorAll(".lit")) lit.classList.remove("lit");
    for (const found of place.querySelectorAll(`#${CSS.escape(id)}, [data-slots~="${CSS.escape(id)}"]`)) {
      found.classList.add("lit");
    }
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  },

  /** `text` for comparison: without case and marks, đ as d. */
  plain(text) {
    return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d");
  },

  /** `text` where a library takes markup. */
  escaped(text) {
    const holder = document.createElement("span");
    holder.textContent = text;
    return holder.innerHTML.replaceAll('"', "&quot;");
  },
};
