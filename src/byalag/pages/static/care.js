// A page of care while it is open: it asks again when something changes, and when it hears nothing
// it says that it no longer knows. What somebody is filling in is left as it is.

const SILENT = 45000; // after so long without a word the page may not say that all is as usual

class Care extends HTMLElement {
  connectedCallback() {
    this.stream = new EventSource(this.dataset.source);
    this.stream.addEventListener("alive", () => this.hear());
    this.stream.addEventListener("news", () => this.refresh());
    this.stream.addEventListener("gone", () => this.lose());
    this.hear();
  }

  disconnectedCallback() {
    this.stream.close();
    clearTimeout(this.timer);
  }

  hear() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.lose(), SILENT);
    if (this.classList.contains("lost")) this.refresh();
    this.show(false);
  }

  lose() {
    this.show(true);
  }

  show(lost) {
    this.classList.toggle("lost", lost);
    const notice = this.closest("main").querySelector(".stale");
    if (notice && !("quiet" in this.dataset)) notice.hidden = !lost;
  }

  async refresh() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) return this.lose();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("by-care");
    if (!fresh) return this.lose();
    this.hear();
    if (fresh.innerHTML === this.innerHTML) return;
    const ids = (which) => [...this.querySelectorAll(which)].map((node) => node.id).filter(Boolean);
    const [open, chosen] = [ids("details[open]"), ids("input:checked")];
    const focused = this.contains(document.activeElement) ? document.activeElement.id : "";
    this.replaceChildren(...fresh.childNodes);
    open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    chosen.forEach((id) => {
      const node = document.getElementById(id);
      if (node) node.checked = true;
    });
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    const heading = page.querySelector(".now h1, .now h2");
    const told = document.getElementById("told");
    if (heading && told) told.textContent = heading.textContent;
    document.title = page.title;
  }
}

customElements.define("by-care", Care);
