// What pages with tables and articles share: columns, unpacking, the dialog of an article, links inside it.
"use strict";

const Viewer = {
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

  /** A column of text, or of lists of texts, sorted as text; what is shown or searched DataTables takes for markup. */
  column(data, title, className = "") {
    return {
      data,
      title,
      className,
      type: "string-utf8",
      createdCell: (cell) => cell.setAttribute("data-title", title),
      render: (value, type) => {
        const joined = Array.isArray(value) ? value.join("; ") : value;
        if (type === "display" || type === "filter") return Viewer.escaped(joined);
        return type === "sort" ? joined || "\uffff" : joined; // what is empty comes last
      },
    };
  },

  /** A link that opens the row with this id. */
  address(id) {
    return `#${encodeURIComponent(id)}`;
  },

  /** The id in the page's address, "" for one that nobody made here. */
  addressed() {
    try {
      return decodeURIComponent(location.hash.slice(1));
    } catch {
      return "";
    }
  },

  /** `change` is called when the form has been changed, once a pause. */
  whenChanged(form, change) {
    let waiting;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(change, 120);
    });
    form.addEventListener("reset", () => setTimeout(change)); // when the form has been reset
    form.addEventListener("submit", (event) => event.preventDefault());
  },

  /** The text that `pack` (render.py) packed. */
  async unpack(packed) {
    const bytes = Uint8Array.from(atob(packed), (char) => char.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).text();
  },

  /** Goes to `target` inside `place`, and lights it with the slot `id` and all evidence that the slot has. */
  light(place, target, id) {
    for (const lit of place.querySelectorAll(".lit")) lit.classList.remove("lit");
    for (const found of place.querySelectorAll(`#${CSS.escape(id)}, [data-slots~="${CSS.escape(id)}"]`)) {
      found.classList.add("lit");
    }
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  },
};

/**
 * The dialog with the article of a row of a table.  The page's address says which row is open, so that it can be sent
 * to somebody, and the browser's way back closes it.
 *
 * `table`: the DataTable, whose rows have `id`, `article` (its place in `articles`), `title` and `about` for its head; `opened(row, body)` is
 * called when the article is there.
 */
class ArticleDialog {
  constructor({ table, rows, articles, opened }) {
    Object.assign(this, { table, articles, opened, row: null });
    this.rows = new Map(rows.map((row) => [row.id, row]));
    this.dialog = document.getElementById("viewer");
    [this.title, this.meta, this.body, this.before, this.after] = ["title", "meta", "body", "before", "after"].map(
      (name) => document.getElementById(`viewer-${name}`),
    );
    this.before.addEventListener("click", () => this.step(-1));
    this.after.addEventListener("click", () => this.step(1));
    document.getElementById("viewer-close").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => this.closed());
    this.body.addEventListener("click", (event) => this.follow(event));
    addEventListener("hashchange", () => this.openAddressed());
    const element = table.table().node();
    element.addEventListener("click", (event) => {
      const row = table.row(event.target.closest("tr")).data();
      if (row && !event.target.closest("a")) location.hash = Viewer.address(row.id);
    });
    this.openAddressed();
  }

  shown() {
    return this.table.rows({ search: "applied" }).data().toArray();
  }

  openAddressed() {
    const id = Viewer.addressed();
    const row = this.rows.get(id);
    document.getElementById("unknown").hidden = !id || Boolean(row || document.getElementById(id));
    if (row) this.open(row);
    else if (this.dialog.open) this.dialog.close();
    else this.row = null;
  }

  async open(row) {
    this.row = row;
    // Escaped when the page was made: see article.html.j2.
    const article = await Viewer.unpack(this.articles[row.article]);
    if (this.row !== row) return; // another was opened meanwhile, or this one closed
    this.body.innerHTML = article;
    this.title.textContent = row.title;
    this.meta.textContent = row.about;
    if (!this.dialog.open) this.dialog.showModal();
    const shown = this.shown();
    const place = shown.indexOf(row);
    this.before.disabled = place <= 0;
    this.after.disabled = place < 0 || place === shown.length - 1;
    this.opened(row, this.body);
  }

  step(by) {
    const shown = this.shown();
    const next = shown[shown.indexOf(this.row) + by];
    if (next) location.replace(Viewer.address(next.id));
  }

  /** Links inside the article stay inside it. */
  follow(event) {
    const link = event.target.closest('a[href^="#"]');
    if (!link) return;
    event.preventDefault();
    const target = this.body.querySelector(`#${CSS.escape(link.hash.slice(1))}`);
    if (target) Viewer.light(this.body, target, link.closest("tr[id]")?.id ?? target.id);
  }

  closed() {
    const link = this.row && this.table.table().node().querySelector(`a[href="${Viewer.address(this.row.id)}"]`);
    this.row = null;
    history.replaceState(null, "", location.pathname + location.search);
    link?.focus();
  }
}
