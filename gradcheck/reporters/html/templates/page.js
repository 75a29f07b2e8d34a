(() => {
  "use strict";
  const root = document.documentElement;
  const by = (id) => document.getElementById(id);
  const theme = by("theme");
  const themes = ["system", "light", "dark"];
  let chosen = 0;
  theme.hidden = false;
  theme.addEventListener("click", () => {
    chosen = (chosen + 1) % themes.length;
    root.dataset.theme = themes[chosen];
    theme.textContent = "Theme: " + themes[chosen];
  });

  const tools = by("tools");
  if (tools) {
    const rows = [...by("rows").rows];
    const parts = [...by("parts").children];
    const names = rows.map((row) => row.cells[0].textContent.toLowerCase());
    const buttons = [...tools.querySelectorAll("button")];
    const search = by("search");
    let show = "";
    const fits = (row, name, words) =>
      (!show || (show === "remark" ? "r" in row.dataset : row.className === show)) &&
      words.every((word) => name.includes(word));
    const update = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      rows.forEach((row, i) => {
        const hidden = !fits(row, names[i], words);
        row.hidden = hidden;
        parts[i].hidden = hidden;
        count += hidden ? 0 : 1;
      });
      by("shown").textContent = count + " of " + rows.length + " targets";
      by("nothing").hidden = count > 0;
    };
    buttons.forEach((button) =>
      button.addEventListener("click", () => {
        show = button.dataset.show;
        buttons.forEach((b) => b.setAttribute("aria-pressed", String(b === button)));
        update();
      })
    );
    search.addEventListener("input", update);
    document.addEventListener("keydown", (event) => {
      if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(event.target.tagName)) {
        event.preventDefault();
        search.focus();
      } else if (event.key === "Escape" && event.target === search) {
        search.value = "";
        update();
      }
    });
    tools.hidden = false;
    update();
  }

  const unfold = (place) => {
    for (let e = place; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
    place.scrollIntoView({ block: place.tagName === "DETAILS" ? "start" : "nearest" });
  };
  const reveal = () => {
    const place = by(location.hash.slice(1));
    if (place && place.closest("details")) unfold(place);
  };
  addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#t"]');
    const place = link && by(link.getAttribute("href").slice(1));
    if (!place) return;
    const inside = place.closest("details.unfold");
    if (inside && link.closest("svg")) {
      event.preventDefault();
      if (inside.open) inside.open = false;
      else unfold(place);
    } else if (link.hash === location.hash) reveal();
  });
  reveal();
})();
