// Finds pages of the site by the words typed: organizations, reports, recommendations. The list stands in the file
// itself, because a page opened from a folder may not fetch one.
const pages = {{ pages|tojson }};
document.querySelectorAll("form.search").forEach((form) => {
  const input = form.querySelector("input");
  const list = form.querySelector("ul");
  const output = form.querySelector("output");
  const texts = pages.map(([title, , about]) => (title + " " + about).toLowerCase());
  const most = 20;
  const apply = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = words.length ? pages.filter((_, at) => words.every((word) => texts[at].includes(word))) : [];
    list.replaceChildren(...found.slice(0, most).map(([title, address, about]) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = address;
      link.textContent = title;
      item.append(link, " " + about);
      return item;
    }));
    const shown = found.length > most ? ", the first " + most + " shown" : "";
    output.textContent = words.length ? found.length + (found.length === 1 ? " page" : " pages") + shown : "";
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const first = list.querySelector("a");
    if (first) { location.href = first.href; }
  });
  input.addEventListener("input", apply);
  form.hidden = false;
});
