// Filters long tables by the words typed: a row is shown where it, or the line above its group, has them all.
document.querySelectorAll("form.filter").forEach((form) => {
  const table = document.getElementById(form.dataset.table);
  const input = form.querySelector("input");
  const output = form.querySelector("output");
  const groups = [...table.tBodies].map((body) => {
    const head = body.querySelector(".band");
    const rows = [...body.rows].filter((row) => row !== head);
    const above = head ? head.textContent.toLowerCase() : "";
    return { body, rows: rows.map((row) => ({ row, text: above + " " + row.textContent.toLowerCase() })) };
  });
  const all = groups.reduce((sum, group) => sum + group.rows.length, 0);
  const apply = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    groups.forEach(({ body, rows }) => {
      let left = 0;
      rows.forEach(({ row, text }) => {
        row.hidden = !words.every((word) => text.includes(word));
        left += row.hidden ? 0 : 1;
      });
      body.hidden = left === 0;
      shown += left;
    });
    output.textContent = shown + " of " + all + " rows";
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", apply);
  form.hidden = false;
  apply();
});
