// The page of an evaluation: a table of wrong answers, and the article of each with gold and answer side by side.
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  const { problems, compared } = JSON.parse(byId("data").textContent);
  const articles = JSON.parse(byId("articles").textContent);
  const form = byId("filters");
  const { column, escaped } = Viewer;

  const text = column("text", "Text");
  DataTable.util.diacritics((value) => (typeof value === "string" ? Viewer.plain(value) : value));
  const table = new DataTable("#problems", {
    autoWidth: false,
    pageLength: 25,
    layout: { topStart: null, topEnd: null },
    order: [],
    data: problems,
    columns: [
      {
        ...text,
        render: (value, type, row) =>
          type === "display"
            ? `<a href="${Viewer.address(row.id)}" lang="vi">${escaped(value || "(empty)")}</a>`
            : text.render(value, type),
      },
      column("key", "Label or slot"),
      column("kind", "Kind", "short"),
      ...(compared ? [column("change", "Against the other", "short")] : []),
      column("instead", "Instead"),
      column("context", "Where"),
      column("title", "Article"),
    ],
    createdRow: (element) => element.classList.add("opens"),
  });

  const filter = () => Object.fromEntries(new FormData(form));
  const fits = (row, { key, kind, change }) =>
    (!key || row.key === key) &&
    (!kind || row.kind === kind) &&
    (!change || (change === "same" ? row.change === "" : row.change === change));
  const apply = () => {
    const wanted = filter();
    table.search.fixed("filters", (_, row) => fits(row, wanted));
    table.search(wanted.query).draw();
  };
  Viewer.whenChanged(form, apply);

  new ArticleDialog({
    table,
    rows: problems,
    articles,
    opened: (row, body) => {
      const { key, kind } = filter();
      const label = body.querySelector(`.e.${CSS.escape(key || "none")}`) && key;
      for (const mark of body.querySelectorAll(".e")) {
        const other = label && !mark.classList.contains(label);
        mark.classList.toggle("dim", Boolean(other || (kind && mark.classList.contains("hit"))));
      }
      const target = row.at && body.querySelector(`#${CSS.escape(row.at)}`);
      if (target) Viewer.light(body, target, target.id);
    },
  });
  document.documentElement.dataset.ready = "true";
})();
