// The operator's list as it is now: told when something changes, it fetches its page again.

class Live extends HTMLElement {
  connectedCallback() {
    this.stream = new EventSource(this.dataset.source);
    this.stream.addEventListener("news", () => this.refresh());
  }

  disconnectedCallback() {
    this.stream.close();
  }

  async refresh() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return this.stream.close();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("by-live");
    if (!fresh || fresh.innerHTML === this.innerHTML) return;
    const focused = this.contains(document.activeElement) ? document.activeElement.id : "";
    this.replaceChildren(...fresh.childNodes);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }
}

customElements.define("by-live", Live);
