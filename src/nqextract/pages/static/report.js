// The report over a run: filters, charts and table over the same records, and the article of each.
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  const { records, failures, charts } = JSON.parse(byId("data").textContent);
  const articles = JSON.parse(byId("articles").textContent);
  const form = byId("filters");
  const { column, escaped, plain } = Viewer;
  const vietnamese = new Intl.Collator("vi");

  const language = {
    info: "_START_–_END_ trong _TOTAL_",
    infoEmpty: "Không có mục nào",
    infoFiltered: "(lọc từ _MAX_)",
    emptyTable: "Không có mục nào",
    zeroRecords: "Không có mục nào khớp với bộ lọc",
    thousands: ".",
    decimal: ",",
    lengthMenu: "_MENU_ dòng một trang",
    search: "Tìm",
    aria: {
      orderable: ": sắp xếp",
      orderableRemove: ": bỏ sắp xếp",
      orderableReverse: ": sắp xếp ngược lại",
      paginate: { first: "Trang đầu", last: "Trang cuối", next: "Trang sau", previous: "Trang trước", number: "Trang " },
    },
  };
  const common = {
    language,
    autoWidth: false,
    pageLength: 25,
    layout: { topStart: null, topEnd: null },
    initComplete() {
      const table = this.api().table();
      const title = byId(table.node().getAttribute("aria-labelledby")).textContent;
      table.container().querySelector("nav").setAttribute("aria-label", `Các trang: ${title}`);
    },
  };

  const LAST = "9999"; // what has no date is sorted behind all that has one

  DataTable.util.diacritics((value) => (typeof value === "string" ? plain(value) : value));
  const table = new DataTable("#records", {
    ...common,
    data: records,
    order: [[0, "asc"]],
    columns: [
      {
        ...column("date", "Thời gian", "date"),
        type: "string",
        render: (value, type, row) => {
          if (type === "sort" || type === "type") return row.from ?? LAST;
          if (type !== "display") return escaped(`${value} ${row.from ?? ""}`);
          const passing = row.main ? "" : ' <span class="meta">(nhắc đến)</span>';
          return `<span><a href="${Viewer.address(row.id)}">${escaped(value || "không rõ ngày")}</a>${passing}</span>`;
        },
      },
      column("provinces", "Tỉnh, thành phố"),
      column("organizers", "Đơn vị tổ chức"),
      column("documents", "Văn bản"),
      {
        ...column("crowd", "Người dự", "number"),
        type: "num",
        render: (value, type, row) => {
          if (type === "sort" || type === "type") return row.people ?? -1;
          return escaped(value);
        },
      },
      column("title", "Bài báo"),
      { ...column("search", ""), visible: false },
    ],
    createdRow: (element) => element.classList.add("opens"),
  });

  // ---- filters

  const overlaps = (row, from, to) => {
    if (!from && !to) return true;
    if (!row.from) return false;
    const last = row.to ?? row.from;
    return (!to || row.from <= to) && (!from || last >= from);
  };
  // A name in quotes is the whole name: "Kết luận số 7" is not number 70.
  const quoted = /^"(.+)"$/;
  const contains = (values, wanted, holds = (name, part) => name.includes(part)) => {
    const whole = quoted.exec(wanted.trim())?.[1];
    if (whole) return values.some((value) => plain(value) === plain(whole));
    const part = plain(wanted.trim());
    return !part || values.some((value) => holds(plain(value), part));
  };
  // Each word of it, a number as a whole: "nghi quyet trung uong 8" is "Nghị quyết Hội nghị Trung ương 8", not 18.
  const hasWords = (name, part) =>
    part.split(/\s+/).every((word) =>
      /^\d+$/.test(word) ? new RegExp(`(?<!\\d)${word}(?!\\d)`).test(name) : name.includes(word),
    );

  const wanted = () => Object.fromEntries(new FormData(form));
  const fits = (row, filter) =>
    overlaps(row, filter.from, filter.to) &&
    (!filter.province || row.provinces.includes(filter.province)) &&
    contains(row.organizers, filter.organizer) &&
    contains(row.documents, filter.document, hasWords) &&
    (!filter.least || (row.people ?? -1) >= Number(filter.least)) &&
    (!filter.most || (row.people !== null && row.people <= Number(filter.most))) &&
    (!filter.main || row.main);

  const apply = () => {
    const filter = wanted();
    table.search.fixed("filters", (_, row) => fits(row, filter));
    table.search(filter.query).draw();
  };
  Viewer.whenChanged(form, apply);

  const options = (list, values) => {
    const counted = new Map();
    for (const value of values) counted.set(value, (counted.get(value) ?? 0) + 1);
    for (const [value, number] of [...counted].sort(([a], [b]) => vietnamese.compare(a, b))) {
      const option = document.createElement("option");
      option.value = value;
      option.textContent = list instanceof HTMLSelectElement ? `${value} (${number})` : "";
      list.append(option);
    }
  };
  options(form.elements.province, records.flatMap((row) => row.provinces));
  options(byId("organizers"), records.flatMap((row) => row.organizers));
  options(byId("documents"), records.flatMap((row) => row.documents));

  // ---- charts

  const choose = (values) => {
    for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
    apply();
  };
  const month = (time) => {
    const first = new Date(time);
    const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0));
    return { from: first.toISOString().slice(0, 10), to: last.toISOString().slice(0, 10) };
  };
  /** The months of a span: a conference over the end of one counts in both, as it fits a filter by either. */
  const months = (from, to) => {
    const found = [];
    const at = new Date(`${from.slice(0, 7)}-01`);
    for (const end = Date.parse(`${to.slice(0, 7)}-01`); at <= end; at.setUTCMonth(at.getUTCMonth() + 1)) {
      found.push({ month: at.getTime() });
    }
    return found;
  };
  const BAR = 22; // pixels
  const drawn = [
    {
      at: "timeline",
      spec: charts.timeline,
      left: ["undated", "không rõ ngày"],
      values: (row) => (row.from ? months(row.from, row.to ?? row.from) : []),
      chosen: (datum) => choose(month(datum.utcyearmonth_month)),
    },
    {
      at: "provinces",
      spec: charts.provinces,
      bars: true,
      left: ["unplaced", "không rõ tỉnh"],
      values: (row) => row.provinces.map((value) => ({ value })),
      chosen: (datum) => choose({ province: datum.value }),
    },
    {
      at: "by-document",
      spec: charts.documents,
      bars: true,
      left: ["undocumented", "không nêu văn bản"],
      values: (row) => row.documents.map((value) => ({ value })),
      chosen: (datum) => choose({ document: `"${datum.value}"` }),
    },
  ];
  const shown = () => table.rows({ search: "applied" }).data().toArray();
  const redraw = () => {
    const rows = shown();
    for (const { view, values, bars, left: [place, said] } of drawn) {
      const without = rows.filter((row) => values(row).length === 0).length;
      byId(place).textContent = without ? `(${without.toLocaleString("vi")} ${said})` : "";
      if (!view) continue;
      const found = rows.flatMap(values);
      if (bars) view.height(BAR * Math.min(charts.most, new Set(found.map(({ value }) => value)).size));
      view.data("values", found).run();
    }
  };
  const ready = Promise.all(
    drawn.map(async (chart) => {
      const spec = { ...chart.spec, data: { name: "values", values: records.flatMap(chart.values) } };
      // The interpreter of expressions: the page's policy allows no code made at run time.  Of the log, errors.
      const { view } = await vegaEmbed(`#${chart.at}`, spec, { ast: true, renderer: "svg", actions: false, logLevel: 1 });
      view.addEventListener("click", (_, item) => item?.datum && item.mark.marktype === "rect" && chart.chosen(item.datum));
      chart.view = view;
    }),
  );
  table.on("draw", redraw);

  // ---- the article of a record

  new ArticleDialog({
    table,
    rows: records,
    articles,
    opened: (row, body) => {
      const number = row.id.slice(row.id.lastIndexOf("#") + 1);
      body.querySelector(`#r${CSS.escape(number)}`)?.scrollIntoView({ block: "nearest" });
    },
  });

  // ---- failures

  if (byId("failures")) {
    new DataTable("#failures", {
      ...common,
      data: failures,
      pageLength: 10,
      layout: { topStart: null, topEnd: "search" },
      columns: [column("id", "Bài"), column("path", "Tệp"), column("stage", "Bước"), column("error", "Lỗi"), column("message", "Vì sao")],
    });
  }

  ready.then(() => {
    redraw();
    document.documentElement.dataset.ready = "true";
  });
})();
